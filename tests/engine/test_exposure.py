"""Exposure against the slow reference, and the stories it must tell apart."""

import json

import pyarrow as pa
import pytest

from graphsvc.ranking.rank import rank
from tests.engine.plain import DAY, HOUR, MINUTE, START, Event, PlainWorld, random_world, with_losses
from tests.engine.slow_exposure import exposures

GANG, BANK, POLICE, ANN = 1, 2, 3, 10


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("losing", [False, True])
def test_the_slow_reference_agrees_on_every_person(seed: int, losing: bool) -> None:
    world = random_world(seed)
    world = with_losses(world, seed) if losing else world
    found = world.analysed()
    suspicions = found.suspicions.to_pylist()
    p = {row["number"]: row["fraud_probability"] for row in suspicions}
    networks = {row["number"]: row["network_id"] for row in suspicions}
    expected = exposures(world, p, networks)
    rows = {row["number"]: row for row in found.exposures.to_pylist()}
    assert rows.keys() == expected.keys()
    assert len(rows) >= 5
    for person, columns in expected.items():
        assert {name: rows[person][name] for name in columns} == pytest.approx(columns), person


OTHER = 4


def _lost(*, asked_for_money_by: int) -> PlainWorld:
    """Ann lost to one gang on the third day; on the sixth somebody talks with her for ten minutes."""
    world = PlainWorld(flags=[(GANG, "police", 0.95), (OTHER, "police", 0.95)], cases=[(ANN, START + 3 * DAY)])
    world.call(GANG, ANN, START + 2 * DAY, 1500)
    world.call(ANN, GANG, START + 2 * DAY + HOUR, 1500)
    world.call(asked_for_money_by, ANN, START + 6 * DAY, 600)
    world.as_of = START + 6 * DAY + HOUR
    return world


def test_whoever_lost_and_is_then_talked_round_by_another_gang_is_in_danger_from_that_one() -> None:
    world = _lost(asked_for_money_by=OTHER)
    row = _ann(world)
    assert (row["suspect"], row["suspects"], row["events"]) == (OTHER, 1, 1)
    assert (row["first_at"], row["talk_s"], row["call_backs"]) == (START + 6 * DAY, 600, 0)
    assert {e["number"] for e in json.loads(str(row["key_events"]))} == {OTHER}
    assert row["lost_at"] == START + 3 * DAY
    (victim,) = rank(*_found(world), world.facts, world.as_of).to_pylist()
    assert (victim["number"], victim["stage"]) == (ANN, "engaged")
    assert {item["facts"].get("number") for item in json.loads(victim["evidence"])} == {None, OTHER}
    assert victim["deadline_at"] is not None


def test_whoever_lost_and_is_rung_again_by_the_same_gang_has_lost() -> None:
    world = _lost(asked_for_money_by=GANG)
    row = _ann(world)
    assert (row["suspect"], row["events"], row["first_at"]) == (GANG, 3, START + 2 * DAY)
    (victim,) = rank(*_found(world), world.facts, world.as_of).to_pylist()
    assert victim["stage"] == "lost"


def test_a_call_of_another_gang_that_was_hung_up_on_does_not_hide_that_somebody_lost() -> None:
    world = _lost(asked_for_money_by=OTHER)
    world.events[-1] = Event(OTHER, ANN, START + 6 * DAY, 9)
    assert (_ann(world)["events"], _ann(world)["first_at"]) == (3, START + 2 * DAY)


def test_another_card_of_the_gang_that_somebody_lost_to_is_no_other_gang() -> None:
    world = _lost(asked_for_money_by=OTHER)
    world.links = [(GANG, "account", 60), (OTHER, "account", 60)]
    assert _ann(world)["first_at"] == START + 2 * DAY


def test_whoever_asked_the_police_about_the_gang_before_has_not_asked_about_this_one() -> None:
    world = _lost(asked_for_money_by=OTHER)
    world.directory = {POLICE: "police"}
    world.call(ANN, POLICE, START + 2 * DAY + 2 * HOUR)
    assert _ann(world)["verifications"] == 0
    world.call(ANN, POLICE, START + 6 * DAY + 20 * MINUTE)
    assert _ann(world)["verifications"] == 1


def _found(world: PlainWorld) -> tuple[pa.Table, pa.Table]:
    found = world.analysed()
    return found.exposures, found.suspicions


def _world() -> PlainWorld:
    world = PlainWorld(flags=[(GANG, "police", 0.95)], directory={BANK: "bank", POLICE: "police"})
    world.call(GANG, ANN, START, 600)
    return world


def _ann(world: PlainWorld) -> dict[str, object]:
    (row,) = [row for row in world.analysed().exposures.to_pylist() if row["number"] == ANN]
    return dict(row)


def test_a_call_to_the_police_is_a_verification_within_two_hours_of_the_end_of_the_call_only() -> None:
    end = START + 600_000
    soon, late = _world(), _world()
    soon.call(ANN, POLICE, end + 2 * HOUR)
    late.call(ANN, POLICE, end + 2 * HOUR + 1)
    assert _ann(soon)["verifications"] == 1
    assert _ann(late)["verifications"] == 0


def test_a_call_to_the_police_before_the_suspicious_call_is_no_verification() -> None:
    world = _world()
    world.call(ANN, POLICE, START - MINUTE)
    assert _ann(world)["verifications"] == 0


def test_a_message_of_the_bank_counts_as_a_code_during_the_call_and_ten_minutes_on() -> None:
    world = _world()
    for minutes in (5, 20, 21):  # the call lasts ten
        world.events.append(Event(BANK, ANN, START + minutes * MINUTE))
    assert _ann(world)["codes"] == 2


def test_key_events_are_dated_facts_in_order_of_time_and_at_most_eight() -> None:
    world = _world()
    for hour in range(1, 12):
        world.call(ANN, GANG, START + hour * HOUR, 90)
    world.call(ANN, BANK, START + 11 * HOUR + 10 * MINUTE)
    events = json.loads(str(_ann(world)["key_events"]))
    assert len(events) == 8
    assert [e["at"] for e in events] == sorted(e["at"] for e in events)
    assert events[0] == {"at": START, "what": "call", "number": GANG, "seconds": 600}
    assert events[-1]["what"] == "bank_call"


def test_a_bank_or_the_police_are_never_exposed() -> None:
    world = _world()
    world.call(GANG, BANK, START + DAY)
    assert [row["number"] for row in world.analysed().exposures.to_pylist()] == [ANN]


def test_a_call_that_rang_unanswered_is_no_talk_however_long_it_rang() -> None:
    world = PlainWorld(flags=[(GANG, "police", 0.95)])
    world.events = [Event(GANG, ANN, START, 600, answered=False), Event(ANN, GANG, START + HOUR, 45, answered=False)]
    row = _ann(world)
    assert (row["talk_s"], row["longest_call_s"], row["talk_last_day_s"]) == (0, 0, 0)
    assert row["call_backs"] == 1
    answered = PlainWorld(flags=world.flags, events=[Event(GANG, ANN, START, 600, answered=True)])
    assert _ann(answered)["talk_s"] == 600


def test_unanswered_calls_of_further_members_are_no_handover() -> None:
    world = PlainWorld(flags=[(GANG, "police", 0.95), (4, "police", 0.95)])
    world.links = [(GANG, "account", 60), (4, "account", 60)]
    world.events = [Event(GANG, ANN, START, 600), Event(4, ANN, START + HOUR, 600, answered=False)]
    assert _ann(world)["handovers"] == 0
    world.events[1] = Event(4, ANN, START + HOUR, 600, answered=True)
    assert _ann(world)["handovers"] == 1


def test_the_newest_talk_is_among_the_key_events() -> None:
    world = _world()
    for hour in range(1, 20):
        world.call(GANG, ANN, START + hour * HOUR, 900)
    world.call(GANG, ANN, START + 30 * HOUR, 40)
    assert json.loads(str(_ann(world)["key_events"]))[-1]["at"] == START + 30 * HOUR


@pytest.mark.parametrize("age", [900, 3])
def test_a_friend_of_a_flagged_neighbour_is_hardly_exposed_and_a_stranger_whom_it_called_is(age: int) -> None:
    """Friends who ring a number unasked give it a life of its own, however new its card."""
    world = PlainWorld(flags=[(GANG, "police", 0.95)])
    friends, strangers = range(100, 112), range(200, 212)
    for k, friend in enumerate(friends):
        world.call(friend, GANG, START + k * HOUR, 120)
        world.call(GANG, friend, START + DAY + k * HOUR, 120)
    for k, stranger in enumerate(strangers):
        world.call(GANG, stranger, START + 2 * DAY + k * HOUR, 120)
    world.activated = {GANG: START - age * DAY}
    told = {row["number"]: row["in_fraud_probability"] for row in world.analysed().exposures.to_pylist()}
    assert max(told[n] for n in friends) < 0.05 * min(told[n] for n in strangers)


def test_who_rings_a_friend_in_vain_is_in_no_fraud_because_a_gang_wrote_to_it_as_well() -> None:
    """What a person does on its own is told by whom it turned to, not by whoever else met it and was not answered."""
    world = PlainWorld(flags=[(GANG, "police", 0.95), (7, "police", 0.95)])
    for k in range(12):
        world.call(100 + k, GANG, START + k * HOUR, 120)
        world.call(GANG, 100 + k, START + DAY + k * HOUR, 120)
        world.events.append(Event(7, 200 + k, START + k * HOUR))
    world.events += [Event(7, ANN, START), Event(ANN, GANG, START + 9 * DAY, 20, answered=False)]
    world.activated = {GANG: START - 900 * DAY, 7: START - 3 * DAY}
    told = {row["number"]: row["in_fraud_probability"] for row in world.analysed().exposures.to_pylist()}
    assert told[200] > 0.5
    assert told[ANN] < 0.5 * told[200]


@pytest.mark.parametrize(("days_ago", "still_in_it"), [(2, True), (12, False)])
def test_a_talk_of_long_ago_says_nothing_of_whom_somebody_rang_since(days_ago: int, still_in_it: bool) -> None:
    world = PlainWorld(flags=[(GANG, "police", 0.95), (7, "police", 0.95)])
    for k in range(12):
        world.call(100 + k, GANG, START + k * HOUR, 120)
        world.call(GANG, 100 + k, START + DAY + k * HOUR, 120)
        world.call(7, 200 + k, START + k * HOUR, 10)
    world.call(7, ANN, world.as_of - days_ago * DAY, 300)
    world.call(ANN, GANG, world.as_of - DAY, 40)
    world.activated = {GANG: START - 900 * DAY, 7: START - 3 * DAY}
    told = {row["number"]: row["in_fraud_probability"] for row in world.analysed().exposures.to_pylist()}
    assert (told[ANN] > 0.8) is still_in_it


@pytest.mark.parametrize("rung_first", [True, False])
def test_people_who_alone_ring_a_fresh_card_were_told_its_number_by_somebody(rung_first: bool) -> None:
    """A false hotline: people ring it whom no suspect told to, and it rings back. Friends it would ring as well."""
    world = PlainWorld(flags=[(GANG, "police", 0.95)], activated={GANG: START - 3 * DAY})
    for k in range(12):
        world.call(100 + k, GANG, START + k * HOUR, 300)
        world.call(GANG, 100 + k, START + DAY + k * HOUR, 300)
    if rung_first:
        for k in range(12):
            world.call(GANG, 200 + k, START + 2 * DAY + k * HOUR, 300)
    told = {row["number"]: row["in_fraud_probability"] for row in world.analysed().exposures.to_pylist()}
    assert (min(told[100 + k] for k in range(12)) > 0.4) is not rung_first


@pytest.mark.parametrize(("age", "hours", "passed_on"), [(3, 2, True), (900, 2, False), (3, 30, False)])
def test_who_takes_over_within_a_day_on_a_fresh_card_is_seen_with_the_first_person(
    age: int, hours: int, passed_on: bool
) -> None:
    """A settled line that rings ANN next is no handler, nor is a new card that rings her much later."""
    world = _world()
    other = 7
    world.call(other, ANN, START + hours * HOUR, 900)
    world.activated = {other: START - age * DAY}
    assert (_ann(world)["handovers"] == 1 or _ann(world)["suspects"] == 2) is passed_on


def test_whoever_answers_a_suspects_message_can_be_passed_on_too() -> None:
    world = PlainWorld(flags=[(GANG, "police", 0.95)], activated={7: START - 3 * DAY})
    world.events = [Event(GANG, ANN, START), Event(7, ANN, START + 2 * HOUR, 900, answered=True)]
    assert _ann(world)["suspects"] == 1
    world.events.insert(1, Event(ANN, GANG, START + HOUR))
    assert _ann(world)["suspects"] == 2


def test_whom_a_borrowed_card_meets_on_days_when_it_rings_no_strangers_is_no_lead() -> None:
    world = PlainWorld(flags=[(GANG, "police", 0.95)], activated={GANG: START - 900 * DAY})
    for k in range(12):  # its owner's friends, day by day
        world.call(GANG, 100 + k, START + k * DAY, 120)
        world.call(100 + k, GANG, START + k * DAY + HOUR, 120)
    for k in range(30):  # lent for a day
        world.call(GANG, 200 + k, START + 5 * DAY + k * 10 * MINUTE, 120)
    world.call(GANG, ANN, START + 10 * DAY, 120)
    told = {row["number"]: row["in_fraud_probability"] for row in world.analysed().exposures.to_pylist()}
    assert told[ANN] < 0.6 * min(told[200 + k] for k in range(30))
