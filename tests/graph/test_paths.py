"""Shortest paths are those of networkx on the events of the window."""

from collections import Counter

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from graphsvc.graph.paths import shortest_paths
from tests.graph.temporal import PAIRS, WORLDS, Window, in_window, rows, windows
from tests.sketch import MINUTE, START, Row, draw, snapshot_of


def shortest_by_networkx(known: list[Row], a: int, b: int) -> list[tuple[int, ...]]:
    graph = nx.Graph((row[0], row[1]) for row in known)
    if a not in graph or b not in graph or not nx.has_path(graph, a, b):
        return []
    return sorted(tuple(path) for path in nx.all_shortest_paths(graph, a, b))


def check(events: list[Row], window: Window, max_hops: int, limit: int) -> Counter[str]:
    """Compare all pairs of numbers with networkx; say what kinds of answers there were."""
    met: Counter[str] = Counter()
    snapshot, known = snapshot_of(events), in_window(events, window)
    ever = in_window(events, (None, None))
    for a, b in PAIRS:
        found = shortest_paths(snapshot, a, b, max_hops=max_hops, since=window[0], until=window[1], limit=limit)
        shortest = shortest_by_networkx(known, a, b)
        expected = [path for path in shortest if len(path) - 1 <= max_hops]
        assert [path.numbers for path in found] == expected[:limit]
        met["three steps or more"] += any(len(path) > 3 for path in expected[:limit])
        met["several paths"] += len(expected[:limit]) > 1
        met["too far"] += bool(shortest) and not expected
        met["the limit cuts"] += len(expected) > limit > 0
        met["the window decides"] += bool(expected) and shortest != shortest_by_networkx(ever, a, b)
    return met


@given(rows, windows, st.integers(0, 6), st.integers(0, 5))
@settings(deadline=None)
def test_paths_are_those_of_networkx_in_order_of_ids(
    events: list[Row], window: Window, max_hops: int, limit: int
) -> None:
    check(events, window, max_hops, limit)


def test_paths_are_those_of_networkx_in_worlds_that_are_rich_in_paths() -> None:
    met = sum((check(each.events, each.window, each.max_hops, 2) for each in WORLDS[:60]), Counter[str]())
    assert len(met) == 5
    assert min(met.values()) >= 30, met


@given(rows, windows)
@settings(deadline=None)
def test_steps_count_the_events_of_the_window_both_ways(events: list[Row], window: Window) -> None:
    since, until = window
    snapshot, known = snapshot_of(events), in_window(events, window)
    for a, b in PAIRS:
        for path in shortest_paths(snapshot, a, b, since=since, until=until):
            assert path.hops == len(path.numbers) - 1
            for step, one, other in zip(path.steps, path.numbers[:-1], path.numbers[1:], strict=True):
                times = [row[2] for row in known if {row[0], row[1]} == {one, other}]
                assert (step.a, step.b) == (one, other)
                assert (step.events, step.first_at, step.last_at) == (len(times), min(times), max(times))


def test_a_number_reaches_itself_without_a_step() -> None:
    sketch = draw("a -> b")
    assert [path.numbers for path in shortest_paths(sketch.snapshot, 1, 1, max_hops=0)] == [(1,)]


def test_long_chains_are_followed_to_both_ends_and_no_farther_than_allowed() -> None:
    sketch = draw(" -> ".join(f"m{i}" for i in range(12)) + "\nm3 -> x -> m5")
    found = shortest_paths(sketch.snapshot, 0, 11, max_hops=11)
    assert [sketch.names(path.numbers)[4] for path in found] == ["m4", "x"]
    assert [path.hops for path in found] == [11, 11]
    assert shortest_paths(sketch.snapshot, 0, 11, max_hops=10) == []


def test_of_many_shortest_paths_the_first_by_ids_are_given() -> None:
    lines = "\n".join(f"m{i} -> a\nm{i} -> b" for i in range(30))
    sketch = draw(lines)
    found = shortest_paths(sketch.snapshot, sketch.ids["a"], sketch.ids["b"], limit=3)
    assert [sketch.names(path.numbers) for path in found] == [["a", f"m{i}", "b"] for i in range(3)]


def test_a_window_that_misses_a_contact_sends_the_path_another_way() -> None:
    sketch = draw("a -> b\na -> c -> b")
    ids = sketch.ids
    direct, around = (
        shortest_paths(sketch.snapshot, ids["a"], ids["b"], since=since) for since in (START, START + MINUTE)
    )
    assert [sketch.names(path.numbers) for path in direct] == [["a", "b"]]
    assert [sketch.names(path.numbers) for path in around] == [["a", "c", "b"]]


def test_a_number_that_was_never_seen_has_no_path() -> None:
    sketch = draw("a -> b")
    assert shortest_paths(sketch.snapshot, 0, 99) == []
    assert shortest_paths(snapshot_of([]), 0, 0) == []


def test_a_hub_with_many_contacts_is_crossed() -> None:
    calls = [(0, i, START, 1, "call") for i in range(1, 300_001)]
    found = shortest_paths(snapshot_of(calls), 7, 299_999, limit=5)
    assert [path.numbers for path in found] == [(7, 0, 299_999)]
