"""When a person loses money, once in contact: the time from first talk to first loss, by kind of scam.

The time is log-normal, with 5 % of losses before the shorter bound and 95 % before the longer one. Pure.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from graphsvc.model.words import ScamType

Float64 = npt.NDArray[np.float64]

HOUR_MS: Final = 3_600_000
HORIZON_H: Final = 7 * 24.0
"""A probability is of losing within this many hours. [doc, feeds]"""

CONTACT_TO_LOSS_H: Final = {
    ScamType.CUSTOMER_SERVICE: (0.3, 3.0),
    ScamType.POLICE_IMPERSONATION: (0.5, 6.0),
    ScamType.LOAN: (3.0, 72.0),
    ScamType.CREDIT_RECORD: (3.0, 72.0),
    ScamType.ACQUAINTANCE: (12.0, 36.0),
    ScamType.BRUSHING: (24.0, 168.0),
    ScamType.INVESTMENT: (168.0, 1344.0),
    ScamType.SHOPPING: (0.1, 72.0),
    ScamType.GAMING: (0.1, 72.0),
    ScamType.OTHER: (0.3, 168.0),
}
"""Bounds of the hours from contact to first loss. [doc, fraud-patterns section 7; shopping, gaming, other: assumed]"""

_Z95: Final = float(ndtri(0.95))


def _law(scam_types: npt.NDArray[np.object_]) -> tuple[Float64, Float64]:
    """Mean and deviation of the logarithm of the hours, row by row."""
    bounds = np.array([CONTACT_TO_LOSS_H[ScamType(kind)] for kind in scam_types], dtype=np.float64)
    low, high = np.log(bounds.reshape(-1, 2)).T
    return (low + high) / 2, (high - low) / 2 / _Z95


def alive(scam_types: npt.NDArray[np.object_], *, since_h: Float64, silent_h: Float64) -> Float64:
    """Share of the losses of this kind that still lie ahead, and within HORIZON_H.

    `since_h` hours after the first talk, so much of the law is past; but a fraud that is still in touch is still on:
    `silent_h` hours after the last contact, half of it each half-median, whatever the law says.
    """
    mu, sigma = _law(scam_types)
    survived = _survival(since_h, mu, sigma)
    in_touch = np.exp2(-silent_h / (np.exp(mu) / 2))
    ahead = np.maximum(survived, in_touch)
    within = 1 - _survival(since_h + HORIZON_H, mu, sigma) / np.maximum(survived, 1e-12)
    return np.asarray(ahead * np.clip(within, 0, 1))


def hours_left(scam_types: npt.NDArray[np.object_], *, since_h: Float64) -> Float64:
    """Hours in which half of the losses still ahead will have happened; at most HORIZON_H."""
    mu, sigma = _law(scam_types)
    survived = np.maximum(_survival(since_h, mu, sigma), 1e-9)
    median = np.exp(mu + sigma * ndtri(1 - survived / 2))
    return np.asarray(np.clip(median - since_h, 0, HORIZON_H))


def _survival(hours: Float64, mu: Float64, sigma: Float64) -> Float64:
    """Share of losses that happen later than `hours`."""
    return np.asarray(ndtr((mu - np.log(np.maximum(hours, 1e-9))) / sigma))
