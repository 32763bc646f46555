"""The shipped calibration: cautious, rising, and true to what in contact means."""

import numpy as np

from graphsvc.learning.odds import log_odds, probability
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
    """Of the first people of a day most of whom it doubts are; and some of its certain are not."""
    said = np.array([0.2, 0.3, 0.5, 0.97, 0.999])
    told = probability(SHIPPED.contact(log_odds(said)))
    assert (told[:3] > said[:3] + 0.1).all()
    assert (told[3:] < said[3:] - 0.01).all()
    hardly = np.array([0.001, 0.01, 0.05])
    assert np.allclose(probability(SHIPPED.contact(log_odds(hardly))), hardly, rtol=0.03)
