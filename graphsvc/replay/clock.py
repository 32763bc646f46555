"""The virtual clock: ticks at even steps, and the operator's days. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from graphsvc.dispatch.capacity import period_starts
from graphsvc.model.warnings import HOUR_MS

LOOK_EVERY_MS: Final = HOUR_MS
"""At finer steps the ticks between are glances: as often as a small service analyses. [assumed]"""


@dataclass(frozen=True)
class Tick:
    """One instant at which decisions are made."""

    at: int
    """Epoch ms."""
    day: int
    """When the operator's day began that it lies in, epoch ms."""
    cut: bool
    """The first tick of a day of the operator, or the last of all: networks and suspicion are written down."""
    glance: bool = False
    """Neither a cut nor the first tick of an hour: only people whom news touch are looked at."""


@dataclass(frozen=True)
class Clock:
    """Ticks from `since` to `until`, both included where the step meets them; epoch ms."""

    since: int
    until: int
    every: int
    zone: ZoneInfo

    def ticks(self) -> Iterator[Tick]:
        """Every tick, in order."""
        before, looked = None, None
        for at in range(self.since, self.until + 1, self.every):
            day, hour = period_starts(at, self.zone)["day"], at // LOOK_EVERY_MS
            cut = day != before or at + self.every > self.until
            yield Tick(at, day, cut=cut, glance=not cut and hour == looked)
            before, looked = day, hour

    def count(self) -> int:
        """How many ticks there are."""
        return max((self.until - self.since) // self.every + 1, 0)
