"""Fold contact events into a snapshot: sort them once, then read contacts off as runs.

Linear in the events, in whatever order they come. Keeps no batch longer than it takes to copy its columns.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graphsvc.graph.order import UInt64, sorted_with
from graphsvc.graph.snapshot import Int32, Int64, Snapshot
from graphsvc.model.progress import Progress, silent
from graphsvc.model.words import CALL

Array = npt.NDArray[Any]
Columns = dict[str, Array]

_COLUMNS: dict[str, tuple[pa.DataType, int]] = {  # type, and what stands for null
    "seq": (pa.int64(), 0),
    "started_at": (pa.int64(), 0),
    "a": (pa.int32(), 0),
    "b": (pa.int32(), 0),
    "channel": (pa.int8(), 0),
    "duration_s": (pa.int32(), 0),
    "answered": (pa.int8(), -1),
    "device": (pa.int32(), -1),
    "cell": (pa.int32(), -1),
}


def fold(events: Iterable[pa.RecordBatch], *, as_of: int, snapshot_id: str, progress: Progress = silent) -> Snapshot:
    """The snapshot of all events with `known_at` <= `as_of` (epoch ms); batches of EVENTS, in any order.

    Batches without a `known_at` column are taken whole. Two folds of the same events give the same arrays.
    """
    columns = _columns_of(events, as_of, progress)
    event_count = len(columns["a"])
    numbers, self_events = _take_out_self_events(columns)
    progress("fold", event_count, event_count)
    pair, order = _in_contact_order(columns, len(numbers))
    event_start = _run_starts(pair)
    contacts = _contact_arrays(pair[event_start[:-1]], len(numbers))
    del pair
    per_event = _event_arrays(columns, order)
    return Snapshot(
        snapshot_id=snapshot_id,
        as_of=as_of,
        event_count=event_count,
        numbers=numbers,
        self_events=self_events,
        event_start=event_start,
        **contacts,
        **_aggregates(per_event, event_start),
        **per_event,
    )


def _columns_of(events: Iterable[pa.RecordBatch], as_of: int, progress: Progress) -> Columns:
    """The wanted columns of all known events, each one array."""
    chunks: dict[str, list[Array]] = {name: [] for name in _COLUMNS}
    taken = 0
    for batch in events:
        known = _known(batch, as_of)
        for name, (kind, null) in _COLUMNS.items():
            chunks[name].append(_plain(known.column(name), kind, null))
        taken += known.num_rows
        progress("fold", taken, None)
    columns: Columns = {}
    for name, (kind, _) in _COLUMNS.items():
        nothing = np.empty(0, dtype=kind.to_pandas_dtype())
        columns[name] = np.concatenate([nothing, *chunks.pop(name)])
    return columns


def _known(batch: pa.RecordBatch, as_of: int) -> pa.RecordBatch:
    if "known_at" not in batch.schema.names:
        return batch
    known = pc.less_equal(batch.column("known_at"), as_of)
    return batch if pc.all(known, min_count=0).as_py() else batch.filter(known)


def _plain(column: pa.Array, kind: pa.DataType, null: int) -> Array:
    """A NumPy copy, so that the batch can be let go."""
    if column.type != kind:
        column = column.cast(kind)
    if column.null_count:
        column = pc.fill_null(column, pa.scalar(null, kind))
    plain: Array = column.to_numpy(zero_copy_only=False).copy()
    return plain


def _take_out_self_events(columns: Columns) -> tuple[Int32, Int32]:
    """The numbers, and each one's events with itself; makes `a` and `b` dense and drops those events."""
    numbers, dense = _numbering(columns["a"], columns["b"])
    columns["a"], columns["b"] = dense(columns["a"]), dense(columns["b"])
    to_self = columns["a"] == columns["b"]
    self_events = np.bincount(columns["a"][to_self], minlength=len(numbers)).astype(np.int32)
    if to_self.any():
        kept = ~to_self
        for name in columns:
            columns[name] = columns[name][kept]
    return numbers, self_events


def _numbering(a: Int32, b: Int32) -> tuple[Int32, Callable[[Int32], Int32]]:
    """All ids in ascending order, and how to make ids dense."""
    highest = max(int(a.max(initial=-1)), int(b.max(initial=-1)))
    if highest > 64 + 8 * len(a):  # a table of all ids would be far bigger than the events
        numbers = np.union1d(a, b).astype(np.int32)
        return numbers, lambda ids: np.searchsorted(numbers, ids).astype(np.int32)
    seen = np.zeros(highest + 1, dtype=np.bool_)
    seen[a] = True
    seen[b] = True
    numbers = np.flatnonzero(seen).astype(np.int32)
    place = np.zeros(highest + 1, dtype=np.int32)
    place[numbers] = np.arange(len(numbers), dtype=np.int32)
    return numbers, lambda ids: place[ids]


def _in_contact_order(columns: Columns, number_count: int) -> tuple[UInt64, Int32]:
    """Each event's (from, to) as one key, ascending, and the events' order by (from, to, started_at, seq).

    Takes `seq`, `a` and `b` out of `columns`: nobody needs them afterwards.
    """
    order = np.arange(len(columns["a"]), dtype=np.int32)
    for name in ("seq", "started_at"):
        key = columns[name][order]
        if len(key):
            key -= key.min()
        _, order = sorted_with(key.view(np.uint64), order)
    del columns["seq"]
    pair = columns.pop("a").astype(np.uint64)
    pair <<= _bits(number_count)
    pair |= columns.pop("b").astype(np.uint64)
    return sorted_with(pair[order], order)


def _bits(number_count: int) -> np.uint64:
    """How many bits a dense index takes."""
    return np.uint64(number_count.bit_length())


def _run_starts(keys: UInt64) -> Int64:
    """Where a new key begins, and the end."""
    begins = np.ones(len(keys) + 1, dtype=np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=begins[1:-1])
    return np.flatnonzero(begins).astype(np.int64, copy=False)


def _contact_arrays(pairs: UInt64, number_count: int) -> dict[str, Array]:
    """Who reaches whom, both ways, of contacts in ascending order."""
    contact_from = (pairs >> _bits(number_count)).astype(np.int32)
    contact_to = (pairs & ((np.uint64(1) << _bits(number_count)) - np.uint64(1))).astype(np.int32)
    _, by_to = sorted_with(contact_to.astype(np.uint64), np.arange(len(pairs), dtype=np.int32))
    return {
        "contact_from": contact_from,
        "contact_to": contact_to,
        "out_start": _slice_starts(contact_from, number_count),
        "in_start": _slice_starts(contact_to, number_count),
        "in_contact": by_to.astype(np.int64),
    }


def _slice_starts(member: Int32, count: int) -> Int64:
    starts = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(member, minlength=count), out=starts[1:])
    return starts


def _event_arrays(columns: Columns, order: Int32) -> dict[str, Array]:
    """The events' own columns, put in order one by one so that no second copy of all exists."""
    return {
        "event_at": columns.pop("started_at")[order],
        "event_duration_s": columns.pop("duration_s")[order],
        "event_channel": columns.pop("channel")[order],
        "event_answered": columns.pop("answered")[order],
        "event_device": columns.pop("device")[order],
        "event_cell": columns.pop("cell")[order],
    }


def _aggregates(event: dict[str, Array], event_start: Int64) -> dict[str, Array]:
    """Per contact: counts, seconds and times of its events."""
    contacts = len(event_start) - 1
    calls, answered, longest_s = (np.zeros(contacts, dtype=np.int32) for _ in range(3))
    talk_s = np.zeros(contacts, dtype=np.int64)
    _sum_calls(
        event_start,
        (event["event_channel"], event["event_answered"], event["event_duration_s"]),
        (calls, answered, longest_s, talk_s),
    )
    events = np.diff(event_start).astype(np.int32)
    return {
        "events": events,
        "calls": calls,
        "messages": events - calls,
        "answered": answered,
        "talk_s": talk_s,
        "longest_s": longest_s,
        "first_at": event["event_at"][event_start[:-1]],
        "last_at": event["event_at"][event_start[1:] - 1],
    }


@numba.njit(cache=True, nogil=True)
def _sum_calls(
    event_start: Int64,
    event: tuple[npt.NDArray[np.int8], npt.NDArray[np.int8], Int32],
    into: tuple[Int32, Int32, Int32, Int64],
) -> None:
    """Per contact: how many calls, how many answered, the longest talk, all talk; `into` holds zeros."""
    channel, answer, duration_s = event
    calls, answered, longest_s, talk_s = into
    for contact in range(len(event_start) - 1):
        for i in range(event_start[contact], event_start[contact + 1]):
            if channel[i] == CALL:
                calls[contact] += 1
                if answer[i] != 0:  # the seconds of an unanswered call are ringing
                    talk_s[contact] += duration_s[i]
                    longest_s[contact] = max(longest_s[contact], duration_s[i])
                if answer[i] == 1 or (answer[i] < 0 and duration_s[i] > 0):
                    answered[contact] += 1
