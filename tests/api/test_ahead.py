"""What the first readers ask after a flip or a release is there before they ask; it says what they would have got."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graphsvc.api import ahead as ahead_of_readers
from graphsvc.api import settled
from graphsvc.api.ahead import Ahead
from graphsvc.api.app import make_room
from graphsvc.api.operations import operation
from graphsvc.api.room import Room
from graphsvc.graph import layout as graph_layout
from graphsvc.reports.values import Page
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.api.clients import caller
from tests.api.test_answers import counted
from tests.api.test_settled import PAGE, nodes
from tests.story.feeds import DEN

SAME_WITHOUT_NAMES = PAGE.replace("query(", "query Another(").replace(" { analysisId", " { asOf ")
OTHER = '{ victims(first: 7, region: "4403") { edges { node { rank evidence { text } } } } }'


@pytest.fixture
def room(busy_world: Path) -> Iterator[Room]:
    """A folder of its own: these tests change what is so."""
    with open_service(Settings(home=busy_world, api_budget=10**9)) as service:
        yield make_room(service)


def made_anew(asked: list[str]) -> list[str]:
    """Statements that fetch what hangs on people: evidence, exposures, networks."""
    return [one for one in asked if "exposures" in one or "networks" in one]


def entries(room: Room) -> int:
    """How many entries the audit log has."""
    return room.service.audit.verify().entries


def test_another_document_that_asks_the_same_of_people_finds_it_written(room: Room) -> None:
    investigator = caller(room, "investigator")
    before = nodes(investigator)
    written = room.documents.settled.written.known()
    with counted(room) as asked:
        assert nodes(caller(room, "supervisor"), SAME_WITHOUT_NAMES) == before
        assert nodes(investigator, PAGE.replace("= 20", "= 3")) == before[:3]
    assert not made_anew(asked)
    assert set(room.documents.settled.written.known()) == set(written)


def test_a_document_that_asks_something_else_of_the_same_people_makes_nothing_anew(room: Room) -> None:
    investigator = caller(room, "investigator")
    nodes(investigator, "{ victims { edges { node { rank } } } }")
    with counted(room) as asked:
        found = nodes(investigator)
    assert not made_anew(asked)
    with open_service(Settings(home=room.service.home.path)) as elsewhere:
        assert nodes(caller(make_room(elsewhere), "investigator")) == found


def test_after_an_analysis_the_pages_that_were_asked_for_are_there_before_anybody_asks(room: Room) -> None:
    investigator, local = caller(room, "investigator"), caller(room, "investigator", "4403")
    nodes(investigator)
    nodes(local, OTHER)
    ahead = Ahead()
    ahead.keep(room)
    flag = "mutation F($n: [String!]!) { flagNumbers(numbers: $n, scamType: LOAN) { id } }"
    investigator.data(flag, {"n": [DEN[0]]})
    made = room.service.analyse(as_of=None)
    noted = entries(room)
    ahead.keep(room)
    assert entries(room) == noted, "nobody was told anything"
    with counted(room) as asked:
        page = investigator.data(PAGE)["victims"]
        nodes(local, OTHER)
    assert page["analysisId"] == made.analysis_id
    assert not made_anew(asked)
    assert entries(room) == noted + 2
    with open_service(Settings(home=room.service.home.path)) as elsewhere:
        assert nodes(caller(make_room(elsewhere), "investigator")) == [edge["node"] for edge in page["edges"]]


def test_what_a_service_that_was_just_started_is_asked_first_is_written_before_anybody_asks(room: Room) -> None:
    noted = entries(room)
    Ahead().keep(room)
    assert entries(room) == noted, "nobody was told anything"
    written, investigator = room.documents.settled.written.known(), caller(room, "investigator")
    with counted(room) as asked:
        edges = investigator.data(operation("investigator-victims"), {"first": 20})["victims"]["edges"]
    assert len(edges) > 5
    assert not made_anew(asked)
    assert set(room.documents.settled.written.known()) == set(written)
    with counted(room) as asked:
        assert len(investigator.data(operation("page-today"))["victims"]["edges"]) >= len(edges)
    assert not made_anew(asked)
    with open_service(Settings(home=room.service.home.path)) as elsewhere:
        plain = caller(make_room(elsewhere), "investigator").data(operation("investigator-victims"), {"first": 20})
    assert [one["node"] for one in plain["victims"]["edges"]] == [one["node"] for one in edges]


def test_pages_behind_the_first_and_of_parts_of_the_ranking_are_made_before_anybody_asks(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead_of_readers, "FIRST_PAGES", (Page(limit=2),))
    monkeypatch.setattr(ahead_of_readers, "_ask_first", lambda *_: None)
    Ahead().keep(room)
    investigator = caller(room, "investigator")
    ask = (
        "query($after: String) { victims(first: 2, after: $after) { edges { cursor node { id evidence { text } } } } }"
    )
    first = investigator.data(ask)["victims"]["edges"]
    with counted(room) as asked:
        behind = investigator.data(ask, {"after": first[-1]["cursor"]})["victims"]["edges"]
        part = nodes(investigator, PAGE.replace("victims(", "victims(stage: CONTACTED, "))
    assert len(behind) == 2
    assert part
    assert not made_anew(asked)
    with open_service(Settings(home=room.service.home.path)) as elsewhere:
        anew = caller(make_room(elsewhere), "investigator").data(ask.replace("first: 2", "first: 4"))
    assert [one["node"] for one in anew["victims"]["edges"]] == [one["node"] for one in (*first, *behind)]


def test_after_a_release_the_page_is_there_without_whoever_is_free(room: Room) -> None:
    investigator, chief = caller(room, "investigator"), caller(room, "supervisor")
    ahead = Ahead()
    nodes(investigator)
    ahead.keep(room)
    release = 'mutation R($n: String!) { releaseNumber(number: $n, reason: "checked") { number } }'
    freed = chief.data(release, {"n": DEN[2]})["releaseNumber"]["number"]
    ahead.keep(room)
    with counted(room) as asked:
        assert freed not in str(nodes(investigator))
    assert not made_anew(asked)


def test_nothing_is_made_where_nothing_changed_or_nothing_is_there(room: Room, tmp_path: Path) -> None:
    ahead = Ahead()
    ahead.keep(room)
    with counted(room) as asked:
        ahead.keep(room)
    assert not any("evidence" in one for one in asked)
    with open_service(Settings(home=tmp_path / "empty")) as service:
        Ahead().keep(make_room(service))


def test_the_first_canvas_of_an_analysis_waits_for_no_compiler(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    laid_out: list[int] = []

    def spied(node_count: int, *edges: Any) -> Any:
        laid_out.append(node_count)
        return layout(node_count, *edges)

    layout = graph_layout.layout
    monkeypatch.setattr(graph_layout, "layout", spied)
    noted, ahead = entries(room), Ahead()
    ahead.keep(room)
    assert len(laid_out) == 1
    assert laid_out[0] > 1, "with contacts, so that every kernel runs"
    ahead.keep(room)
    assert len(laid_out) == 1
    assert entries(room) == noted, "nobody was told anything"


def test_the_ends_of_all_tokens_are_read_before_somebody_asks_for_one(room: Room) -> None:
    investigator = caller(room, "investigator")
    token = investigator.data("query($n: String) {number(number: $n) {token}}", {"n": DEN[0]})["number"]["token"]
    ask = "query($e: String!) {tokenEnd(end: $e) {numbers {token}}}"
    Ahead().keep(room)
    with counted(room) as asked:
        assert investigator.data(ask, {"e": token[-7:]})["tokenEnd"]["numbers"] == [{"token": token}]
    assert asked
    assert not [one for one in asked if "substr(" in one]


def test_ways_of_asking_that_are_kept_have_a_bound(room: Room) -> None:
    investigator = caller(room, "investigator")
    for k in range(settled.LOOKS_KEPT + 3):
        nodes(investigator, f"{{ victims {{ edges {{ node {{ rank a{k}: grade }} }} }} }}")
    assert len(room.documents.settled.looks.known()) == settled.LOOKS_KEPT
