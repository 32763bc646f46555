"""The running pipeline: while the service runs, it keeps up with facts and events that came in, and with time.

Each tick is one step of `Service.tick`, on a thread of its own: an analysis where something new is known, and what time
does to the queue. A glance amends what is current by what came in since: at once where this process took it in, and
within a twentieth of a second where another one did. Once a day what is older than the policy allows is deleted, beside
it. What fails is logged, and tried again after a pause that grows.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import anyio.from_thread
import anyio.to_thread

from graphsvc.api.ahead import Ahead
from graphsvc.api.refusals import explained
from graphsvc.api.room import Room
from graphsvc.errors import NothingYet, Overtaken
from graphsvc.live.source import LiveSource
from graphsvc.model.purposes import errand
from graphsvc.settings import time_of_day

TICK_S: Final = 1.0
GLANCE_S: Final = 0.05
AHEAD_S: Final = 0.5
SYNC_S: Final = 2.0
SOURCE_S: Final = 0.2
RETENTION_S: Final = 60.0
PAUSE_MOST_S: Final = 60.0
REST_MOST_S: Final = 60.0
BY_SCHEDULE: Final = errand("service", "retention by schedule")

log: Final = logging.getLogger("graphsvc.live")


async def keep_up(room: Room) -> None:
    """Tick until the room closes; the tick under way is finished first. What else keeps up goes on beside it."""
    sources = [_again_and_again(room, one.name, partial(follow, source=one), SOURCE_S) for one in room.sources]
    await asyncio.gather(
        *sources,
        _again_and_again(room, "tick", partial(tick, pace=Pace(time.monotonic)), TICK_S),
        _again_and_again(room, "glance", glance, GLANCE_S, sooner=room.came),
        _again_and_again(room, "ahead", Ahead().keep, AHEAD_S),
        _again_and_again(room, "sync", sync, SYNC_S),
        _again_and_again(room, "retention", retain, RETENTION_S),
    )


async def _again_and_again(
    room: Room, name: str, work: Callable[[Room], None], every_s: float, *, sooner: asyncio.Event | None = None
) -> None:
    """Do work until the room closes, with a pause after it, which ends where `sooner` is set; not after a failure."""
    pause = every_s
    while not room.closing.is_set():
        if sooner is not None:
            sooner.clear()  # before: what comes in while it works may be missed by it
        try:
            await anyio.to_thread.run_sync(work, room)
            pause = every_s
        except Exception as error:
            explained(error, name)
            pause = min(max(1.0, 2 * pause), PAUSE_MOST_S)
        ends = [room.closing] if sooner is None or pause > every_s else [room.closing, sooner]
        await _any_of(ends, within_s=pause)


async def _any_of(events: Sequence[asyncio.Event], *, within_s: float) -> None:
    """Until one of them is set, or so much time has passed."""
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


def follow(room: Room, source: LiveSource) -> None:
    """Take in what a source has, batch by batch, until nothing more is there; metrics say whether it answers."""
    up = room.metrics.source_up.labels(source.name)
    try:
        while not room.closing.is_set() and (taken := source.step(room.closing.is_set)):
            up.set(1)
            for one in taken:
                room.metrics.count_rows(one.feed, one.accepted, one.duplicate, one.rejected)
            anyio.from_thread.run_sync(room.came.set)
        up.set(1)
    except Exception:
        up.set(0)
        raise
    finally:
        if room.closing.is_set():
            source.close()


def sync(room: Room) -> None:
    """Bring the graph in Neo4j up, where one is set or runs; after an absence it catches up."""
    projecting = room.service.projecting
    if projecting.servers.address() is None:
        return
    done = projecting.sync(patience_seconds=0.0, closing=room.closing.is_set, following=True)
    if done.steps:
        log.info("neo4j_synced position=%d analysis=%s steps=%d", done.position, done.analysis_id, done.steps)


@dataclass
class Pace:
    """At most half of the time goes into what is done again and again: what comes in meanwhile is one batch."""

    clock: Callable[[], float]
    _until: float = 0.0

    def ready(self) -> bool:
        """Whether the next may begin."""
        return self.clock() >= self._until

    def rest(self, seconds: float) -> None:
        """One took so long."""
        self._until = self.clock() + min(seconds, REST_MOST_S)


def tick(room: Room, pace: Pace | None = None) -> None:
    """Bring everything up to now."""
    service, pace = room.service, pace or Pace(time.monotonic)
    began = pace.clock()
    try:
        made = service.tick(service.time.moment(), analyses=pace.ready())
    except (NothingYet, Overtaken):  # the next tick goes by what is kept
        return
    if made is not None:
        pace.rest(pace.clock() - began)
        log.info("analysis_made id=%s seconds=%.3f", made.analysis_id, sum(made.timings.values()))


def glance(room: Room) -> None:
    """Amend the current analysis and the queue by what came in, while the next full one is not there yet."""
    made = room.service.glance()
    if made is not None:
        log.info("analysis_amended id=%s seconds=%.3f", made.analysis_id, sum(made.timings.values()))


def retain(room: Room) -> None:
    """Delete what is older than the policy allows, where that is due; nobody who claims waits for it."""
    service = replace(room.service, errand=BY_SCHEDULE)
    if not service.retaining.due(time_of_day(service.settings.retention_at)):
        return
    done = service.retain(others_wait=False)
    told = (sum(done.facts.values()), done.warnings, done.analyses, done.numbers, done.entities)
    log.info("retention_done facts=%d warnings=%d analyses=%d numbers=%d entities=%d", *told)
