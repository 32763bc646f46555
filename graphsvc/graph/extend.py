"""A snapshot and the events that came in since make the next snapshot: the same arrays as folding all events anew.

What is there is copied in runs between the places where something new comes in; only the new events are put in order,
and only the contacts that they touch are summed again. So it costs a few passes over memory instead of reading and
ordering every event. Events come in behind those of the same contact and instant that are there: they must have been
appended to the ledger later than all of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graphsvc.compiling import kernel
from graphsvc.graph import fold_loops as loops
from graphsvc.graph.fold import contact_arrays, plain_batches
from graphsvc.graph.snapshot import Int32, Int64, Snapshot
from graphsvc.model.progress import silent

Array = npt.NDArray[Any]

_EVENT_ARRAYS = {  # array of the snapshot → column of the events
    "event_at": "started_at",
    "event_duration_s": "duration_s",
    "event_channel": "channel",
    "event_answered": "answered",
    "event_device": "device",
    "event_cell": "cell",
}


def extend(before: Snapshot, events: Iterable[pa.RecordBatch], *, as_of: int, snapshot_id: str) -> Snapshot:
    """The snapshot of the events in `before` and these (batches of EVENTS), of which all with `known_at` <= `as_of`.

    Each of them has a higher seq than all in `before`.
    """
    new = _columns(events, as_of)
    a, b = new["a"], new["b"]
    numbers = np.union1d(before.numbers, np.concatenate([a, b])).astype(np.int32)
    of_old = np.searchsorted(numbers, before.numbers).astype(np.int32)
    a, b = (np.searchsorted(numbers, ids).astype(np.int32) for ids in (a, b))
    self_events = np.zeros(len(numbers), dtype=np.int32)
    self_events[of_old] = before.self_events
    np.add.at(self_events, a[a == b], 1)
    grown = _Grown.by(before, of_old, len(numbers), a, b, new)
    out_start = np.zeros(len(numbers) + 1, dtype=np.int64)
    np.cumsum(np.bincount(grown.contact_from, minlength=len(numbers)), out=out_start[1:])
    arrays = {
        name: _spread(getattr(before, name), grown.event_place, new[column][grown.order])
        for name, column in _EVENT_ARRAYS.items()
    }
    return Snapshot(
        snapshot_id=snapshot_id,
        as_of=as_of,
        event_count=before.event_count + len(a),
        numbers=numbers,
        self_events=self_events,
        event_start=grown.event_start,
        **contact_arrays(grown.contact_to, out_start),
        **grown.aggregates(before, arrays),
        **arrays,
    )


@dataclass(frozen=True)
class _Grown:
    """Contacts with those that are new, and where the new events belong."""

    contact_from: Int32
    contact_to: Int32
    event_start: Int64
    contact_place: Int64
    """Before which contacts of the old snapshot the new ones come."""
    touched: Int64
    """Contacts that new events belong to, by their new place."""
    order: Int64
    """The new events between different numbers by (from, to, started_at, seq)."""
    event_place: Int64
    """Before which events of the old snapshot each of them comes."""

    @classmethod
    def by(cls, before: Snapshot, of_old: Int32, count: int, a: Int32, b: Int32, new: dict[str, Array]) -> "_Grown":
        """What new events from `a` to `b` (dense, of `count` numbers) make of the contacts."""
        source, target = of_old[before.contact_from], of_old[before.contact_to]
        keys = source.astype(np.int64) * count + target
        key = a.astype(np.int64) * count + b
        order = np.lexsort((new["seq"], new["started_at"], key))
        order = order[a[order] != b[order]]
        distinct, members = np.unique(key[order], return_counts=True)
        place = np.searchsorted(keys, distinct)
        known = np.zeros(len(distinct), dtype=np.bool_)
        inside = place < len(keys)
        known[inside] = keys[place[inside]] == distinct[inside]
        fresh = ~known
        touched = place + np.cumsum(fresh) - fresh  # as many new ones come before it
        events = _spread(np.diff(before.event_start), place[fresh], np.zeros(int(fresh.sum()), dtype=np.int64))
        events[touched] += members
        event_start = np.zeros(len(events) + 1, dtype=np.int64)
        np.cumsum(events, out=event_start[1:])
        return cls(
            contact_from=_spread(source, place[fresh], (distinct[fresh] // count).astype(np.int32)),
            contact_to=_spread(target, place[fresh], (distinct[fresh] % count).astype(np.int32)),
            event_start=event_start,
            contact_place=place[fresh],
            touched=touched,
            order=order,
            event_place=_places(
                before.event_start, before.event_at, place, known, members, new["started_at"][order].astype(np.int64)
            ),
        )

    def aggregates(self, before: Snapshot, arrays: dict[str, Array]) -> dict[str, Array]:
        """Per contact: counts and seconds; those of contacts that nothing new belongs to are as before."""
        first, last = self.event_start[self.touched], self.event_start[self.touched + 1]
        sizes = last - first
        start = np.zeros(len(sizes) + 1, dtype=np.int64)
        np.cumsum(sizes, out=start[1:])
        every = np.repeat(first - start[:-1], sizes) + np.arange(start[-1])
        calls, answered, longest_s = (np.zeros(len(sizes), dtype=np.int32) for _ in range(3))
        talk_s = np.zeros(len(sizes), dtype=np.int64)
        events = tuple(arrays[name][every] for name in ("event_channel", "event_answered", "event_duration_s"))
        loops.sum_calls(start, (events[0], events[1], events[2]), (calls, answered, longest_s, talk_s))
        return {
            "calls": self._with_new(before.calls, calls),
            "answered": self._with_new(before.answered, answered),
            "longest_s": self._with_new(before.longest_s, longest_s),
            "talk_s": self._with_new(before.talk_s, talk_s),
        }

    def _with_new(self, old: Array, values: Array) -> Array:
        """An array over contacts with the new contacts in it, and these values for those touched."""
        grown = _spread(old, self.contact_place, np.zeros(len(self.contact_place), dtype=old.dtype))
        grown[self.touched] = values
        return grown


def _columns(events: Iterable[pa.RecordBatch], as_of: int) -> dict[str, Array]:
    batches = list(plain_batches(events, as_of, silent))
    if not batches:
        batches = list(plain_batches([pa.RecordBatch.from_pylist([], schema=_NOTHING)], as_of, silent))
    return {name: np.concatenate([batch[name] for batch in batches]) for name in batches[0]}


_NOTHING = pa.schema(
    [("a", pa.int32()), ("b", pa.int32()), ("started_at", pa.int64()), ("seq", pa.int64())]
    + [(name, pa.int32()) for name in ("duration_s", "device", "cell")]
    + [("channel", pa.int8()), ("answered", pa.bool_())]
)


def _spread(old: Array, places: Int64, values: Array) -> Array:
    """`old` with each of the values before the place named (ascending), in a new array."""
    grown = np.empty(len(old) + len(values), dtype=old.dtype)
    plain = f"u{old.dtype.itemsize}"  # compiled once a size, whatever stands there and wherever it is kept
    before = np.asarray(old).view(plain)
    before.flags.writeable = False
    _spread_into(before, places, values.astype(old.dtype, copy=False).view(plain), grown.view(plain))
    return grown


@kernel
def _spread_into(old: Array, places: Int64, values: Array, grown: Array) -> None:
    done = 0
    for k in range(len(places)):
        for i in range(done, places[k]):
            grown[i + k] = old[i]
        done = places[k]
        grown[done + k] = values[k]
    for i in range(done, len(old)):
        grown[i + len(places)] = old[i]


@kernel
def _places(
    event_start: Int64, event_at: Int64, place: Int64, known: npt.NDArray[np.bool_], members: Int64, at: Int64
) -> Int64:
    """Before which old event each new one comes; `members` of them in turn belong to the contact at `place`."""
    places = np.empty(len(at), np.int64)
    k = 0
    for contact in range(len(place)):
        low = event_start[place[contact]]
        for _ in range(members[contact]):
            if known[contact]:
                high = event_start[place[contact] + 1]
                while low < high:  # behind all that are not later
                    middle = (low + high) // 2
                    if event_at[middle] <= at[k]:
                        low = middle + 1
                    else:
                        high = middle
            places[k] = low
            k += 1
    return places
