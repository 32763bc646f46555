"""Saved questions: each its owner's, asked again of each analysis, with what is new since they last looked."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from graphsvc.api.room import Room
from graphsvc.store.tables import audit, saved_question_numbers, saved_questions
from tests.api.clients import Client, caller
from tests.story.feeds import ANN, DEN, EVE, FOURTH, write_growth

FOLDER = Path(__file__).parents[2] / "schema" / "operations"
SAVE, LIST, ONE, LOOK, CHANGE, FORGET = (
    (FOLDER / f"page-{name}.graphql").read_text()
    for name in ("question-save", "questions", "question", "question-look", "question-change", "question-forget")
)


def saved(client: Client, kind: str, **asked: Any) -> str:
    made = client.data(SAVE, {"title": f"question of {kind.lower()}", "kind": kind, **asked})["saveQuestion"]
    return str(made["id"])


def read(client: Client, question: str) -> Any:
    return client.data(ONE, {"id": question})["savedQuestion"]


def numbers(found: Any, *, fresh: bool) -> set[str]:
    return {row["number"]["number"] for row in found["answer"] if row["fresh"] is fresh}


def refused(client: Client, document: str, variables: dict[str, Any]) -> str:
    return str(client.post(document, variables).json()["errors"][0]["extensions"]["code"])


def grow(room: Room, place: Path) -> None:
    """The den takes a fourth SIM into its device, rings through a list and talks Eve into calling back."""
    room.service.load([write_growth(place)], kind=None, feed_id="more")
    room.service.analyse(as_of=None)


def test_what_came_since_is_new_until_it_was_looked_at(investigator: Client, room: Room, tmp_path: Path) -> None:
    sharing = saved(investigator, "SHARING", numbers=[DEN[0]])
    contacts = saved(investigator, "CONTACTS", numbers=[DEN[0][3:]])
    people = saved(investigator, "PEOPLE")
    networks = saved(investigator, "NETWORKS", scamType="CUSTOMER_SERVICE")
    before = {one: read(investigator, one) for one in (sharing, contacts, people, networks)}
    assert [one["fresh"] for one in before.values()] == [0, 0, 0, 0]
    masked = {number: room.service.number(number, reveal=None).number for number in DEN}
    assert numbers(before[sharing], fresh=False) == {masked[DEN[1]], masked[DEN[2]]}
    assert before[networks]["answer"][0]["network"]["size"] == 3
    assert before[people]["total"] == len(before[people]["answer"]) > 0

    grow(room, tmp_path)
    fourth = room.service.number(FOURTH, reveal=None).number
    after = {one: read(investigator, one) for one in before}
    assert numbers(after[sharing], fresh=True) == {fourth}
    assert after[sharing]["answer"][0]["fresh"] is True
    assert numbers(after[contacts], fresh=True) == {fourth}
    assert room.service.number(EVE, reveal=None).number in numbers(after[people], fresh=True)
    assert after[networks]["fresh"] == 0
    listed = {one["id"]: one["fresh"] for one in investigator.data(LIST)["savedQuestions"]}
    assert listed == {one: after[one]["fresh"] for one in after}
    assert list(listed) == [networks, people, contacts, sharing]

    # What was shown was of the first analysis: nothing of the second counts as looked at.
    look = {"id": sharing, "analysisId": before[sharing]["analysisId"]}
    assert investigator.data(LOOK, look)["lookAtQuestion"]["fresh"] == 1
    look["analysisId"] = after[sharing]["analysisId"]
    assert investigator.data(LOOK, look)["lookAtQuestion"]["fresh"] == 0
    assert read(investigator, sharing)["total"] == 3
    assert refused(investigator, LOOK, {"id": sharing, "analysisId": "A999"}) == "NOT_FOUND"


def test_a_question_is_its_owners_alone_and_of_their_region(investigator: Client, room: Room, tmp_path: Path) -> None:
    own = saved(investigator, "PEOPLE", region="44")
    elsewhere = caller(room, "investigator", region="11")
    there = saved(elsewhere, "PEOPLE")
    for client, other in ((investigator, there), (elsewhere, own)):
        assert refused(client, ONE, {"id": other}) == "NOT_FOUND"
        assert refused(client, FORGET, {"id": other}) == "NOT_FOUND"
        assert refused(client, CHANGE, {"id": other, "alert": False}) == "NOT_FOUND"
    assert read(investigator, own)["total"] > 0
    assert read(elsewhere, there)["total"] == 0
    assert refused(elsewhere, SAVE, {"title": "theirs", "kind": "PEOPLE", "region": "44"}) == "FORBIDDEN"
    assert refused(elsewhere, SAVE, {"title": "hers", "kind": "CONTACTS", "numbers": [ANN]}) == "NOT_FOUND"
    grow(room, tmp_path)
    known = caller(room, "investigator", region="11")
    near = saved(known, "CONTACTS", numbers=[DEN[1]])
    found = read(known, near)
    assert found["total"] > len(found["answer"]), "people of another region are counted, and not shown"


def test_what_cannot_be_asked_is_refused(investigator: Client) -> None:
    for asked, code in (
        ({"kind": "CONTACTS"}, "BAD_USAGE"),
        ({"kind": "PEOPLE", "numbers": [DEN[0]]}, "BAD_USAGE"),
        ({"kind": "SHARING", "numbers": ["+8613000000000"]}, "NOT_FOUND"),
        ({"kind": "SHARING", "numbers": [f"+861362{k:07d}" for k in range(201)]}, "BAD_USER_INPUT"),
        ({"kind": "PEOPLE", "title": f"ring {ANN}"}, "BAD_USAGE"),
        ({"kind": "PEOPLE", "title": ""}, "BAD_USAGE"),
    ):
        assert refused(investigator, SAVE, {"title": "a question", **asked}) == code, asked
    own = saved(investigator, "NETWORKS")
    assert refused(investigator, CHANGE, {"id": own}) == "BAD_USAGE"
    assert investigator.data(CHANGE, {"id": own, "title": "dens", "alert": False})["changeQuestion"]["title"] == "dens"
    assert investigator.data(LIST)["savedQuestions"][0]["alert"] is False
    assert investigator.data(FORGET, {"id": own})["forgetQuestion"] == own
    assert investigator.data(LIST)["savedQuestions"] == []


def test_each_change_is_audited_and_no_number_is_kept(investigator: Client, room: Room) -> None:
    own = saved(investigator, "CONTACTS", numbers=DEN[:2])
    analysis = read(investigator, own)["analysisId"]
    investigator.data(LOOK, {"id": own, "analysisId": analysis})
    investigator.data(CHANGE, {"id": own, "alert": False})
    with room.service.catalogue.reading() as connection:
        rows = connection.execute(sa.select(audit.c.action, audit.c.details).order_by(audit.c.entry)).all()
        kept = str(connection.execute(sa.select(saved_questions)).all())
        kept += str(connection.execute(sa.select(saved_question_numbers)).all())
    investigator.data(FORGET, {"id": own})
    wanted = ["save question", "look at question", "change question"]
    assert [row.action for row in rows if row.action in wanted] == wanted
    said = next(row.details for row in rows if row.action == "save question")
    for number in DEN[:2]:
        assert room.service.number(number, reveal=None).token in said
        assert number[-8:] not in kept
    assert any("saved question" in row.action for row in rows), "the answer is a read like any other"
    with room.service.catalogue.reading() as connection:
        assert connection.execute(sa.select(saved_question_numbers)).all() == []
    assert room.service.audit.verify().ok
