"""Numbers with very many contacts, and limits far below them: what is left out is said, and what is said is true."""

import pytest

from graphsvc.graph.port import Graph
from graphsvc.graph.values import Limits
from tests.contract.graphs import Holding
from tests.contract.judge import Judge
from tests.sketch import MINUTE, START, Row

HOTLINE, SHOP, GANG, ALONE = 0, 1, 2, 99
PEOPLE = range(10, 60)
NOWHERE = (None, None)


def events() -> list[Row]:
    """Everybody rings the hotline, every other one the shop, and neighbours each other; the gang rings three."""
    rows: list[Row] = []
    for i, person in enumerate(PEOPLE):
        rows += [(person, HOTLINE, START + i * MINUTE, 20, "call")] * (1 + i % 3)
        if i % 2:
            rows.append((person, SHOP, START + (100 + i) * MINUTE, None, "sms"))
        if i:
            rows.append((person - 1, person, START + (200 + i) * MINUTE, 40, "call"))
    rows.append((HOTLINE, SHOP, START, 5, "call"))
    rows.append((ALONE, ALONE, START, 5, "call"))
    rows += [(GANG, person, START + MINUTE, 90, "call") for person in PEOPLE[:3]]
    return rows


ROWS = events()
JUDGE = Judge(ROWS)
LIMITS = Limits(hub_contacts=10, contacts_most=6, followed_most=4)


@pytest.fixture(scope="module")
def graph(holding: Holding) -> Graph:
    return holding(ROWS, LIMITS)


def test_nobody_is_reached_through_a_hub_unless_somebody_asks_for_it(graph: Graph) -> None:
    for start in (GANG, HOTLINE, PEOPLE[7]):
        for hops in (1, 2, 3):
            for limit in (5, 12, 100):
                found = graph.neighbourhood([start], hops=hops, limit=limit)
                taken, left_out, hubs = JUDGE.around(
                    [start], hops=hops, window=NOWHERE, min_events=1, limit=limit, hub=LIMITS.hub_contacts
                )
                assert [(row["number"], row["hops"]) for row in found.numbers.to_pylist()] == taken
                assert (found.numbers_left_out, found.hubs_not_walked) == (left_out, hubs)
                among = JUDGE.among({number for number, _ in taken}, NOWHERE, 1)
                kept = sorted(sorted(among, key=lambda row: (-row[2], row[0], row[1]))[: LIMITS.contacts_most])
                assert [tuple(row.values()) for row in found.contacts.to_pylist()] == kept
                assert found.contacts_left_out == len(among) - len(kept)


def test_people_found_are_as_near_as_said_or_nearer(graph: Graph) -> None:
    expected = JUDGE.near([GANG], max_hops=3, window=NOWHERE, closed=[])
    found = graph.people_near([GANG], max_hops=3, limit=1000)
    assert found.people
    for each in found.people:
        hops, proximity, _ = expected[each.number]
        assert each.hops >= hops
        assert found.not_followed or each.hops == hops
        assert each.hops > hops or each.proximity <= proximity + 1e-12
    if not found.not_followed:
        assert len(found.people) == len(expected)


def test_a_path_found_is_one_and_a_missing_one_is_excused(graph: Graph) -> None:
    for a, b in ((GANG, PEOPLE[-1]), (PEOPLE[3], PEOPLE[40]), (GANG, SHOP)):
        expected = JUDGE.shortest(a, b, max_hops=6, window=NOWHERE)
        found = graph.shortest_paths(a, b, max_hops=6, limit=10_000)
        plain = JUDGE.undirected()
        for path in found.paths:
            assert path.numbers[0] == a
            assert path.numbers[-1] == b
            assert all(plain.has_edge(step.a, step.b) for step in path.steps)
        assert found.not_followed or [path.numbers for path in found.paths] == expected


def test_chains_of_events_found_are_no_earlier_than_the_earliest(graph: Graph) -> None:
    for a, b in ((GANG, SHOP), (PEOPLE[0], HOTLINE), (PEOPLE[0], PEOPLE[9])):
        arrivals = JUDGE.arrivals(a, max_hops=4, window=NOWHERE).get(b, {})
        found = graph.time_respecting_paths(a, b, max_hops=4)
        for path in found.paths:
            assert path.arrived_at >= min(arrivals.values())
        assert found.not_followed or {path.hops: path.arrived_at for path in found.paths} == arrivals


def test_what_two_hubs_share_is_listed_up_to_the_limit_and_counted(graph: Graph) -> None:
    expected = JUDGE.common({HOTLINE, SHOP}, NOWHERE, [])
    assert len(expected) == 25
    found = graph.common_contacts([HOTLINE, SHOP], limit=4)
    assert [tuple(row.values()) for row in found.numbers.to_pylist()] == expected[:4]
    assert found.left_out == 21


def test_a_hub_is_summed_up_as_anybody(graph: Graph) -> None:
    found = graph.number(HOTLINE, limit=3)
    assert (found.received.contacts, found.received.events) == (50, sum(row[1] == HOTLINE for row in ROWS))
    assert [each.number for each in found.top] == JUDGE.busiest(HOTLINE)[:3]


def test_who_only_called_itself_is_a_community_of_its_own(graph: Graph) -> None:
    labels = {row["number"]: row["label"] for row in graph.community_labels().to_pylist()}
    assert labels.keys() == JUDGE.seen()
    assert [number for number, label in labels.items() if label == labels[ALONE]] == [ALONE]
    assert [(each.size, each.events_outside) for each in graph.communities(containing=ALONE)] == [(1, 0)]
