"""When things happen: the days of a world and the daily and weekly rhythms of those who live in it.

Local time is that of Asia/Shanghai, which has been UTC+8 without summer time since 1991. Instants are epoch ms at
whole seconds, as switches write them.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

import numpy as np

from graphsvc.simulate.chance import Floats, Int64

SECOND: Final = 1_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
OFFSET: Final = 8 * HOUR


@dataclass(frozen=True)
class Calendar:
    """The days that the feeds of a world cover. Day 0 is the first; days before it have happened too."""

    start: int
    """Local midnight of day 0, epoch ms."""
    days: int
    first_weekday: int
    """Weekday of day 0; Monday is 0."""

    @property
    def end(self) -> int:
        """Local midnight after the last day, epoch ms."""
        return self.start + self.days * DAY

    def weekend(self, day: Int64) -> "Floats":
        """1.0 on Saturdays and Sundays, else 0.0."""
        return ((self.first_weekday + day) % 7 >= 5).astype(np.float64)

    def day_of(self, at: Int64) -> Int64:
        """The day in which an instant falls."""
        return (at - self.start) // DAY

    def hour_of(self, at: Int64) -> Int64:
        """The local hour of the day, 0 … 23."""
        return ((at - self.start) % DAY) // HOUR


def calendar(start: date, days: int) -> Calendar:
    """The calendar of `days` days from the local midnight of `start`."""
    midnight = datetime(start.year, start.month, start.day, tzinfo=UTC)
    return Calendar(int(midnight.timestamp()) * SECOND - OFFSET, days, start.weekday())


@dataclass(frozen=True)
class Rhythm:
    """How activity spreads over the hours of a working day and of a weekend day, and how much of it weekends see."""

    workday: tuple[float, ...]
    weekend: tuple[float, ...]
    weekend_share: float
    """Activity of a weekend day, relative to a working day."""


def _hours(**spans: float) -> tuple[float, ...]:
    """Twenty-four weights from spans such as `h09_12=1.0`; the rest is 0."""
    weights = [0.0] * 24
    for span, weight in spans.items():
        low, high = span[1:].split("_")
        weights[int(low) : int(high)] = [weight] * (int(high) - int(low))
    return tuple(weights)


# Normal subscribers peak at 10–12 and 17–18 (Sichuan, fraud-patterns.md §3).
LIFE: Final = Rhythm(
    _hours(h00_06=0.06, h06_08=0.6, h08_10=1.2, h10_12=1.7, h12_17=1.2, h17_19=1.7, h19_22=1.1, h22_24=0.35),
    _hours(h00_07=0.08, h07_09=0.6, h09_12=1.4, h12_17=1.2, h17_20=1.5, h20_22=1.1, h22_24=0.45),
    0.95,
)
# Fraud peaks at 10–11 and 14–17 and sleeps from 20 to 8 (§3); dens work 9–12 and 14–18 (§6).
SHIFT: Final = Rhythm(
    _hours(h08_09=0.1, h09_10=1.0, h10_12=1.5, h12_14=0.15, h14_17=1.4, h17_18=0.8, h18_20=0.08),
    _hours(h09_10=0.8, h10_12=1.3, h12_14=0.2, h14_17=1.2, h17_18=0.6, h18_20=0.06),
    0.85,
)
OFFICE: Final = Rhythm(
    _hours(h08_09=0.2, h09_10=1.0, h10_12=1.5, h12_14=0.3, h14_17=1.4, h17_18=1.0, h18_20=0.3),
    _hours(h09_12=1.0, h12_14=0.4, h14_18=1.0, h18_20=0.2),
    0.35,
)
ROUTE: Final = Rhythm(
    _hours(h07_08=0.3, h08_11=1.4, h11_13=1.2, h13_15=0.7, h15_19=1.2, h19_21=0.3),
    _hours(h07_08=0.2, h08_11=1.3, h11_13=1.2, h13_15=0.7, h15_19=1.2, h19_21=0.3),
    0.9,
)
MACHINE: Final = Rhythm(
    _hours(h00_07=0.15, h07_09=0.8, h09_21=1.2, h21_24=0.6),
    _hours(h00_07=0.15, h07_09=0.6, h09_21=1.2, h21_24=0.7),
    1.0,
)


def times(rng: np.random.Generator, size: int, rhythm: Rhythm, days: Calendar) -> Int64:
    """Instants of one rhythm, spread over all days of the calendar."""
    day = np.arange(days.days)
    weight = 1.0 - days.weekend(day) * (1.0 - rhythm.weekend_share)
    edges = np.cumsum(weight)
    drawn = np.searchsorted(edges / edges[-1], rng.random(size), side="right")
    return times_on(rng, drawn, rhythm, days)


def times_on(rng: np.random.Generator, day: Int64, rhythm: Rhythm, days: Calendar) -> Int64:
    """One instant of the rhythm on each of the given days."""
    at = rng.random(len(day))
    second = np.interp(at, _edges(rhythm.workday), _SECONDS)
    weekend = days.weekend(day) > 0
    second[weekend] = np.interp(at[weekend], _edges(rhythm.weekend), _SECONDS)
    instants: Int64 = days.start + day * DAY + second.astype(np.int64) * SECOND
    return instants


def waking(at: Int64, days: Calendar) -> Int64:
    """The same instants pressed into 9 … 21 o'clock of their day; keeps their order, later hours stay later."""
    into = (at - days.start) % DAY
    pressed: Int64 = at - into + 9 * HOUR + into // 2
    return pressed // SECOND * SECOND


_SECONDS: Final = np.linspace(0, 86_400, 25)


def _edges(weights: tuple[float, ...]) -> Floats:
    edges = np.concatenate([[0.0], np.cumsum(weights)])
    shares: Floats = edges / edges[-1]
    return shares
