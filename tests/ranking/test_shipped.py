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
