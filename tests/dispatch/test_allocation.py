"""Capacity is filled by worth: held against every possible allocation, and prices against the days they come from."""

from itertools import combinations, product
from random import Random

import pytest

from graphsvc.dispatch.allocation import Offer, allocate
from graphsvc.dispatch.capacity import Room
from graphsvc.dispatch.prices import Offers
from graphsvc.dispatch.worth import AtStake, at_stake, prevented, worth
from graphsvc.model.warnings import WarningChannel
from graphsvc.model.words import ScamType, Stage

HOUR, DAY = 3_600_000, 86_400_000
SMS, CALL, VISIT = WarningChannel.SMS, WarningChannel.CALL, WarningChannel.VISIT
CHANNELS = (SMS, CALL, VISIT)


def stake(loss: float, stage: Stage = Stage.ENGAGED) -> AtStake:
    return AtStake(loss, stage, 10 * HOUR, frozenset())


def offers(losses: list[float], channels: tuple[WarningChannel, ...] = CHANNELS) -> list[Offer]:
    pairs = list(product(enumerate(losses), channels))
    return [Offer(k, person, channel, None, stake(loss)) for k, ((person, loss), channel) in enumerate(pairs)]


def total(taken: list[tuple[int, WarningChannel]], losses: list[float]) -> float:
    """What these warnings prevent together, reckoned anew."""
    return sum(
        loss * prevented([channel for one, channel in taken if one == person], Stage.ENGAGED, 10 * HOUR)
        for person, loss in enumerate(losses)
    )


@pytest.mark.parametrize("seed", range(20))
def test_it_comes_near_the_best_of_all_allocations(seed: int) -> None:
    rng = Random(seed)
    losses = [rng.random() ** 2 for _ in range(4)]
    room = {SMS: 2, CALL: 1, VISIT: 1}
    rooms = {channel: [Room("", left)] for channel, left in room.items()}
    found = allocate(offers(losses), rooms, {}, {})
    taken = [(offer.person, offer.channel) for offer, _ in found.taken]
    reckoned = total(taken, losses)
    assert sum(worth for _, worth in found.taken) == pytest.approx(reckoned)
    by_channel = [combinations(range(4), room[channel]) for channel in CHANNELS]
    best = max(
        total([(one, channel) for channel, chosen in zip(CHANNELS, choice, strict=True) for one in chosen], losses)
        for choice in product(*by_channel)
    )
    assert reckoned >= 0.9 * best
    assert {channel: len([1 for _, one in taken if one is channel]) for channel in CHANNELS} == room


def test_a_price_holds_capacity_back_and_a_region_that_is_full_stops_nobody_else() -> None:
    high, low = Offer(1, 1, CALL, "4403", stake(0.5)), Offer(2, 2, CALL, "1101", stake(0.1))
    found = allocate([high, low], {CALL: [Room("", 5)]}, {CALL: 0.05}, {})
    assert [offer.person for offer, _ in found.taken] == [1]
    assert found.missed[CALL] == pytest.approx(low.stake.worth(CALL)), "one more would have had this"
    found = allocate([high, low], {CALL: [Room("", 5), Room("44", 0)]}, {}, {})
    assert [offer.person for offer, _ in found.taken] == [2]


def test_nobody_is_warned_for_less_than_the_least() -> None:
    found = allocate(offers([0.001], (CALL,)), {CALL: [Room("", 5)]}, {}, {CALL: 0.005})
    assert not found.taken
    assert found.missed == {CALL: 0.0}


def test_what_a_grade_promises_is_made_where_there_is_room_but_takes_no_place_of_what_is_worth_more() -> None:
    promised, worthier = Offer(1, 1, CALL, None, stake(0.001), promised=True), Offer(2, 2, CALL, None, stake(0.5))
    least = {CALL: 0.005}
    assert [one.person for one, _ in allocate([promised, worthier], {CALL: [Room("", 2)]}, {}, least).taken] == [2, 1]
    assert [one.person for one, _ in allocate([promised, worthier], {CALL: [Room("", 1)]}, {}, least).taken] == [2]
    assert not allocate([promised], {CALL: [Room("", 1)]}, {CALL: 0.1}, least).taken, "the price still holds it back"


def test_what_another_channel_stops_already_is_not_counted_twice() -> None:
    one = stake(1.0)
    assert one.worth(CALL, [SMS]) < one.worth(CALL)
    assert one.worth(SMS, [CALL]) < one.worth(SMS)
    together = prevented([SMS, CALL, VISIT], Stage.ENGAGED, 10 * HOUR)
    steps = one.worth(SMS) + one.worth(CALL, [SMS]) + one.worth(VISIT, [SMS, CALL])
    assert steps == pytest.approx(together)


def test_who_went_on_after_a_call_is_harder_to_convince() -> None:
    said = {"probability": 0.5, "stage": Stage.COMMITTED, "scam_type": ScamType.LOAN, "left_ms": HOUR}
    fresh = at_stake(**said)  # type: ignore[arg-type]
    again = at_stake(**said, went_on=[CALL])  # type: ignore[arg-type]
    assert again.worth(VISIT) < fresh.worth(VISIT) / 2
    assert fresh.worth(CALL) == pytest.approx(worth(CALL, **said))  # type: ignore[arg-type]


def a_day(seen: Offers, begun: int, worths: dict[int, list[float]]) -> None:
    """What was offered on a day, by hour."""
    for hour, each in worths.items():
        seen.note(begun + hour * HOUR + 60_000, [(begun + 100 * hour + k, worth) for k, worth in enumerate(each)])


def test_a_price_is_what_the_last_warning_would_still_find_today() -> None:
    seen = Offers()
    for day in range(2):
        a_day(seen, day * DAY, {0: [9.0, 8.0], 10: [5.0, 4.0], 15: [3.0, 2.0]})
    at = 2 * DAY
    ends = 3 * DAY
    assert seen.price(1, at=at, ends=ends) == 4.5, "between the best of what comes later and the next"
    assert seen.price(2, at=at, ends=ends) == 3.5
    assert seen.price(4, at=at, ends=ends) == 1.0
    assert seen.price(5, at=at, ends=ends) == 0.0, "fewer will be wanted than there is capacity for"
    assert seen.price(1, at=at + 12 * HOUR, ends=ends) == 2.5
    assert seen.price(1, at=at + 20 * HOUR, ends=ends) == 0.0
    assert seen.price(0, at=at, ends=ends) == float("inf")


def test_there_is_no_price_before_a_whole_day_was_seen_and_old_days_are_forgotten() -> None:
    seen = Offers()
    a_day(seen, 0, {0: [9.0], 10: [5.0]})
    assert seen.price(1, at=20 * HOUR, ends=DAY) is None
    assert seen.price(1, at=DAY, ends=2 * DAY) == 2.5
    seen.turn_day(5 * DAY, 1)
    assert seen.by_hour == {}


def test_who_waits_all_day_counts_once() -> None:
    seen = Offers()
    for hour in range(24):
        seen.note(hour * HOUR, [(7, 1.0 + hour / 100)])
    assert seen.price(1, at=DAY, ends=2 * DAY) == pytest.approx(1.23 / 2)
    assert seen.price(2, at=DAY, ends=2 * DAY) == 0.0
