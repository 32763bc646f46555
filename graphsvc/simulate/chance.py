"""Where a world's randomness comes from, and the shapes of it that the tables name.

Every part of a world draws from a stream of its own, so that a change in one part leaves the others as they were.
"""

import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Int8 = npt.NDArray[np.int8]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def stream(seed: int, name: str) -> np.random.Generator:
    """The random numbers of one named part of the world with this seed."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def log_uniform(rng: np.random.Generator, low: npt.ArrayLike, high: npt.ArrayLike, size: int) -> Floats:
    """Values between `low` and `high` whose logarithm is uniform."""
    log_low, log_high = np.log(np.asarray(low, float)), np.log(np.asarray(high, float))
    drawn: Floats = np.exp(log_low + rng.random(size) * (log_high - log_low))
    return drawn


def talk_seconds(rng: np.random.Generator, log_median: npt.ArrayLike, sigma: float, size: int) -> Int32:
    """Seconds of answered calls: lognormal, whole, from 1 to three hours."""
    seconds = np.exp(np.asarray(log_median) + sigma * rng.standard_normal(size))
    return np.clip(np.ceil(seconds), 1, 10_800).astype(np.int32)


def pick(rng: np.random.Generator, weights: Sequence[float], size: int) -> Int8:
    """Indices drawn with the given weights."""
    edges = np.cumsum(np.asarray(weights, float))
    drawn: Int8 = np.searchsorted(edges / edges[-1], rng.random(size), side="right").astype(np.int8)
    return drawn


def whole(rng: np.random.Generator, expected: npt.ArrayLike) -> Int64:
    """Whole counts with the given expectation: rounded up or down by chance."""
    floor = np.floor(np.asarray(expected, float))
    up = rng.random(floor.shape) < np.asarray(expected, float) - floor
    counts: Int64 = (floor + up).astype(np.int64)
    return counts
