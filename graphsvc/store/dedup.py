"""The dedup index: which events the ledger has, and what each said. Only the writer uses it.

Pure: looks into the runs that it is given, and changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graphsvc.store.ordering import Int64, ascending
from graphsvc.store.runs import Run

Pairs = tuple[Int64, Int64]


@dataclass(frozen=True)
class Verdict:
    """What becomes of the rows of a batch; row indices, ascending."""

    fresh: npt.NDArray[np.int32]
    duplicates: npt.NDArray[np.int32]
    conflicts: npt.NDArray[np.int32]
    pairs: Pairs
    """Event keys of the fresh rows in ascending order and their contents."""

    @property
    def others(self) -> int:
        """How many rows are not fresh."""
        return len(self.duplicates) + len(self.conflicts)


class KeySet:
    """Keys in memory, ascending, with their contents."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.keys: Int64 = np.empty(0, dtype=np.int64)
        self.contents: Int64 = np.empty(0, dtype=np.int64)

    def add(self, events: pa.Table) -> None:
        """Take in the keys of events that are not in it."""
        keys = np.concatenate([self.keys, _column(events, "event_key")])
        order = ascending(keys)
        self.keys = keys[order]
        self.contents = np.concatenate([self.contents, _column(events, "content_key")])[order]

    def find(self, wanted: Int64) -> tuple[npt.NDArray[np.bool_], Int64]:
        """Which of these keys it has, and their contents (0 where it has not)."""
        if not len(self.keys):
            return np.zeros(len(wanted), dtype=np.bool_), np.zeros(len(wanted), dtype=np.int64)
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        found = self.keys[at] == wanted
        return found, np.where(found, self.contents[at], 0)


def by_key(events: pa.Table) -> Int64:
    """The places of the rows by event key, ascending; of equal keys, the earlier row first."""
    return ascending(_column(events, "event_key"))


def judge(events: pa.Table, order: Int64, runs: Sequence[Run], head: KeySet) -> Verdict:
    """Part a batch into fresh rows, duplicates and conflicts. Of rows with one key the first stands.

    `order` is what `by_key` says of them.
    """
    keys = _column(events, "event_key")
    sorted_keys, contents = keys[order], _column(events, "content_key")[order]
    first = np.ones(len(keys), dtype=np.bool_)
    first[1:] = sorted_keys[1:] != sorted_keys[:-1]
    group = np.cumsum(first) - 1
    known, standing = _known(sorted_keys[first], runs, head)
    standing = np.where(known, standing, contents[first])[group]
    fresh = first & ~known[group]
    same = contents == standing
    return Verdict(
        fresh=_rows(order, fresh),
        duplicates=_rows(order, ~fresh & same),
        conflicts=_rows(order, ~fresh & ~same),
        pairs=(sorted_keys[fresh], contents[fresh]),
    )


def sorted_pairs(events: pa.Table) -> Pairs:
    """Event keys in ascending order and their contents, as a run wants them."""
    keys = _column(events, "event_key")
    order = ascending(keys)
    return keys[order], _column(events, "content_key")[order]


def _known(keys: Int64, runs: Sequence[Run], head: KeySet) -> tuple[npt.NDArray[np.bool_], Int64]:
    known, contents = head.find(keys)
    for run in runs:
        found, what = run.find(keys)
        known |= found
        contents += what  # a key is in one place only, and is 0 everywhere else
    return known, contents


def _column(events: pa.Table, name: str) -> Int64:
    values: Int64 = events.column(name).to_numpy()
    return values


def _rows(order: npt.NDArray[np.intp], chosen: npt.NDArray[np.bool_]) -> npt.NDArray[np.int32]:
    rows = np.zeros(len(order), dtype=np.bool_)
    rows[order[chosen]] = True
    return np.flatnonzero(rows).astype(np.int32)
