"""Taking turns: a lock that threads get in the order in which they asked, and one for processes beside them.

A plain lock lets whoever runs just then go first, so that among many one can wait without end; and SQLite's own
patience is to look again every tenth of a second, when a busy process has long taken the next turn.
"""

import fcntl
import os
from collections import deque
from pathlib import Path
from threading import Lock

from graphsvc.store.durable import disk_errors_explained


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

    def __exit__(self, *_: object) -> None:
        """Hand it to the one who has waited longest."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False

    def _give_up(self, mine: Lock) -> None:
        with self._guard:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return
        self.__exit__()


class SharedTurn:
    """A turn among the threads of all processes that name the same file; the kernel ends it with the process."""

    def __init__(self, file: Path) -> None:
        """The file is made when the first turn is taken, and kept."""
        self._file = file
        self._own = Turn()
        self._handle: int | None = None

    def __enter__(self) -> "SharedTurn":
        """Wait for the threads of this process that asked before, then for the other processes."""
        self._own.__enter__()
        try:
            fcntl.flock(self._opened(), fcntl.LOCK_EX)
        except BaseException:
            self._own.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Let the next one in."""
        try:
            if self._handle is not None:
                fcntl.flock(self._handle, fcntl.LOCK_UN)
        finally:
            self._own.__exit__()

    def close(self) -> None:
        """Let go of the file; the next turn opens it again."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _opened(self) -> int:
        if self._handle is None:
            with disk_errors_explained(self._file):
                self._handle = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._handle
