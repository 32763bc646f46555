"""Single events from before a time, taken out by ranges of the numbers that they came from: no index by time is needed.

Such an index made every event twice as dear to write, and served only this, once a day.
"""

from dataclasses import dataclass
from typing import Final

from graphsvc.graph.neo4j.connection import Transaction
from graphsvc.graph.neo4j.position import Position

_NUMBERS_AT_A_TIME: Final = 20_000
_EVENTS_AT_A_TIME: Final = 20_000


@dataclass
class OldEvents:
    """How far a run has swept; another run begins anew, which does no harm."""

    _what: tuple[int, int] = (0, 0)
    _first: int = 0
    _next: int = 0

    def sweep(self, transaction: Transaction, at: Position, *, before: int) -> bool:
        """Take out some of those from before an instant (epoch ms); True where none is left."""
        if self._what != (before, at.loaded_to):  # others have come in since, or others are old by now
            self._what, self._first = (before, at.loaded_to), 0
        below = min(self._first + _NUMBERS_AT_A_TIME, at.numbers_to)
        given = {"first": self._first, "below": below, "before": before, "limit": _EVENTS_AT_A_TIME}
        gone = transaction.run("projection/delete_events_before", **given)[0]["deleted"]
        self._next = below if gone < _EVENTS_AT_A_TIME else self._first
        return self._next == at.numbers_to

    def took_place(self) -> None:
        """The transaction was committed: the next one goes on from there."""
        self._first = self._next
