"""Who is near the flagged numbers: hops by networkx, proximity by its formula in plain Python."""

from collections import Counter
from math import sqrt

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphsvc.graph.people import connected
from tests.graph.temporal import NUMBERS, WORLDS, Window, in_window, rows, windows
from tests.sketch import MINUTE, START, Row, draw, snapshot_of


def hops_by_networkx(known: list[Row], seeds: set[int], max_hops: int) -> dict[int, int]:
    graph = nx.Graph((row[0], row[1]) for row in known)
    sources = seeds & set(graph)
    if not sources:
        return {}
    hops = nx.multi_source_dijkstra_path_length(graph, sources, cutoff=max_hops, weight=lambda *_: 1)
    return {number: int(distance) for number, distance in hops.items() if distance}


def proximities(events: list[Row], known: list[Row], seeds: set[int], hops: dict[int, int]) -> dict[int, float]:
    near = dict.fromkeys(seeds, 1.0)
    contacts_ever = {(a, b) for a, b, *_ in events if a != b}
    for number in sorted(hops, key=lambda n: hops[n]):
        far = 1.0
        for a, b in {row[:2] for row in known}:
            before = {a: b, b: a}.get(number)
            if before is None or hops.get(before, 0) != hops[number] - 1 or before not in near:
                continue
            count = sum(row[:2] == (a, b) for row in known)
            degree = sum(before in pair for pair in contacts_ever)
            passed = 1.0 if before in seeds else 1 / sqrt(degree)
            far *= 1 - near[before] * passed * count / (count + 1)
        near[number] = 1 - far
    return near


def path_to(number: int, known: list[Row], hops: dict[int, int]) -> tuple[int, ...]:
    """Back from the number: each time to whom it was last in contact with, one hop nearer, then the smaller id."""
    path = [number]
    while hops[path[-1]]:
        here = path[-1]
        nearer = [
            (-at, a + b - here) for a, b, at, *_ in known if here in (a, b) and hops.get(a + b - here) == hops[here] - 1
        ]
        path.append(min(nearer)[1])
    return tuple(reversed(path))


def check(events: list[Row], seeds: set[int], window: Window, max_hops: int) -> Counter[str]:
    """Compare with networkx and the formula; say what kinds of answers there were."""
    known = in_window(events, window)
    found = connected(snapshot_of(events), sorted(seeds), max_hops=max_hops, since=window[0], until=window[1])
    hops = hops_by_networkx(known, seeds, max_hops)
    assert {each.number: each.hops for each in found} == hops
    near = proximities(events, known, seeds, hops)
    assert {each.number: each.proximity for each in found} == pytest.approx({n: near[n] for n in hops})
    assert all(0 < each.proximity <= 1 for each in found)
    assert all(each.path == path_to(each.number, known, hops | dict.fromkeys(seeds, 0)) for each in found)
    assert all(each.path[0] in seeds and len(each.path) == each.hops + 1 for each in found)
    order = [(-each.proximity, each.hops, each.number) for each in found]
    assert order == sorted(order)
    ever = hops_by_networkx(in_window(events, (None, None)), seeds, max_hops)
    return Counter(
        {
            "three hops or more": int(any(distance >= 3 for distance in hops.values())),
            "the window decides": int(bool(hops) and hops != ever),
        }
    )


@given(rows, st.sets(st.integers(0, NUMBERS)), windows, st.integers(0, 4))
@settings(deadline=None)
def test_hops_proximity_and_paths_agree_with_a_plain_computation(
    events: list[Row], seeds: set[int], window: Window, max_hops: int
) -> None:
    check(events, seeds, window, max_hops)


def test_hops_proximity_and_paths_agree_in_worlds_that_are_rich_in_paths() -> None:
    met: Counter[str] = Counter()
    for each in WORLDS:
        for seeds in ({0}, {3}, {1, 5}):
            met += check(each.events, seeds, each.window, each.max_hops)
    assert len(met) == 2
    assert min(met.values()) >= 50, met


def test_more_events_and_more_seeds_are_nearer() -> None:
    sketch = draw("""
        gang1! -3> ann
        gang1! -> bob
        gang2! -> bob
        gang1! -> cyd
    """)
    found = connected(sketch.snapshot, sorted(sketch.flagged))
    assert sketch.names(each.number for each in found) == ["ann", "bob", "cyd"]
    assert [each.proximity for each in found] == [0.75, 0.75, 0.5]


def test_a_friend_through_a_hub_is_farther_than_one_through_a_person() -> None:
    sketch = draw("gang! -> hotline\ngang! -> ann -> bob\n" + "\n".join(f"u{i} -> hotline" for i in range(50)))
    nearness = {each.number: each.proximity for each in connected(sketch.snapshot, [0], limit=200)}
    assert nearness[sketch.ids["bob"]] == pytest.approx(0.5 * 0.5 / sqrt(2))
    assert nearness[sketch.ids["u0"]] == pytest.approx(0.5 * 0.5 / sqrt(51))


def test_the_path_takes_the_contact_that_was_used_last() -> None:
    sketch = draw("gang! -> ann -> cyd\ngang! -> bob -> cyd")
    ids, both = sketch.ids, connected(sketch.snapshot, [0])
    paths = {each.number: sketch.names(each.path) for each in both}
    assert paths[ids["cyd"]] == ["gang", "bob", "cyd"]
    before_bob = connected(sketch.snapshot, [0], until=START + 3 * MINUTE)
    assert {each.number: sketch.names(each.path) for each in before_bob}[ids["cyd"]] == ["gang", "ann", "cyd"]


def test_the_later_contact_wins_whoever_originated_it() -> None:
    sketch = draw("gang! -> ann\ngang! -> bob\nann -> cyd\ncyd -> bob")
    paths = {each.number: sketch.names(each.path) for each in connected(sketch.snapshot, [0])}
    assert paths[sketch.ids["cyd"]] == ["gang", "bob", "cyd"]


def test_of_contacts_used_at_the_same_instant_the_smaller_id_is_taken() -> None:
    calls: list[Row] = [
        (0, 2, 0, 1, "call"),
        (0, 1, 0, 1, "call"),
        (2, 3, 9, 1, "call"),
        (1, 3, 9, 1, "call"),
    ]
    assert [each.path for each in connected(snapshot_of(calls), [0]) if each.number == 3] == [(0, 1, 3)]


def test_limit_and_unknown_seeds() -> None:
    sketch = draw("gang! -2> ann\ngang! -> bob")
    assert [each.number for each in connected(sketch.snapshot, [0, 0, 77], limit=1)] == [sketch.ids["ann"]]
    assert connected(sketch.snapshot, [77]) == []
    assert connected(sketch.snapshot, []) == []
    assert connected(snapshot_of([]), [0]) == []


def test_nobody_is_near_through_a_hotline_that_is_closed() -> None:
    sketch = draw("gang! -> bank\nann -> bank\ngang! -> bob -> cyd")
    ids = sketch.ids
    assert ids["ann"] in {each.number for each in connected(sketch.snapshot, [ids["gang"]])}
    found = connected(sketch.snapshot, [ids["gang"]], closed=[ids["bank"], 77])
    assert {each.number for each in found} == {ids["bank"], ids["bob"], ids["cyd"]}
    asked_for = connected(sketch.snapshot, [ids["bank"]], closed=[ids["bank"]])
    assert ids["ann"] in {each.number for each in asked_for}
