"""The running pipeline: while the service runs, it keeps up with facts and events that came in, and with time.

Each tick is one step of `Service.tick`, on a thread of its own: an analysis where something new is known, and what time
does to the queue. A tick that fails is logged, and tried again after a pause that grows.
"""

import asyncio
import logging
from typing import Final

import anyio.to_thread

from graphsvc.api.refusals import explained
from graphsvc.api.room import Room
from graphsvc.errors import NothingYet

TICK_S: Final = 1.0
PAUSE_MOST_S: Final = 60.0

log: Final = logging.getLogger("graphsvc.live")


async def keep_up(room: Room) -> None:
    """Tick until the room closes; the tick under way is finished first."""
    pause = TICK_S
    while not room.closing.is_set():
        try:
            await anyio.to_thread.run_sync(lambda: tick(room))
            pause = TICK_S
        except Exception as error:
            explained(error, "tick")
            pause = min(2 * pause, PAUSE_MOST_S)
        try:
            async with asyncio.timeout(pause):
                await room.closing.wait()
        except TimeoutError:
            continue


def tick(room: Room) -> None:
    """Bring everything up to now."""
    service = room.service
    try:
        made = service.tick(service.time.moment())
    except NothingYet:
        return
    if made is not None:
        log.info("analysis_made id=%s seconds=%.3f", made.analysis_id, sum(made.timings.values()))
