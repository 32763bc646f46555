"""People reached along chains of events that respect time, in Neo4j: one event more at a time; see graph.reached."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from math import expm1, sqrt

from graphsvc.graph.neo4j.window import Window
from graphsvc.graph.values import Connected, Limits, People

_DIGITS = 12
"""Strengths that differ by less are the same: rows are summed in no promised order."""


@dataclass
class _Reached:
    """What is known of each number so far."""

    hops: dict[int, int] = field(default_factory=dict)
    arrival: dict[int, int] = field(default_factory=dict)
    farness: dict[int, float] = field(default_factory=dict)
    contacts: dict[int, int] = field(default_factory=dict)
    rounds: list[dict[int, int]] = field(default_factory=list)
    """By number of events: who was reached earlier than before, and by whom."""

    def proximity(self, number: int) -> float:
        """1 - Π of doubts."""
        return -expm1(self.farness[number])

    def strength(self, number: int) -> float:
        """proximity · pass; 1 of a seed."""
        return 1.0 if self.hops[number] == 0 else self.proximity(number) / sqrt(max(self.contacts[number], 1))

    def path(self, number: int) -> tuple[int, ...]:
        """The chain that reached it first."""
        path = [number]
        for each in reversed(self.rounds[1 : self.hops[number] + 1]):
            path.append(each[path[-1]])
        return tuple(path[::-1])


def people_reached(
    window: Window, seeds: Sequence[int], *, max_hops: int, limit: int, closed: Collection[int], limits: Limits
) -> People:
    """The `limit` nearest numbers reached from `seeds`, by proximity, then hops, then id."""
    since, _ = window.bounds
    given = window.database.read("graph/numbers_seen", ids=sorted(set(seeds)))
    seen = [row["number"] for row in given]
    found, not_followed, shut = _Reached(), 0, frozenset(closed)
    found.hops.update(dict.fromkeys(seen, 0))
    found.arrival.update(dict.fromkeys(seen, since))
    found.contacts.update((row["number"], row["contacts"]) for row in given)
    found.rounds.append(dict.fromkeys(seen, 0))
    frontier = seen
    for hops in range(1, max_hops + 1):
        followed = sorted(frontier, key=lambda number: (-round(found.strength(number), _DIGITS), number))
        not_followed += len(followed[limits.followed_most :])
        followed = followed[: limits.followed_most]
        if not followed:
            break
        window.require_few(sum(found.contacts[number] for number in followed))
        _step(window, found, followed, hops, limit if hops == max_hops else None)
        frontier = [number for number in found.rounds[-1] if number not in shut]
    return People(_nearest(found, limit), not_followed)


def _step(window: Window, found: _Reached, followed: list[int], hops: int, last: int | None) -> None:
    window.require_events(followed)
    rows = window.database.read(
        "graph/people_reached",
        frontier=[[number, found.arrival[number], found.strength(number)] for number in followed],
        # Of the outermost only those that may be in the answer come over the wire.
        known=[] if last is None else list(found.hops),
        until=window.bounds[1],
        limit=2**31 - 1 if last is None else max(0, last),
    )
    earlier: dict[int, int] = {}
    for row in rows:
        number, (ended_at, caller) = row["number"], row["best"]
        if number not in found.hops:
            found.hops[number], found.farness[number] = hops, row["farness"]
            found.contacts[number] = row["contacts"]
        if number not in found.arrival or ended_at < found.arrival[number]:
            found.arrival[number], earlier[number] = ended_at, caller
    found.rounds.append(earlier)


def _nearest(found: _Reached, limit: int) -> list[Connected]:
    numbers = [number for number, hops in found.hops.items() if hops]
    numbers.sort(key=lambda n: (-round(found.proximity(n), _DIGITS), found.hops[n], n))
    return [
        Connected(number, found.hops[number], found.proximity(number), found.path(number))
        for number in numbers[: max(0, limit)]
    ]
