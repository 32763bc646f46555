"""Small random worlds, many times equal, both channels, missing durations: every verb against the judge.

The worlds lie side by side in one graph, each with ids of its own, so that a graph on a server is loaded once.
"""

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest

from graphsvc.graph.port import Graph
from graphsvc.graph.values import Limits, TimedPath
from graphsvc.model.words import CALL
from tests.contract.graphs import Holding
from tests.contract.judge import Judge
from tests.graph.temporal import NUMBERS, WORLDS, World
from tests.sketch import Row

APART = 100
"""Ids of one world begin so far from those of the one before."""
LIMITS = Limits(hub_contacts=3)


def moved(world: World, place: int) -> list[Row]:
    """The events of a world with the ids of its place."""
    return [(a + APART * place, b + APART * place, at, seconds, channel) for a, b, at, seconds, channel in world.events]


PLACED = [moved(world, place) for place, world in enumerate(WORLDS[:80])]
CASES = [(place, world, Judge(PLACED[place])) for place, world in enumerate(WORLDS[:80])]


@pytest.fixture(scope="module")
def graph(holding: Holding) -> Graph:
    return holding([row for rows in PLACED for row in rows], LIMITS)


def numbers_of(place: int) -> range:
    """All numbers of a world, and one that nobody ever saw."""
    return range(APART * place, APART * place + NUMBERS + 1)


def test_a_summary_is_a_plain_count(graph: Graph) -> None:
    for place, _, judge in CASES[::3]:
        for number in numbers_of(place):
            found = graph.number(number, limit=3)
            sent = [row for row in judge.within((None, None)) if row[0] == number]
            received = [row for row in judge.within((None, None)) if row[1] == number]
            assert vars(found.sent) == judge.traffic(sent, 1)
            assert vars(found.received) == judge.traffic(received, 0)
            assert found.self_events == sum(row[0] == row[1] == number for row in judge.rows)
            assert found.acquaintances == len(judge.busiest(number))
            assert found.first_at == min((row[2] for row in sent + received), default=None)
            assert found.last_at == max((row[2] for row in sent + received), default=None)
            assert [each.number for each in found.top] == judge.busiest(number)[:3]
            met = {}
            for row in sorted(sent + received, key=lambda row: row[2]):
                met[row[1] if row[0] == number else row[0]] = row[2]
            assert [each.number for each in found.latest] == sorted(met, key=lambda one: (-met[one], one))[:3]
            for each in (*found.top, *found.latest):
                to = [row for row in sent if row[1] == each.number]
                back = [row for row in received if row[0] == each.number]
                assert (vars(each.sent), vars(each.received)) == (judge.traffic(to, 1), judge.traffic(back, 0))
                assert each.first_at == min(row[2] for row in to + back)
                assert each.last_at == max(row[2] for row in to + back)


def test_a_neighbourhood_takes_the_strongest_and_says_what_it_left_out(graph: Graph) -> None:
    met: Counter[str] = Counter()
    for place, world, judge in CASES:
        ids = [APART * place, APART * place + 1 + place % 3, APART * place + NUMBERS]
        hops, min_events, limit = place % 4, 1 + place % 2, 2 + place % 6
        since, until = world.window
        found = graph.neighbourhood(ids, hops=hops, since=since, until=until, min_events=min_events, limit=limit)
        taken, left_out, hubs = judge.around(
            ids, hops=hops, window=world.window, min_events=min_events, limit=limit, hub=LIMITS.hub_contacts
        )
        rows = found.numbers.to_pylist()
        assert [(row["number"], row["hops"]) for row in rows] == taken, place
        assert [row["contacts"] for row in rows] == [judge.degree()[number] for number, _ in taken]
        assert (found.numbers_left_out, found.hubs_not_walked) == (left_out, hubs), place
        expected = judge.among({number for number, _ in taken}, world.window, min_events)
        assert [tuple(row.values()) for row in found.contacts.to_pylist()] == expected
        assert found.contacts_left_out == 0
        met += Counter({"left out": left_out, "hubs": hubs, "contacts": len(expected), "far": sum(h for _, h in taken)})
    assert min(met[what] for what in ("left out", "hubs", "contacts", "far")) >= 10, met


def test_a_neighbourhood_walks_from_all_but_hubs_and_the_outermost(graph: Graph) -> None:
    for place, _, judge in CASES[::5]:
        found = graph.neighbourhood([APART * place], hops=2, limit=100)
        for row in found.numbers.to_pylist():
            hub = row["hops"] > 0 and judge.degree()[row["number"]] > LIMITS.hub_contacts
            assert row["walked"] == (row["hops"] < 2 and not hub and found.numbers_left_out == 0)


def test_people_are_as_near_as_the_formula_says(graph: Graph) -> None:
    met: Counter[int] = Counter()
    for place, world, judge in CASES:
        for seeds in ([APART * place], [APART * place + 3], [APART * place + 1, APART * place + 5, 10**6]):
            closed = [APART * place + 2] if place % 2 else []
            since, until = world.window
            expected = judge.near(seeds, max_hops=world.max_hops, window=world.window, closed=closed)
            found = graph.people_near(
                seeds, max_hops=world.max_hops, since=since, until=until, limit=100, closed=closed
            )
            assert found.not_followed == 0
            assert {each.number: each.hops for each in found.people} == {
                n: hops for n, (hops, _, _) in expected.items()
            }
            for each in found.people:
                _, proximity, path = expected[each.number]
                assert each.proximity == pytest.approx(proximity, rel=1e-9), place
                assert each.path == path, place
            order = [(-round(each.proximity, 9), each.hops, each.number) for each in found.people]
            assert order == sorted(order)
            few = graph.people_near(seeds, max_hops=world.max_hops, since=since, until=until, limit=2, closed=closed)
            assert few.people == found.people[:2]
            met.update(each.hops for each in found.people)
    assert min(met[hops] for hops in (1, 2, 3)) >= 50, met


def test_people_reached_are_those_of_chains_in_order_of_time(graph: Graph) -> None:
    met: Counter[int] = Counter()
    for place, world, judge in CASES:
        events = {(a, b, at, at + 1000 * (seconds or 0)) for a, b, at, seconds, _ in judge.within(world.window)}
        for seeds in ([APART * place], [APART * place + 3], [APART * place + 1, APART * place + 5, 10**6]):
            closed = [APART * place + 2] if place % 2 else []
            since, until = world.window
            asked: dict[str, Any] = {"max_hops": world.max_hops, "since": since, "until": until, "closed": closed}
            expected = judge.reached(seeds, max_hops=world.max_hops, window=world.window, closed=closed)
            found = graph.people_reached(seeds, limit=100, **asked)
            assert found.not_followed == 0
            assert {each.number: each.hops for each in found.people} == {n: e[0] for n, e in expected.items()}, place
            for each in found.people:
                assert each.proximity == pytest.approx(expected[each.number][1], rel=1e-9), place
                assert len(each.path) == each.hops + 1
                assert earliest_end(each.path, events) == expected[each.number][2], place
            order = [(-round(each.proximity, 9), each.hops, each.number) for each in found.people]
            assert order == sorted(order)
            assert graph.people_reached(seeds, limit=2, **asked).people == found.people[:2]
            met.update(each.hops for each in found.people)
            if len(seeds) == 1 and not closed:
                chains = judge.arrivals(seeds[0], max_hops=world.max_hops, window=world.window)
                shortest = {number: min(by_hops) for number, by_hops in chains.items()}
                assert shortest == {each.number: each.hops for each in found.people}
    assert min(met[hops] for hops in (1, 2, 3)) >= 10, met


def earliest_end(path: tuple[int, ...], events: set[tuple[int, int, int, int]]) -> int:
    """When something told along these numbers, one event a step, could have arrived at the last."""
    ready = -(2**62)
    for one, other in pairwise(path):
        ready = min(ended for a, b, at, ended in events if (a, b) == (one, other) and at >= ready)
    return ready


def test_what_groups_did_day_by_day_is_a_plain_count(graph: Graph) -> None:
    met: Counter[str] = Counter()
    day_ms, offset_ms = 24 * 3600 * 1000, 24 * 3600 * 1000 - 5000  # a new day begins five seconds into these worlds
    groups = [[APART * place, APART * place + 4, APART * place + NUMBERS] for place, _, _ in CASES]
    found = graph.activity([*groups, [10**6]], offset_ms=offset_ms).to_pylist()
    for place, _, judge in CASES:
        rows = [tuple(row.values())[1:] for row in found if row["group"] == place]
        assert rows == judge.activity(groups[place], day_ms, offset_ms), place
        met += Counter(days=len(rows), known=sum(row[6] - row[7] for row in rows))
    assert {row["group"] for row in found} <= set(range(len(CASES)))
    assert met["days"] >= 80, met
    assert met["known"] >= 15, met


def test_shortest_paths_are_those_of_networkx(graph: Graph) -> None:
    met: Counter[int] = Counter()
    for place, world, judge in CASES:
        since, until = world.window
        base = APART * place
        for a, b in ((base, base + 1), (base + 2, base + 5), (base + 6, base + 3), (base + 4, base + 4)):
            expected = judge.shortest(a, b, max_hops=world.max_hops, window=world.window)
            found = graph.shortest_paths(a, b, max_hops=world.max_hops, since=since, until=until, limit=5)
            assert found.not_followed == 0
            assert [path.numbers for path in found.paths] == expected[:5], place
            contacts = judge.contacts(world.window)
            for path in found.paths:
                for step in path.steps:
                    rows = contacts.get((step.a, step.b), []) + contacts.get((step.b, step.a), [])
                    at = [row[2] for row in rows]
                    assert (step.events, step.first_at, step.last_at) == (len(rows), min(at), max(at))
                met[path.hops] += 1
    assert min(met[hops] for hops in (0, 1, 2, 3)) >= 15, met


def test_paths_that_respect_time_arrive_as_early_as_can_be(graph: Graph) -> None:
    met: Counter[int] = Counter()
    for place, world, judge in CASES:
        since, until = world.window
        events = {
            (a, b, at, at + 1000 * (seconds or 0), channel) for a, b, at, seconds, channel in judge.within(world.window)
        }
        for a in range(APART * place, APART * place + 2):
            arrivals = judge.arrivals(a, max_hops=world.max_hops, window=world.window)
            for b in set(numbers_of(place)) - {a}:
                found = graph.time_respecting_paths(a, b, max_hops=world.max_hops, since=since, until=until)
                assert found.not_followed == 0
                assert {path.hops: path.arrived_at for path in found.paths} == arrivals.get(b, {}), place
                for path in found.paths:
                    check_steps(path, a, b, events)
                    met[path.hops] += 1
            assert graph.time_respecting_paths(a, a, max_hops=3).paths == []
    assert min(met[hops] for hops in (1, 2, 3)) >= 15, met


def test_no_path_leads_through_a_closed_number_and_it_may_be_an_end(graph: Graph) -> None:
    met: Counter[str] = Counter()
    for place, world, judge in CASES:
        since, until = world.window
        base = APART * place
        hops, closed = world.max_hops, {base + 2, base + 3}
        for a, b in ((base, base + 1), (base + 2, base + 5), (base + 4, base + 3)):
            expected = judge.shortest(a, b, max_hops=hops, window=world.window, closed=closed)
            found = graph.shortest_paths(a, b, max_hops=hops, since=since, until=until, limit=5, closed=closed)
            assert [path.numbers for path in found.paths] == expected[:5], place
            met["otherwise"] += expected != judge.shortest(a, b, max_hops=hops, window=world.window)
            met["found"] += bool(expected) and len(expected[0]) > 2
            arrivals = judge.arrivals(a, max_hops=hops, window=world.window, closed=closed).get(b, {})
            timed = graph.time_respecting_paths(a, b, max_hops=hops, since=since, until=until, closed=closed)
            assert {path.hops: path.arrived_at for path in timed.paths} == arrivals, place
            assert not any(closed & set(path.numbers[1:-1]) for path in timed.paths)
            open_ = judge.arrivals(a, max_hops=hops, window=world.window).get(b, {})
            met["later"] += arrivals != open_
    assert met["otherwise"] >= 20, met
    assert met["found"] >= 40, met
    assert met["later"] >= 5, met


def check_steps(path: TimedPath, a: int, b: int, events: set[tuple[int, int, int, int, str]]) -> None:
    """Every step is an event of the window, and each begins where and after the one before ended."""
    steps = path.steps
    assert path.numbers == (a, *(step.b for step in steps))
    assert path.numbers[-1] == b
    assert all(one.ended_at <= other.started_at and one.b == other.a for one, other in pairwise(steps))
    named = {(s.a, s.b, s.started_at, s.ended_at, "call" if s.channel == CALL else "sms") for s in steps}
    assert named <= events


def test_common_contacts_are_those_of_a_plain_count(graph: Graph) -> None:
    met: Counter[str] = Counter()
    for place, world, judge in CASES:
        base, (since, until) = APART * place, world.window
        for ids in ([base, base + 1], [base + 2, base + 3, base + 4], [base, 10**6]):
            closed = [base + 6] if place % 2 else []
            expected = judge.common(ids, world.window, closed)
            limit = 1 + place % 3
            found = graph.common_contacts(ids, since=since, until=until, limit=limit, closed=closed)
            assert [tuple(row.values()) for row in found.numbers.to_pylist()] == expected[:limit], place
            assert found.left_out == max(0, len(expected) - limit)
            contacts = judge.contacts(world.window)
            ties = []
            for number in sorted(row[0] for row in expected[:limit]):
                for given in sorted(set(ids)):
                    sent, back = contacts.get((given, number), []), contacts.get((number, given), [])
                    if at := [row[2] for row in sent + back]:
                        ties.append((given, number, len(sent), len(back), min(at), max(at)))
            assert [tuple(row.values()) for row in found.ties.to_pylist()] == ties
            met += Counter({"found": len(expected), "left out": found.left_out})
    assert min(met[what] for what in ("found", "left out")) >= 15, met
