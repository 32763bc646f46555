"""What one more warning of a channel is worth now: its shadow price, learnt from the days before. Pure.

Capacity that is spent as it comes goes to whoever is there first. So a warning is made now only if it is worth more
than what the same capacity found at this time of the days before, from now until the day's end: the price. Late in
the day little is still to come, the price falls, and what is left goes to the best of those who wait.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from graphsvc.model.warnings import DAY_MS, HOUR_MS

DAYS_LOOKED_BACK: Final = 3
"""[assumed: enough to even out a day, few enough to follow a campaign]"""
KEPT_A_DAY: Final = 4
"""Offers that are kept of each hour, in days of capacity."""


@dataclass
class Offers:
    """Who could have been warned on a channel, hour by hour of the last days, and what that would have been worth."""

    by_hour: dict[int, dict[int, float]] = field(default_factory=dict)
    """Beginning of the hour (epoch ms) → person → the most that it was worth in it."""
    _sorted: dict[tuple[int, int], list[float]] = field(default_factory=dict, repr=False)

    def note(self, at: int, worths: Iterable[tuple[int, float]]) -> None:
        """What is offered at an instant: persons and what a warning of each is worth."""
        held = self.by_hour.setdefault(at - at % HOUR_MS, {})
        for person, worth in worths:
            if worth > held.get(person, 0.0):
                held[person] = worth

    def turn_day(self, at: int, per_day: int) -> None:
        """At the beginning of a day: forget what is too old, keep the best of each hour."""
        most = KEPT_A_DAY * max(per_day, 1)
        self.by_hour = {
            hour: dict(sorted(held.items(), key=lambda one: (-one[1], one[0]))[:most])
            for hour, held in self.by_hour.items()
            if hour >= at - DAYS_LOOKED_BACK * DAY_MS
        }
        self._sorted.clear()

    def price(self, left: int, *, at: int, ends: int) -> float | None:
        """What the last of `left` warnings would find from now until the day's end, going by the days before.

        Halfway to what one more would find, so that the last itself is above it, unless both are of a crowd of equals.
        0 where fewer would be wanted; None where no whole day was seen. Above every worth where nothing is left.
        """
        begun = min(self.by_hour, default=at)
        days = min((at - begun) // DAY_MS, DAYS_LOOKED_BACK)
        if days < 1:
            return None
        if left <= 0:
            return float("inf")
        hour = at - at % HOUR_MS
        key = (hour, days)
        if key not in self._sorted:
            self._sorted[key] = self._to_come(hour, ends, days)
        worths, place = self._sorted[key], left * days - 1
        if place >= len(worths):
            return 0.0
        return (worths[place] + (worths[place + 1] if place + 1 < len(worths) else 0.0)) / 2

    def _to_come(self, hour: int, ends: int, days: int) -> list[float]:
        """Of each of the days before, each person's most in the hours after this one; all days together, descending."""
        found: list[float] = []
        for day in range(1, days + 1):
            most: dict[int, float] = {}
            for later in range(hour + HOUR_MS - day * DAY_MS, ends - day * DAY_MS, HOUR_MS):
                for person, worth in self.by_hour.get(later, {}).items():
                    if worth > most.get(person, 0.0):
                        most[person] = worth
            found += most.values()
        return sorted(found, reverse=True)

    def document(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {str(hour): [[*one] for one in held.items()] for hour, held in self.by_hour.items()}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Offers":
        """From `document`."""
        return cls({int(hour): {int(one): float(worth) for one, worth in held} for hour, held in document.items()})
