"""The shipped calibration: cautious, rising, and true to what in contact means."""

import numpy as np
import pytest

from bench import shipped as making
from graphsvc.learning.odds import log_odds, probability
from graphsvc.model.calibration import Monotone
from graphsvc.ranking.shipped import SHIPPED
from tests.ranking.people import engaged, exposure, ranked


def test_the_shipped_maps_rise_and_hold_the_mechanism_back_where_it_is_sure() -> None:
    said = log_odds(np.linspace(0.0001, 0.9999, 500))
    for one in (SHIPPED.loss, SHIPPED.contact):
        assert (np.diff(one(said)) > 0).all()
    sure = log_odds(np.array([0.2, 0.5, 0.9]))
    assert (probability(SHIPPED.loss(sure)) < np.array([0.2, 0.5, 0.9])).all()


def test_nobody_is_likelier_to_lose_than_to_be_in_contact() -> None:
    rows = [engaged(5), engaged(6, verifications=1, codes=2, talk_s=4000, longest_call_s=3000), exposure(7)]
    for row in ranked(*rows):
        assert row["probability"] <= row["in_contact_probability"]


def test_whoever_is_hardly_told_to_be_in_contact_is_told_more_of_it_and_whoever_surely_is_less() -> None:
    """Of the first people of a day most of whom it doubts are; and nobody is as certain as rules can be."""
    said = np.array([0.2, 0.3, 0.5])
    told = probability(SHIPPED.contact(log_odds(said)))
    assert (told > said + 0.1).all()
    certain = log_odds(np.array([1 - 1e-5, 1 - 1e-8]))
    assert (SHIPPED.contact(certain) < certain - 0.3).all()
    hardly = np.array([0.001, 0.01, 0.05])
    assert np.allclose(probability(SHIPPED.contact(log_odds(hardly))), hardly, rtol=0.03)


def test_the_shipped_map_of_contact_is_what_its_command_makes_of_the_first_step_and_of_what_came_elsewhere() -> None:
    """The knots of the first step, and people of whom as many were in contact as docs/learning.md says of the seven."""
    first = Monotone((-9.2102, -2.9444, -0.2535, 21.3749), (-9.2102, -3.0698, 0.5387, 20.604))
    said = np.linspace(-4.0, 12.0, 60)
    share = probability(0.554 * first(said) + 0.977)
    people, place = np.repeat(said, 500), np.tile(np.arange(500), 60)
    came = place < np.repeat(np.round(500 * share), 500)
    told = making.Judged("invented", {"contact": people}, {"contact": came})
    made = making.drawn(first, [told])
    at = np.linspace(-8.0, 20.0, 200)
    assert made(at) == pytest.approx(SHIPPED.contact(at), abs=0.03)
    assert making.drawn(first, [told]) == made
