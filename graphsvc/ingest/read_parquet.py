"""Parquet, row group by row group, never more than a few rows of a column in memory at a time."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from graphsvc.errors import InputRefused
from graphsvc.ingest.blocks import Block, Reading, known_columns, unknown_columns
from graphsvc.ingest.faults import Broken
from graphsvc.ingest.feeds import Feed, Field, FieldType
from graphsvc.ingest.files import FeedFile
from graphsvc.ingest.utf8 import bad_texts

_BLOCK_ROWS: Final = 500_000  # a batch, as a rule: its columns are not put together from parts then
_BLOCK_BYTES: Final = 1 << 26
_WORDS_MAX: Final = 1000  # a dictionary with more is no column of words
_REPEATED_BYTES: Final = 8  # a value that takes fewer is a place in a dictionary, not a number or device written out


def read_parquet(file: FeedFile, feed: Feed) -> Reading:
    """The file opened. Raises InputRefused where it is no Parquet file or lacks a column."""
    try:
        parquet = _open(file)
    except (OSError, pa.ArrowException):
        empty = file.path.exists() and file.path.stat().st_size == 0
        raise InputRefused(
            "the file is empty" if empty else "the file is no whole Parquet file; fetch or write it again"
        ) from None
    schema, metadata = parquet.schema_arrow, parquet.metadata
    wanted = known_columns(schema.names, feed)
    repeated = [name for name in wanted if _is_repeated(name, parquet, feed)]
    if repeated:
        parquet.close()
        parquet = _open(file, metadata=metadata, read_dictionary=repeated)
    return Reading(unknown_columns(schema.names, feed), metadata.num_rows, _read(parquet, wanted, feed))


def _open(file: FeedFile, **options: Any) -> pq.ParquetFile:
    return pq.ParquetFile(file.path, buffer_size=1 << 20, pre_buffer=False, **options)


def _is_repeated(name: str, parquet: pq.ParquetFile, feed: Feed) -> bool:
    """Whether to read a column of texts as a dictionary, so that each text is looked at once and not in every row.

    Words always; numbers and entities where the file has them in dictionaries throughout, for to make one costs more.
    """
    field, metadata = feed.field(name), parquet.metadata
    if not pa.types.is_string(parquet.schema_arrow.field(name).type):
        return False
    if field.type is FieldType.WORD or not field.is_identifier:
        return field.type is FieldType.WORD
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    chunks = [group.column(i) for group in groups for i in range(group.num_columns)]
    return all(
        chunk.total_uncompressed_size < _REPEATED_BYTES * chunk.num_values
        for chunk in chunks
        if chunk.path_in_schema == name
    )


def _read(parquet: pq.ParquetFile, wanted: list[str], feed: Feed) -> Iterator[Block]:
    line = 1
    with parquet:
        rows = _block_rows(parquet.metadata)
        batches = parquet.iter_batches(batch_size=rows, columns=wanted, use_threads=False)
        while (batch := _next(batches)) is not None:
            yield _checked(pa.table(batch), line, feed)
            line += batch.num_rows


def _block_rows(metadata: pq.FileMetaData) -> int:
    """Fewer rows where rows are long."""
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    row_bytes = max((group.total_byte_size // max(1, group.num_rows) for group in groups), default=0)
    return max(1, min(_BLOCK_ROWS, _BLOCK_BYTES // max(1, row_bytes)))


def _next(batches: Iterator[pa.RecordBatch]) -> pa.RecordBatch | None:
    try:
        return next(batches, None)
    except (OSError, pa.ArrowException):
        raise InputRefused("the file is damaged; fetch or write it again") from None


def _checked(table: pa.Table, line: int, feed: Feed) -> Block:
    """The rows whose texts are UTF-8: Parquet's writers need not have looked."""
    columns = {name: table.column(name) for name in table.column_names}
    table = pa.table(
        {
            name: column if _stays(column, feed.field(name)) else _decoded(column, name)
            for name, column in columns.items()
        }
    )
    lines = line + np.arange(table.num_rows, dtype=np.int64)
    bad = {
        row: name
        for name in reversed(table.column_names)
        if pa.types.is_string(table.column(name).type)
        for row in bad_texts(table.column(name).combine_chunks())
    }
    if not bad:
        return Block(table, lines)
    good = np.setdiff1d(np.arange(table.num_rows), list(bad))
    broken = [Broken(line + row, name, "bytes", "is not UTF-8") for row, name in sorted(bad.items())]
    return Block(table.take(pa.array(good)), lines[good], broken)


def _stays(column: pa.ChunkedArray, field: Field) -> bool:
    """Whether the column is a dictionary and may stay one: of a few words, or of identifiers, all whole texts."""
    if not (pa.types.is_dictionary(column.type) and pa.types.is_string(column.type.value_type)):
        return False
    dictionaries = [chunk.dictionary for chunk in column.chunks]
    few = field.type is FieldType.WORD and all(len(words) <= _WORDS_MAX for words in dictionaries)
    return (few or field.is_identifier) and not any(bad_texts(words) for words in dictionaries)


def _decoded(column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    """Dictionaries, long strings and bytes as plain values."""
    type = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_binary(type) or pa.types.is_large_binary(type) or pa.types.is_large_string(type):
        type = pa.string()
    if type == column.type:
        return column
    try:
        return column.cast(type, safe=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise InputRefused(f"column {name} holds values that are not text") from None
