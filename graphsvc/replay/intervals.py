"""95 % intervals from 200 resamples of gangs: victims of one gang are not independent of each other.

A resample draws as many gangs as there are, with replacement; what belongs to a gang counts as often as it was drawn.
What belongs to none (a warning to somebody who met nobody) stays as it is. Pure: the seed is an argument.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]

RESAMPLES = 200
SEED = 20_260_302


@dataclass(frozen=True)
class Estimate:
    """A figure and its interval; all None where nothing could be counted."""

    value: float | None
    low: float | None = None
    high: float | None = None
    of: int | None = None
    """How many things it is a share or a mean of."""


@dataclass(frozen=True)
class Resamples:
    """[resamples, gangs + 1] how often each gang was drawn; the last column, of nobody's gang, is 1 throughout."""

    times: Int64

    @classmethod
    def of(cls, gangs: int, *, seed: int = SEED, resamples: int = RESAMPLES) -> "Resamples":
        """Draws for `gangs` gangs."""
        rng = np.random.default_rng(seed)
        drawn = rng.multinomial(gangs, np.full(gangs, 1 / gangs), resamples) if gangs else np.zeros((resamples, 0))
        return cls(np.column_stack([drawn, np.ones(resamples)]).astype(np.int64))

    def share(self, hit: npt.NDArray[np.generic], gang: Int64, weight: Float64 | None = None) -> Estimate:
        """Σ hit / Σ weight (1 each) over items that belong to gangs (-1: none)."""
        if not len(hit):
            return Estimate(None, of=0)
        columns = self.times.shape[1]
        one = np.ones(len(hit)) if weight is None else weight
        above = np.bincount(gang % columns, weights=hit.astype(np.float64), minlength=columns)
        below = np.bincount(gang % columns, weights=one, minlength=columns)
        if below.sum() <= 0:
            return Estimate(None, of=len(hit))
        tops, bottoms = self.times @ above, self.times @ below
        return self._estimate(above.sum() / below.sum(), tops[bottoms > 0] / bottoms[bottoms > 0], len(hit))

    def statistic(self, figure: Callable[[Float64], float], gang: Int64) -> Estimate:
        """Any figure of items by their weights: all 1 for the value, times drawn for each resample; NaN counts not."""
        if not len(gang):
            return Estimate(None, of=0)
        value = figure(np.ones(len(gang)))
        if np.isnan(value):
            return Estimate(None, of=len(gang))
        again = np.array([figure(times[gang].astype(np.float64)) for times in self.times])
        return self._estimate(value, again[~np.isnan(again)], len(gang))

    def _estimate(self, value: float, again: Float64, of: int) -> Estimate:
        if not len(again):
            return Estimate(float(value), of=of)
        low, high = np.quantile(again, [0.025, 0.975])
        return Estimate(float(value), float(low), float(high), of)


def weighted_quantile(values: Float64, weights: Float64, part: float) -> float:
    """The smallest value at which `part` of the weight is reached; NaN for no weight."""
    if weights.sum() <= 0:
        return float("nan")
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    at = np.searchsorted(reached, part * reached[-1] - 1e-12)
    return float(values[order][min(at, len(values) - 1)])
