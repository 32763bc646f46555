"""Paths that respect time: something told on the first call could have been passed on to the last number.

A path is a chain of single events, each in its own direction. The next event starts at or after the end of
the one before; an event ends at its start plus its duration, a message when it is sent. Every event starts in
the window [since, until); the last may end after it. No path leads through a closed number; one may begin or end there.
("Time-respecting": Holme & Saramäki 2012, Phys. Rep.
519, 97-125; "earliest arrival": Wu et al. 2014, PVLDB 7(9), 721-732.)
"""

from collections.abc import Collection
from dataclasses import dataclass

import numba
import numpy as np

from graphsvc.graph.snapshot import Int32, Int64, Snapshot
from graphsvc.graph.values import TimedPath, TimedStep

_NEVER = np.iinfo(np.int64).max
_ALWAYS = np.iinfo(np.int64).min


@dataclass(frozen=True)
class _Round:
    """Numbers that this many events reach earlier than any fewer do, when, and by which last event."""

    number: Int32
    arrival: Int64
    event: Int64


def time_respecting_paths(
    snapshot: Snapshot,
    a: int,
    b: int,
    *,
    max_hops: int = 6,
    since: int | None = None,
    until: int | None = None,
    limit: int = 10,
    closed: Collection[int] = (),
) -> list[TimedPath]:
    """Paths from `a` to `b` (registry ids) that no path of as few events beats in arrival; earliest first.

    So the first arrives earliest, and each further one takes fewer events: `max_hops` paths at most, and
    `limit`. Each has at most `max_hops` events. Of equally good ones it is the one whose last callers have
    the smallest ids. A number has no path to itself.
    """
    source, target = snapshot.dense([a, b]).tolist()
    if source < 0 or target < 0 or source == target:
        return []
    shut = np.setdiff1d(snapshot.dense(sorted(closed)), [-1, source, target])
    rounds = _rounds(snapshot, (source, target), max_hops, (since, until), shut)
    reached = [hops for hops, each in enumerate(rounds) if hops and target in each.number]
    return [_path_back(snapshot, rounds[: hops + 1], target) for hops in reversed(reached)][:limit]


def _rounds(
    snapshot: Snapshot, ends: tuple[int, int], max_hops: int, window: tuple[int | None, int | None], shut: Int32
) -> list[_Round]:
    """Round by round, what one event more can reach earlier than before; ends when nothing improves."""
    (source, target), (since, until) = ends, window
    ready = np.array([_ALWAYS if since is None else since], dtype=np.int64)
    rounds = [_Round(np.array([source], dtype=np.int32), ready, np.array([-1], dtype=np.int64))]
    arrival = np.full(snapshot.number_count, _NEVER, dtype=np.int64)
    arrival[source] = arrival[shut] = _ALWAYS  # nothing gets there earlier, so nothing goes on from there
    event = np.full(snapshot.number_count, -1, dtype=np.int64)
    contacts = (snapshot.out_start, snapshot.contact_to, snapshot.event_start)
    events = (snapshot.event_at, snapshot.event_duration_s)
    for _ in range(max_hops):
        before = rounds[-1]
        number = _reach(
            (before.number, before.arrival),
            contacts,
            events,
            (arrival, event),
            (target, _NEVER if until is None else until),
        )
        if not len(number):
            break
        number.sort()
        rounds.append(_Round(number, arrival[number], event[number]))
    return rounds


@numba.njit(cache=True, nogil=True)
def _reach(
    frontier: tuple[Int32, Int64],
    contacts: tuple[Int64, Int32, Int64],
    events: tuple[Int64, Int32],
    best: tuple[Int64, Int64],
    aim: tuple[int, int],
) -> Int32:
    """Follow the frontier's contacts by the event that ends first; give numbers reached earlier than before.

    `best` holds arrival and last event of each number and is brought up to date. What cannot arrive before
    the target was already reached is left out.
    """
    out_start, contact_to, event_start = contacts
    at, duration_s = events
    arrival, event = best
    target, until = aim
    improved = np.zeros(len(arrival), np.bool_)
    for i in range(len(frontier[0])):
        ready = frontier[1][i]
        for contact in range(out_start[frontier[0][i]], out_start[frontier[0][i] + 1]):
            to = contact_to[contact]
            low, end = event_start[contact], event_start[contact + 1]
            high = end
            while low < high:
                middle = (low + high) // 2
                if at[middle] < ready:
                    low = middle + 1
                else:
                    high = middle
            # A later event can end first, but none that starts when the best one has ended.
            while low < end and at[low] < until and at[low] < min(arrival[to], arrival[target]):
                ended_at = at[low] + 1000 * np.int64(duration_s[low])
                if ended_at < min(arrival[to], arrival[target]):
                    arrival[to], event[to], improved[to] = ended_at, low, True
                low += 1
    return np.flatnonzero(improved).astype(np.int32)


def _path_back(snapshot: Snapshot, rounds: list[_Round], target: int) -> TimedPath:
    steps: list[TimedStep] = []
    reached = target
    for each in reversed(rounds[1:]):
        event = int(each.event[np.searchsorted(each.number, reached)])
        contact = int(np.searchsorted(snapshot.event_start, event, side="right")) - 1
        started_at = int(snapshot.event_at[event])
        reached = int(snapshot.contact_from[contact])
        steps.append(
            TimedStep(
                a=int(snapshot.numbers[reached]),
                b=int(snapshot.numbers[snapshot.contact_to[contact]]),
                started_at=started_at,
                ended_at=started_at + 1000 * int(snapshot.event_duration_s[event]),
                channel=int(snapshot.event_channel[event]),
            )
        )
    steps.reverse()
    return TimedPath((steps[0].a, *(step.b for step in steps)), tuple(steps))
