"""Communities of the whole contact graph: numbers more in contact with each other than with the rest.

For analysts: a community's label means nothing outside one answer, and it is no scam network.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from graphsvc.graph.leiden import leiden
from graphsvc.graph.order import sorted_with
from graphsvc.graph.snapshot import Int32, Int64, Snapshot
from graphsvc.graph.values import LABELS, SHOWN_MEMBERS, Community


@dataclass(frozen=True)
class Communities:
    """The whole graph parted, with what is told of each part."""

    snapshot: Snapshot
    label: Int32
    """[N] the community of every number."""
    events_inside: Int64
    """By label: events between its members."""
    events_outside: Int64
    """By label: events between a member and somebody else."""
    busy: Int64
    """[N] events with members of one's own community."""

    @classmethod
    def of(cls, snapshot: Snapshot, *, seed: int = 0, resolution: float = 1.0) -> "Communities":
        """Leiden on the undirected contact graph, where two numbers weigh ln(1 + events between them)."""
        low, high, events = _ties(snapshot)
        label = leiden(
            node_count=snapshot.number_count,
            source=low,
            target=high,
            weight=np.log1p(events),
            seed=seed,
            resolution=resolution,
        )
        count, same = int(label.max(initial=-1)) + 1, label[low] == label[high]
        outside = _summed(label[low[~same]], events[~same], count) + _summed(label[high[~same]], events[~same], count)
        busy = _summed(low[same], events[same], len(label)) + _summed(high[same], events[same], len(label))
        return cls(snapshot, label, _summed(label[low[same]], events[same], count), outside, busy)

    def biggest(self, limit: int) -> list[Community]:
        """The `limit` biggest communities, biggest first, then by smallest member."""
        sizes = np.bincount(self.label)
        wanted = np.lexsort((np.arange(len(sizes)), -sizes))[: max(0, limit)]
        return [self._described(label) for label in wanted.tolist()]

    def containing(self, number: int) -> list[Community]:
        """That of one number (registry id); none where it has no event."""
        return [self._described(int(self.label[i])) for i in self.snapshot.dense([number]) if i >= 0]

    def labels(self) -> pa.Table:
        """LABELS: the community of every number."""
        return pa.table({"number": self.snapshot.numbers, "label": self.label}, schema=LABELS)

    def _described(self, label: int) -> Community:
        """With its busiest members."""
        members = np.flatnonzero(self.label == label)
        shown = members[np.lexsort((members, -self.busy[members]))[:SHOWN_MEMBERS]]
        return Community(
            label=label,
            size=len(members),
            members=tuple(self.snapshot.numbers[shown].tolist()),
            events_inside=int(self.events_inside[label]),
            events_outside=int(self.events_outside[label]),
        )


def _summed(place: Int32, events: Int64, count: int) -> Int64:
    return np.bincount(place, events, count).astype(np.int64)


def _ties(snapshot: Snapshot) -> tuple[Int32, Int32, Int64]:
    """Every two numbers in contact once, the smaller first, with their events in both directions."""
    low = np.minimum(snapshot.contact_from, snapshot.contact_to).astype(np.uint64)
    high = np.maximum(snapshot.contact_from, snapshot.contact_to).astype(np.uint64)
    bits = np.uint64(snapshot.number_count.bit_length())
    pair, contact = sorted_with((low << bits) | high, np.arange(len(low), dtype=np.int32))
    starts = np.flatnonzero(np.append(True, pair[1:] != pair[:-1])[: len(pair)])
    if not len(starts):
        return np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.int64)
    events = np.add.reduceat(snapshot.events[contact], starts, dtype=np.int64)
    once = contact[starts]
    one, other = snapshot.contact_from[once], snapshot.contact_to[once]
    return np.minimum(one, other), np.maximum(one, other), events
