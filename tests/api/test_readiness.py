"""What dispatchers would wait for when all of them ask at once is there before the service says that it serves."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import sqlalchemy as sa

from graphsvc import asgi
from graphsvc.api.app import App, make_app, make_room
from graphsvc.api.asking import Asked, Credentials
from graphsvc.api.operations import DISPATCHERS, operation, operations
from graphsvc.api.readiness import make_ready
from graphsvc.api.room import CLAIMS_AHEAD_S, Room
from graphsvc.api.server import Server
from graphsvc.api.threads import Threads
from graphsvc.cli.door import run
from graphsvc.model.callers import Role
from graphsvc.settings import Settings
from graphsvc.store.tables import metadata
from graphsvc.wiring import open_service
from tests.api.test_answers import counted
from tests.api.test_threads import LOOK, Clock, settle

CLAIM = "dispatcher-claim", "dispatcher-claim-texts"
WISH = {"channel": "SMS", "limit": 1, "leaseSeconds": 60, "worker": "w", "idempotencyKey": "k"}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.xdist_group("postgres"))])
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Room]:
    urls = {}
    if request.param == "postgres":
        names = {"catalogue_url": "postgres_catalogue_url", "vault_url": "postgres_vault_url"}
        urls = {name: request.getfixturevalue(fixture) for name, fixture in names.items()}
    with open_service(Settings(home=tmp_path / "home", **urls)) as service:
        yield make_room(service)


def kept(room: Room) -> dict[str, list[Any]]:
    """All that the catalogue has, and what the audit log's checkpoint says."""
    with room.service.catalogue.reading() as connection:
        rows = {table.name: connection.execute(sa.select(table)).all() for table in metadata.sorted_tables}
    return {name: sorted(map(repr, found)) for name, found in rows.items()} | {
        "head": [room.service.home.audit_head.read_bytes() if room.service.home.audit_head.exists() else None]
    }


def test_nothing_is_asked_and_nothing_is_written(room: Room) -> None:
    before = kept(room)
    if room.service.settings.catalogue_url is None:
        with counted(room) as asked:
            make_ready(room)
        assert [one for one in asked if not one.startswith("BEGIN")] == []
    make_ready(room)
    assert kept(room) == before


@pytest.mark.parametrize("name", CLAIM)
def test_the_very_first_claim_goes_before_what_came_shortly_before_it(room: Room, name: str) -> None:
    made = room.service.access.create(role=Role.DISPATCHER, region="", expires_at=None, purpose=None)
    who, clock, order, gate = Credentials(f"Bearer {made.token}"), Clock(), list[str](), Event()
    room._threads = Threads(1, clock)
    make_ready(room)

    async def ask(called: str, document: str, variables: dict[str, Any]) -> None:
        answer = await room.answer(Asked(document, None, None, variables), who, called)
        assert answer.failed is None
        order.append(called)

    async def asked() -> None:
        tasks: list[asyncio.Task[Any]] = [asyncio.create_task(room.in_thread(partial(gate.wait, 60.0)))]
        for called, document, variables, came in (
            ("look", LOOK, {}, 100.0),
            ("claim", operation(name), WISH, 100.0 + CLAIMS_AHEAD_S / 2),
        ):
            await settle()
            clock.now = came
            tasks.append(asyncio.create_task(ask(called, document, variables)))
        await settle()
        gate.set()
        await asyncio.gather(*tasks)

    asyncio.run(asked())
    assert order == ["claim", "look"]


def test_the_threads_that_ask_first_find_a_connection_open(room: Room) -> None:
    opened: list[object] = []
    make_ready(room)
    engine = room.service.catalogue._engine
    sa.event.listen(engine, "connect", lambda driver, _: opened.append(driver))
    with ExitStack() as threads:
        for _ in range(4):
            threads.enter_context(engine.connect())
    assert not opened


def knows_dispatchers(room: Room) -> bool:
    return all(room.documents._kept.peek((document, None)) is not None for document in operations(DISPATCHERS))


def test_dispatchers_are_known_before_the_service_says_that_it_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said: list[str] = []
    rooms: list[Room] = []

    def noticed(room: Room) -> None:
        said.append(capsys.readouterr().err)
        make_ready(room)

    def served(server: Server, sockets: list[socket.socket]) -> None:
        rooms.append(server.room)
        for one in sockets:
            one.close()

    monkeypatch.setattr("graphsvc.api.readiness.make_ready", noticed)
    monkeypatch.setattr(Server, "run", served)
    assert run(["--home", str(tmp_path / "home"), "serve", "--port", "0"]) == 0
    assert knows_dispatchers(rooms[0])
    assert "serving http" not in said[0]
    assert "serving http" in capsys.readouterr().err


def test_so_are_they_where_another_server_is_to_run_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rooms: list[Room] = []
    monkeypatch.setenv("GRAPHSVC_HOME", str(tmp_path / "home"))

    def made(room: Room) -> App:
        rooms.append(room)
        return make_app(room)

    monkeypatch.setattr(asgi, "make_app", made)
    app, messages = asgi.app(), iter(["lifespan.startup", "lifespan.shutdown"])

    async def receive() -> dict[str, str]:
        return {"type": next(messages)}

    async def send(message: Any) -> None:
        assert "failed" not in message["type"]

    async def stop() -> None:
        await app({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, send)

    assert knows_dispatchers(rooms[0])
    asyncio.run(stop())
