"""Whom suspicion must not reach, and what must lower it."""

from dataclasses import replace
from math import log
from random import Random
from typing import Any

import pytest

from graphsvc.engine import behaviour, parameters
from graphsvc.model.evidence import from_json
from tests.engine.plain import DAY, HOUR, MINUTE, SECOND, START, Event, PlainWorld


def _row(world: PlainWorld, number: int) -> dict[str, Any]:
    (row,) = [row for row in world.analysed().suspicions.to_pylist() if row["number"] == number]
    return dict(row)


def _town(seed: int = 1, days: int = 20) -> PlainWorld:
    """People 1000-1599 with friends who call back."""
    dice, world = Random(seed), PlainWorld(as_of=START + days * DAY)
    for person in range(1000, 1600):
        for friend in dice.sample(range(1000, 1600), 2):
            for one, other in ((person, friend), (friend, person)):
                at = START + dice.randrange(days) * DAY + dice.randrange(24) * HOUR
                world.call(one, other, at, dice.randint(10, 600), device=one)
    return world


def _den(world: PlainWorld, leads: list[int]) -> None:
    """Six short-lived diallers, 1-6, on two devices; the first is flagged."""
    dice = Random(7)
    for day in (15, 16, 17):
        for sim in range(1, 7):
            for person in dice.sample(leads, 40):
                world.call(sim, person, START + day * DAY + dice.randint(9, 17) * HOUR, 20, device=5000 + sim % 2)
    world.flags.append((1, "police", 0.95))


def test_a_den_is_found_from_one_flag() -> None:
    world = _town()
    _den(world, list(range(1000, 1200)))
    p = world.probabilities()
    assert all(p[sim] >= 0.5 for sim in range(1, 7))


def test_telemarketers_who_bought_some_of_the_same_leads_are_not_fraud() -> None:
    world, dice = _town(), Random(3)
    leads = list(range(1000, 1200))
    _den(world, leads)
    sellers = range(20, 26)
    for day in range(20):
        for seller in sellers:
            called = dice.sample(leads, 3) + dice.sample(range(1200, 1600), 37)
            for person in called:
                world.call(seller, person, START + day * DAY + dice.randint(9, 17) * HOUR, 25, device=6000 + seller)
    for seller in sellers:
        row = _row(world, seller)
        assert row["fraud_probability"] < 0.1
        assert row["class"] == "benign_hub"


def test_couriers_who_are_called_back_are_not_fraud() -> None:
    world, dice = _town(), Random(4)
    _den(world, list(range(1000, 1200)))
    for day in range(20):
        for courier in (30, 31, 32):
            for person in dice.sample(range(1000, 1600), 60):
                at = START + day * DAY + dice.randint(8, 19) * HOUR
                world.call(courier, person, at, 20, device=6000 + courier)
                if dice.random() < 0.2:
                    world.call(person, courier, at + 5 * MINUTE, 30, device=person)
    for courier in (30, 31, 32):
        assert _row(world, courier)["fraud_probability"] < 0.05
        assert _row(world, courier)["class"] == "benign_hub"


def test_a_flag_on_a_bank_raises_no_suspicion_and_its_evidence_says_why() -> None:
    world = _town()
    world.directory = {1001: "bank"}
    world.flags = [(1001, "police", 0.95)]
    row = _row(world, 1001)
    assert row["class"] == "spoofed"
    assert row["fraud_probability"] < 0.001
    assert [(item.rule, item.contribution) for item in from_json(str(row["evidence"]))][1] == ("flagged", 0.0)
    assert "public_role" in {item.rule for item in from_json(str(row["evidence"]))}


def test_a_number_that_everybody_calls_back_but_that_never_called_is_spoofed() -> None:
    world = _town()
    for person in range(1000, 1040):
        world.call(person, 40, START + 18 * DAY + person * MINUTE, 15)
    world.flags = [(40, "police", 0.9)]
    row = _row(world, 40)
    assert row["class"] == "spoofed"
    assert row["fraud_probability"] < 0.2


def _complained_of(*, shown: bool = True, source: str = "hotline", lost: bool = False) -> dict[str, Any]:
    """Number 41 is shown to 60 strangers on the fourteenth day, of which somebody complains on the fifteenth.

    `lost`: that day no event of anybody carries a device.
    """
    world = _town()
    for day in range(20):
        for friend in range(1100, 1103):
            world.call(41, friend, START + day * DAY + HOUR, 60, device=41)
            world.call(friend, 41, START + day * DAY + 10 * HOUR, 60, device=friend)
    for person in range(1200, 1260):
        world.call(41, person, START + 13 * DAY + 5 * HOUR + person * SECOND, 20, device=None if shown else 41)
    if lost:
        then = range(START + 13 * DAY, START + 14 * DAY)
        world.events = [replace(one, device=None) if one.at in then else one for one in world.events]
    world.flags_after = [(41, source, 0.9)]
    return _row(world, 41)


def test_a_complaint_about_calls_that_somebody_else_made_and_only_showed_the_number_says_nothing_of_its_owner() -> None:
    row = _complained_of()
    assert row["fraud_probability"] < 0.05
    assert row["class"] == "spoofed"
    said = {item.rule: item for item in from_json(row["evidence"])}
    assert said["complaint_about_shown_calls"].contribution == 0.0
    assert said["complaint_about_shown_calls"].facts["source"] == "hotline"
    assert "flagged" not in said


@pytest.mark.parametrize(
    "otherwise", [{"shown": False}, {"source": "police"}, {"lost": True}], ids=["its own SIM", "police", "feed"]
)
def test_a_complaint_counts_where_its_own_sim_rang_them_or_police_say_so_or_nobody_had_a_device_then(
    otherwise: dict[str, Any],
) -> None:
    row = _complained_of(**otherwise)
    assert "flagged" in {item.rule for item in from_json(row["evidence"])}
    assert row["fraud_probability"] > 0.3


def test_a_flag_does_not_follow_a_number_to_its_next_owner() -> None:
    world = PlainWorld(flags=[(1, "police", 0.95)])
    world.call(1, 2, START + DAY)
    assert world.probabilities()[1] == pytest.approx(0.95, abs=0.03)
    world.activated = {1: START + 1}
    assert world.probabilities()[1] < 0.01
    assert from_json(str(_row(world, 1)["evidence"]))[-1].rule == "flag_of_earlier_owner"
    assert from_json(str(_row(world, 1)["evidence"]))[-1].contribution == 0.0


def test_a_complaint_of_the_public_makes_nobody_else_suspect() -> None:
    world = PlainWorld(flags=[(1, "app", 0.9), (1, "app", 0.9)])
    world.links = [(1, "holder", 500), (2, "holder", 500), (1, "account", 501), (2, "account", 501)]
    assert world.probabilities()[1] == pytest.approx(0.9)
    assert world.probabilities()[2] < 0.5


def test_a_borrowed_sim_with_a_life_before_is_a_tool() -> None:
    world = _town(days=20)
    for friend in range(1100, 1105):
        for day in range(10):
            world.call(7, friend, START + day * DAY, 60, device=7)
            world.call(friend, 7, START + day * DAY + HOUR, 60, device=friend)
    for person in range(1200, 1240):
        world.call(7, person, START + 18 * DAY + person * MINUTE, 20, device=7)
    world.flags = [(7, "police", 0.95)]
    assert _row(world, 7)["class"] == "tool"


def test_evidence_adds_up_to_the_log_odds_of_every_row() -> None:
    world = _town()
    _den(world, list(range(1000, 1200)))
    for row in world.analysed().suspicions.to_pylist():
        p = row["fraud_probability"]
        total = sum(item.contribution for item in from_json(row["evidence"]))
        assert total == pytest.approx(log(p / (1 - p)), abs=1e-4)


@pytest.mark.parametrize("taken", ["flags", "devices", "calls"])
def test_taking_the_cited_facts_away_lowers_suspicion(taken: str) -> None:
    world = _town()
    _den(world, list(range(1000, 1200)))
    before = world.probabilities()
    if taken == "flags":
        world.flags = []
    elif taken == "devices":
        world.events = [e if e.a > 6 else type(e)(e.a, e.b, e.at, e.seconds, 5000 + e.a) for e in world.events]
    else:
        cited = {e.b for e in world.events if e.a in range(2, 7)}
        world.events = [e for e in world.events if not (e.a == 1 and e.b in cited)]
    after = world.probabilities()
    assert all(after.get(sim, 0.0) < before[sim] for sim in (3, 5))  # on the device of the flagged number


def test_a_burst_of_messages_to_strangers_makes_nobody_a_benign_hub() -> None:
    world = _town()
    for person in range(1000, 1120):
        world.events.append(Event(50, person, START + 18 * DAY + person * 1000))
    world.flags = [(50, "app", 0.05)]  # so weak that it only brings the row
    row = _row(world, 50)
    assert row["class"] == "ordinary"


def test_no_member_of_a_network_and_nobody_who_exposes_reads_as_benign() -> None:
    world = _town()
    _den(world, list(range(1000, 1200)))
    rows = world.analysed().suspicions.to_pylist()
    benign = [r for r in rows if r["class"] == "benign_hub"]
    assert all(r["network_id"] is None and r["fraud_probability"] < parameters.EXPOSING_FROM for r in benign)
    assert {r["number"] for r in rows if r["network_id"] is not None} >= {2, 3, 4, 5, 6}


def test_a_released_number_is_no_suspect_no_member_and_no_grounds_until_it_is_flagged_anew() -> None:
    world = _town()
    _den(world, list(range(1000, 1200)))
    before = world.analysed()
    world.released = {1}
    row, found = _row(world, 1), world.analysed()
    assert row["fraud_probability"] < 1e-4
    assert (row["class"], row["network_id"]) == ("ordinary", None)
    assert [item.rule for item in from_json(row["evidence"])] == ["prior", "released"]
    assert 1 not in found.members["number"].to_pylist()
    assert 1 not in found.exposures["suspect"].to_pylist()
    assert 1 in before.exposures["suspect"].to_pylist()
    # The only flag was on it: nobody is held suspect because of it any more.
    assert found.members.num_rows == 0
    world.flags_after = [(1, "hotline", 0.9)]
    assert _row(world, 1)["fraud_probability"] < 1e-4
    world.flags_after = [(1, "police", 0.95)]
    assert _row(world, 1)["fraud_probability"] >= 0.5
    assert world.analysed().members.num_rows == before.members.num_rows


def test_a_released_person_can_still_be_a_victim() -> None:
    world = _town()
    _den(world, list(range(1000, 1200)))
    met = world.analysed().exposures["number"].to_pylist()
    person = next(number for number in met if number >= 1000)
    world.released = {person}
    assert person in world.analysed().exposures["number"].to_pylist()


def _gateway(world: PlainWorld, activated: int) -> None:
    """Six lines that dial strangers through one device for five days, all on one list."""
    for line in range(60, 66):
        world.activated[line] = activated
        for i in range(60):
            world.call(line, 2000 + (line * 7 + i * 3) % 150, START + (i % 5) * DAY + (line * 60 + i) * MINUTE, 40, 9)


def test_fresh_cards_on_one_device_are_a_den_and_settled_lines_are_a_call_centre() -> None:
    told = {}
    for age in (10, 600):
        world = _town()
        _gateway(world, START - age * DAY)
        told[age] = world.probabilities()
        rules = {item.rule for item in from_json(_row(world, 60)["evidence"])} if 60 in told[age] else set()
        assert ("many_numbers_on_device" in rules) == (age == 10)
    assert min(told[10][line] for line in range(60, 66)) >= 0.3
    assert max(told[600].get(line, 0.0) for line in range(60, 66)) < 0.05


def test_a_new_card_that_rings_strangers_exposes_them_before_any_flag_and_an_old_line_does_not() -> None:
    told = {}
    for age in (10, 300, 600):
        world, dice = _town(), Random(5)
        world.activated = {50: START - age * DAY}
        world.call(50, 1000, START, 40)
        for day in (17, 18, 19):
            for person in dice.sample(range(1000, 1600), 45):
                world.call(50, person, START + day * DAY + dice.randint(9, 17) * HOUR, 40)
        told[age] = _row(world, 50)["fraud_probability"]
        met = world.analysed().exposures["number"].to_pylist()
        assert (len(met) > 100) == (age == 10)
    assert parameters.EXPOSING_FROM < told[10] < parameters.SUSPECT_FROM
    assert told[600] < told[300] < parameters.EXPOSING_FROM


@pytest.mark.parametrize("age", [600, None])
def test_a_line_unseen_for_weeks_that_rings_strangers_now_is_more_suspect_whatever_its_age(age: int | None) -> None:
    told = {}
    for begins in (0, 17):
        world, dice = _town(), Random(5)
        world.activated = {} if age is None else {50: START - age * DAY}
        for day in sorted({begins, 17, 18, 19}):
            for person in dice.sample(range(1000, 1600), 45 if day else 1):
                world.call(50, person, START + day * DAY + dice.randint(9, 17) * HOUR, 40)
        told[begins] = _row(world, 50)["fraud_probability"]
    assert told[0] < 0.07
    assert 1.5 * told[0] < told[17] < parameters.SUSPECT_FROM


@pytest.mark.parametrize("age", [120, 600])
def test_the_age_of_a_card_that_lay_in_a_drawer_says_nothing_against_it(age: int) -> None:
    rules = {}
    for begins in (0, 17):
        world, dice = _town(), Random(5)
        world.activated = {50: START - age * DAY}
        for day in sorted({begins, 17, 18, 19}):
            for person in dice.sample(range(1000, 1600), 45 if day else 1):
                world.call(50, person, START + day * DAY + dice.randint(9, 17) * HOUR, 40)
        rules[begins] = {item.rule: item.contribution for item in from_json(_row(world, 50)["evidence"])}
    assert rules[0]["number_age"] < 0
    assert "number_age" not in rules[17]
    assert rules[17]["contacts_per_day"] > 0


def test_that_the_cards_of_a_den_are_new_counts_once() -> None:
    """Else the new lines of an honest call centre would be held suspect for their gateway alone."""
    world, dice = _town(), Random(6)
    for line in range(60, 66):
        world.activated[line] = START - 10 * DAY
        for day in (16, 17, 18, 19):
            for person in dice.sample(range(2000, 6000), 45):
                world.call(line, person, START + day * DAY + dice.randint(9, 17) * HOUR, 40, device=9)
    row = _row(world, 60)
    said = {item.rule: item.contribution for item in from_json(row["evidence"])}
    beyond = sum(said.get(rule, 0.0) for rule in behaviour.RULES) - parameters.BEHAVIOUR_MOST
    assert 0 < beyond < parameters.NEW_CARD_MOST + 1e-9
    assert said.get("many_numbers_on_device", 0.0) <= parameters.DEN_MOST - beyond + 1e-9
    assert 0.2 < row["fraud_probability"] < parameters.SUSPECT_FROM


@pytest.mark.parametrize(("begins", "speaks"), [(17, True), (12, True), (4, False)])
def test_a_card_of_another_operator_that_rings_strangers_after_a_week_unseen_counts_as_new(
    begins: int, speaks: bool
) -> None:
    """A number that is only rung, or was seen in the first week, begins nothing."""
    world, dice = _town(), Random(5)
    for day in range(begins, begins + 3):
        for person in dice.sample(range(1000, 1600), 12):
            world.call(50, person, START + day * DAY + dice.randint(9, 17) * HOUR, 40)
            world.call(person, 51, START + day * DAY + dice.randint(9, 17) * HOUR, 40)
    world.flags = [(50, "app", 0.05), (51, "app", 0.05)]  # so weak that they only bring the rows
    said = {n: {item.rule for item in from_json(_row(world, n)["evidence"])} for n in (50, 51)}
    assert ("days_unseen" in said[50]) == speaks
    assert "days_unseen" not in said[51]


def test_many_complaints_of_the_public_about_one_call_centre_hold_nobody_suspect_who_has_none() -> None:
    world = _town()
    _gateway(world, START - 600 * DAY)
    world.flags = [(60, "hotline", 0.66), (61, "hotline", 0.66), (62, "app", 0.5)]
    told = world.probabilities()
    assert max(told.get(line, 0.0) for line in (63, 64, 65)) < 0.3
    world.flags = [(60, "police", 0.9), (61, "police", 0.9), (62, "police", 0.9)]
    assert min(world.probabilities()[line] for line in (63, 64, 65)) >= 0.5


def test_suspicion_follows_a_number_no_further_than_the_day_it_got_a_new_owner() -> None:
    world = _town()
    _den(world, list(range(1000, 1200)))
    assert world.probabilities()[3] >= 0.5
    world.activated[3] = START + 18 * DAY  # after the den had used it for three days
    told = world.analysed()
    held = dict(
        zip(told.suspicions["number"].to_pylist(), told.suspicions["fraud_probability"].to_pylist(), strict=True)
    )
    assert held.get(3, 0.0) < 1e-4
    assert 3 not in told.members["number"].to_pylist()
    assert held[4] >= 0.5  # the den itself stays what it is
    world.flags_after, world.activated[3] = [(3, "police", 0.9)], START + 14 * DAY
    assert world.probabilities()[3] >= 0.5  # a flag on the present owner counts


@pytest.mark.parametrize(
    ("lost_on", "victim", "suspect"), [(13, 9, False), (15, 9, True), (15, 2, False), (None, 9, True)]
)
def test_a_flag_that_comes_late_speaks_of_whoever_had_the_number_when_it_met_whom_it_took_the_money_from(
    lost_on: int | None, victim: int, suspect: bool
) -> None:
    """Person 2 was called by the earlier owner, and not since; of whoever met person 9 no feed tells."""
    world = PlainWorld(activated={1: START + 14 * DAY}, flags_after=[(1, "police", 0.95)])  # of the fifteenth day
    world.call(1, 2, START + DAY)
    if lost_on is not None:
        world.cases, world.flag_cases = [(victim, START + lost_on * DAY)], {1: 0}
    row = _row(world, 1)
    assert (row["fraud_probability"] >= 0.5) == suspect
    rules = [item.rule for item in from_json(str(row["evidence"]))]
    assert ("flag_of_earlier_owner" in rules, "recycled" in rules) == (not suspect, not suspect)


@pytest.mark.parametrize(("begun", "suspect"), [(5, False), (19, True), (None, True)])
def test_a_link_of_an_earlier_owner_ties_the_new_one_to_nobody(begun: int | None, suspect: bool) -> None:
    """What nobody dates may be the present owner's."""
    world = _town()
    world.flags = [(900, "police", 0.95)]
    world.links = [(900, "account", 70), (901, "account", 70)]
    world.activated[901] = START + 18 * DAY
    if begun is not None:
        world.link_begun = {901: START + begun * DAY}
    assert (world.probabilities().get(901, 0.0) >= 0.5) == suspect


def test_a_flag_of_a_case_speaks_of_the_present_owner_whom_the_victim_met_before_the_loss() -> None:
    world = PlainWorld(activated={1: START + 14 * DAY}, flags_after=[(1, "police", 0.95)])
    world.call(1, 2, START + DAY)
    world.call(1, 2, START + 14 * DAY + HOUR)
    world.cases, world.flag_cases = [(2, START + 14 * DAY + 2 * HOUR)], {1: 0}
    assert world.probabilities()[1] >= 0.5
    world.cases = [(2, START + 14 * DAY + HOUR // 2)]  # the newer contact was after the loss
    assert world.probabilities()[1] < 0.5
