"""Fold contact events into a snapshot: deal them out by a-number, then put each number's own in order.

Linear in the events, in whatever order they come: a counting sort by a-number, one by b-number among the events of
each a-number, and the few events of a contact by time where they did not come so. The arrays of a number fit into
the processor's cache, so that only the first of these steps waits for memory.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graphsvc.graph import fold_loops as loops
from graphsvc.graph.snapshot import Int32, Int64, Snapshot
from graphsvc.model.progress import Progress, silent

Array = npt.NDArray[Any]

_COLUMNS: dict[str, tuple[pa.DataType, int]] = {  # type, and what stands for null
    "a": (pa.int32(), 0),
    "b": (pa.int32(), 0),
    "started_at": (pa.int64(), 0),
    "seq": (pa.int64(), 0),
    "duration_s": (pa.int32(), 0),
    "device": (pa.int32(), -1),
    "cell": (pa.int32(), -1),
    "channel": (pa.int8(), 0),
    "answered": (pa.int8(), -1),
}
_EVENT = np.dtype(
    [
        ("at", np.int64),
        ("seq", np.int64),
        ("to", np.int32),
        ("duration_s", np.int32),
        ("device", np.int32),
        ("cell", np.int32),
        ("channel", np.int8),
        ("answered", np.int8),
    ],
    align=True,
)
"""One event in one place of memory: it is dealt out with a single write."""
_DEALERS = 2
"""Ranges of a-numbers whose events are dealt out side by side: each reads all, and writes its own."""
_ALONE = 100_000
"""Fewer events are dealt out and put in order in the time that threads take to begin."""
_PARTS = 4
"""Ranges of a-numbers that are put in order side by side."""


def fold(events: Iterable[pa.RecordBatch], *, as_of: int, snapshot_id: str, progress: Progress = silent) -> Snapshot:
    """The snapshot of all events with `known_at` <= `as_of` (epoch ms); batches of EVENTS, in any order.

    Batches without a `known_at` column are taken whole. Two folds of the same events give the same arrays.
    """
    batches = deque(plain_batches(events, as_of, progress))
    nobody = np.empty(0, dtype=np.int32)
    a, b = (np.concatenate([nobody, *(batch.pop(name) for batch in batches)]) for name in ("a", "b"))
    progress("fold", len(a), len(a))
    numbers, dense = _numbering(a, b)
    a, b = dense(a), dense(b)
    self_events = np.bincount(a[a == b], minlength=len(numbers)).astype(np.int32)
    start = _starts(np.bincount(a, minlength=len(numbers)) - self_events)
    dealt = _dealt_out(batches, a, b, start)
    event_count = len(a)
    del a, b
    ordered = _in_order(dealt, start)
    del dealt
    event_start = np.append(np.flatnonzero(ordered.begins), len(ordered.to))
    contacts = contact_arrays(ordered.to[event_start[:-1]], np.searchsorted(event_start, start))
    return Snapshot(
        snapshot_id=snapshot_id,
        as_of=as_of,
        event_count=event_count,
        numbers=numbers,
        self_events=self_events,
        event_start=event_start,
        **contacts,
        **_aggregates(ordered, event_start),
        event_at=ordered.at,
        event_duration_s=ordered.duration_s,
        event_channel=ordered.channel,
        event_answered=ordered.answered,
        event_device=ordered.device,
        event_cell=ordered.cell,
    )


def plain_batches(events: Iterable[pa.RecordBatch], as_of: int, progress: Progress) -> Iterator[dict[str, Array]]:
    """The wanted columns of all known events as NumPy arrays, without nulls."""
    taken = 0
    for batch in events:
        known = _known(batch, as_of)
        yield {name: _plain(known.column(name), kind, null) for name, (kind, null) in _COLUMNS.items()}
        taken += known.num_rows
        progress("fold", taken, None)


def _known(batch: pa.RecordBatch, as_of: int) -> pa.RecordBatch:
    if "known_at" not in batch.schema.names:
        return batch
    known = pc.less_equal(batch.column("known_at"), as_of)
    return batch if pc.all(known, min_count=0).as_py() else batch.filter(known)


def _plain(column: pa.Array, kind: pa.DataType, null: int) -> Array:
    if column.type != kind:
        column = column.cast(kind)
    if column.null_count:
        column = pc.fill_null(column, pa.scalar(null, kind))
    plain: Array = column.to_numpy(zero_copy_only=False)
    return plain


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


def _starts(counts: Int64) -> Int64:
    """Where each slice begins that has so many members, and the end."""
    starts = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=starts[1:])
    return starts


def _dealt_out(batches: deque[dict[str, Array]], a: Int32, b: Int32, start: Int64) -> Array:
    """The events between different numbers by a-number, as they came; each batch is let go when it is dealt out."""
    dealt = np.empty(start[-1], dtype=_EVENT)
    place = start[:-1].copy()
    done = 0
    with _side_by_side(_DEALERS, start) as (run, ranges):
        while batches:
            batch = loops.Batch(**batches.popleft())
            here = slice(done, done + len(batch.seq))
            deal = partial(loops.deal_out, a=a[here], b=b[here], batch=batch, place=place, dealt=dealt)
            list(run(deal, ranges))
            done = here.stop
    return dealt


def _in_order(dealt: Array, start: Int64) -> loops.Ordered:
    """The events, column by column, by (from, to, started_at, seq)."""
    count = len(dealt)
    ordered = loops.Ordered(
        begins=np.zeros(count, dtype=np.bool_),
        at=np.empty(count, dtype=np.int64),
        channel=np.empty(count, dtype=np.int8),
        answered=np.empty(count, dtype=np.int8),
        **{name: np.empty(count, dtype=np.int32) for name in ("to", "duration_s", "device", "cell")},
    )
    with _side_by_side(_PARTS, start) as (run, ranges):
        list(run(lambda part: loops.put_in_order(part, start, dealt, ordered), ranges))
    return ordered


@contextmanager
def _side_by_side(parts: int, start: Int64) -> Iterator[tuple[Callable[..., Iterable[None]], list[tuple[int, int]]]]:
    """What carries out a function for each of some ranges of a-numbers, and these ranges."""
    if start[-1] < _ALONE:
        yield map, _ranges(start, 1)
        return
    with ThreadPoolExecutor(parts, "fold") as threads:
        yield threads.map, _ranges(start, parts)


def _ranges(start: Int64, parts: int) -> list[tuple[int, int]]:
    """Ranges of a-numbers (from, below) with about as many events each."""
    bounds = np.searchsorted(start, np.linspace(0, start[-1], parts + 1)[1:-1]).tolist()
    return list(pairwise([0, *bounds, len(start) - 1]))


def contact_arrays(contact_to: Int32, out_start: Int64) -> dict[str, Array]:
    """Who reaches whom, both ways, of contacts in ascending order."""
    count = len(out_start) - 1
    in_start = _starts(np.bincount(contact_to, minlength=count))
    return {
        "contact_from": np.repeat(np.arange(count, dtype=np.int32), np.diff(out_start)),
        "contact_to": contact_to,
        "out_start": out_start,
        "in_start": in_start,
        "in_contact": loops.by_recipient(contact_to, in_start),
    }


def _aggregates(ordered: loops.Ordered, event_start: Int64) -> dict[str, Array]:
    """Per contact: counts and seconds of its events."""
    contacts = len(event_start) - 1
    calls, answered, longest_s = (np.zeros(contacts, dtype=np.int32) for _ in range(3))
    talk_s = np.zeros(contacts, dtype=np.int64)
    loops.sum_calls(
        event_start,
        (ordered.channel, ordered.answered, ordered.duration_s),
        (calls, answered, longest_s, talk_s),
    )
    return {"calls": calls, "answered": answered, "talk_s": talk_s, "longest_s": longest_s}
