"""How much may come at once and over time: so much is saved up, and as much more comes to be within a while."""

from collections.abc import Callable


class Allowance:
    """What one connection may still send. It is full at first."""

    def __init__(self, most: float, seconds: float, clock: Callable[[], float]) -> None:
        """`most`: at once; an empty one is full again after so many `seconds`, by the `clock` (seconds)."""
        self._most = most
        self._a_second = most / seconds
        self._clock = clock
        self._left = most
        self._at = clock()

    def take(self, count: int = 1) -> bool:
        """Note that so many came; whether they were allowed."""
        now = self._clock()
        self._left = min(self._most, self._left + (now - self._at) * self._a_second) - count
        self._at = now
        return self._left >= 0
