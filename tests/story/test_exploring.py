"""An investigator walks from a flagged number: what lies around it, whom several know; masked, and nothing hidden."""

import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from graphsvc.errors import NotFound, UsageError
from graphsvc.exploring import Exploring
from graphsvc.graph import communities as clusters
from graphsvc.graph.leiden import leiden
from graphsvc.reports.canvas import parted
from graphsvc.reports.walks import Around, Reach
from graphsvc.service import Service
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.conftest import CommandLine
from tests.story.feeds import ANN, BANK, BOB, DAY, DEN, T0, den_events, ordinary_events, write_world

ALL = den_events() + ordinary_events()


def masked(number: str) -> str:
    """As the page shows a mobile number of eleven digits."""
    return f"+86 {number[3:6]} **** {number[-4:]}"


@pytest.fixture
def service(graphsvc: CommandLine, tmp_path: Path) -> Iterator[Service]:
    assert graphsvc("load", write_world(tmp_path / "feeds")).status == 0
    assert graphsvc("analyse").status == 0
    with open_service(Settings(home=tmp_path / "home")) as opened:
        yield opened


@pytest.fixture
def exploring(service: Service) -> Exploring:
    return service.exploring


def test_a_neighbourhood_has_who_they_are_and_every_contact_among_them(exploring: Exploring) -> None:
    found = exploring.neighbourhood([DEN[0]], Around(hops=3, limit=2000))
    numbers, contacts = found.numbers, found.contacts
    assert len({len(column) for column in numbers.values()}) == 1
    assert len({len(column) for column in contacts.values()}) == 1
    assert (found.numbers_left_out, found.contacts_left_out, found.hubs_not_walked) == (0, 0, 0)
    row = {number: i for i, number in enumerate(numbers["number"])}
    assert (numbers["hops"][row[masked(DEN[0])]], numbers["flagged"][row[masked(DEN[0])]]) == (0, True)
    assert numbers["class"][row[masked(DEN[1])]] == "fraud"
    assert numbers["network"][row[masked(DEN[0])]].startswith("N-")
    assert numbers["public_role"][row[BANK]] == "bank"
    assert numbers["fraud_probability"][row[masked(BOB)]] < 0.5
    i, j = row[masked(DEN[0])], row[masked(ANN)]
    at = [k for k, ends in enumerate(zip(contacts["a"], contacts["b"], strict=True)) if ends == (i, j)]
    calls = [event for event in ALL if (event["a_number"], event["b_number"]) == (DEN[0], ANN)]
    assert [contacts["events"][k] for k in at] == [len(calls)]
    assert [contacts["talk_s"][k] for k in at] == [sum(call["duration_s"] for call in calls)]
    assert sum(contacts["events"]) == len(ALL)  # three hops from a dialler is this whole world


def test_communities_are_found_once_for_an_analysis_whoever_asks(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, ask = list[int](), service.exploring.communities

    def counted(**graph: Any) -> Any:
        found.append(graph["node_count"])
        return leiden(**graph)

    monkeypatch.setattr(clusters, "leiden", counted)
    biggest = ask(limit=20, containing=None)
    assert ask(limit=1, containing=None) == biggest[:1]
    assert ask(limit=1, containing=ANN)[0] in biggest
    assert len(found) == 1
    service.analyse(as_of=None)
    assert [one.size for one in ask(limit=20, containing=None)] == [one.size for one in biggest]
    assert len(found) == 2


def test_what_a_limit_leaves_out_is_counted(exploring: Exploring) -> None:
    reached = {event["b_number"] for event in ALL if event["a_number"] == DEN[0]}
    found = exploring.neighbourhood([DEN[0]], Around(hops=1, limit=5))
    assert len(found.numbers["token"]) == 5
    assert found.numbers_left_out == len(reached) - 4


def test_a_window_shows_what_lies_in_it(exploring: Exploring) -> None:
    around = Around(hops=1, since=T0 + 2 * DAY, until=T0 + 3 * DAY, limit=100)
    found = exploring.neighbourhood([ANN], around)
    within = [
        event for event in ALL if ANN in (event["a_number"], event["b_number"]) and event["started_at"] >= T0 + 2 * DAY
    ]
    ends = {event["a_number"] for event in within} | {event["b_number"] for event in within}
    assert set(found.numbers["number"]) == {number if number == BANK else masked(number) for number in ends}


def test_common_contacts_name_people_and_not_the_bank(exploring: Exploring) -> None:
    found = exploring.common_contacts([DEN[0], DEN[2], BOB], Reach(1, None, None, 1000))
    first = found.common[0]
    assert (first.number, first.known_to) == (masked(ANN), 3)
    assert {tie["number"] for tie in first.ties} == {masked(DEN[0]), masked(DEN[2]), masked(BOB)}
    assert first.events == sum(tie["sent"] + tie["received"] for tie in first.ties)
    assert all(one.number != BANK for one in found.common)
    few = exploring.common_contacts([DEN[0], DEN[2], BOB], Reach(1, None, None, 1))
    assert (few.common, few.left_out) == (found.common[:1], len(found.common) - 1)


def test_people_near_numbers_flagged_since_then(exploring: Exploring) -> None:
    reach = Reach(1, None, None, 1000)
    everybody = exploring.connected([], reach, flagged=True)
    assert everybody.people
    assert everybody.not_followed == 0
    assert exploring.connected([], reach, flagged_since=T0 + 2 * DAY) == everybody
    assert exploring.connected([], reach, flagged_since=T0 + 2 * DAY + 1).people == []


def test_a_reveal_is_audited_before_the_answer(service: Service) -> None:
    before = service.audit.verify().entries
    found = service.exploring.neighbourhood([DEN[0]], Around(hops=1), reveal="case C-1")
    assert DEN[0] in found.numbers["number"]
    assert service.audit.verify().entries == before + 1


def test_wrong_questions_are_refused_with_a_reason(exploring: Exploring) -> None:
    with pytest.raises(UsageError, match="two different numbers"):
        exploring.common_contacts([ANN, ANN], Reach(1, None, None, 10))
    with pytest.raises(NotFound, match=r"\*\*\*\*"):
        exploring.neighbourhood(["+8613712349999"], Around())


def test_an_expanded_number_brings_all_its_contacts_whatever_the_limit(exploring: Exploring) -> None:
    ends = Counter((row["a_number"], row["b_number"]) for row in ALL)
    met = {shown(number) for pair in ends if DEN[0] in pair for number in pair}
    few = exploring.neighbourhood([DEN[0], BOB], Around(hops=1, limit=4))
    whole = exploring.neighbourhood([BOB], Around(hops=1, limit=4), expanded=[DEN[0]])
    assert len(met) > 4
    assert met | set(few.numbers["number"]) == set(whole.numbers["number"])
    assert few.numbers_left_out - whole.numbers_left_out == len(whole.numbers["token"]) - len(few.numbers["token"])
    row = {number: k for k, number in enumerate(whole.numbers["number"])}
    expected = {(row[shown(a)], row[shown(b)]): n for (a, b), n in ends.items() if {shown(a), shown(b)} <= row.keys()}
    pairs = zip(whole.contacts["a"].tolist(), whole.contacts["b"].tolist(), strict=True)
    assert dict(zip(pairs, whole.contacts["events"].tolist(), strict=True)) == expected


def shown(number: str) -> str:
    """As an answer shows it: a bank is no secret."""
    return number if number == BANK else masked(number)


def test_the_communities_of_a_canvas_are_those_of_what_is_drawn(exploring: Exploring) -> None:
    found = exploring.neighbourhood([DEN[0]], Around(hops=2, limit=2000))
    labels, contacts = parted(found), found.contacts
    assert len(labels) == len(found.numbers["token"])
    assert len(set(labels)) > 1
    graph = nx.Graph()
    graph.add_nodes_from(range(len(labels)))
    for a, b, events in zip(contacts["a"].tolist(), contacts["b"].tolist(), contacts["events"].tolist(), strict=True):
        weight = graph.get_edge_data(a, b, {"events": 0})["events"] + events
        graph.add_edge(a, b, events=weight, weight=math.log1p(weight))
    groups = [{k for k, label in enumerate(labels) if label == one} for one in sorted(set(labels))]
    judged = nx.community.louvain_communities(graph, weight="weight", seed=1)
    assert nx.community.modularity(graph, groups) >= nx.community.modularity(graph, judged) - 0.01
