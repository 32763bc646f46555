"""A request reads one state of the catalogue, in few transactions; what it writes itself it sees."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest

from graphsvc.api.room import Room
from graphsvc.listing import Listing
from graphsvc.reports.values import NumberReport
from tests.api.clients import Client, caller
from tests.api.test_answers import FILES, counted
from tests.story.feeds import DEN

FLAG = 'mutation F($n: String!) { flagNumbers(numbers: [$n], scamType: LOAN, caseId: "C-9") { id } }'
FLAGS = "number(number: $n) { flags { id } }"
WRITES = "BEGIN IMMEDIATE"


@contextmanager
def transactions(room: Room) -> Iterator[list[str]]:
    """How each transaction of the catalogue begins meanwhile; there when the block has ended."""
    begun: list[str] = []
    with counted(room) as asked:
        yield begun
    begun += [one for one in asked if one.startswith("BEGIN")]


def operation(name: str) -> str:
    return next(path for path in FILES if path.stem == name).read_text()


def test_a_page_costs_one_transaction_to_read_and_one_for_the_audit_log(room: Room, investigator: Client) -> None:
    victims = operation("investigator-victims")
    investigator.data(victims, {"first": 20})
    with transactions(room) as begun:
        investigator.data(victims, {"first": 10})
    assert begun == ["BEGIN", WRITES]


def test_a_claim_reads_before_it_gives_leases_and_between_those_and_the_audit_log(room: Room) -> None:
    dispatcher = caller(room, "dispatcher")
    asked: dict[str, Any] = {"channel": "SMS", "limit": 5, "leaseSeconds": 60, "worker": "w"}
    with transactions(room) as begun:
        claimed = dispatcher.data(operation("dispatcher-claim"), {**asked, "idempotencyKey": "k"})["claimWarnings"]
    assert claimed
    assert begun == ["BEGIN", WRITES, "BEGIN", WRITES]
    with transactions(room) as begun:
        dispatcher.data(operation("dispatcher-ack"), {"leaseTokens": [one["leaseToken"] for one in claimed]})
    assert begun == ["BEGIN", WRITES]


def test_what_comes_in_during_a_request_is_in_the_next_answer(
    room: Room, investigator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Listing.numbers
    others = [lambda: caller(room, "investigator").data(FLAG, {"n": DEN[1]})]

    def interrupted(self: Listing, *args: Any, **options: Any) -> list[NumberReport | None]:
        reports = found(self, *args, **options)
        while others:
            other = Thread(target=others.pop())
            other.start()
            other.join()
        return reports

    monkeypatch.setattr(Listing, "numbers", interrupted)
    twice = investigator.data(f"query($n: String!) {{ before: {FLAGS} after: {FLAGS} }}", {"n": DEN[1]})
    assert not others
    assert twice["before"] == twice["after"]
    later = investigator.data(f"query($n: String!) {{ {FLAGS} }}", {"n": DEN[1]})["number"]
    assert len(later["flags"]) == len(twice["after"]["flags"]) + 1


def test_a_request_sees_what_it_has_done(room: Room, investigator: Client) -> None:
    before = investigator.data(f"query($n: String!) {{ {FLAGS} }}", {"n": DEN[1]})["number"]["flags"]
    twice = FLAG.replace("{ id } }", "{ id } again: flagNumbers(numbers: [$n], scamType: BRUSHING) { id } }")
    made = investigator.data(twice, {"n": DEN[1]})
    after = investigator.data(f"query($n: String!) {{ {FLAGS} }}", {"n": DEN[1]})["number"]["flags"]
    assert [one["id"] for one in after if one not in before] == [made["flagNumbers"][0]["id"], made["again"][0]["id"]]
