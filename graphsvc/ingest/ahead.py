"""Work that overlaps: a batch is read while the one before is checked and the one before that is kept.

Arrow, NumPy and the kernels let go of the interpreter while they work, so that threads share the processors. One
thing is read ahead and two are behind, so that memory does not depend on how much slower the other side is.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeVar

T = TypeVar("T")

_UNDER_WAY_MOST: Final = 2
"""One that is being done and one that waits: now and then one takes longer, and the next should not stand still."""


def read_ahead(items: Iterator[T]) -> Generator[T, None, None]:
    """The items, each made in a thread while the one before is in use. What making one raises is raised here."""
    with ThreadPoolExecutor(1, "read") as thread:
        coming = thread.submit(_next, items)
        while (item := coming.result()) is not None:
            coming = thread.submit(_next, items)
            yield item[0]
            del item


def _next(items: Iterator[T]) -> tuple[T] | None:
    for item in items:
        return (item,)
    return None


class AtOnce:
    """The verbs of Behind without a thread: what is little is done before threads have begun."""

    def __enter__(self) -> "AtOnce":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is under way."""

    @staticmethod
    def ahead(items: Generator[T, None, None]) -> Generator[T, None, None]:
        """The items, each made when its turn comes."""
        return items

    def start(self, work: Callable[[], None]) -> None:
        """Do it."""
        work()

    def finish(self) -> None:
        """Nothing is under way."""


class Behind:
    """Runs pieces of work one after the other in a thread. One may wait for the one under way, a third waits outside.

    After one that failed none is run. Leaving the block waits, whatever the reason, so that nothing is still being
    written afterwards.
    """

    def __init__(self) -> None:
        """Nothing is under way."""
        self._thread = ThreadPoolExecutor(1, "keep")
        self._under_way: deque[Future[None]] = deque()
        self._failed = False

    def __enter__(self) -> "Behind":
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(wait=True)

    @staticmethod
    def ahead(items: Generator[T, None, None]) -> Generator[T, None, None]:
        """See read_ahead."""
        return read_ahead(items)

    def finish(self) -> None:
        """Wait until all work is done. Raises what the first that failed raised."""
        while self._under_way:
            self._under_way.popleft().result()

    def start(self, work: Callable[[], None]) -> None:
        """Have it done after what was started before; waits, and raises what that raised, where enough is under way."""
        while len(self._under_way) >= _UNDER_WAY_MOST:
            self._under_way.popleft().result()
        self._under_way.append(self._thread.submit(self._run, work))

    def _run(self, work: Callable[[], None]) -> None:
        if self._failed:
            return
        try:
            work()
        except BaseException:
            self._failed = True
            raise
