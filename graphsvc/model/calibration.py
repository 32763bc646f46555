"""Calibration: how what the mechanism says becomes what came true. Two monotone maps, and where they come from.

A map moves log-odds and never changes an order: whoever was likelier stays likelier.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Float64 = npt.NDArray[np.float64]

SLOPE_LEAST: Final = 0.02
"""Outside the outermost knots, and where knots would be level, log-odds still rise so much a unit."""


@dataclass(frozen=True)
class Monotone:
    """Log-odds in, log-odds out: straight between knots, SLOPE_LEAST outside them."""

    said: tuple[float, ...]
    """Ascending."""
    came: tuple[float, ...]
    """As many, rising."""

    def __post_init__(self) -> None:
        """ValueError for knots that make no rising map."""
        said, came = np.asarray(self.said), np.asarray(self.came)
        if not len(said) or len(said) != len(came) or not np.isfinite([*said, *came]).all():
            raise ValueError("a map has as many finite values as knots, one at least")
        if (np.diff(said) <= 0).any() or (np.diff(came) < 0).any():
            raise ValueError("the knots of a map ascend")

    def __call__(self, log_odds: Float64) -> Float64:
        """What log-odds of the mechanism come to."""
        said, came = np.asarray(self.said, np.float64), np.asarray(self.came, np.float64)
        inside = np.clip(log_odds, said[0], said[-1])
        # Level stretches get the least slope too, so that no two that differed become equal.
        return np.asarray(np.interp(inside, said, came) + SLOPE_LEAST * (log_odds - said[0]))


@dataclass(frozen=True)
class Calibration:
    """The maps of both probabilities."""

    name: str
    """`shipped`, or the id of what was learned here."""
    loss: Monotone
    """Of losing money within seven days."""
    contact: Monotone
    """Of being in contact with a fraud number."""

    def document(self) -> dict[str, Any]:
        """As JSON; `from_document` reads it."""
        return {
            "name": self.name,
            **{
                which: {"said": list(one.said), "came": list(one.came)}
                for which, one in (("loss", self.loss), ("contact", self.contact))
            },
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Calibration":
        """What `document` wrote. KeyError, TypeError or ValueError where it is no calibration."""
        maps = {which: Monotone(*(tuple(document[which][end]) for end in ("said", "came"))) for which in _MAPS}
        return cls(str(document["name"]), **maps)


_MAPS: Final = ("loss", "contact")

UNCHANGED: Final = Calibration("none", *(Monotone((-20.0, 20.0), (-20.0, 20.0 - 40.0 * SLOPE_LEAST)),) * 2)
"""The mechanism's own word."""
