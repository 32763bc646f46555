"""Contact events while a world is being made: flat arrays over node indices, before they become feeds.

A *node* is a number of the world by its place: persons first, then SIM cards of dens, then public numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
import numpy.typing as npt

from graphsvc.simulate.chance import Bools, Int32, Int64
from graphsvc.simulate.hours import SECOND

MESSAGE: Final = -1
"""`seconds` of a message; 0 is a call that nobody answered."""


@dataclass(frozen=True)
class Events:
    """Events in no order. `traced` is false where the caller's device and cell are not those of the a-number."""

    at: Int64
    a: Int32
    b: Int32
    seconds: Int32
    traced: Bools

    def __len__(self) -> int:
        return len(self.at)

    @property
    def ended(self) -> Int64:
        """When each event was over, epoch ms."""
        over: Int64 = self.at + np.maximum(self.seconds, 0).astype(np.int64) * SECOND
        return over

    def take(self, chosen: npt.NDArray[np.generic]) -> "Events":
        """The chosen rows, by position or by a mask."""
        return Events(*(getattr(self, field.name)[chosen] for field in fields(self)))


def calls(at: Int64, a: Int64 | Int32, b: Int64 | Int32, seconds: npt.ArrayLike) -> Events:
    """Calls; 0 seconds is a call that nobody answered."""
    return Events(
        at.astype(np.int64) // SECOND * SECOND,
        a.astype(np.int32),
        b.astype(np.int32),
        np.broadcast_to(np.asarray(seconds), at.shape).astype(np.int32),
        np.ones(len(at), bool),
    )


def messages(at: Int64, a: Int64 | Int32, b: Int64 | Int32) -> Events:
    """Messages."""
    return calls(at, a, b, MESSAGE)


def together(parts: Sequence[Events]) -> Events:
    """All events of the parts, in their order."""
    if not parts:
        nothing = np.zeros(0, np.int64)
        return calls(nothing, nothing, nothing, 0)
    return Events(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Events)))
