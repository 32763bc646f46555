"""Shortest paths in Neo4j: breadth-first from both ends, a statement a level, always the side with fewer contacts.

A variable-length pattern would list every path before the first is ordered; levels are at most as many as numbers.
Every finished level is complete, so the first number seen from both sides proves the distance.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

from graphsvc.graph.neo4j.window import Window
from graphsvc.graph.values import Limits, Path, Paths, Step


@dataclass
class _Side:
    """One end: hops of every number reached from it, and the outermost level."""

    hops: dict[int, int]
    frontier: set[int]
    level: int = 0


def shortest_paths(
    window: Window, a: int, b: int, *, max_hops: int, limit: int, closed: Collection[int], limits: Limits
) -> Paths:
    """The first `limit` of all shortest paths from `a` to `b` (registry ids), in order of their ids."""
    seen = window.database.read("graph/numbers_seen", ids=sorted({a, b}))
    if len(seen) < len({a, b}) or limit < 1:
        return Paths([], 0)
    sides = (_Side({a: 0}, {a}), _Side({b: 0}, {b}))
    not_followed, shut = 0, frozenset(closed) - {a, b}
    while not (meeting := sides[0].frontier & sides[1].frontier):
        if sides[0].level + sides[1].level >= max_hops or not min(len(side.frontier) for side in sides):
            return Paths([], not_followed)
        not_followed += _grow(window, _cheaper(window, sides), shut, limits)
    ahead = _ahead(window, meeting, sides)
    walks = list(islice(_walks(ahead, a, b), limit))
    return Paths(_described(window, walks), not_followed)


def _cheaper(window: Window, sides: tuple[_Side, _Side]) -> _Side:
    """The side whose outermost level has fewer contacts."""
    cost = [_contacts_at(window, side.frontier) for side in sides]
    return sides[0] if cost[0] <= cost[1] else sides[1]


def _grow(window: Window, side: _Side, shut: frozenset[int], limits: Limits) -> int:
    """One level more; how many numbers of the level before were not followed."""
    followed = sorted(side.frontier)[: limits.followed_most]
    rows = window.read("shortest_paths_step", followed, frontier=followed)
    left, side.level = len(side.frontier) - len(followed), side.level + 1
    side.frontier = set(rows[0]["numbers"]) - side.hops.keys() - shut
    side.hops.update(dict.fromkeys(side.frontier, side.level))
    return left


def _ahead(window: Window, meeting: set[int], sides: tuple[_Side, _Side]) -> dict[int, list[int]]:
    """Of each number on a shortest path, the numbers that come next on one."""
    ahead: dict[int, list[int]] = {}
    for backwards, side in zip((True, False), sides, strict=True):
        here = meeting
        for distance in range(side.level - 1, -1, -1):
            wanted = {number for number, hops in side.hops.items() if hops == distance}
            pairs = _between(window, here, wanted)
            for pair in pairs:
                one, other = pair[::-1] if backwards else pair
                ahead.setdefault(one, []).append(other)
            here = {far for _, far in pairs}
    return {number: sorted(following) for number, following in ahead.items()}


def _between(window: Window, here: set[int], wanted: set[int]) -> list[tuple[int, int]]:
    """Which of the one are in contact with which of the other; asked from the side with fewer contacts."""
    if _contacts_at(window, wanted) < _contacts_at(window, here):
        return [(far, near) for near, far in _between_from(window, wanted, here)]
    return _between_from(window, here, wanted)


def _between_from(window: Window, frontier: set[int], wanted: set[int]) -> list[tuple[int, int]]:
    asked = {"frontier": sorted(frontier), "wanted": sorted(wanted)}
    return [(row["near"], row["far"]) for row in window.read("shortest_paths_between", frontier, **asked)]


def _contacts_at(window: Window, numbers: set[int]) -> int:
    return int(window.database.read("graph/contacts_at", ids=sorted(numbers))[0]["contacts"])


def _walks(ahead: dict[int, list[int]], a: int, b: int) -> Iterator[tuple[int, ...]]:
    """All ways from `a` to `b`, in order of the ids; none of them is a dead end."""
    if a == b:
        yield (a,)
        return
    for number in ahead.get(a, ()):
        for rest in _walks(ahead, number, b):
            yield (a, *rest)


def _described(window: Window, walks: list[tuple[int, ...]]) -> list[Path]:
    pairs = sorted({pair for walk in walks for pair in pairwise(walk)})
    rows = window.read("shortest_paths_ties", {pair[0] for pair in pairs}, pairs=[list(pair) for pair in pairs])
    steps = {
        (row["a"], row["b"]): Step(row["a"], row["b"], row["events"], row["firstAt"], row["lastAt"]) for row in rows
    }
    return [Path(walk, tuple(steps[pair] for pair in pairwise(walk))) for walk in walks]
