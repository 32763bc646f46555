"""What happens to victims, against the table of scripts in the reference."""

import numpy as np
import pytest

from graphsvc.model.words import ScamType
from graphsvc.simulate.dialling import COMMITTED, LOST
from graphsvc.simulate.events import MESSAGE, Events
from graphsvc.simulate.gangs import SCAMS
from graphsvc.simulate.hours import HOUR, MINUTE
from graphsvc.simulate.making import World, make_world
from graphsvc.simulate.population import NEVER
from graphsvc.simulate.scripts import CONTACT_TO_LOSS
from graphsvc.simulate.truth import gangs_of
from tests.simulate.conftest import START


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(subscribers=60_000, days=12, seed=8, variant="plain", start=START)


def stories_of(world: World, scam: ScamType, stage: int) -> list[int]:
    stories = world.crimes.stories
    return np.flatnonzero((stories.scam == SCAMS.index(scam)) & (stories.stage == stage)).tolist()


def told(world: World, story: int) -> Events:
    events = world.crimes.told.events.take(world.crimes.told.story == story)
    return events.take(np.argsort(events.at, kind="stable"))


@pytest.mark.parametrize("scam", SCAMS)
def test_losses_come_as_long_after_contact_as_the_table_says(world: World, scam: ScamType) -> None:
    stories, ends = world.crimes.stories, world.crimes.told.ends
    lost = stories_of(world, scam, LOST)
    low, high = CONTACT_TO_LOSS[scam]
    hours = (ends.lost_at[lost] - stories.first_at[lost]) / HOUR
    assert len(lost) > 0
    # Losses that take hours are pressed into waking hours, at most twelve hours off.
    slack = 12 if high > 6 else 0.7
    assert hours.min() > max(low - slack, 0.08)
    assert hours.max() < high + slack


@pytest.mark.parametrize("scam", SCAMS)
def test_a_story_has_contact_before_the_commitment_and_the_loss(world: World, scam: ScamType) -> None:
    ends, gang_of = world.crimes.told.ends, gangs_of(world)
    for story in stories_of(world, scam, LOST) + stories_of(world, scam, COMMITTED):
        events = told(world, story)
        gang = events.take((gang_of[events.a] >= 0) | (gang_of[events.b] >= 0))
        assert gang.at[0] == world.crimes.stories.first_at[story]
        assert gang.at[0] < ends.committed_at[story] < NEVER
        assert ends.committed_at[story] <= ends.lost_at[story]


def test_those_who_lose_to_false_police_pass_from_line_to_line(world: World) -> None:
    gang_of, person = gangs_of(world), world.crimes.stories.person
    lost = stories_of(world, ScamType.POLICE_IMPERSONATION, LOST)
    assert len(lost) >= 5
    for story in lost:
        events = told(world, story)
        from_gang = events.take((gang_of[events.a] >= 0) & (events.b == person[story]))
        assert 2 <= len(np.unique(from_gang.a)) <= 4
        assert 120 <= from_gang.seconds[0] <= 360
        assert 20 * 60 <= from_gang.seconds[1] <= 60 * 60
        assert 60 * 60 <= from_gang.seconds[2] <= 5 * 60 * 60
        assert (np.diff(from_gang.at) > 0).all()


def test_most_of_them_ask_114_or_110_in_between(world: World) -> None:
    lost = stories_of(world, ScamType.POLICE_IMPERSONATION, LOST)
    public = world.cast.public
    asked = [bool(np.isin(told(world, story).b, [public.police, public.enquiries]).any()) for story in lost]
    assert np.mean(asked) > 0.5


def test_customer_service_calls_twice_and_codes_come_before_the_loss(world: World) -> None:
    stories, ends = world.crimes.stories, world.crimes.told.ends
    for story in stories_of(world, ScamType.CUSTOMER_SERVICE, LOST):
        events = told(world, story)
        codes = events.take((events.seconds == MESSAGE) & (events.a == stories.bank[story]))
        rung = events.take((events.b == stories.person[story]) & (events.seconds > 0))
        assert len(rung) == 2
        assert 180 <= rung.seconds[0] <= 900
        assert len(codes) >= 1
        assert (codes.at <= ends.lost_at[story]).all()
        assert rung.ended[1] > ends.lost_at[story]


def test_investors_talk_with_one_number_for_weeks(world: World) -> None:
    stories, gang_of = world.crimes.stories, gangs_of(world)
    counts = []
    for story in stories_of(world, ScamType.INVESTMENT, LOST):
        events = told(world, story)
        talks = events.take((events.seconds > 0) & (np.maximum(gang_of[events.a], gang_of[events.b]) >= 0))
        partner = np.where(talks.a == stories.person[story], talks.b, talks.a)
        counts.append(len(np.unique(partner)))
        assert events.at[-1] - events.at[0] > 3 * 24 * HOUR
    assert np.median(counts) <= 2


def test_scams_by_message_begin_with_a_message(world: World) -> None:
    for scam in (ScamType.BRUSHING, ScamType.INVESTMENT, ScamType.SHOPPING):
        for story in stories_of(world, scam, LOST)[:20]:
            assert told(world, story).seconds[0] == MESSAGE


def test_those_who_break_off_ask_somebody_or_talked_for_twenty_minutes(world: World) -> None:
    stories, public = world.crimes.stories, world.cast.public
    for scam in SCAMS:
        for story in stories_of(world, scam, COMMITTED):
            events = told(world, story)
            asked = np.isin(events.b, [public.police, public.enquiries, stories.bank[story]]).any()
            assert asked or events.seconds.max() >= 20 * 60


def test_who_is_isolated_answers_nobody_else(world: World) -> None:
    stories, ends = world.crimes.stories, world.crimes.told.ends
    alone = np.flatnonzero(ends.isolated_from < NEVER)
    ordinary = world.events.take(~world.from_gang)
    inbound = 0
    for story in alone.tolist():
        into = ordinary.take(ordinary.b == stories.person[story])
        during = into.take((into.at >= ends.isolated_from[story]) & (into.at < ends.isolated_until[story]))
        inbound += len(during)
        assert (during.seconds <= 0).all()
    assert inbound > 0


def test_codes_and_bank_calls_end_with_the_story(world: World) -> None:
    told_, stories = world.crimes.told, world.crimes.stories
    lasts = np.full(len(stories), 0)
    np.maximum.at(lasts, told_.story, told_.events.at)
    lost = stories.stage == LOST
    assert (lasts[lost] <= told_.ends.lost_at[lost] + 10 * MINUTE).all()
