"""Shortest paths between two numbers, whoever called whom.

A contact counts in both directions, and only if it has an event in the window. No path leads through a closed number,
such as a hotline that everybody rings; it may be an end of one. Paths that also respect the order of events are in
`timed_paths`.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np

from graphsvc.graph.neighbours import steps_from
from graphsvc.graph.snapshot import Int32, Snapshot
from graphsvc.graph.values import Path, Step


@dataclass(frozen=True)
class _Search:
    """Where to search: the snapshot and the window."""

    snapshot: Snapshot
    since: int | None
    until: int | None

    def neighbours(self, frontier: Int32, hops: Int32, wanted: int) -> Int32:
        """Numbers next to the frontier whose `hops` is `wanted`, ascending."""
        found = np.zeros(self.snapshot.number_count, dtype=np.bool_)
        for steps in steps_from(self.snapshot, frontier, since=self.since, until=self.until):
            found[steps.far[hops[steps.far] == wanted]] = True
        return np.flatnonzero(found).astype(np.int32)


_UNSEEN = -1
_SHUT = -2


def shortest_paths(
    snapshot: Snapshot,
    a: int,
    b: int,
    *,
    max_hops: int = 6,
    since: int | None = None,
    until: int | None = None,
    limit: int = 10,
    closed: Collection[int] = (),
) -> list[Path]:
    """The first `limit` of all shortest paths from `a` to `b` (registry ids), in order of their ids.

    Empty where there is none of at most `max_hops` steps or one of the numbers has no event. From a number to
    itself there is one path, without steps.
    """
    ends = snapshot.dense([a, b])
    if ends.min() < 0 or limit < 1:
        return []
    search = _Search(snapshot, since, until)
    shut = np.setdiff1d(snapshot.dense(sorted(closed)), [_UNSEEN, *ends])
    place = _places(search, int(ends[0]), int(ends[1]), max_hops, shut)
    if place is None:
        return []
    found = _walks(search, place, int(ends[0]), int(ends[1]))
    return [_path(search, walk) for walk in islice(found, limit)]


def _places(search: _Search, a: int, b: int, max_hops: int, shut: Int32) -> Int32 | None:
    """Of each number on a shortest path, how many steps it is from `a`; -1 of all others. None: no path.

    Breadth-first from both ends, always the side with fewer contacts to look at. Every finished level is
    complete, so the first number seen from both sides proves the distance: the two levels added up.
    """
    count = search.snapshot.number_count
    hops = [np.full(count, _UNSEEN, dtype=np.int32) for _ in range(2)]
    frontier = [np.array([end], dtype=np.int32) for end in (a, b)]
    level = [0, 0]
    for side in range(2):
        hops[side][frontier[side]], hops[side][shut] = 0, _SHUT
    while not len(meeting := np.intersect1d(frontier[0], frontier[1])):
        if sum(level) >= max_hops or not min(map(len, frontier)):
            return None
        side = min((0, 1), key=lambda s: _contacts_of(search.snapshot, frontier[s]))
        level[side] += 1
        frontier[side] = search.neighbours(frontier[side], hops[side], _UNSEEN)
        hops[side][frontier[side]] = level[side]
    return _unfold(search, meeting.astype(np.int32), hops, level)


def _contacts_of(snapshot: Snapshot, numbers: Int32) -> int:
    out = snapshot.out_start[numbers + 1] - snapshot.out_start[numbers]
    coming = snapshot.in_start[numbers + 1] - snapshot.in_start[numbers]
    return int(out.sum() + coming.sum())


def _unfold(search: _Search, meeting: Int32, hops: list[Int32], level: list[int]) -> Int32:
    """Walk from the meeting numbers back to both ends and note the place of each number passed."""
    place = np.full(search.snapshot.number_count, _UNSEEN, dtype=np.int32)
    place[meeting] = level[0]
    for side, sign in ((0, -1), (1, 1)):
        frontier = meeting
        for distance in range(level[side] - 1, -1, -1):
            frontier = search.neighbours(frontier, hops[side], distance)
            place[frontier] = level[0] + sign * (level[side] - distance)
    return place


def _walks(search: _Search, place: Int32, a: int, b: int) -> Iterator[list[int]]:
    """All ways from `a` to `b` along rising places, in order of the ids; none of them is a dead end."""
    walk: list[int] = []
    ahead = [[a]]  # for each place, the numbers still to be tried, the next one last
    while ahead:
        if not ahead[-1]:
            ahead.pop()
            if walk:
                walk.pop()
            continue
        walk.append(ahead[-1].pop())
        if walk[-1] == b:
            yield list(walk)
            walk.pop()
        else:
            here = np.array([walk[-1]], dtype=np.int32)
            ahead.append(search.neighbours(here, place, len(walk))[::-1].tolist())


def _path(search: _Search, walk: list[int]) -> Path:
    numbers = search.snapshot.numbers[walk]
    steps = [_step(search, a, b) for a, b in pairwise(walk)]
    return Path(tuple(numbers.tolist()), tuple(steps))


def _step(search: _Search, a: int, b: int) -> Step:
    at = search.snapshot.event_at
    # The end with fewer contacts is looked at; both list the same contacts between the two.
    one, other = sorted((a, b), key=lambda i: _contacts_of(search.snapshot, np.array([i])))
    events, first, last = 0, [], []
    for steps in steps_from(search.snapshot, np.array([one], dtype=np.int32), since=search.since, until=search.until):
        between = steps.where(steps.far == other)
        events += int((between.end_event - between.first_event).sum())
        first += at[between.first_event].tolist()
        last += at[between.end_event - 1].tolist()
    ids = search.snapshot.numbers
    return Step(int(ids[a]), int(ids[b]), events, min(first), max(last))
