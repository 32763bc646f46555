"""The threads that answer, and who gets the next one: whoever came first, where nobody has a head start.

A head start lets a request go before those that came up to so much earlier and wait still, and never before others: so
nobody waits without end, however many come that have one.
"""

import asyncio
import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import TypeVar

import anyio
import anyio.to_thread

Result = TypeVar("Result")


@dataclass(order=True)
class _Waiting:
    """Somebody who waits for a thread."""

    since: float
    """When it came, less its head start."""
    came: int
    turn: "asyncio.Future[None]" = field(compare=False)


class Threads:
    """So many threads, of one event loop."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        """`most`: how many work at once. `clock` gives seconds."""
        self._free = most
        self._clock = clock
        self._limiter = anyio.CapacityLimiter(most)  # never waited for: only so many are let through
        self._line: list[_Waiting] = []
        self._came = count()

    @property
    def waiting(self) -> int:
        """How many wait for a thread."""
        return len(self._line)

    async def run(self, work: Callable[[], Result], *, head_start: float = 0.0) -> Result:
        """What `work` gives, on the next thread that is free. `head_start`: in seconds.

        Where nobody waits for it any more, work that has begun runs to its end, and is forgotten.
        """
        await self._wait(head_start)
        try:
            return await anyio.to_thread.run_sync(work, limiter=self._limiter, abandon_on_cancel=True)
        finally:
            self._next()

    async def _wait(self, head_start: float) -> None:
        if self._free:
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        mine = _Waiting(self._clock() - head_start, next(self._came), turn)
        heapq.heappush(self._line, mine)
        try:
            await turn
        except BaseException:
            if mine in self._line:
                self._line.remove(mine)
                heapq.heapify(self._line)
            else:  # it came just now, and is not wanted any more
                self._next()
            raise

    def _next(self) -> None:
        """Hand a thread on to whoever is first in line."""
        while self._line:
            turn = heapq.heappop(self._line).turn
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
