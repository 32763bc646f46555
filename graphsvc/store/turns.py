"""Taking turns: a lock that threads get in the order in which they asked, and one for processes beside them.

A plain lock lets whoever runs just then go first, so that among many one can wait without end; and SQLite's own
patience is to look again every tenth of a second, when a busy process has long taken the next turn. A file lock is no
better: whoever lets go of it may take it again before those who wait have woken up.
"""

import fcntl
import os
import struct
from collections import deque
from pathlib import Path
from threading import Lock
from typing import Final

from graphsvc.store.durable import disk_errors_explained

_TICKETS_AT: Final = 1 << 32
"""Where in the file (it has no byte there) a ticket's lock is: beyond the number of the next ticket."""
_SET_AND_WAIT: Final[int | None] = getattr(fcntl, "F_OFD_SETLKW", None)


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
    """A turn among the threads of all processes that name the same file; the kernel ends it with the process.

    All stand in one line, in the order in which they asked: each draws a ticket, locks the ticket's byte, and waits for
    the ticket before; for the byte of that, or where a thread of the same process has it, for that thread. Who dies in
    line lets the next one through to the locks themselves, which are what keeps them apart: then, and on systems
    without such locks, the order alone is lost.
    """

    def __init__(self, file: Path) -> None:
        """The file is made when the first turn is taken, and kept."""
        self._file = file
        self._guard = Lock()
        self._own = Turn()
        self._handle: int | None = None
        self._in_line: dict[int, Lock] = {}
        """Of the threads of this process, by ticket: locked until that one is done with."""
        self._ticket: int | None = None
        """Of whoever has the turn."""

    def __enter__(self) -> "SharedTurn":
        """Wait for whoever asked before, here and in other processes."""
        handle, ticket = self._drawn()
        try:
            self._wait_for_the_one_before(handle, ticket)
            self._own.__enter__()
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
            except BaseException:
                self._own.__exit__()
                raise
        except BaseException:
            self._leave_line(ticket)
            raise
        self._ticket = ticket
        return self

    def __exit__(self, *_: object) -> None:
        """Let the next one in."""
        ticket, self._ticket = self._ticket, None
        try:
            if self._handle is not None:
                fcntl.flock(self._handle, fcntl.LOCK_UN)
        finally:
            self._own.__exit__()
            self._leave_line(ticket)

    def _drawn(self) -> tuple[int, int | None]:
        """The file, and a ticket whose byte is locked; none on systems without such locks."""
        with self._guard:
            handle = self._opened()
            if _SET_AND_WAIT is None:
                return handle, None
            _lock(handle, fcntl.F_WRLCK, 0)  # held for a few instructions: whoever draws draws alone
            try:
                drawn = int.from_bytes(os.pread(handle, 8, 0), "little")
                os.pwrite(handle, (drawn + 1).to_bytes(8, "little"), 0)
                _lock(handle, fcntl.F_WRLCK, _TICKETS_AT + drawn)
            finally:
                _lock(handle, fcntl.F_UNLCK, 0)
            self._in_line[drawn] = until = Lock()
            until.acquire()
            return handle, drawn

    def _wait_for_the_one_before(self, handle: int, ticket: int | None) -> None:
        if not ticket:
            return
        with self._guard:
            until = self._in_line.get(ticket - 1)
        if until is not None:
            until.acquire()
        else:
            _lock(handle, fcntl.F_WRLCK, _TICKETS_AT + ticket - 1)
            _lock(handle, fcntl.F_UNLCK, _TICKETS_AT + ticket - 1)

    def _leave_line(self, ticket: int | None) -> None:
        if ticket is None:
            return
        with self._guard:
            until = self._in_line.pop(ticket)
        if self._handle is not None:
            _lock(self._handle, fcntl.F_UNLCK, _TICKETS_AT + ticket)
        until.release()

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


def _lock(handle: int, kind: int, byte: int) -> None:
    """Lock a byte for this opening of the file (not for the process, whose other openings are others), or let go."""
    assert _SET_AND_WAIT is not None
    fcntl.fcntl(handle, _SET_AND_WAIT, struct.pack("hhqqi4x", kind, os.SEEK_SET, byte, 1, 0))
