"""Who is warned within capacity: released over the day, the likeliest at once, the worthiest first."""

from zoneinfo import ZoneInfo

import pytest

from graphsvc.dispatch.planning import Person
from graphsvc.model.warnings import WarningChannel, WarningRow
from graphsvc.replay.clock import Clock, Tick
from graphsvc.replay.dispatcher import Dispatcher

ZONE = ZoneInfo("Asia/Shanghai")
MIDNIGHT = 1_772_553_600_000
HOUR = 3_600_000


def person(number: int, probability: float, at: int, grade: str = "medium", stage: str = "engaged") -> Person:
    return Person(number, 1, 7, at, grade, stage, "loan", probability, 0.9, at + 30 * HOUR, None, "")


def dispatcher(per_day: int, channel: WarningChannel = WarningChannel.SMS) -> Dispatcher:
    return Dispatcher({channel: per_day}, HOUR, ZONE, nobody=())


def warned(rows: list[WarningRow]) -> list[int]:
    return sorted(row.number for row in rows)


def tick(hour: int) -> Tick:
    return Tick(MIDNIGHT + hour * HOUR, MIDNIGHT, cut=False)


def test_capacity_is_released_hour_by_hour_and_the_worthiest_come_first() -> None:
    sender = dispatcher(24)
    people = [person(k, 0.02 + k / 1000, MIDNIGHT) for k in range(10, 60)]
    first = sender.tick(tick(0), people, {})
    assert warned(first) == [59]
    assert warned(sender.tick(tick(8), people, {})) == list(range(51, 59)), "the night's share has gathered"


def test_a_person_of_high_grade_does_not_wait() -> None:
    sender = dispatcher(24)
    people = [person(k, 0.5, MIDNIGHT, grade="high") for k in range(40)]
    assert len(sender.tick(tick(0), people, {})) == 24, "all of the day's capacity, and no more"
    assert sender.tick(tick(20), people, {}) == []


def test_whoever_is_not_ranked_any_more_is_not_warned() -> None:
    sender = dispatcher(24)
    sender.tick(tick(0), [person(1, 0.03, MIDNIGHT), person(2, 0.04, MIDNIGHT)], {})
    assert warned(sender.tick(tick(10), [], {})) == []


def test_nobody_is_warned_twice_in_a_day_about_the_same_network() -> None:
    sender = dispatcher(1000)
    assert warned(sender.tick(tick(0), [person(1, 0.2, MIDNIGHT)], {})) == [1]
    for hour in range(1, 24):
        assert sender.tick(tick(hour), [person(1, 0.2, MIDNIGHT + hour * HOUR)], {}) == []
    later = Tick(MIDNIGHT + 25 * HOUR, MIDNIGHT + 24 * HOUR, cut=False)
    assert warned(sender.tick(later, [person(1, 0.2, MIDNIGHT + 25 * HOUR)], {})) == [1]


def test_short_codes_are_never_warned() -> None:
    sender = Dispatcher({WarningChannel.SMS: 1000}, HOUR, ZONE, nobody=(5,))
    assert warned(sender.tick(tick(0), [person(5, 0.9, MIDNIGHT), person(6, 0.9, MIDNIGHT)], {})) == [6]


@pytest.mark.parametrize(("every", "ticks"), [(HOUR, 25), (5 * 60_000, 289), (7 * HOUR, 4)])
def test_the_clock_cuts_once_a_day_and_at_the_end(every: int, ticks: int) -> None:
    clock = Clock(MIDNIGHT, MIDNIGHT + 24 * HOUR, every, ZONE)
    found = list(clock.ticks())
    assert len(found) == clock.count() == ticks
    assert found[0].cut
    assert found[-1].cut
    days = {one.day for one in found}
    assert sum(one.cut for one in found) in (len(days), len(days) + 1)
