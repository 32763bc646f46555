"""Communities of the contact graph, described by what plain Python counts in them."""

from collections.abc import Callable
from itertools import product
from math import log

import networkx as nx
from hypothesis import given, settings

from graphsvc.graph.communities import Communities
from graphsvc.graph.values import SHOWN_MEMBERS
from tests.graph.temporal import NUMBERS, rows
from tests.sketch import Row, draw, snapshot_of


def between(events: list[Row]) -> dict[frozenset[int], int]:
    ties: dict[frozenset[int], int] = {}
    for a, b, *_ in events:
        if a != b:
            ties[frozenset((a, b))] = ties.get(frozenset((a, b)), 0) + 1
    return ties


@given(rows)
@settings(deadline=None)
def test_every_number_is_in_one_community_and_its_events_are_counted(events: list[Row]) -> None:
    parted = Communities.of(snapshot_of(events))
    found = parted.biggest(NUMBERS)
    ties = between(events)
    assert sorted(number for each in found for number in each.members) == sorted(
        {number for row in events for number in row[:2]}
    )
    for each in found:
        members = set(each.members)
        assert each.size == len(members)
        assert each.events_inside == sum(count for tie, count in ties.items() if tie <= members)
        assert each.events_outside == sum(count for tie, count in ties.items() if len(tie & members) == 1)
        assert parted.containing(min(members)) == [each]
    order = [(-each.size, min(each.members)) for each in found]
    assert order == sorted(order)


def test_two_numbers_weigh_the_logarithm_of_their_events() -> None:
    """Every partition of five numbers is tried; plain counts or no weights at all would give others."""
    drawn = "a -8> b\na -6> c\nc -6> a\na -2> e\nb -2> d\nb -12> e\nc -12> d\nc -8> e\nd -3> e"
    sketch = draw(drawn)
    ties = between(list(sketch.rows)).items()

    def best(weigh: Callable[[int], float]) -> set[frozenset[int]]:
        graph = nx.Graph((*tie, {"weight": weigh(count)}) for tie, count in ties)
        return {
            frozenset(part)
            for part in max(
                (parts_of(labels) for labels in product(range(5), repeat=5)),
                key=lambda parts: nx.community.modularity(graph, parts),
            )
        }

    found = {frozenset(each.members) for each in Communities.of(sketch.snapshot).biggest(9)}
    assert found == best(lambda count: log(1 + count))
    assert found != best(lambda count: count)
    assert found != best(lambda _: 1)


def parts_of(labels: tuple[int, ...]) -> list[set[int]]:
    return [{i for i, label in enumerate(labels) if label == part} for part in set(labels)]


def test_two_circles_of_friends_are_two_communities() -> None:
    sketch = draw("ann -2> bob -2> cyd -2> ann\ndan -2> eve -2> fay -2> dan\ncyd -> dan")
    found = Communities.of(sketch.snapshot).biggest(9)
    assert [sorted(sketch.names(each.members)) for each in found] == [
        ["ann", "bob", "cyd"],
        ["dan", "eve", "fay"],
    ]
    assert [(each.label, each.events_inside, each.events_outside) for each in found] == [(0, 6, 1), (1, 6, 1)]


def test_only_the_busiest_members_are_named() -> None:
    sketch = draw("\n".join(f"hub -{i + 1}> m{i}" for i in range(40)))
    (each,) = Communities.of(sketch.snapshot).biggest(9)
    assert each.size == 41
    assert sketch.names(each.members) == ["hub", *(f"m{i}" for i in range(39, 40 - SHOWN_MEMBERS, -1))]


def test_limits_and_unknown_numbers() -> None:
    sketch = draw("a -> b\nc -> d\ne -> e")
    assert [each.size for each in Communities.of(sketch.snapshot).biggest(9)] == [2, 2, 1]
    assert [each.members for each in Communities.of(sketch.snapshot).biggest(1)] == [(0, 1)]
    assert Communities.of(sketch.snapshot).biggest(0) == []
    assert Communities.of(sketch.snapshot).containing(NUMBERS + 90) == []
    assert Communities.of(snapshot_of([])).biggest(9) == []
