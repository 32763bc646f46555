"""A process of its own for work that would keep this one's interpreter busy.

It is begun when it is first asked, opens what it works with once, and answers one question after the other. What fails
there is raised here. It is last in line for the processors, unless it is made otherwise, leaves signals to this
process, and ends when this one does, however that ends. If it is ended from outside, that question fails, and the next
one begins another process.
"""

import os
import signal
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from multiprocessing import connection, get_context, parent_process
from multiprocessing.util import Finalize
from threading import RLock, Thread
from typing import Any, Final, Generic, TypeVar

Question = TypeVar("Question")
Given = TypeVar("Given")

NICENESS: Final = 10
"""How far behind others it stands in line. [assumed: enough that what others wait for goes first on a full machine]"""
_opened: Any = None
"""In the process of its own: what answers there."""


class Ended(Exception):
    """The process was ended from outside before it answered."""


class Apart(Generic[Question, Given]):
    """One such process, or none yet. For any thread; questions wait for one another."""

    def __init__(
        self,
        opened: Callable[[], AbstractContextManager[Callable[[Question], Given]]],
        *,
        niceness: int = NICENESS,
    ) -> None:
        """`opened` is called there, and gives what answers. It, questions and answers can be pickled."""
        self._opened, self._niceness = opened, niceness
        self._turn = RLock()
        self._pool: ProcessPoolExecutor | None = None

    def ask(self, question: Question) -> Given:
        """The answer, or what it failed with; Ended where the process was ended."""
        with self._turn:
            return self.ahead(question)()

    def ahead(self, question: Question) -> Callable[[], Given]:
        """Ask without waiting: what is called later waits for the answer, or fails, as `ask` does."""
        with self._turn:
            if self._pool is None:
                self._pool = ProcessPoolExecutor(
                    1, mp_context=get_context("spawn"), initializer=_begin, initargs=(self._niceness,)
                )
            try:
                asked = self._pool.submit(_answer, self._opened, question)
            except BrokenProcessPool:
                raise self._ended() from None
        return partial(self._given, asked)

    def _given(self, asked: "Future[Given]") -> Given:
        try:
            return asked.result()
        except BrokenProcessPool:
            raise self._ended() from None

    def _ended(self) -> Ended:
        self.close()
        return Ended("the process was ended from outside before it answered")

    def close(self) -> None:
        """End it, after what it is at."""
        with self._turn:
            self._end()

    def _end(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown()


def _begin(niceness: int) -> None:
    os.nice(niceness)
    for sent_to_all in (signal.SIGINT, signal.SIGTERM):  # this process is told when to end
        signal.signal(sent_to_all, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os._exit(1)


def _answer(opened: Callable[[], AbstractContextManager[Callable[[Any], Any]]], question: Any) -> Any:
    global _opened
    if _opened is None:
        stack = ExitStack()
        _opened = stack.enter_context(opened())
        Finalize(None, stack.close, exitpriority=1)
    return _opened(question)
