"""From examples to rising maps of log-odds: Platt's and the isotonic one, corrected for what is never reported.

A map of the mechanism's own word carries over to days and places that differ from those it was learned on; a model of
many features does not [doc, fraud-patterns section 9: random-split numbers are inflated]. And it changes no order,
so that evidence stays true. With few losses Platt's two parameters are all that the data bear.
"""

from typing import Final

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from graphsvc.learning.examples import Bool, Float64
from graphsvc.learning.odds import log_odds, probability
from graphsvc.model.calibration import SLOPE_LEAST, Monotone

KNOTS_MOST: Final = 24
REPORTED_LEAST: Final = 0.2
"""No share of reports is taken to be smaller. [assumed]"""


def platt(said: Float64, came: Bool) -> Monotone:
    """Logistic regression of what came on what was said, with Platt's targets against overconfidence (Platt 1999)."""
    positives = int(came.sum())
    low, high = 1 / (len(came) - positives + 2), (positives + 1) / (positives + 2)
    x = np.concatenate([said, said])[:, None]
    y = np.repeat([1, 0], len(said))
    target = np.where(came, high, low)
    model = LogisticRegression(C=1e6, max_iter=1000).fit(x, y, sample_weight=np.concatenate([target, 1 - target]))
    slope, intercept = max(float(model.coef_[0, 0]), SLOPE_LEAST), float(model.intercept_[0])
    at = np.linspace(float(said.min()) - 4.0, float(said.max()) + 4.0, KNOTS_MOST)
    return rising(at, intercept + slope * at)


def isotonic(said: Float64, came: Bool) -> Monotone:
    """Pools of adjacent violators (Zadrozny & Elkan 2002), each drawn towards the whole by one pseudo-example."""
    fitted = IsotonicRegression(out_of_bounds="clip").fit(said, came.astype(np.float64)).predict(said)
    order = np.argsort(said, kind="stable")
    z, level = said[order], fitted[order]
    begins = np.flatnonzero(np.append(True, np.diff(level) > 0))
    sizes = np.diff(np.append(begins, len(z)))
    base = float(came.mean())
    value = (level[begins] * sizes + base) / (sizes + 1)
    middle = np.add.reduceat(z, begins) / sizes
    if len(middle) > KNOTS_MOST:
        kept = np.unique(np.linspace(0, len(middle) - 1, KNOTS_MOST).astype(int))
        middle, value = middle[kept], value[kept]
    return rising(middle, log_odds(value))


def unreported(fitted: Monotone, reported: float) -> Monotone:
    """The map of losses from that of reported losses, which are a share of all (Elkan & Noto 2008)."""
    share = min(max(reported, REPORTED_LEAST), 1.0)
    said = np.asarray(fitted.said)
    return rising(said, log_odds(np.minimum(probability(fitted(said)) / share, 0.999)))


def thinned(fitted: Monotone, share: float) -> Monotone:
    """The other way round: what a map of all that happens says of the share that gets a label."""
    said = np.asarray(fitted.said)
    return rising(said, log_odds(probability(fitted(said)) * share))


def labelled_share(said: Float64, labelled: Bool) -> float:
    """How often whoever is surely in contact is labelled so: the labels of the surest twentieth, 50 at least.

    After Elkan & Noto (2008), estimator e1, who take all that are labelled; here the mechanism says who is sure.
    """
    surest = np.argsort(said, kind="stable")[-max(50, len(said) // 20) :]
    return float(np.clip(labelled[surest].mean(), REPORTED_LEAST, 1.0))


def at_prevalence(fitted: Monotone, learned_at: float, deployed_at: float) -> Monotone:
    """The map for another share of positives: log-odds move by the difference of the priors' (Saerens et al. 2002)."""
    shift = float(log_odds(np.array([deployed_at]))[0] - log_odds(np.array([learned_at]))[0])
    return Monotone(fitted.said, tuple(value + shift for value in fitted.came))


def rising(said: Float64, wanted: Float64) -> Monotone:
    """The map that gives `wanted` at `said`, as far as it can rise by SLOPE_LEAST at least."""
    said = np.round(said, 6)
    distinct = np.append(True, np.diff(said) > 0)
    said, wanted = said[distinct], wanted[distinct]
    came = np.maximum.accumulate(np.round(wanted - SLOPE_LEAST * (said - said[0]), 6))
    return Monotone(tuple(said.tolist()), tuple(came.tolist()))
