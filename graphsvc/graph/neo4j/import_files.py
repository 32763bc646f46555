"""Parquet files for `neo4j-admin database import full`, and the arguments that name them.

The importer reads keys, ends and labels off the names of the columns; times with a zone become `ZONED DATETIME`, a null
becomes an absent property. Keys are integers, apart by space (`--id-type=integer`). Files are written by the batch.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from graphsvc.store.durable import disk_errors_explained

LABELS: Final = ":LABEL"
"""Column of a node file: its labels, parted by `;`."""

_ROW_GROUP: Final = 250_000


def key(space: str, column: str = "") -> str:
    """Name of the column that holds the nodes' keys of a space; kept as the property `column` if that is given."""
    return f"{column}:ID({space})"


def start(space: str) -> str:
    """Name of the column that holds the key of the node a relationship starts from."""
    return f":START_ID({space})"


def end(space: str) -> str:
    """Name of the column that holds the key of the node a relationship ends at."""
    return f":END_ID({space})"


@dataclass
class ImportFiles:
    """Files written so far into a folder, by what they hold."""

    folder: Path
    nodes: dict[str, int] = field(default_factory=dict)
    """File → rows."""
    relationships: dict[str, tuple[str, int]] = field(default_factory=dict)
    """File → type, rows."""

    def add_nodes(self, name: str, tables: Iterable[pa.Table]) -> None:
        """Write a file of nodes; their labels are in the column LABELS."""
        self.nodes[name] = self._write(name, tables)

    def add_relationships(self, name: str, kind: str, tables: Iterable[pa.Table]) -> None:
        """Write a file of relationships of one type."""
        self.relationships[name] = (kind, self._write(name, tables))

    def arguments(self) -> list[str]:
        """Options of the importer that name the files; those without a row are left out."""
        nodes = [f"--nodes={self._path(name)}" for name, rows in self.nodes.items() if rows]
        others = [
            f"--relationships={kind}={self._path(name)}" for name, (kind, rows) in self.relationships.items() if rows
        ]
        return ["--input-type=parquet", "--id-type=integer", "--path-pattern-style=none", *nodes, *others]

    def counts(self) -> Mapping[str, int]:
        """Rows by file."""
        return self.nodes | {name: rows for name, (_, rows) in self.relationships.items()}

    def _path(self, name: str) -> Path:
        return self.folder.absolute() / f"{name}.parquet"

    def _write(self, name: str, tables: Iterable[pa.Table]) -> int:
        rows = 0
        writer: pq.ParquetWriter | None = None
        with disk_errors_explained(self.folder):
            try:
                for table in tables:
                    if writer is None:
                        writer = pq.ParquetWriter(
                            self._path(name), table.schema, compression="snappy", use_dictionary=False
                        )
                    writer.write_table(table, row_group_size=_ROW_GROUP)
                    rows += table.num_rows
            finally:
                if writer is not None:
                    writer.close()
        return rows
