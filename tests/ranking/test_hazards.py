"""Time from contact to loss."""

from math import erf, isnan, log, sqrt

import numpy as np
import pytest

from graphsvc.model.words import ScamType
from graphsvc.ranking.hazards import (
    CONTACT_TO_LOSS_H,
    DRAGS_ON,
    HORIZON_H,
    LONGER_BY,
    SILENT_ON,
    ahead,
    hours_left,
    within,
)

KINDS = list(ScamType)
INSTANTS = [(0.0, 0.0), (1.0, 1.0), (30.0, 0.1), (30.0, 30.0), (400.0, 2.0), (2000.0, 2000.0)]


def _ahead(kind: str, since_h: float, silent_h: float) -> float:
    names = np.array([kind], dtype=object)
    return float(ahead(names, since_h=np.array([since_h]), silent_h=np.array([silent_h]))[0])


def _hours_left(kind: str, since_h: float, silent_h: float) -> float:
    names = np.array([kind], dtype=object)
    return float(hours_left(names, since_h=np.array([since_h]), silent_h=np.array([silent_h]))[0])


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_scam_has_a_law_whose_bounds_hold_most_losses(kind: ScamType) -> None:
    low, high = CONTACT_TO_LOSS_H[kind]
    assert 0 < low < high
    assert _survived(kind, low) == pytest.approx(0.95, abs=0.001)
    assert 0.05 < _survived(kind, high) < 0.05 + DRAGS_ON


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("since", "silent"), INSTANTS)
def test_the_share_ahead_is_what_outlives_the_silence_and_ends_within_the_week(
    kind: ScamType, since: float, silent: float
) -> None:
    on = _survived(kind, silent) * (SILENT_ON if silent > max(CONTACT_TO_LOSS_H[kind][1], 168) else 1)
    expected = on * (1 - _left(kind, since, silent, HORIZON_H))
    assert _ahead(kind, since, silent) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("since", "silent"), INSTANTS)
def test_half_of_the_losses_ahead_happen_by_the_deadline_which_is_never_now(
    kind: ScamType, since: float, silent: float
) -> None:
    left = _hours_left(kind, since, silent)
    if isnan(left):
        assert _left(kind, since, silent, HORIZON_H) >= 0.5
    else:
        assert 0.05 < left < HORIZON_H
        assert _left(kind, since, silent, left) == pytest.approx(0.5, rel=1e-4)


def test_silence_fades_a_fraud_slowly_and_contact_keeps_it_alive() -> None:
    assert _ahead("customer_service", 3.0, 3.0) > 0.15
    assert 0.01 < _ahead("customer_service", 24.0, 24.0) < 0.1
    assert _ahead("customer_service", 24.0, 0.1) > 0.8
    assert _ahead("loan", 1.0, 1.0) > 0.85


def test_after_a_week_without_a_sign_a_fraud_is_hardly_on_but_one_whose_script_takes_weeks() -> None:
    assert _ahead("loan", 200.0, 169.0) < 0.3 * _ahead("loan", 200.0, 167.0)
    assert _ahead("investment", 200.0, 169.0) > 0.9 * _ahead("investment", 200.0, 167.0)


def test_a_slow_scam_loses_little_within_a_week_and_has_no_deadline_yet() -> None:
    assert _ahead("investment", 1.0, 1.0) < 0.1
    assert isnan(_hours_left("investment", 1.0, 1.0))
    assert _ahead("investment", 300.0, 1.0) > _ahead("investment", 1.0, 1.0)


def _left(kind: ScamType, since: float, silent: float, hours: float) -> float:
    return sum(_survived(kind, t + hours) / _survived(kind, t) for t in (since, silent)) / 2


def _survived(kind: ScamType, hours: float) -> float:
    """Independent of the module: the two log-normal laws by their bounds, through the error function."""
    low, high = CONTACT_TO_LOSS_H[kind]
    laws = ((1 - DRAGS_ON, low, high), (DRAGS_ON, low, high * LONGER_BY))
    return sum(share * _log_normal_survived(log(a), log(b), hours) for share, a, b in laws)


def _log_normal_survived(low: float, high: float, hours: float) -> float:
    if hours == 0:
        return 1.0
    z = (log(hours) - (low + high) / 2) / ((high - low) / 2 / 1.6448536269514722)
    return 0.5 * (1 - erf(z / sqrt(2)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("since", "silent"), INSTANTS)
def test_losses_within_an_hour_a_day_and_a_week_agree_with_the_deadline(
    kind: ScamType, since: float, silent: float
) -> None:
    names, passed = np.array([kind], dtype=object), {"since_h": np.array([since]), "silent_h": np.array([silent])}
    hour, day, week = (float(within(names, hours, **passed)[0]) for hours in (1, 24, HORIZON_H))
    assert 0 < hour < day < week == 1.0
    at_all = 1 - _left(kind, since, silent, HORIZON_H)
    assert day == pytest.approx((1 - _left(kind, since, silent, 24.0)) / at_all, rel=1e-6)
    left = _hours_left(kind, since, silent)
    assert (left <= 24) == (day * at_all >= 0.5)
