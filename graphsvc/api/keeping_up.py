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
SYNC_S: Final = 2.0
PAUSE_MOST_S: Final = 60.0

log: Final = logging.getLogger("graphsvc.live")


async def keep_up(room: Room) -> None:
    """Tick until the room closes; the tick under way is finished first. The graph in Neo4j follows beside it."""
    await asyncio.gather(_again_and_again(room, "tick", tick, TICK_S), _again_and_again(room, "sync", sync, SYNC_S))


async def _again_and_again(room: Room, name: str, work: Callable[[Room], None], every_s: float) -> None:
    pause = every_s
    while not room.closing.is_set():
        try:
            await anyio.to_thread.run_sync(work, room)
            pause = every_s
        except Exception as error:
            explained(error, name)
            pause = min(2 * pause, PAUSE_MOST_S)
        try:
            async with asyncio.timeout(pause):
                await room.closing.wait()
        except TimeoutError:
            continue


def sync(room: Room) -> None:
    """Bring the graph in Neo4j up, where one is set or runs; after an absence it catches up."""
    projecting = room.service.projecting
    if projecting.servers.address() is None:
        return
    done = projecting.sync(patience_seconds=0.0, closing=room.closing.is_set)
    if done.steps:
        log.info("neo4j_synced position=%d analysis=%s steps=%d", done.position, done.analysis_id, done.steps)


def tick(room: Room) -> None:
    """Bring everything up to now."""
    service = room.service
    try:
        made = service.tick(service.time.moment())
    except NothingYet:
        return
    if made is not None:
        log.info("analysis_made id=%s seconds=%.3f", made.analysis_id, sum(made.timings.values()))
