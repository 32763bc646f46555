"""Write a graph of numbers and contacts for other tools: GraphML, GEXF, Parquet, JSON lines.

Numbers leave as their registry ids and whatever the caller tells `about` them (token, masked form, class,
suspicion …); nothing here could name a number. A file appears whole or not at all, and none is written over.
"""

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from graphsvc.errors import StorageFailed, UsageError
from graphsvc.graph.snapshot import Snapshot

XML_CONTACTS_MAX = 200_000
"""GraphML and GEXF hold every contact as text and as Python objects while they are written."""

_COUNTS = ("events", "calls", "messages", "answered", "talk_s", "longest_s", "first_at", "last_at")


class ExportFormat(StrEnum):
    """What other tools can read."""

    GRAPHML = "graphml"
    GEXF = "gexf"
    PARQUET = "parquet"  # a folder with nodes.parquet and contacts.parquet
    JSONL = "jsonl"  # one object a line, `kind` is "number" or "contact"; numbers first


@dataclass(frozen=True)
class Written:
    """What an export holds."""

    path: Path
    numbers: int
    contacts: int


def export(
    snapshot: Snapshot,
    path: Path,
    *,
    format: ExportFormat,
    about: pa.Table | None = None,
    only: npt.ArrayLike | None = None,
) -> Written:
    """Write all numbers and contacts, or those among the ids `only`, to `path`, which must not exist.

    `about` has a column `number` (registry id, each once) and any others; each becomes an attribute of the
    numbers that have a value. Contacts carry the counts of a snapshot's contact. Raises UsageError where the
    graph is too big for the format or `path` exists, StorageFailed where it cannot be written.
    """
    numbers, contacts = _tables(snapshot, only)
    if format in (ExportFormat.GRAPHML, ExportFormat.GEXF) and contacts.num_rows > XML_CONTACTS_MAX:
        raise UsageError(
            f"{contacts.num_rows} contacts are too many for {format} (at most {XML_CONTACTS_MAX}): "
            "choose parquet or jsonl, or export one network"
        )
    if about is not None:
        numbers = numbers.join(about, "number", join_type="left outer").sort_by("number")
    try:
        if path.exists():
            raise UsageError(f"{path} exists already; choose another path")
        with _appearing_whole(path) as beside:
            _WRITERS[format](beside, numbers, contacts)
    except OSError as error:
        raise StorageFailed(f"cannot write {path}: {error.strerror}; free space or choose another path") from None
    return Written(path, numbers.num_rows, contacts.num_rows)


def _tables(snapshot: Snapshot, only: npt.ArrayLike | None) -> tuple[pa.Table, pa.Table]:
    """Numbers (`number`, `self_events`) and contacts (`a`, `b`, counts), by registry id."""
    chosen = np.ones(snapshot.number_count, dtype=np.bool_)
    if only is not None:
        wanted = snapshot.dense(only)
        chosen[:] = False
        chosen[wanted[wanted >= 0]] = True
    contact = np.flatnonzero(chosen[snapshot.contact_from] & chosen[snapshot.contact_to])
    numbers = {"number": snapshot.numbers[chosen], "self_events": snapshot.self_events[chosen]}
    contacts = {
        "a": snapshot.numbers[snapshot.contact_from[contact]],
        "b": snapshot.numbers[snapshot.contact_to[contact]],
    } | {name: getattr(snapshot, name)[contact] for name in _COUNTS}
    return pa.table(numbers), pa.table(contacts)


@contextmanager
def _appearing_whole(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; takes its place when the block ends, or is removed."""
    with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
        beside = Path(folder) / path.name
        yield beside
        os.replace(beside, path)


def _write_graphml(path: Path, numbers: pa.Table, contacts: pa.Table) -> None:
    nx.write_graphml(_graph(numbers, contacts), path)


def _write_gexf(path: Path, numbers: pa.Table, contacts: pa.Table) -> None:
    text = "\n".join(nx.generate_gexf(_graph(numbers, contacts)))
    # networkx stamps the file with today's date; the same graph must give the same file.
    path.write_text(re.sub(r' lastmodifieddate="[^"]*"', "", text, count=1), "utf-8")


def _graph(numbers: pa.Table, contacts: pa.Table) -> nx.DiGraph:
    graph = nx.DiGraph()
    for row in numbers.to_pylist():
        graph.add_node(str(row["number"]), **_present(row))
    for row in contacts.to_pylist():
        graph.add_edge(str(row.pop("a")), str(row.pop("b")), **row)
    return graph


def _present(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}


def _write_parquet(path: Path, numbers: pa.Table, contacts: pa.Table) -> None:
    path.mkdir(mode=0o700)
    pq.write_table(numbers, path / "nodes.parquet", compression="zstd")
    pq.write_table(contacts, path / "contacts.parquet", compression="zstd")


def _write_jsonl(path: Path, numbers: pa.Table, contacts: pa.Table) -> None:
    with path.open("wb") as file:
        for kind, table in (("number", numbers), ("contact", contacts)):
            for batch in table.to_batches(max_chunksize=10_000):
                for row in batch.to_pylist():
                    file.write(orjson.dumps({"kind": kind} | _present(row), option=orjson.OPT_APPEND_NEWLINE))


_WRITERS: dict[ExportFormat, Callable[[Path, pa.Table, pa.Table], None]] = {
    ExportFormat.GRAPHML: _write_graphml,
    ExportFormat.GEXF: _write_gexf,
    ExportFormat.PARQUET: _write_parquet,
    ExportFormat.JSONL: _write_jsonl,
}
