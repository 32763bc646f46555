"""Probabilities and their log-odds. Pure."""

from typing import Final

import numpy as np

from graphsvc.learning.examples import Float64

PROBABILITY_LEAST: Final = 1e-6
"""Nothing is held to be surer than this, nor its opposite."""


def probability(values: Float64) -> Float64:
    """Of log-odds."""
    return np.asarray(np.exp(-np.logaddexp(0.0, -values)))  # overflows nowhere


def log_odds(values: Float64) -> Float64:
    """Of a probability, held off 0 and 1."""
    held = np.clip(values, PROBABILITY_LEAST, 1 - PROBABILITY_LEAST)
    return np.asarray(np.log(held) - np.log1p(-held))
