"""The order of claims as one whole number: what capacity is for first, then by deadline, then by worth. Pure.

Deadlines count by the hour, so that within an hour the loss prevented decides; a warning without one comes after
all that have one. Warnings beyond the capacity come last: taking the most urgent first is only best among those that
can all be served.
"""

from typing import Final

from graphsvc.model.warnings import HOUR_MS

_HOURS: Final = 1 << 22  # from 1970 for 478 years
_NO_DEADLINE: Final = _HOURS - 1
_WORTHS: Final = 1 << 36
_WORTH_MOST: Final = 8.0  # more than the dearest kind of scam, for sure


def turn(*, deadline_at: int | None, worth: float, beyond_capacity: bool) -> int:
    """A warning's place: smaller first. Equal places go by id, the older first."""
    hour = _NO_DEADLINE if deadline_at is None else min(max(deadline_at // HOUR_MS, 0), _NO_DEADLINE - 1)
    lack = round((1 - min(max(worth / _WORTH_MOST, 0.0), 1.0)) * (_WORTHS - 1))
    return ((int(beyond_capacity) * _HOURS) + hour) * _WORTHS + lack
