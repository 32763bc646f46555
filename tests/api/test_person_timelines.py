"""A person's timeline: what happened in order, how far it went, what was done; it adds up to the figures beside it."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from graphsvc.api.app import make_room
from graphsvc.model.instants import iso
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.api.clients import Client, caller
from tests.story.feeds import ANN, BANK, DAY, DEN, HOUR, MINUTE, T0

ALL = """query All($first: Int! = 60) { victims(first: 20) { edges { node { id number stage
  exposure { events suspects callBacks verifications bankCalls bankMessages talkSeconds longestCallSeconds lostAt }
  warnings { reference channel outcome }
  timeline(first: $first) { leftOut
    events { at kind id number fraudProbability seconds stage reference channel became outcome } } } } } }"""
MET = ("CALL", "MESSAGE", "CALL_BACK", "MESSAGE_BACK")


def people(client: Client, **variables: Any) -> list[dict[str, Any]]:
    found = client.data(ALL, variables)["victims"]["edges"]
    assert found
    return [edge["node"] for edge in found]


def of_ann(client: Client, **variables: Any) -> dict[str, Any]:
    return next(one for one in people(client, **variables) if one["number"].endswith(ANN[-4:]))


def test_what_happened_to_ann_is_told_in_order(investigator: Client) -> None:
    ann = of_ann(investigator)
    told = [
        (
            event["at"],
            event["kind"],
            (event["number"] or "")[-4:],
            event["seconds"] if event["number"] else event["stage"],
        )
        for event in ann["timeline"]["events"]
        if event["kind"] != "WARNING"
    ]
    now = T0 + 2 * DAY
    assert told == [
        (iso(now - 2 * HOUR), "CALL", DEN[0][-4:], 300),
        (iso(now - 2 * HOUR), "STAGE", "", "ENGAGED"),
        (iso(now - HOUR), "CALL", DEN[1][-4:], 600),
        (iso(now), "CALL", DEN[2][-4:], 900),
        (iso(now), "STAGE", "", "COMMITTED"),
        (iso(now + 30 * MINUTE), "BANK_CALL", BANK[-4:], None),
        (iso(now + 40 * MINUTE), "CALL_BACK", DEN[2][-4:], 1500),
    ]
    assert ann["timeline"]["leftOut"] == 0
    assert all(event["fraudProbability"] >= 0.2 for event in ann["timeline"]["events"] if event["kind"] in MET)


def test_the_events_add_up_to_the_figures_and_the_stage_of_everybody(busy_world: Path) -> None:
    with open_service(Settings(home=busy_world, api_budget=10**9)) as service:
        found = people(caller(make_room(service), "investigator"))
    assert len(found) > 5
    for one in found:
        events, figures = one["timeline"]["events"], one["exposure"]
        kinds = Counter(event["kind"] for event in events)
        met = [event for event in events if event["kind"] in MET]
        talk = [event["seconds"] or 0 for event in met]
        assert len(met) == figures["events"]
        assert len({event["id"] for event in met}) == figures["suspects"]
        assert kinds["CALL_BACK"] + kinds["MESSAGE_BACK"] == figures["callBacks"]
        assert kinds["VERIFICATION"] + kinds["BANK_CALL"] == figures["verifications"]
        assert (kinds["BANK_CALL"], kinds["CODE"]) == (figures["bankCalls"], figures["bankMessages"])
        assert (sum(talk), max(talk)) == (figures["talkSeconds"], figures["longestCallSeconds"])
        assert [event["stage"] for event in events if event["kind"] == "STAGE"][-1] == one["stage"]
        assert [event["at"] for event in events] == sorted(event["at"] for event in events)
        made = {event["reference"] for event in events if event["became"] == "MADE"}
        assert made == {warning["reference"] for warning in one["warnings"]}


def test_what_came_of_a_warning_stands_in_it_and_no_workers_name(busy_world: Path) -> None:
    claim = """mutation { claimWarnings(channel: SMS, limit: 100, leaseSeconds: 600, worker: "w1",
      idempotencyKey: "k") { number leaseToken } }"""
    ack = "mutation($token: String!) { ackWarnings(leaseTokens: [$token], outcome: DELIVERED) { accepted } }"
    with open_service(Settings(home=busy_world, api_budget=10**9)) as service:
        room = make_room(service)
        caller(room, "supervisor").data("mutation { setCapacity(channel: SMS, perDay: 1000) { pausedAt } }")
        dispatcher = caller(room, "dispatcher")
        mine = next(one for one in dispatcher.data(claim)["claimWarnings"] if one["number"] == ANN)
        dispatcher.data(ack, {"token": mine["leaseToken"]})
        events = of_ann(caller(room, "investigator"))["timeline"]["events"]
    became = [(event["became"], event["outcome"]) for event in events if event["channel"] == "SMS"]
    assert ("MADE", None) in became
    assert became[-1][1] == "DELIVERED"
    assert "CLAIMED" not in {kind for kind, _ in became}


def test_what_is_left_out_is_counted_and_the_newest_stay(investigator: Client) -> None:
    whole, part = of_ann(investigator)["timeline"], of_ann(investigator, first=2)["timeline"]
    assert part["events"] == whole["events"][-2:]
    assert part["leftOut"] == len(whole["events"]) - 2
    assert investigator.code(ALL, {"first": 0}) == "BAD_USER_INPUT"


@pytest.mark.parametrize("role", ["dispatcher", "hotline"])
def test_who_does_no_casework_may_not_ask_for_it(investigator: Client, role: str) -> None:
    assert caller(investigator.room, role).code(ALL) == "FORBIDDEN"
