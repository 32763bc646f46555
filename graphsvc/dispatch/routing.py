"""The four levels of desks, by prefix of the region code: ministry, province, city, county. Pure.

A warning is held by the most local desk that is attended on its channel and covers the person; the desks above do not
get it until nobody has acted for a while. Where nobody but the ministry claims, the ministry holds everything.
"""

from collections.abc import Collection
from typing import Final

from graphsvc.model.warnings import HOUR_MS

LEVELS: Final = (0, 2, 4, 6)
"""Digits of the code that a ministry, province, city and county desk covers. [GB/T 2260]"""
ATTENDED_MS: Final = 10 * 60_000
"""A desk that claimed within this time is attended. [assumed: a worker's client polls every few seconds]"""
HOLD_LEAST_MS: Final = 5 * 60_000
HOLD_MOST_MS: Final = 2 * HOUR_MS
_PARTS: Final = 4


def levels_of(region: str) -> list[str]:
    """The desks that cover a region or prefix, the ministry's first; the prefix itself is the last."""
    found = [region[:digits] for digits in LEVELS if digits < len(region)]
    return [*found, region]


def most_local(region: str | None, attended: Collection[str]) -> str:
    """The desk that a new warning goes down to."""
    return next((desk for desk in reversed(levels_of(region or "")) if desk in attended), "")


def above(desk: str, attended: Collection[str]) -> str:
    """The desk that a warning goes back up to: the next attended one, at last the ministry's."""
    higher = levels_of(desk)[:-1]
    return next((one for one in reversed(higher) if one in attended), "")


def held_until(desk: str, service: int, deadline_at: int | None) -> int | None:
    """Until when a desk keeps a warning that nobody claims: a quarter of the time left, within bounds.

    A quarter for each level, so that the ministry still has one. None for the ministry's desk: nobody is above it.
    """
    if not desk:
        return None
    left = HOLD_MOST_MS * _PARTS if deadline_at is None else deadline_at - service
    return service + min(max(left // _PARTS, HOLD_LEAST_MS), HOLD_MOST_MS)
