"""Persons against the roles of the reference."""

import numpy as np
import pytest

from graphsvc.simulate.hours import DAY, calendar
from graphsvc.simulate.population import NEVER, Kind, Population, populate
from tests.simulate.conftest import START


@pytest.fixture(scope="module")
def people() -> Population:
    return populate(5, subscribers=20_000, camouflaged=40, days=calendar(START, 30))


def test_kinds_have_the_shares_of_the_reference(people: Population) -> None:
    share = {kind: len(people.of_kind(kind)) / people.own.sum() for kind in Kind}
    assert 0.0099 <= share[Kind.COURIER] <= 0.02
    assert 0.0045 <= share[Kind.TELEMARKETER] <= 0.01
    assert 0.0099 <= share[Kind.SMALL_BUSINESS] <= 0.02
    assert share[Kind.ORDINARY] > 0.95
    assert len(people.of_kind(Kind.CAMOUFLAGED)) == 40


def test_communities_have_twenty_to_a_hundred_and_fifty_members(people: Population) -> None:
    sizes = np.diff(people.community_start)[:-1]  # the last one takes what is left
    assert sizes.min() >= 20
    assert sizes.max() <= 150
    assert (np.repeat(np.arange(len(sizes) + 1), np.diff(people.community_start)) == people.community).all()


def test_two_per_cent_of_the_numbers_change_hands_in_a_month(people: Population) -> None:
    days = calendar(START, 30)
    fresh = (people.activated_at >= days.start).mean()
    assert 0.015 < fresh < 0.04
    assert 0 < people.recycled.mean() < 0.04
    assert (people.activated_at[people.recycled] > days.start - 60 * DAY).all()


def test_some_hold_two_numbers_in_one_phone_and_some_share_a_phone(people: Population) -> None:
    second = people.holder != np.arange(len(people))
    shared = people.device != np.arange(len(people))
    assert 0.015 < second.mean() < 0.05
    assert (shared & ~second).any()
    assert (people.device[second] == people.device[people.holder[second]]).all()


def test_three_per_cent_get_another_phone_in_a_month_and_some_phones_go_on(people: Population) -> None:
    changed = people.device_changed_at < NEVER
    assert 0.02 < changed.mean() < 0.04
    used_by_others = np.isin(people.device_after[changed], people.device)
    assert 0.1 < used_by_others.mean() < 0.4


def test_people_are_won_over_unequally_but_once_on_average(people: Population) -> None:
    assert people.susceptibility.mean() == pytest.approx(1.0)
    assert np.quantile(people.susceptibility, 0.95) > 2
