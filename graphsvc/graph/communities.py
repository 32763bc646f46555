"""Communities of the whole contact graph: numbers more in contact with each other than with the rest.

For analysts: a community's label means nothing outside one answer, and it is no scam network.
"""

import numpy as np
import pyarrow as pa

from graphsvc.graph.leiden import leiden
from graphsvc.graph.order import sorted_with
from graphsvc.graph.snapshot import Int32, Int64, Snapshot
from graphsvc.graph.values import LABELS, SHOWN_MEMBERS, Community


def communities(
    snapshot: Snapshot,
    *,
    limit: int = 20,
    containing: int | None = None,
    seed: int = 0,
    resolution: float = 1.0,
) -> list[Community]:
    """The `limit` biggest communities, biggest first, then by smallest member; or that of one number.

    Leiden on the undirected contact graph, where two numbers weigh ln(1 + events between them). `containing`
    is a registry id; the answer is empty where it has no event.
    """
    ties = _ties(snapshot)
    found = _labels(snapshot, ties, seed, resolution)
    sizes = np.bincount(found)
    wanted = np.lexsort((np.arange(len(sizes)), -sizes)).tolist()
    if containing is not None:
        wanted = [int(found[i]) for i in snapshot.dense([containing]) if i >= 0]
    return _described(snapshot, found, ties, wanted[: max(0, limit)])


def labels(snapshot: Snapshot, *, seed: int = 0, resolution: float = 1.0) -> pa.Table:
    """LABELS: the community of every number, as `communities` numbers them."""
    found = _labels(snapshot, _ties(snapshot), seed, resolution)
    return pa.table({"number": snapshot.numbers, "label": found}, schema=LABELS)


def _labels(snapshot: Snapshot, ties: tuple[Int32, Int32, Int64], seed: int, resolution: float) -> Int32:
    low, high, events = ties
    return leiden(
        node_count=snapshot.number_count,
        source=low,
        target=high,
        weight=np.log1p(events),
        seed=seed,
        resolution=resolution,
    )


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


def _described(
    snapshot: Snapshot, labels: Int32, ties: tuple[Int32, Int32, Int64], wanted: list[int]
) -> list[Community]:
    """The wanted communities, with their events and their busiest members."""
    low, high, events = ties
    count = int(labels.max(initial=-1)) + 1
    same = labels[low] == labels[high]
    inside = np.bincount(labels[low[same]], events[same], count).astype(np.int64)
    leaving = np.bincount(labels[low[~same]], events[~same], count)
    leaving += np.bincount(labels[high[~same]], events[~same], count)
    busy = np.bincount(low[same], events[same], len(labels))
    busy += np.bincount(high[same], events[same], len(labels))
    described = []
    for label in wanted:
        members = np.flatnonzero(labels == label)
        shown = members[np.lexsort((members, -busy[members]))[:SHOWN_MEMBERS]]
        described.append(
            Community(
                label=label,
                size=len(members),
                members=tuple(snapshot.numbers[shown].tolist()),
                events_inside=int(inside[label]),
                events_outside=int(leaving[label]),
            )
        )
    return described
