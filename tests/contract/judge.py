"""What every graph must answer, computed slowly from the plain list of events; shares no code with any graph.

Events are tests.sketch.Row: (a, b, started_at, seconds or None, channel). A call without an answer given counts as
answered where it lasted. An event from a number to itself is no contact.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

import networkx as nx

from tests.sketch import Row

Window = tuple[int | None, int | None]


@dataclass(frozen=True)
class Judge:
    """All events of a graph, in the order in which they came."""

    rows: Sequence[Row]

    def within(self, window: Window) -> list[Row]:
        """Events between different numbers that start in the window."""
        since, until = window
        return [
            row
            for row in self.rows
            if row[0] != row[1] and (since is None or row[2] >= since) and (until is None or row[2] < until)
        ]

    def contacts(self, window: Window = (None, None)) -> dict[tuple[int, int], list[Row]]:
        """The events of each contact, by (from, to)."""
        found: dict[tuple[int, int], list[Row]] = defaultdict(list)
        for row in self.within(window):
            found[row[0], row[1]].append(row)
        return found

    def degree(self) -> Counter[int]:
        """How many contacts start or end at each number, at any time."""
        return Counter(end for pair in self.contacts() for end in pair)

    def seen(self) -> set[int]:
        """Numbers that took part in an event, if only with themselves."""
        return {end for row in self.rows for end in row[:2]}

    # -- what a number did ----------------------------------------------------------------------------------------

    def traffic(self, rows: Iterable[Row], far: int) -> dict[str, int]:
        """Figures of events one way; `far` is the position of the other end."""
        rows = list(rows)
        calls = [row for row in rows if row[4] == "call"]
        return {
            "contacts": len({row[far] for row in rows}),
            "events": len(rows),
            "calls": len(calls),
            "messages": len(rows) - len(calls),
            "answered": sum((row[3] or 0) > 0 for row in calls),
            "talk_s": sum(row[3] or 0 for row in calls),
        }

    def busiest(self, number: int) -> list[int]:
        """Other numbers in contact with one, by events both ways, then by id."""
        others = Counter(a + b - number for a, b, *_ in self.within((None, None)) if number in (a, b))
        return sorted(others, key=lambda other: (-others[other], other))

    # -- neighbourhood --------------------------------------------------------------------------------------------

    def around(
        self, ids: Iterable[int], *, hops: int, window: Window, min_events: int, limit: int, hub: int
    ) -> tuple[list[tuple[int, int]], int, int]:
        """(number, hops) as they are taken, how many were left out, and hubs among them that stopped the walk."""
        counting = {pair: rows for pair, rows in self.contacts(window).items() if len(rows) >= min_events}
        degree = self.degree()
        given = sorted(set(ids) & self.seen())
        taken = [(number, 0) for number in given[:limit]]
        left_out, stopped = max(0, len(given) - limit), 0
        for level in range(1, hops + 1):
            if left_out:
                break
            last = [number for number, at in taken if at == level - 1]
            hubs = {number for number in last if level > 1 and degree[number] > hub}
            stopped += len(hubs)
            strength: Counter[int] = Counter()
            known = {number for number, _ in taken}
            for (a, b), rows in counting.items():
                for near, far in ((a, b), (b, a)):
                    if near in last and near not in hubs and far not in known:
                        strength[far] += len(rows)
            found = sorted(strength, key=lambda number: (-strength[number], number))
            room = limit - len(taken)
            taken += [(number, level) for number in found[:room]]
            left_out = max(0, len(found) - room)
        return taken, left_out, stopped

    def among(self, numbers: Collection[int], window: Window, min_events: int) -> list[tuple[int, ...]]:
        """Counting contacts among numbers: (a, b, events, calls, messages, talk_s, first_at, last_at), by (a, b)."""
        found: list[tuple[int, ...]] = []
        for (a, b), rows in sorted(self.contacts(window).items()):
            if a in numbers and b in numbers and len(rows) >= min_events:
                one_way = self.traffic(rows, 1)
                figures = (one_way["events"], one_way["calls"], one_way["messages"], one_way["talk_s"])
                found.append((a, b, *figures, min(row[2] for row in rows), max(row[2] for row in rows)))
        return found

    # -- people near ----------------------------------------------------------------------------------------------

    def near(
        self, seeds: Iterable[int], *, max_hops: int, window: Window, closed: Collection[int]
    ) -> dict[int, tuple[int, float, tuple[int, ...]]]:
        """Of every number reached: hops, proximity by the formula of graph.people, and the path that it names."""
        contacts, degree = self.contacts(window), self.degree()
        hops = {seed: 0 for seed in seeds if seed in self.seen()}
        proximity = dict.fromkeys(hops, 1.0)
        path: dict[int, tuple[int, ...]] = {seed: (seed,) for seed in hops}
        for level in range(1, max_hops + 1):
            doubt: dict[int, float] = defaultdict(lambda: 1.0)
            back: dict[int, list[tuple[int, int]]] = defaultdict(list)
            for (a, b), rows in contacts.items():
                for near, far in ((a, b), (b, a)):
                    shut = near in closed and level > 1
                    if hops.get(near) != level - 1 or far in hops or shut:
                        continue
                    passed = 1.0 if level == 1 else proximity[near] / sqrt(degree[near])
                    doubt[far] *= 1 - passed * len(rows) / (len(rows) + 1)
                    back[far].append((-max(row[2] for row in rows), near))
            for far, left in doubt.items():
                hops[far], proximity[far] = level, 1 - left
                path[far] = (*path[min(back[far])[1]], far)
        return {number: (hops[number], proximity[number], path[number]) for number in hops if hops[number]}

    def reached(
        self, seeds: Iterable[int], *, max_hops: int, window: Window, closed: Collection[int]
    ) -> dict[int, tuple[int, float, int]]:
        """Of every number reached in order of time: hops, proximity by the formula of graph.reached, and the earliest
        end of a chain of as few events."""
        degree, contacts = self.degree(), self.contacts(window)
        ready = {seed: -(2**62) for seed in seeds if seed in self.seen()}
        fresh = set(ready)
        hops, proximity, arrived = dict.fromkeys(ready, 0), dict.fromkeys(ready, 1.0), dict[int, int]()
        for level in range(1, max_hops + 1):
            doubt: dict[int, float] = defaultdict(lambda: 1.0)
            ends: dict[int, int] = {}
            for (a, b), rows in contacts.items():
                late = [row for row in rows if a in fresh and row[2] >= ready[a]]
                if not late or (a in closed and level > 1):
                    continue
                passed = 1.0 if hops[a] == 0 else proximity[a] / sqrt(degree[a])
                doubt[b] *= 1 - passed * len(late) / (len(late) + 1)
                ends[b] = min([ends.get(b, 2**62), *(row[2] + 1000 * (row[3] or 0) for row in late)])
            for b in set(ends) - set(hops):
                hops[b], proximity[b], arrived[b] = level, 1 - doubt[b], ends[b]
            fresh = {b for b, end in ends.items() if end < ready.get(b, 2**62)}
            ready.update({b: ends[b] for b in fresh})
        return {number: (hops[number], proximity[number], arrived[number]) for number in arrived}

    # -- day by day -----------------------------------------------------------------------------------------------

    def activity(self, group: Collection[int], day_ms: int, offset_ms: int) -> list[tuple[int, ...]]:
        """(day, active, events, calls, messages, talk_s, others, new others) of a group's contacts with others."""
        days: dict[int, list[Row]] = defaultdict(list)
        for row in self.within((None, None)):
            if (row[0] in group) != (row[1] in group):
                days[(row[2] + offset_ms) // day_ms].append(row)
        met: set[int] = set()
        found: list[tuple[int, ...]] = []
        for day, rows in sorted(days.items()):
            inside = {end for row in rows for end in row[:2] if end in group}
            others = {end for row in rows for end in row[:2] if end not in group}
            figures = self.traffic(rows, 1)
            counts = (figures["events"], figures["calls"], figures["messages"], figures["talk_s"])
            found.append((day, len(inside), *counts, len(others), len(others - met)))
            met |= others
        return found

    # -- paths ----------------------------------------------------------------------------------------------------

    def undirected(self, window: Window = (None, None)) -> nx.Graph:
        """Whoever was in contact, whoever began."""
        return nx.Graph(self.contacts(window).keys())

    def shortest(
        self, a: int, b: int, *, max_hops: int, window: Window, closed: Collection[int] = ()
    ) -> list[tuple[int, ...]]:
        """All shortest paths that lead through no closed number, in order of their ids, by networkx."""
        if not {a, b} <= self.seen():
            return []
        if a == b:
            return [(a,)]
        graph = self.undirected(window)
        graph.remove_nodes_from(set(closed) - {a, b})
        if a not in graph or b not in graph or not nx.has_path(graph, a, b):
            return []
        if nx.shortest_path_length(graph, a, b) > max_hops:
            return []
        return sorted(tuple(path) for path in nx.all_shortest_paths(graph, a, b))

    def arrivals(
        self, a: int, *, max_hops: int, window: Window, closed: Collection[int] = ()
    ) -> dict[int, dict[int, int]]:
        """Of each number the earliest arrival by number of events, where one event more arrives earlier.

        No chain goes on from a closed number, unless it begins there.
        """
        ready, found = {a: -(2**62)}, defaultdict[int, dict[int, int]](dict)
        for hops in range(1, max_hops + 1):
            after = dict(ready)
            for one, other, at, seconds, _ in self.within(window):
                if one in ready and ready[one] <= at and (one == a or one not in closed):
                    after[other] = min(after.get(other, 2**62), at + 1000 * (seconds or 0))
            for number, at in after.items():
                if at < ready.get(number, 2**62):
                    found[number][hops] = at
            ready = after
        return found

    # -- common contacts ------------------------------------------------------------------------------------------

    def common(self, ids: Collection[int], window: Window, closed: Collection[int]) -> list[tuple[int, ...]]:
        """(number, known to, events, first_at, last_at) in order."""
        met: dict[int, list[Row]] = defaultdict(list)
        for row in self.within(window):
            for given, other in ((row[0], row[1]), (row[1], row[0])):
                if given in ids and other not in ids and other not in closed:
                    met[other].append(row)
        found = []
        for other, rows in met.items():
            known_to = {end for row in rows for end in row[:2]} - {other}
            if len(known_to) >= 2:
                found.append((other, len(known_to), len(rows), min(r[2] for r in rows), max(r[2] for r in rows)))
        return sorted(found, key=lambda row: (-row[1], -row[2], row[0]))


def adjusted_rand(one: Sequence[int], other: Sequence[int]) -> float:
    """How much two partitions of the same things agree beyond chance: 1 the same, 0 chance (Hubert & Arabie 1985)."""
    pairs = [
        sum(n * (n - 1) / 2 for n in Counter(parts).values()) for parts in (zip(one, other, strict=True), one, other)
    ]
    together, in_one, in_other = pairs
    chance = in_one * in_other / (len(one) * (len(one) - 1) / 2)
    most = (in_one + in_other) / 2
    return 1.0 if most == chance else (together - chance) / (most - chance)
