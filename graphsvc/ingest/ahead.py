"""Work that overlaps: a batch is read while the one before is checked and the one before that is kept.

Arrow, NumPy and the kernels let go of the interpreter while they work, so that threads share the processors. One
thing is ahead at a time, so that memory does not depend on how much slower the other side is.
"""

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

T = TypeVar("T")


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


class Behind(Generic[T]):
    """Runs one piece of work at a time in a thread; a second one waits for the first.

    Leaving the block waits too, whatever the reason, so that nothing is still being written afterwards.
    """

    def __init__(self) -> None:
        """Nothing is under way."""
        self._thread = ThreadPoolExecutor(1, "keep")
        self._under_way: Future[T] | None = None

    def __enter__(self) -> "Behind[T]":
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(wait=True)

    def finish(self) -> T | None:
        """What came of the work under way, when it is done; None where there is none. Raises what it raised."""
        future, self._under_way = self._under_way, None
        return None if future is None else future.result()

    def start(self, work: Callable[[], T]) -> None:
        """Begin; the work before must have been finished."""
        assert self._under_way is None
        self._under_way = self._thread.submit(work)
