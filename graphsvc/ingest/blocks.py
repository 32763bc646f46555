"""What every reader gives: which columns a file has, and its rows in blocks with their record numbers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphsvc.errors import InputRefused
from graphsvc.ingest.faults import Broken
from graphsvc.ingest.feeds import Feed

_COLUMN_NAME = re.compile(r"[^\W\d]\w{0,39}")
_MANY_DIGITS = re.compile(r"\d{7}")


@dataclass(frozen=True)
class Block:
    """Some rows: those of the feed's columns that the file has, and their record numbers, ascending."""

    table: pa.Table
    lines: NDArray[np.int64]
    broken: list[Broken] = field(default_factory=list)  # rows that are not in the table

    @property
    def rows(self) -> int:
        """Rows read, good and broken."""
        return len(self.lines) + len(self.broken)


@dataclass(frozen=True)
class Reading:
    """A file that has been opened and has the columns that its feed needs."""

    unknown: list[str]  # names of columns that are no part of the feed, fit to be shown
    rows: int | None  # how many there are, where the format says
    blocks: Iterator[Block]


def known_columns(names: Sequence[str], feed: Feed) -> list[str]:
    """The file's columns that belong to the feed, in the file's order.

    Raises InputRefused for a column that comes twice and for one that is missing.
    """
    known = [name for name in names if name in set(feed.names())]
    twice = sorted({name for name in known if known.count(name) > 1})
    if twice:
        raise InputRefused(f"column {twice[0]} is there twice; leave one of them out")
    missing = feed.missing_from(set(known))
    if missing:
        raise InputRefused(
            f"required column {', '.join(missing)} is missing; {feed.name} has the columns {', '.join(feed.names())}"
        )
    return known


def unknown_columns(names: Sequence[str], feed: Feed) -> list[str]:
    """The other columns by name, or by place where a name may be a value, as in a file without a header."""
    return [
        name if _COLUMN_NAME.fullmatch(name) and not _MANY_DIGITS.search(name) else f"number {place}"
        for place, name in enumerate(names, start=1)
        if name not in set(feed.names())
    ]


def text_table(columns: Sequence[str], rows: Sequence[Sequence[str | None]]) -> pa.Table:
    """Rows of texts as a table."""
    arrays = [pa.array([row[i] for row in rows], pa.string()) for i in range(len(columns))]
    return pa.table(dict(zip(columns, arrays, strict=True)))
