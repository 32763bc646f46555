"""What people did after a stranger's call makes the stranger suspect before anybody has flagged it."""

import json

import pytest

from graphsvc.engine import parameters
from graphsvc.model.evidence import from_json
from tests.engine.plain import DAY, HOUR, MINUTE, START, Event, PlainWorld

LINE_2, ANN, BANK, POLICE, FRIEND, CLERK = 1, 10, 2, 3, 20, 30


def _world(*, aged_days: int = 5) -> PlainWorld:
    """A stranger keeps Ann on the line for 40 minutes; two others lead their lives."""
    world = PlainWorld(directory={BANK: "bank", POLICE: "police"}, as_of=START + DAY)
    world.activated = {LINE_2: START - aged_days * DAY}
    world.call(LINE_2, ANN, START, 2400)
    world.call(FRIEND, CLERK, START, 300)
    return world


def _asked(world: PlainWorld, minutes: int = 45) -> PlainWorld:
    world.call(ANN, POLICE, START + minutes * MINUTE, 60)
    return world


def test_a_strangers_long_call_and_a_call_to_the_police_after_it_make_it_suspect_and_expose_the_person() -> None:
    found = _asked(_world()).analysed()
    rows = {row["number"]: row for row in found.suspicions.to_pylist()}
    assert rows[LINE_2]["fraud_probability"] >= parameters.SUSPECT_FROM
    assert rows[LINE_2]["scam_type"] in ("police_impersonation", "other")
    (told,) = [item for item in from_json(rows[LINE_2]["evidence"]) if item.rule == "people_checked"]
    assert dict(told.facts) == {"people": 1, "count": 1}
    assert {row["number"] for row in found.exposures.to_pylist()} == {ANN}


@pytest.mark.parametrize("sign", ["long talk alone", "asked before", "asked too late", "settled line", "Ann began"])
def test_one_sign_or_an_old_acquaintance_is_not_enough(sign: str) -> None:
    world = _world(aged_days=900 if sign == "settled line" else 5)
    if sign == "asked before":
        _asked(world, minutes=-5)
    elif sign == "asked too late":
        _asked(world, minutes=40 + 121)
    elif sign != "long talk alone":
        _asked(world)
    if sign == "Ann began":
        world.events.append(Event(ANN, LINE_2, START - HOUR, 30))
    assert world.probabilities().get(LINE_2, 0.0) < parameters.EXPOSING_FROM


def test_it_is_held_against_the_number_alone_and_not_against_those_it_shares_a_device_with() -> None:
    world = _asked(_world())
    world.call(FRIEND, CLERK, START + HOUR, 90, device=700)
    world.events = [Event(e.a, e.b, e.at, e.seconds, 700 if e.a == LINE_2 else e.device) for e in world.events]
    found = world.probabilities()
    assert found[LINE_2] >= parameters.SUSPECT_FROM
    assert found.get(FRIEND, 0.0) < parameters.EXPOSING_FROM


def test_where_everybody_gets_a_banks_messages_after_talk_they_say_nothing() -> None:
    """Chance is measured: talk with settled lines is followed by them as often."""
    world = _world()
    world.events.append(Event(BANK, ANN, START + 41 * MINUTE))
    alone = world.probabilities()[LINE_2]
    for k in range(2000):
        settled, person = 10_000 + k, 20_000 + k
        world.activated[settled] = START - 900 * DAY
        world.call(settled, person, START + k * MINUTE // 10, 1300)
        world.events.append(Event(BANK, person, START + k * MINUTE // 10 + 22 * MINUTE))
    assert alone >= parameters.EXPOSING_FROM
    assert world.probabilities().get(LINE_2, 0.0) < parameters.REPORTED_FROM


def test_who_is_rung_back_an_hour_ago_goes_before_who_talked_longer_a_week_ago() -> None:
    old, new = 5, 6
    world = PlainWorld(flags=[(old, "police", 0.95), (new, "police", 0.95)], as_of=START + 9 * DAY)
    world.call(old, ANN, START, 700)
    world.events.append(Event(new, ANN, START + 8 * DAY + 22 * HOUR, 0, answered=False))
    world.call(ANN, new, START + 8 * DAY + 23 * HOUR, 12)
    (row,) = world.analysed().exposures.to_pylist()
    assert row["suspect"] == new
    assert json.loads(row["key_events"])[-1]["number"] == new


def test_who_rings_a_fresh_card_with_friends_unasked_is_one_of_them_and_who_was_told_to_is_not() -> None:
    first, card = 5, 6
    world = PlainWorld(flags=[(first, "police", 0.95), (card, "police", 0.95)], as_of=START + 9 * DAY)
    world.activated = {first: START - 5 * DAY, card: START - 5 * DAY}
    for friend in (ANN, 11, 12, 13):  # all ring it, and are rung
        world.call(friend, card, START + DAY + friend * MINUTE, 50)
        world.call(card, friend, START + 2 * DAY + friend * MINUTE, 50)
    world.call(first, 11, START + DAY, 90)
    rows = {row["number"]: row["in_fraud_probability"] for row in world.analysed().exposures.to_pylist()}
    assert rows[ANN] < 0.6
    assert rows[11] > 0.9


def test_a_number_outside_networks_tells_the_story_of_those_whose_list_it_works_through() -> None:
    world = PlainWorld(as_of=START + 3 * DAY)
    flagged, other = 1, 2
    for k in range(400):
        world.call(1000 + k, 2000 + k, START + k * MINUTE, 60)
    for k in range(25):
        for caller in (flagged, other):
            world.call(caller, 100 + k, START + (k + caller) * HOUR, 20)
    world.flags, world.flag_types = [(flagged, "police", 0.95)], {flagged: "investment"}
    rows = {row["number"]: row for row in world.analysed().suspicions.to_pylist()}
    assert rows[other]["fraud_probability"] >= parameters.EXPOSING_FROM
    assert rows[other]["network_id"] is None or rows[other]["network_id"] == rows[flagged]["network_id"]
    assert rows[other]["scam_type"] == "investment"


def test_where_all_lines_are_new_and_everybody_talks_for_long_nobody_is_suspect_for_that() -> None:
    """As in a record of few days without contracts: what is usual is seen on those that there are."""
    world = PlainWorld(as_of=START + DAY)
    for k in range(600):
        world.call(100 + k, 1000 + (7 * k) % 600, START + k * MINUTE, 2400)
        world.call(100 + k, 1000 + (11 * k + 5) % 600, START + k * MINUTE + HOUR, 2400 if k % 4 else 300)
    assert max(world.probabilities().values(), default=0.0) < parameters.EXPOSING_FROM
