"""Somebody reads the end of a token off a screen: what it names is found, shown to whom it may be, and written down."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from graphsvc.api.room import Room
from graphsvc.store.tables import audit
from graphsvc.store.token_ends import end_of
from tests.api.clients import Client, caller
from tests.story.feeds import ANN, DEN, DEVICE

ASK = (Path(__file__).parents[2] / "schema" / "operations" / "page-token-end.graphql").read_text()


def token_of(investigator: Client, number: str) -> str:
    return str(investigator.data("query($n: String) {number(number: $n) {token}}", {"n": number})["number"]["token"])


def found(client: Client, end: str) -> tuple[list[str], list[str]]:
    answer = client.data(ASK, {"end": end})["tokenEnd"]
    return [one["id"] for one in answer["numbers"]], [one["token"] for one in answer["entities"]]


def test_the_end_of_a_token_finds_its_number_and_that_of_a_device_its_device(investigator: Client) -> None:
    whole = token_of(investigator, DEN[0])
    named = investigator.data("query($n: String) {number(number: $n) {id}}", {"n": DEN[0]})["number"]["id"]
    for end in (whole[-6:], whole[-9:].upper(), f"…{whole[-8:]}", f"... {whole[-8:]}".replace(" ", ""), whole):
        assert found(investigator, end) == ([named], [])
    assert found(investigator, whole[-12:-1]) == ([], [])  # the middle of one is the end of none
    ask = "query($v: String!) {entity(kind: DEVICE, value: $v) {token}}"
    device = investigator.data(ask, {"v": DEVICE})["entity"]["token"]
    assert found(investigator, device[-7:]) == ([], [device])


@pytest.mark.parametrize("text", ["", "abcde", "a" * 25, "abc%fgh", "abc_fgh", "abcd18", "+8613800000000", "v1.", "…"])
def test_what_can_be_no_end_is_refused_with_its_reason(investigator: Client, text: str) -> None:
    assert end_of(text) is None
    error = investigator.post(ASK, {"end": text}).json()["errors"][0]["extensions"]
    assert (error["code"], error["reason"], error["least"]) == ("BAD_USAGE", "END_UNFIT", 6)


def test_people_of_other_regions_are_not_found_and_who_may_see_no_token_may_not_ask(
    investigator: Client, room: Room
) -> None:
    ann, den = token_of(investigator, ANN)[-8:], token_of(investigator, DEN[0])[-8:]
    assert found(caller(room, "investigator", "4403"), ann) == found(investigator, ann) != ([], [])
    elsewhere = caller(room, "investigator", "11")
    assert found(elsewhere, ann) == ([], [])
    assert found(elsewhere, den) == found(investigator, den) != ([], [])
    for role in ("hotline", "dispatcher", "supervisor", "auditor", "admin"):
        assert caller(room, role).code(ASK, {"end": den}) == "FORBIDDEN"


def test_a_look_up_is_in_the_audit_log_with_what_it_found(investigator: Client, room: Room) -> None:
    whole = token_of(investigator, DEN[0])
    found(investigator, whole[-6:])
    with room.service.catalogue.reading() as connection:
        last = connection.execute(sa.select(audit).order_by(audit.c.entry.desc()).limit(1)).mappings().one()
    assert "token end" in last["action"]
    assert whole in str(dict(last))
