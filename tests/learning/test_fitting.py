"""Maps learned from examples against what the examples were made from."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphsvc.learning import fitting, judging
from graphsvc.learning.examples import Bool, Float64
from graphsvc.learning.odds import log_odds, probability
from graphsvc.model.calibration import UNCHANGED, Calibration, Monotone


def _sample(dice: np.random.Generator, count: int, slope: float, shift: float) -> tuple[Float64, Bool]:
    said = dice.normal(-2, 2, count)
    return said, dice.random(count) < probability(shift + slope * said)


@pytest.mark.parametrize("make", [fitting.platt, fitting.isotonic])
def test_a_map_undoes_overconfidence(make: Callable[[Float64, Bool], Monotone], dice: np.random.Generator) -> None:
    said, came = _sample(dice, 20_000, slope=0.5, shift=-1.0)
    learned = make(said, came)
    fresh_said, fresh_came = _sample(dice, 20_000, slope=0.5, shift=-1.0)
    assert judging.calibration_error(UNCHANGED.loss, fresh_said, fresh_came) > 0.05
    assert judging.calibration_error(learned, fresh_said, fresh_came) < 0.015
    at = np.linspace(-5, 2, 30)
    assert np.abs(probability(learned(at)) - probability(0.5 * at - 1)).max() < 0.05


def test_few_positives_leave_platt_calm() -> None:
    said = np.linspace(-6, -1, 300)
    came = np.zeros(300, bool)
    came[[120, 250, 299]] = True
    told = probability(fitting.platt(said, came)(said))
    assert 0.005 < told.mean() < 0.02
    assert told.max() < 0.1


def test_what_goes_unreported_is_added_and_taken_away_again(dice: np.random.Generator) -> None:
    said, came = _sample(dice, 20_000, slope=1.0, shift=0.0)
    reported = came & (dice.random(len(came)) < 0.4)
    learned = fitting.unreported(fitting.isotonic(said, reported), 0.4)
    assert judging.calibration_error(learned, said, came) < 0.03
    labels = fitting.thinned(learned, 0.4)
    assert judging.calibration_error(labels, said, reported) < 0.02


def test_the_share_that_gets_a_label_is_read_off_the_surest(dice: np.random.Generator) -> None:
    said, met = _sample(dice, 20_000, slope=3.0, shift=0.0)
    labelled = met & (dice.random(len(met)) < 0.6)
    assert fitting.labelled_share(said, labelled) == pytest.approx(0.6, abs=0.08)


def test_another_prevalence_moves_log_odds_and_nothing_else(dice: np.random.Generator) -> None:
    said, came = _sample(dice, 20_000, slope=1.0, shift=0.0)
    kept = came | (dice.random(len(came)) < 0.1)  # a sample with ten times as many positives
    learned = fitting.platt(said[kept], came[kept])
    corrected = fitting.at_prevalence(learned, float(came[kept].mean()), float(came.mean()))
    assert judging.calibration_error(learned, said, came) > 0.1
    assert judging.calibration_error(corrected, said, came) < 0.05
    assert np.allclose(np.diff(learned.came), np.diff(corrected.came))


@given(st.lists(st.tuples(st.floats(-30, 30), st.booleans()), min_size=30, max_size=80))
def test_every_map_rises_and_survives_being_written_down(rows: list[tuple[float, bool]]) -> None:
    said, came = np.array([z for z, _ in rows]), np.array([y for _, y in rows])
    if came.all() or not came.any():
        return
    at = np.linspace(-40, 40, 200)
    for learned in (fitting.platt(said, came), fitting.isotonic(said, came)):
        for one in (learned, fitting.unreported(learned, 0.5), fitting.thinned(learned, 0.5)):
            assert (np.diff(one(at)) > 0).all()
            again = Calibration.from_document(Calibration("x", one, one).document())
            assert np.array_equal(again.loss(at), one(at))


@pytest.mark.parametrize("said", [(), (1.0, 1.0), (2.0, 1.0), (float("nan"), 1.0)])
def test_knots_that_make_no_rising_map_are_refused(said: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="map"):
        Monotone(said, tuple(range(len(said))))


def test_log_odds_and_probability_are_inverse() -> None:
    p = np.array([1e-6, 0.01, 0.5, 0.999])
    assert probability(log_odds(p)) == pytest.approx(p)


def test_a_population_that_moved_is_told_from_one_that_did_not(dice: np.random.Generator) -> None:
    before = dice.normal(0, 1, 2000)
    assert judging.stability(before, dice.normal(0, 1, 2000)) < judging.STABLE_TO
    assert judging.stability(before, dice.normal(1, 1, 2000)) > judging.MOVED_FROM
