"""People whom something told by given numbers could have reached: nearness along chains of events that respect time.

A chain is one of graph.timed_paths: single events, each in its own direction, each starting at or after the end of the
one before. A number is reached in as many hops as the shortest chain has events. Proximity is that of graph.people with
two differences: only those count who reach a number in its last hop, and of a contact only the events that began when
its caller had been reached.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from graphsvc.graph.snapshot import Int32, Int64, Snapshot
from graphsvc.graph.values import Connected

Float64 = npt.NDArray[np.float64]

_NEVER = np.iinfo(np.int64).max
_ALWAYS = np.iinfo(np.int64).min


@dataclass(frozen=True)
class _Reached:
    """Of every number: in how many hops it was first reached (-1: never), when, and log of (1 - proximity)."""

    hops: Int32
    arrival: Int64
    """End of the event that reaches it first, so far."""
    log_far: Float64


@dataclass(frozen=True)
class _Round:
    """Numbers (dense, ascending) that one event more reached earlier than before, and by whom."""

    number: Int32
    before: Int32


def reached(
    snapshot: Snapshot,
    seeds: Sequence[int],
    *,
    max_hops: int,
    since: int | None = None,
    until: int | None = None,
    limit: int = 100,
    closed: Collection[int] = (),
) -> list[Connected]:
    """The `limit` nearest of the numbers reached from `seeds` (registry ids): by proximity, then hops, then id.

    Nobody is reached through a number that is `closed`. Events start in [since, until), epoch ms.
    """
    count = snapshot.number_count
    found = _Reached(np.full(count, -1, np.int32), np.full(count, _NEVER, np.int64), np.zeros(count))
    frontier = np.unique(snapshot.dense(seeds))
    frontier = frontier[frontier >= 0].astype(np.int32)
    found.hops[frontier], found.arrival[frontier] = 0, _ALWAYS if since is None else since
    open_to_all = np.ones(count, dtype=np.bool_)
    shut = snapshot.dense(sorted(closed))
    open_to_all[shut[shut >= 0]] = False
    rounds = [_Round(frontier, frontier)]
    for hops in range(1, max_hops + 1):
        rounds.append(_next(snapshot, found, frontier, hops, _NEVER if until is None else until))
        frontier = rounds[-1].number[open_to_all[rounds[-1].number]]
    return _nearest(snapshot, found, rounds, limit)


def _next(snapshot: Snapshot, found: _Reached, frontier: Int32, hops: int, until: int) -> _Round:
    """One event more from each number of the frontier."""
    degree = snapshot.out_start[frontier + 1] - snapshot.out_start[frontier]
    near = np.repeat(frontier, degree)
    events, ended_at, far = _steps(
        (frontier, found.arrival[frontier]),
        (snapshot.out_start, snapshot.contact_to, snapshot.event_start),
        (snapshot.event_at, snapshot.event_duration_s),
        until,
        int(degree.sum()),
    )
    used = events > 0
    near, events, ended_at, far = near[used], events[used], ended_at[used], far[used]
    fresh = found.hops[far] < 0
    with_seed = found.hops[near] == 0
    both = (
        snapshot.out_start[near + 1] - snapshot.out_start[near] + snapshot.in_start[near + 1] - snapshot.in_start[near]
    )
    strength = np.where(with_seed, 1.0, -np.expm1(found.log_far[near]) / np.sqrt(np.maximum(both, 1)))
    doubt = np.log1p(-strength * events / (events + 1))
    np.add.at(found.log_far, far[fresh], doubt[fresh])
    found.hops[far[fresh]] = hops
    order = np.lexsort((near, ended_at, far))
    far, first = np.unique(far[order], return_index=True)
    earlier = ended_at[order][first] < found.arrival[far]
    improved, best = far[earlier].astype(np.int32), order[first[earlier]]
    found.arrival[improved] = ended_at[best]
    return _Round(improved, near[best].astype(np.int32))


@numba.njit(cache=True, nogil=True)
def _steps(
    frontier: tuple[Int32, Int64],
    contacts: tuple[Int64, Int32, Int64],
    events: tuple[Int64, Int32],
    until: int,
    total: int,
) -> tuple[Int64, Int64, Int32]:
    """Of each contact that the frontier originated: events from when its caller was reached on, the earliest end of
    one of them, and whom it reaches."""
    out_start, contact_to, event_start = contacts
    at, duration_s = events
    count, ended_at, far = np.zeros(total, np.int64), np.zeros(total, np.int64), np.zeros(total, np.int32)
    place = 0
    for i in range(len(frontier[0])):
        ready = frontier[1][i]
        for contact in range(out_start[frontier[0][i]], out_start[frontier[0][i] + 1]):
            far[place] = contact_to[contact]
            low, end = event_start[contact], event_start[contact + 1]
            first = low + np.searchsorted(at[low:end], ready)
            last = low + np.searchsorted(at[low:end], until)
            count[place] = max(0, last - first)
            best = np.iinfo(np.int64).max
            event = first
            # A later event can end first, but none that starts when the best one has ended.
            while event < last and at[event] < best:
                best = min(best, at[event] + 1000 * np.int64(duration_s[event]))
                event += 1
            ended_at[place] = best
            place += 1
    return count, ended_at, far


def _nearest(snapshot: Snapshot, found: _Reached, rounds: Sequence[_Round], limit: int) -> list[Connected]:
    numbers = np.flatnonzero(found.hops > 0)
    proximity = -np.expm1(found.log_far[numbers])
    best = np.lexsort((numbers, found.hops[numbers], -proximity))[: max(0, limit)]
    return [
        Connected(
            number=int(snapshot.numbers[numbers[i]]),
            hops=int(found.hops[numbers[i]]),
            proximity=float(proximity[i]),
            path=_path(snapshot, rounds, int(numbers[i]), int(found.hops[numbers[i]])),
        )
        for i in best
    ]


def _path(snapshot: Snapshot, rounds: Sequence[_Round], number: int, hops: int) -> tuple[int, ...]:
    path = [number]
    for each in reversed(rounds[1 : hops + 1]):
        path.append(int(each.before[np.searchsorted(each.number, path[-1])]))
    return tuple(snapshot.numbers[path[::-1]].tolist())
