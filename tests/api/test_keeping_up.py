"""While the service runs: what it takes in itself is glanced at without waiting for the next look."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from graphsvc.api import keeping_up
from graphsvc.api.app import make_app
from graphsvc.api.keeping_up import keep_up
from graphsvc.api.room import Room
from graphsvc.live.folder import WatchedFolder
from graphsvc.store.amended import is_amended
from tests.api.clients import caller
from tests.story.feeds import DAY, DEN, T0, call

PATIENCE_S = 60.0
NEW = "".join(json.dumps(call(DEN[0], f"+8613512340{k:03d}", T0 + 3 * DAY + k * 60_000, 30)) + "\n" for k in range(3))


@pytest.fixture
def seldom(room: Room, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """After the first look the service would look again in an hour, and analyse everything never; counts looks."""
    assert room.service.analyse(as_of=None) is not None
    looks = list[int]()
    glance = keeping_up.glance

    def counted(room: Room) -> None:
        glance(room)
        looks.append(1)

    monkeypatch.setattr(keeping_up, "GLANCE_S", 3600.0)
    monkeypatch.setattr(keeping_up, "glance", counted)
    monkeypatch.setattr(keeping_up, "tick", lambda room, pace: None)
    return looks


def amended_after(room: Room, looks: list[int], arrives: Callable[[], Awaitable[None]]) -> bool:
    """Whether the ranking knows what arrives after the first look of a running service, within a minute."""

    async def live() -> bool:
        running = asyncio.create_task(keep_up(room))
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not looks:
                    await asyncio.sleep(0.01)
                assert not is_amended(room.service.current().analysis_id)
                await arrives()
                while not is_amended(room.service.current().analysis_id):
                    await asyncio.sleep(0.01)
        except TimeoutError:
            return False
        finally:
            room.closing.set()
            await running
        return True

    return asyncio.run(live())


def test_what_comes_by_post_is_looked_at_at_once(room: Room, seldom: list[int]) -> None:
    token = caller(room, "feeder").token
    headers = {"content-type": "application/x-ndjson", "feed-id": "carrier", "batch-id": "b1"}

    async def post() -> None:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(make_app(room)), base_url="http://api.test"
        ) as client:
            answer = await client.post(
                "/feeds/events", content=NEW, headers={**headers, "authorization": f"Bearer {token}"}
            )
        assert answer.json()["accepted"] == 3

    assert amended_after(room, seldom, post)


def test_what_a_watched_folder_brings_is_looked_at_at_once(room: Room, seldom: list[int], tmp_path: Path) -> None:
    watched = tmp_path / "watched"
    watched.mkdir()
    source = WatchedFolder(watched, "carrier", room.service.loading, room.service.time.wall, settled_ms=0)

    async def put() -> None:
        (watched / "events.ndjson").write_text(NEW, "utf-8")

    assert amended_after(replace(room, sources=[source]), seldom, put)
