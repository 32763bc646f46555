"""Time-respecting paths are those that a slow walk along every chain of events finds."""

from collections import Counter
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from graphsvc.graph.timed_paths import time_respecting_paths
from graphsvc.graph.values import TimedPath
from graphsvc.model.words import CALL, SMS
from tests.graph.temporal import PAIRS, WORLDS, Window, in_window, rows, windows
from tests.sketch import START, Row, draw, snapshot_of


def ended(row: Row) -> int:
    return row[2] + 1000 * (row[3] or 0)


def best_arrivals(known: list[Row], a: int, b: int, max_hops: int) -> dict[int, int]:
    """Earliest arrival by number of events, where one event more arrives earlier: every chain is walked."""
    best: dict[int, int] = {}

    def walk(here: int, ready: int, hops: int, passed: frozenset[int]) -> None:
        if here == b:
            best[hops] = min(ready, best.get(hops, ready))
        elif hops < max_hops:
            for row in known:
                if row[0] == here and row[2] >= ready and row[1] not in passed:
                    walk(row[1], ended(row), hops + 1, passed | {row[1]})

    walk(a, -(10**9), 0, frozenset({a}))
    return {hops: at for hops, at in best.items() if all(at < best[fewer] for fewer in best if fewer < hops)}


def is_a_chain(path: TimedPath, known: list[Row]) -> bool:
    events = {(row[0], row[1], row[2], ended(row), CALL if row[4] == "call" else SMS) for row in known}
    steps = path.steps
    return (
        all((step.a, step.b, step.started_at, step.ended_at, step.channel) in events for step in steps)
        and all(one.b == other.a and one.ended_at <= other.started_at for one, other in pairwise(steps))
        and path.numbers == (steps[0].a, *(step.b for step in steps))
    )


def check(events: list[Row], window: Window, max_hops: int) -> Counter[str]:
    """Compare all pairs of numbers with a walk along every chain; say what kinds of answers there were."""
    met: Counter[str] = Counter()
    snapshot, known = snapshot_of(events), in_window(events, window)
    for a, b in PAIRS:
        found = time_respecting_paths(snapshot, a, b, max_hops=max_hops, since=window[0], until=window[1])
        expected = best_arrivals(known, a, b, max_hops)
        assert {path.hops: path.arrived_at for path in found} == expected
        assert [path.arrived_at for path in found] == sorted(expected.values())
        assert all(is_a_chain(path, known) for path in found)
        assert all((path.numbers[0], path.numbers[-1]) == (a, b) for path in found)
        assert all(len(set(path.numbers)) == len(path.numbers) for path in found)
        met["three events or more"] += any(hops >= 3 for hops in expected)
        met["a choice between events and arrival"] += len(expected) > 1
        met["the window decides"] += expected != best_arrivals(events, a, b, max_hops)
    return met


@given(rows, windows, st.integers(0, 5))
@settings(deadline=None)
def test_arrivals_agree_with_a_walk_along_every_chain(events: list[Row], window: Window, max_hops: int) -> None:
    check(events, window, max_hops)


def test_arrivals_agree_in_worlds_that_are_rich_in_chains() -> None:
    met = sum((check(each.events, each.window, each.max_hops) for each in WORLDS), Counter[str]())
    assert len(met) == 3
    assert min(met.values()) >= 50, met


def test_a_short_late_call_can_arrive_before_a_long_early_one() -> None:
    calls: list[Row] = [(0, 1, 0, 3600, "call"), (0, 1, 60_000, 10, "call"), (1, 2, 70_000, 5, "call")]
    (path,) = time_respecting_paths(snapshot_of(calls), 0, 2)
    assert [step.started_at for step in path.steps] == [60_000, 70_000]


def test_what_is_told_after_the_second_call_does_not_travel_back_in_time() -> None:
    sketch = draw("b -> c\na -> b")
    assert time_respecting_paths(sketch.snapshot, sketch.ids["a"], sketch.ids["c"]) == []


def test_an_event_that_starts_when_the_window_ends_is_outside_and_one_at_its_beginning_inside() -> None:
    snapshot = snapshot_of([(0, 1, 5000, 1, "call")])
    assert time_respecting_paths(snapshot, 0, 1, until=5000) == []
    assert time_respecting_paths(snapshot, 0, 1, since=5001) == []
    assert len(time_respecting_paths(snapshot, 0, 1, since=5000, until=5001)) == 1


def test_a_number_has_no_path_to_itself() -> None:
    sketch = draw("a -> b -> a")
    assert time_respecting_paths(sketch.snapshot, 0, 0) == []


def test_direction_counts() -> None:
    sketch = draw("a -> b")
    assert len(time_respecting_paths(sketch.snapshot, 0, 1)) == 1
    assert time_respecting_paths(sketch.snapshot, 1, 0) == []


def test_messages_of_the_same_instant_can_follow_each_other() -> None:
    messages: list[Row] = [(2, 3, START, None, "sms"), (1, 2, START, None, "sms"), (0, 1, START, None, "sms")]
    (path,) = time_respecting_paths(snapshot_of(messages), 0, 3)
    assert (path.hops, path.arrived_at) == (3, START)


def test_the_earliest_arrival_and_the_fewest_events_are_both_given() -> None:
    calls: list[Row] = [(0, 1, 0, 1, "call"), (1, 2, 2000, 1, "call"), (0, 2, 9000, 1, "call")]
    found = time_respecting_paths(snapshot_of(calls), 0, 2)
    assert [(path.numbers, path.arrived_at) for path in found] == [((0, 1, 2), 3000), ((0, 2), 10_000)]
    assert time_respecting_paths(snapshot_of(calls), 0, 2, limit=1) == found[:1]


def test_a_hub_with_many_contacts_is_crossed() -> None:
    calls: list[Row] = [(i, 0, START + i, 0, "call") for i in range(1, 200_001)]
    calls.append((0, 200_001, START + 10**6, 1, "call"))
    (path,) = time_respecting_paths(snapshot_of(calls), 150_000, 200_001)
    assert path.numbers == (150_000, 0, 200_001)
