"""What is saved of a canvas is in the audit log first: who, why, from which numbers, how many; numbers never whole."""

from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from graphsvc.api.room import Room
from graphsvc.store.tables import audit
from tests.api.clients import Client, caller
from tests.story.feeds import DEN

SAVE = (Path(__file__).parents[2] / "schema" / "operations" / "page-export.graphql").read_text()


def told(client: Client, **other: Any) -> dict[str, Any]:
    ids = [client.data("query($n: String!) {number(number: $n) {id}}", {"n": one})["number"]["id"] for one in DEN[:2]]
    export = {"format": "CSV", "starts": ids, "numbers": 41, "contacts": 63, "entities": 2, "hops": 2}
    return {"export": export | other, "purpose": "hand to the prosecutor", "case": "C-77"}


def entries(room: Room, action: str) -> list[Any]:
    with room.service.catalogue.reading() as connection:
        return list(connection.execute(sa.select(audit).where(audit.c.action == action).order_by(audit.c.entry)))


def test_the_audit_log_has_who_saved_what_and_why(investigator: Client, room: Room) -> None:
    made = investigator.data(SAVE, told(investigator, since="2026-03-02T00:00:00Z"))["recordExport"]
    entry = entries(room, "export canvas")[-1]
    assert entry.entry == made["auditEntry"]
    assert (entry.purpose, entry.case_ref) == ("hand to the prosecutor", "C-77")
    details = orjson.loads(entry.details)
    assert details["subjects"] == [room.service.number(one, reveal=None).token for one in DEN[:2]]
    said = {name: details[name] for name in ("format", "numbers", "contacts", "entities", "hops", "since", "until")}
    assert said == {
        "format": "csv",
        "numbers": 41,
        "contacts": 63,
        "entities": 2,
        "hops": 2,
        "since": "2026-03-02T00:00:00.000Z",
        "until": None,
    }
    assert all(number.removeprefix("+86") not in entry.details for number in DEN)
    assert room.service.audit.verify().ok


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts": []},
        {"starts": ["nobody"]},
        {"starts": [DEN[0]]},
        {"numbers": -1},
        {"numbers": 10_001},
        {"contacts": -1},
        {"entities": 1_001},
        {"hops": 0},
        {"hops": 4},
    ],
    ids=str,
)
def test_what_no_canvas_has_is_refused_and_leaves_no_entry(
    investigator: Client, room: Room, wrong: dict[str, Any]
) -> None:
    before = len(entries(room, "export canvas"))
    assert investigator.code(SAVE, told(investigator, **wrong)) == "BAD_USER_INPUT"
    assert len(entries(room, "export canvas")) == before


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"purpose": ""}, "PURPOSE_UNFIT"),
        ({"purpose": "ask 138 0013 8000 again"}, "PURPOSE_HAS_NUMBER"),
        ({"case": "two words"}, "CASE_UNFIT"),
    ],
)
def test_a_purpose_and_a_case_are_what_they_are_everywhere(
    investigator: Client, room: Room, said: dict[str, str], reason: str
) -> None:
    before = len(entries(room, "export canvas")) + len(entries(room, "reveal number"))
    export = told(investigator)
    arguments = "($id: ID!, $purpose: String!, $case: String)"
    revealing = f"mutation R{arguments} {{revealNumber(id: $id, purpose: $purpose, case: $case) {{id}}}}"
    reveal = {"id": export["export"]["starts"][0], "purpose": "to call them", "case": "C-1"}
    for document, variables in ((SAVE, export), (revealing, reveal)):
        errors = investigator.post(document, variables | said).json()["errors"]
        assert [error["extensions"]["reason"] for error in errors] == [reason]
    assert len(entries(room, "export canvas")) + len(entries(room, "reveal number")) == before


def test_only_who_has_a_canvas_saves_it(investigator: Client, room: Room) -> None:
    for role in ("analyst", "supervisor", "auditor", "dispatcher", "hotline", "admin", "feeder"):
        assert caller(room, role).code(SAVE, told(investigator)) == "FORBIDDEN"
