"""Taking turns: a lock that threads get in the order in which they asked.

A plain lock lets whoever runs just then go first, so that among many one can wait without end.
"""

from collections import deque
from threading import Lock


class Turn:
    """A lock for `with`; not reentrant."""

    def __init__(self) -> None:
        """Nobody has it yet."""
        self._guard = Lock()
        self._taken = False
        self._waiting: deque[Lock] = deque()

    def __enter__(self) -> "Turn":
        """Wait until all who asked before have had their turn."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return self
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        try:
            mine.acquire()  # whoever has it hands it over by releasing this
        except BaseException:  # interrupted while waiting: leave the line, or pass on what came just now
            self._give_up(mine)
            raise
        return self

    def _give_up(self, mine: Lock) -> None:
        with self._guard:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return
        self.__exit__()

    def __exit__(self, *_: object) -> None:
        """Hand it to the one who has waited longest."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
