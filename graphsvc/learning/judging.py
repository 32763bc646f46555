"""How well probabilities fit what came, and how far two samples lie apart. Pure."""

from typing import Final

import numpy as np

from graphsvc.learning.examples import Bool, Float64
from graphsvc.learning.odds import probability
from graphsvc.model.calibration import Monotone

GROUPS: Final = 10
STABLE_TO: Final = 0.1
MOVED_FROM: Final = 0.25
"""Population stability: below the one nothing moved, from the other on the population is another. [general: customary
in credit scoring]"""


def log_loss(fitted: Monotone, said: Float64, came: Bool) -> float:
    """Mean negative log-likelihood, nats an example."""
    p = np.clip(probability(fitted(said)), 1e-9, 1 - 1e-9)
    return float(-np.mean(np.where(came, np.log(p), np.log1p(-p))))


def brier(fitted: Monotone, said: Float64, came: Bool) -> float:
    """Mean squared distance."""
    return float(np.mean((probability(fitted(said)) - came) ** 2))


def calibration_error(fitted: Monotone, said: Float64, came: Bool) -> float:
    """Mean distance of what is said from the share that came, over GROUPS equal groups."""
    p = probability(fitted(said))
    groups = np.array_split(np.argsort(p, kind="stable"), min(GROUPS, len(p)))
    return float(sum(len(g) * abs(p[g].mean() - came[g].mean()) for g in groups) / len(p))


def stability(before: Float64, now: Float64) -> float:
    """Population stability index of `now` against `before`, over ten equal groups of `before`.

    Σ (now - before) ln(now / before) over the shares, each with half an example added; 0 for the same population.
    """
    edges = np.unique(np.quantile(before, np.linspace(0, 1, GROUPS + 1)[1:-1]))
    shares = []
    for values in (before, now):
        counts = np.bincount(np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1) + 0.5
        shares.append(counts / counts.sum())
    return float(np.sum((shares[1] - shares[0]) * np.log(shares[1] / shares[0])))
