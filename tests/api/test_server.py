"""Stopping in order: WebSockets hear why before the server closes its connections."""

import asyncio
import signal
from dataclasses import replace
from typing import cast

import pytest
import uvicorn

from graphsvc.api.room import Room
from graphsvc.api.server import Server


class Connection:
    """A connection of uvicorn, as far as stopping goes."""

    def __init__(self, open_ones: set[object]) -> None:
        self.open_ones = open_ones
        open_ones.add(self)

    def shutdown(self) -> None:
        self.open_ones.remove(self)


class Application:
    """An application of ASGI that is never asked."""

    async def __call__(self, scope: object, receive: object, send: object) -> None:
        raise AssertionError("nobody asks")


def stopping(room: Room) -> tuple[Server, set[object]]:
    server = Server(uvicorn.Config(Application(), lifespan="off", log_config=None), room)
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    server.servers = []
    connections = cast("set[object]", server.server_state.connections)
    Connection(connections)
    server.handle_exit(signal.SIGTERM, None)
    assert room.closing.is_set()
    return server, connections


def test_connections_are_closed_when_no_websocket_is_open_any_more(room: Room) -> None:
    async def play() -> None:
        room.no_sockets.clear()
        server, connections = stopping(room)
        over = asyncio.create_task(server.shutdown())
        await asyncio.sleep(0.2)
        assert connections
        room.no_sockets.set()
        await over
        assert not connections

    asyncio.run(play())


def test_a_websocket_that_takes_no_good_bye_is_cut_off(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    impatient = replace(room.limits, sockets=replace(room.limits.sockets, send_seconds=0.05))
    monkeypatch.setattr(room, "limits", impatient)

    async def play() -> None:
        room.no_sockets.clear()
        server, connections = stopping(room)
        await server.shutdown()
        assert not connections

    asyncio.run(play())
