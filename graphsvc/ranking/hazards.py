"""When a person loses money, once in contact: the time from first talk to first loss, by kind of scam.

Most frauds keep to their script: log-normal, 5 % of losses before the shorter bound, 95 % before the longer one. A part
drags on, so that nobody is ever declared safe, or overdue, with certainty. Pure.
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

DRAGS_ON: Final = 0.3
"""Share of frauds that take longer than their script. [assumed]"""
LONGER_BY: Final = 30.0
"""Their longer bound, as a multiple of the script's. [assumed]"""
SILENT_ON: Final = 0.2
"""Of frauds that are on after a silence of more than HORIZON_H and of the script's longer bound, those in which money
is lost without a new sign: whoever is rung again is ranked anew then. [assumed]"""

_Z95: Final = float(ndtri(0.95))
_HALVINGS: Final = 32
"""Steps to the deadline: to less than a millisecond of the horizon."""


def ahead(scam_types: npt.NDArray[np.object_], *, since_h: Float64, silent_h: Float64) -> Float64:
    """Share of the losses of this kind that still lie ahead, and within HORIZON_H.

    `since_h` hours after the first talk, `silent_h` after the newest sign that it goes on: the share of frauds that
    would still be on after so long a silence, and of those the share that ends within the horizon.
    """
    law = _Law(scam_types)
    return np.asarray(law.outlives(silent_h) * (1 - law.left(since_h, silent_h, np.full(len(since_h), HORIZON_H))))


def within(scam_types: npt.NDArray[np.object_], hours: float, *, since_h: Float64, silent_h: Float64) -> Float64:
    """Of the losses still ahead within HORIZON_H, the share that happens within so many `hours`.

    So probability × share is that of a loss by then; half of all that is ahead has happened at the deadline.
    """
    law = _Law(scam_types)
    soon, at_all = (1 - law.left(since_h, silent_h, np.full(len(since_h), h)) for h in (hours, HORIZON_H))
    return np.asarray(np.divide(soon, at_all, out=np.zeros_like(soon), where=at_all > 0))


def hours_left(scam_types: npt.NDArray[np.object_], *, since_h: Float64, silent_h: Float64) -> Float64:
    """Hours in which half of the losses still ahead will have happened; NaN where that takes longer than HORIZON_H."""
    law = _Law(scam_types)
    low, high = np.zeros(len(since_h)), np.full(len(since_h), HORIZON_H)
    beyond = law.left(since_h, silent_h, high) >= 0.5
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        later = law.left(since_h, silent_h, middle) > 0.5
        low, high = np.where(later, middle, low), np.where(later, high, middle)
    return np.where(beyond, np.nan, high)


class _Law:
    """Row by row, the two log-normal laws of a kind of scam."""

    def __init__(self, scam_types: npt.NDArray[np.object_]) -> None:
        bounds = self.bounds = np.array(
            [CONTACT_TO_LOSS_H[ScamType(kind)] for kind in scam_types], dtype=np.float64
        ).reshape(-1, 2)
        self.parts = [
            (1 - DRAGS_ON, *_log_normal(bounds[:, 0], bounds[:, 1])),
            (DRAGS_ON, *_log_normal(bounds[:, 0], bounds[:, 1] * LONGER_BY)),
        ]

    def survival(self, hours: Float64) -> Float64:
        """Share of losses that happen later than `hours`."""
        logarithm = np.log(np.maximum(hours, 1e-9))
        return np.asarray(sum(share * ndtr((mu - logarithm) / sigma) for share, mu, sigma in self.parts))

    def outlives(self, silent_h: Float64) -> Float64:
        """Share of frauds that are on after so long a silence."""
        long_silent = silent_h > np.maximum(self.bounds[:, 1], HORIZON_H)
        return np.asarray(self.survival(silent_h) * np.where(long_silent, SILENT_ON, 1.0))

    def left(self, since_h: Float64, silent_h: Float64, hours: Float64) -> Float64:
        """Of the losses still ahead, the share that is ahead `hours` later.

        The script may run from the first talk or begin anew with the newest sign: each counts for half.
        """
        return np.asarray(
            sum(
                self.survival(from_h + hours) / np.maximum(self.survival(from_h), 1e-300)
                for from_h in (since_h, silent_h)
            )
            / 2
        )


def _log_normal(low: Float64, high: Float64) -> tuple[Float64, Float64]:
    """Mean and deviation of the logarithm of the hours."""
    return (np.log(low) + np.log(high)) / 2, (np.log(high) - np.log(low)) / 2 / _Z95
