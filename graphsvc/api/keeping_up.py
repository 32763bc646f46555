"""The running pipeline: while the service runs, it keeps up with facts and events that came in, and with time.

Each tick is one step of `Service.tick`, on a thread of its own: an analysis where something new is known, and what time
does to the queue. A tick that fails is logged, and tried again after a pause that grows.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

import anyio.to_thread

from graphsvc.api.refusals import explained
from graphsvc.api.room import Room
from graphsvc.errors import NothingYet

TICK_S: Final = 1.0
FOLLOW_S: Final = 5.0
PAUSE_MOST_S: Final = 60.0
_PATIENCE_S: Final = 5.0

log: Final = logging.getLogger("graphsvc.live")


async def keep_up(room: Room) -> None:
    """Tick, and follow in Neo4j, until the room closes; what is under way is finished first."""
    await asyncio.gather(_again(room, tick, TICK_S), _again(room, follow, FOLLOW_S))


async def _again(room: Room, step: Callable[[Room], None], every: float) -> None:
    pause = every
    while not room.closing.is_set():
        try:
            await anyio.to_thread.run_sync(step, room)
            pause = every
        except Exception as error:
            explained(error, step.__name__)
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


def follow(room: Room) -> None:
    """Bring the graph in Neo4j up to now, where one is set or runs."""
    projecting = room.service.projecting
    if projecting.servers.address() is None:
        return
    lag = projecting.lag()
    if lag is not None and (lag.events or not lag.current):
        projecting.sync(patience_seconds=_PATIENCE_S)
        log.info("neo4j_synced events=%d", lag.events)
