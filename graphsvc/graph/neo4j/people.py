"""Nearness in Neo4j, hop by hop: the formula of graph.people, one statement a hop."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from math import expm1, sqrt

from graphsvc.graph.neo4j.window import Window
from graphsvc.graph.values import Connected, Limits, People

_DIGITS = 12
"""Figures that sums in another order agree in: ties and cuts are decided on so many."""


@dataclass
class _Reached:
    """Of every number reached: hops, log of (1 - proximity), the number before it, its contacts at any time."""

    hops: dict[int, int] = field(default_factory=dict)
    farness: dict[int, float] = field(default_factory=dict)
    before: dict[int, int] = field(default_factory=dict)
    contacts: dict[int, int] = field(default_factory=dict)

    def proximity(self, number: int) -> float:
        return -expm1(self.farness[number])

    def strength(self, number: int) -> float:
        """proximity · pass; 1 of a seed."""
        if self.hops[number] == 0:
            return 1.0
        return self.proximity(number) / sqrt(max(self.contacts[number], 1))

    def path(self, number: int) -> tuple[int, ...]:
        path = [number]
        while self.hops[path[-1]]:
            path.append(self.before[path[-1]])
        return tuple(path[::-1])


def people_near(
    window: Window, seeds: Sequence[int], *, max_hops: int, limit: int, closed: Collection[int], limits: Limits
) -> People:
    """The `limit` numbers nearest to `seeds`, by proximity, then hops, then id."""
    reached, not_followed, shut = _Reached(), 0, frozenset(closed)
    seen = window.database.read("graph/numbers_seen", ids=sorted(set(seeds)))
    frontier = [row["number"] for row in seen]
    reached.hops.update(dict.fromkeys(frontier, 0))
    reached.contacts.update((row["number"], row["contacts"]) for row in seen)
    for hops in range(1, max_hops + 1):
        followed = sorted(frontier, key=lambda number: (-round(reached.strength(number), _DIGITS), number))
        not_followed += len(followed[limits.followed_most :])
        followed = followed[: limits.followed_most]
        if not followed:
            break
        window.require_few(sum(reached.contacts[number] for number in followed))
        # Of the outermost only those that may be in the answer come over the wire.
        most = limit if hops == max_hops else 2**31 - 1
        frontier = _hop(window, reached, followed, hops, most)
        frontier = [number for number in frontier if number not in shut]
    return People(_nearest(reached, limit), not_followed)


def _hop(window: Window, reached: _Reached, followed: list[int], hops: int, most: int) -> list[int]:
    rows = window.read(
        "people_near",
        followed,
        frontier=[[number, reached.strength(number)] for number in followed],
        reached=list(reached.hops),
        limit=max(0, most),
    )
    for row in rows:
        number = row["number"]
        reached.hops[number], reached.farness[number] = hops, row["farness"]
        reached.before[number], reached.contacts[number] = row["before"], row["contacts"]
    return [row["number"] for row in rows]


def _nearest(reached: _Reached, limit: int) -> list[Connected]:
    found = [number for number, hops in reached.hops.items() if hops]
    found.sort(key=lambda n: (-round(reached.proximity(n), _DIGITS), reached.hops[n], n))
    return [
        Connected(number, reached.hops[number], reached.proximity(number), reached.path(number))
        for number in found[: max(0, limit)]
    ]
