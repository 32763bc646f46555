"""Steps through a snapshot: the contacts around a set of numbers, and which of their events lie in a window.

A window is half-open, [since, until), in epoch ms; None leaves a side open. Work comes in blocks of a bounded
size, so that a number with millions of contacts takes time, never memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graphsvc.graph.snapshot import Int32, Int64, Snapshot

BLOCK = 1 << 18
"""Contacts handled at a time."""


@dataclass(frozen=True)
class Steps:
    """Contacts from numbers already reached to the numbers at their other end; parallel arrays."""

    near: Int32
    """Dense indices in the frontier."""
    far: Int32
    """Dense indices at the other end, whoever originated the contact."""
    contact: Int64
    """Indices of contacts."""
    first_event: Int64
    """First event of the contact in the window."""
    end_event: Int64
    """One past its last event in the window; always more than `first_event`."""

    def where(self, kept: npt.NDArray[np.bool_]) -> "Steps":
        """The steps for which `kept` is true, in the same order."""
        return Steps(self.near[kept], self.far[kept], self.contact[kept], self.first_event[kept], self.end_event[kept])


def steps_from(
    snapshot: Snapshot, frontier: Int32, *, since: int | None = None, until: int | None = None
) -> Iterator[Steps]:
    """Every contact with an event in the window that starts or ends at a number of `frontier`, in blocks.

    First the contacts that the frontier originated, then those that reached it, each in the frontier's order.
    A contact between two numbers of the frontier comes once from each end.
    """
    for originated in (True, False):
        far_end = snapshot.contact_to if originated else snapshot.contact_from
        for near, contact in contacts_at(snapshot, frontier, originated=originated):
            first, last = events_in_window(snapshot, contact, since=since, until=until)
            steps = Steps(near, far_end[contact], contact, first, last)
            yield steps if since is None and until is None else steps.where(last > first)


def contacts_at(snapshot: Snapshot, frontier: Int32, *, originated: bool) -> Iterator[tuple[Int32, Int64]]:
    """The contacts that numbers of `frontier` originated (or that reached them), in its order, in blocks: whose each
    is, and the contact."""
    start = snapshot.out_start if originated else snapshot.in_start
    degree = start[frontier + 1] - start[frontier]
    end = np.cumsum(degree)
    total = int(end[-1]) if len(end) else 0
    for begin in range(0, total, BLOCK):
        stop = min(begin + BLOCK, total)
        low, high = np.searchsorted(end, (begin, stop - 1), side="right")
        owner = np.arange(low, high + 1)
        before = end[owner] - degree[owner]  # contacts of the numbers ahead of each
        inside = np.minimum(end[owner], stop) - np.maximum(before, begin)
        slot = np.arange(begin, stop) + np.repeat(start[frontier[owner]] - before, inside)
        yield np.repeat(frontier[owner], inside), slot if originated else snapshot.in_contact[slot]


def events_in_window(
    snapshot: Snapshot, contact: Int64, *, since: int | None = None, until: int | None = None
) -> tuple[Int64, Int64]:
    """Of each contact, the first event at or after `since` and the first at or after `until` (or its end)."""
    first, end = snapshot.event_start[contact], snapshot.event_start[contact + 1]
    if since is not None:
        late = snapshot.began(contact) < since
        first[late] = _first_at_or_after(snapshot.event_at, first[late], end[late], since)
    if until is not None:
        late = snapshot.ended(contact) >= until
        end[late] = _first_at_or_after(snapshot.event_at, first[late], end[late], until)
    return first, end


def _first_at_or_after(at: Int64, low: Int64, high: Int64, instant: int) -> Int64:
    """Bisection of many slices [low, high) of `at` at once: where the first value >= `instant` stands."""
    while len(open_slices := np.flatnonzero(low < high)):
        middle = (low[open_slices] + high[open_slices]) // 2
        before = at[middle] < instant
        low[open_slices[before]] = middle[before] + 1
        high[open_slices[~before]] = middle[~before]
    return low
