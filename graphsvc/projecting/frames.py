"""Between Arrow tables, frames and what a driver takes; how the model writes an instant."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any, Final

import polars as pl
import pyarrow as pa

INSTANT: Final = pl.Datetime("ms", "UTC")
"""Becomes a `ZONED DATETIME`."""


def frame_of(rows: pa.Table | pa.RecordBatch) -> pl.DataFrame:
    """Rows as a frame."""
    frame = pl.from_arrow(rows)
    if isinstance(frame, pl.Series):
        raise TypeError("rows have more than one column")
    return frame


def rows_of(frame: pl.DataFrame) -> list[list[Any]]:
    """Rows as the driver takes them: a null as None, an instant in the zone that the importer writes."""
    columns = [_plain(column) for column in frame.get_columns()]
    return [list(row) for row in zip(*columns, strict=True)]


def rows_in_millis(frame: pl.DataFrame) -> list[list[Any]]:
    """The same with instants as epoch milliseconds, for statements that run for every contact.

    The driver takes a quarter of a millisecond for a datetime, which is more than the server needs for its contact.
    """
    columns = [column.cast(pl.Int64) if column.dtype == INSTANT else column for column in frame.get_columns()]
    return [list(row) for row in zip(*(column.to_list() for column in columns), strict=True)]


def with_properties(frame: pl.DataFrame, keys: Sequence[str], names: Sequence[str]) -> list[list[Any]]:
    """Rows of the keys, each with a map of the named properties behind them, instants in the importer's zone."""
    columns = [_plain(frame[name]) for name in keys]
    values = zip(*[_plain(frame[name]) for name in names], strict=True)
    columns.append([dict(zip(names, row, strict=True)) for row in values])
    return [list(row) for row in zip(*columns, strict=True)]


def whole_numbers(frame: pl.DataFrame) -> pl.DataFrame:
    """With whole numbers as Neo4j has them, 64 bits."""
    return frame.with_columns([pl.col(name).cast(pl.Int64) for name, kind in frame.schema.items() if kind.is_integer()])


def without(frame: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """The rows that the other frame, of the same columns, does not have; a null is like a null."""
    left, right = whole_numbers(frame), whole_numbers(other).cast(whole_numbers(frame).schema)
    return left.join(right, on=left.columns, how="anti", nulls_equal=True)


def _plain(column: pl.Series) -> list[Any]:
    values: list[Any] = column.to_list()
    if column.dtype == INSTANT:
        # The driver writes the zone `UTC` as a region, and such a time equals no time of the importer's.
        return [None if value is None else value.replace(tzinfo=UTC) for value in values]
    return values
