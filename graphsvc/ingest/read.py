"""Any feed file as batches of at most so many rows, of columns that are text or one of Parquet's types."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphsvc.ingest.blocks import Block, Reading
from graphsvc.ingest.faults import Broken
from graphsvc.ingest.feeds import Feed
from graphsvc.ingest.files import FeedFile
from graphsvc.ingest.read_csv import read_csv
from graphsvc.ingest.read_ndjson import read_ndjson
from graphsvc.ingest.read_parquet import read_parquet

BATCH_BYTES_MAX: Final = 1 << 29
"""A batch is ended early when its columns grow beyond this."""

_READERS: Final = {"csv": read_csv, "ndjson": read_ndjson, "parquet": read_parquet}


@dataclass(frozen=True)
class Batch:
    """Rows of one file. Columns that the file lacks are not there; `lines` are record numbers."""

    columns: dict[str, pa.Array]
    lines: NDArray[np.int64]
    broken: list[Broken]

    @property
    def rows(self) -> int:
        """Rows read, good and broken."""
        return len(self.lines) + len(self.broken)


def open_feed(file: FeedFile, feed: Feed) -> Reading:
    """The file opened by its format. Raises InputRefused where it does not do."""
    return _READERS[file.format](file, feed)


def batches(reading: Reading, batch_rows: int) -> Generator[Batch, None, None]:
    """The rows in batches of `batch_rows` good ones; the last is smaller. Broken rows travel with them."""
    held: list[Block] = []
    rows = size = 0
    for block in reading.blocks:
        while rows + len(block.lines) >= batch_rows:
            head, block = _split(block, batch_rows - rows)
            whole = as_batch([*held, head])
            held, rows, size = [], 0, 0  # before the batch goes out, so that its parts are not kept beside it
            yield whole
            del whole
        if not block.rows:
            continue  # nothing is left of it; put together with the next, it would cost that one a copy
        held.append(block)
        rows += len(block.lines)
        size += block.table.nbytes
        if size > BATCH_BYTES_MAX:
            whole = as_batch(held)
            held, rows, size = [], 0, 0
            yield whole
            del whole
    if any(block.rows for block in held):
        yield as_batch(held)


def _split(block: Block, rows: int) -> tuple[Block, Block]:
    return (
        Block(block.table.slice(0, rows), block.lines[:rows], block.broken),
        Block(block.table.slice(rows), block.lines[rows:]),
    )


def as_batch(blocks: Sequence[Block]) -> Batch:
    """Blocks with the same columns as one batch."""
    tables = [block.table for block in blocks]
    return Batch(
        columns={name: _whole([table.column(name) for table in tables]) for name in tables[0].column_names},
        lines=np.concatenate([block.lines for block in blocks]),
        broken=[broken for block in blocks for broken in block.broken],
    )


def _whole(parts: list[pa.ChunkedArray]) -> pa.Array:
    """One array of a column's parts; where only some of them are dictionaries, of plain texts."""
    if len({part.type for part in parts}) > 1:
        parts = [part.cast(pa.string()) for part in parts]
    chunks = [chunk for part in parts for chunk in part.chunks]
    if len(chunks) == 1:
        return chunks[0]
    return pa.concat_arrays(chunks) if chunks else pa.array([], parts[0].type)
