"""Time from contact to loss."""

import numpy as np
import pytest

from graphsvc.model.words import ScamType
from graphsvc.ranking.hazards import CONTACT_TO_LOSS_H, HORIZON_H, alive, hours_left


def _alive(kind: str, since_h: float, silent_h: float) -> float:
    names = np.array([kind], dtype=object)
    return float(alive(names, since_h=np.array([since_h]), silent_h=np.array([silent_h]))[0])


@pytest.mark.parametrize("kind", list(ScamType))
def test_every_kind_of_scam_has_a_law_whose_bounds_hold_nine_losses_in_ten(kind: ScamType) -> None:
    low, high = CONTACT_TO_LOSS_H[kind]
    assert 0 < low < high
    ahead = [_alive(kind, hours, 1e6) for hours in (low, high)]
    if high + HORIZON_H < 300:  # all losses fall within the horizon
        assert ahead == pytest.approx([0.95, 0.05], abs=0.025)


def test_silence_ends_a_fraud_and_contact_keeps_it_alive() -> None:
    assert _alive("customer_service", 24.0, 24.0) < 0.01
    assert _alive("customer_service", 24.0, 0.1) > 0.5
    assert _alive("loan", 1.0, 1.0) > 0.9


def test_a_slow_scam_loses_little_within_a_week() -> None:
    assert _alive("investment", 1.0, 1.0) < 0.1


@pytest.mark.parametrize("kind", list(ScamType))
def test_half_of_the_losses_ahead_happen_by_the_deadline(kind: ScamType) -> None:
    names = np.array([kind], dtype=object)
    for since in (0.0, 1.0, 30.0, 2000.0):
        (left,) = hours_left(names, since_h=np.array([since]))
        assert 0 <= left <= HORIZON_H
        if 0 < left < HORIZON_H and since <= CONTACT_TO_LOSS_H[kind][1]:
            ahead, later = (_survived(kind, since), _survived(kind, since + left))
            assert later == pytest.approx(ahead / 2, rel=0.01)


def _survived(kind: ScamType, hours: float) -> float:
    """Independent of the module: the log-normal law by its bounds, through the error function."""
    from math import erf, log, sqrt

    low, high = (log(bound) for bound in CONTACT_TO_LOSS_H[kind])
    if hours == 0:
        return 1.0
    z = (log(hours) - (low + high) / 2) / ((high - low) / 2 / 1.6448536269514722)
    return 0.5 * (1 - erf(z / sqrt(2)))
