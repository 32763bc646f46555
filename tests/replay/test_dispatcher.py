"""Who is warned within capacity: released over the first day, then by worth above the price learnt from days before."""

from itertools import pairwise
from zoneinfo import ZoneInfo

import orjson
import pytest

from graphsvc.dispatch.people import Person
from graphsvc.dispatch.policies import Policy
from graphsvc.model.warnings import WarningChannel, WarningRow
from graphsvc.replay.clock import Clock, Tick
from graphsvc.replay.dispatcher import Dispatcher

ZONE = ZoneInfo("Asia/Shanghai")
MIDNIGHT = 1_772_553_600_000
HOUR = 3_600_000
SMS, CALL, VISIT = WarningChannel.SMS, WarningChannel.CALL, WarningChannel.VISIT


def person(number: int, probability: float, at: int, grade: str = "medium", stage: str = "engaged") -> Person:
    return Person(number, number, 7, at, grade, stage, "loan", probability, 0.9, at + 30 * HOUR, None, "")


def dispatcher(per_day: int, channel: WarningChannel = SMS, policy: Policy | None = None) -> Dispatcher:
    return Dispatcher({channel: per_day}, HOUR, ZONE, (), policy or Policy("p"))


def warned(rows: list[WarningRow]) -> list[int]:
    return sorted(row.number for row in rows)


def tick(hour: int) -> Tick:
    return Tick(MIDNIGHT + hour * HOUR, MIDNIGHT + hour // 24 * 24 * HOUR, cut=False)


def test_on_the_first_day_capacity_is_released_hour_by_hour_and_the_worthiest_come_first() -> None:
    sender = dispatcher(24)
    people = [person(k, 0.02 + k / 1000, MIDNIGHT) for k in range(10, 60)]
    first = sender.tick(tick(0), people, {})
    assert warned(first) == [59]
    assert warned(sender.tick(tick(8), people, {})) == list(range(51, 59)), "the night's share has gathered"


def later_days(sender: Dispatcher, *, noon: int) -> list[tuple[int, bool]]:
    """Three days with people of little danger from midnight on, and `noon` in great danger at noon; who was warned."""
    sent: list[tuple[int, bool]] = []
    for hour in range(72):
        at, day = MIDNIGHT + hour * HOUR, hour // 24
        people = [person(1000 * day + k, 0.12, at) for k in range(30)]
        if hour % 24 >= 12:
            people += [person(1000 * day + 500 + k, 0.6, at, stage="committed") for k in range(noon)]
        rows = sender.tick(tick(hour), people, {})
        if day == 2:
            sent += [(hour % 24, row.number % 1000 >= 500) for row in rows]
    return sent


def test_capacity_waits_for_those_who_are_worth_more_later_in_the_day() -> None:
    sent = later_days(dispatcher(6, CALL), noon=6)
    assert sent == [(12, True)] * 6, "nobody of little danger took their place in the morning"


def test_and_what_is_left_goes_to_who_there_is() -> None:
    sent = later_days(dispatcher(6, CALL), noon=2)
    assert sum(late for _, late in sent) == 2
    assert len(sent) == 6, "capacity is not left over while somebody is worth it"


def test_without_pacing_the_first_come_first() -> None:
    sent = later_days(dispatcher(6, CALL, Policy("p", paced=False)), noon=6)
    assert {hour for hour, _ in sent} == {0}


def test_a_scarce_visit_goes_where_it_adds_most_and_the_call_elsewhere() -> None:
    sender = Dispatcher({CALL: 100, VISIT: 24}, HOUR, ZONE, ())
    people = [person(1, 0.6, MIDNIGHT, stage="committed", grade="high"), person(2, 0.3, MIDNIGHT, stage="committed")]
    sent = sender.tick(tick(0), people, {})
    assert [(row.number, row.channel) for row in sent if row.channel is VISIT] == [(1, VISIT)]
    later = sender.tick(tick(1), people, {})
    assert (2, CALL) in [(row.number, row.channel) for row in [*sent, *later]]


def test_it_says_what_one_more_would_have_prevented() -> None:
    sender = dispatcher(1, CALL, Policy("p", paced=False))
    people = [person(1, 0.6, MIDNIGHT, stage="committed"), person(2, 0.5, MIDNIGHT, stage="committed")]
    (sent,) = sender.tick(tick(0), people, {})
    said = sender.said()
    assert sent.number == 1
    assert said["prevents"]["call"] == pytest.approx(sent.worth, rel=1e-4)
    assert said["one_more_a_day_prevents"]["call"] == pytest.approx(sent.worth * 5 / 6, rel=1e-4)


def test_it_goes_on_from_what_it_wrote_down() -> None:
    whole, first, second = dispatcher(6, CALL), dispatcher(6, CALL), dispatcher(6, CALL)
    told = []
    for sender in (whole, first):
        for hour in range(60):
            if sender is first and hour == 30:
                second.restore(orjson.loads(orjson.dumps(first.document())))
                sender = second
            if sender is first and hour > 30:
                sender = second
            people = [person(100 * (hour // 24) + k, 0.02 + k / 100, MIDNIGHT + hour * HOUR) for k in range(20)]
            told.append([(row.warning_id, row.number) for row in sender.tick(tick(hour), people, {})])
    assert told[:60] == told[60:]
    assert any(told[30:60])


def test_chance_holds_out_a_share_but_nobody_who_is_deep_in_it() -> None:
    policy = Policy("p", held_out=0.5, paced=False)
    shallow = [person(k, 0.1, MIDNIGHT, stage="listening") for k in range(400)]
    sender = dispatcher(1000, policy=policy)
    sent = sender.tick(tick(0), shallow, {}) + sender.tick(tick(1), shallow, {})
    assert 150 < sender.said()["people_held_out"] < 250
    assert not {row.number for row in sent} & sender.held_out
    for stage, grade in (("engaged", "medium"), ("committed", "low"), ("listening", "high")):
        deep = [person(k, 0.1, MIDNIGHT, stage=stage, grade=grade) for k in range(100)]
        other = dispatcher(10_000, policy=policy)
        assert len(other.tick(tick(0), deep, {})) + len(other.tick(tick(23), deep, {})) == 100


def test_whoever_is_not_ranked_any_more_is_not_warned() -> None:
    sender = dispatcher(24)
    sender.tick(tick(0), [person(1, 0.03, MIDNIGHT), person(2, 0.04, MIDNIGHT)], {})
    assert warned(sender.tick(tick(10), [], {})) == []


def test_nobody_is_warned_twice_in_a_day_about_the_same_network() -> None:
    sender = dispatcher(1000)
    assert warned(sender.tick(tick(0), [person(1, 0.2, MIDNIGHT)], {})) == [1]
    for hour in range(1, 24):
        assert sender.tick(tick(hour), [person(1, 0.2, MIDNIGHT + hour * HOUR)], {}) == []
    assert warned(sender.tick(tick(25), [person(1, 0.2, MIDNIGHT + 25 * HOUR)], {})) == [1]


def test_short_codes_are_never_warned() -> None:
    sender = Dispatcher({SMS: 1000}, HOUR, ZONE, nobody=(5,))
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


@pytest.mark.parametrize(("minutes", "looks"), [(5, 24), (20, 24), (60, 24), (90, 16), (7, 24)])
def test_the_first_tick_of_an_hour_is_a_look_and_finer_ones_are_glances(minutes: int, looks: int) -> None:
    ticks = list(Clock(MIDNIGHT, MIDNIGHT + 24 * HOUR - 1, minutes * 60_000, ZONE).ticks())
    whole = [one for one in ticks if not one.glance]
    last = whole.pop() if ticks[-1].at // HOUR == ticks[-2].at // HOUR else None
    assert last is None or last.cut, "the last tick of all is a cut"
    assert len(whole) == looks
    assert len({one.at // HOUR for one in whole}) == looks
    for before, one in pairwise(ticks):
        assert one.cut or one.glance == (one.at // HOUR == before.at // HOUR)


def test_at_a_glance_only_people_touched_are_warned_and_nobody_else_is_forgotten() -> None:
    sender = dispatcher(1, policy=Policy("p", paced=False))
    people = [person(1, 0.2, MIDNIGHT), person(2, 0.1, MIDNIGHT)]
    assert warned(sender.tick(tick(0), people, {})) == [1]
    later = [*people, person(3, 0.3, MIDNIGHT), person(4, 0.4, MIDNIGHT)]
    assert warned(sender.tick(tick(24), later, {}, touched=[3])) == [3], "4 is worth more, and was not looked at"
    assert sender.tick(tick(48), later, {}, touched=[]) == []
    assert warned(sender.tick(tick(48), later, {})) == [4]
    assert warned(sender.tick(tick(72), later, {})) == [2], "due since the first tick"
