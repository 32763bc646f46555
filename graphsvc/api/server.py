"""The web server, told when to stop: what waits is answered, and WebSockets hear why, before connections are closed."""

import asyncio
import socket
from contextlib import suppress
from types import FrameType

import uvicorn

from graphsvc.api.room import Room


class Server(uvicorn.Server):
    """uvicorn, serving a room."""

    def __init__(self, config: uvicorn.Config, room: Room) -> None:
        super().__init__(config)
        self.room = room

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """At the first signal, let nobody wait for a long poll any longer."""
        self.room.closing.set()
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close connections, after the WebSockets were told why: uvicorn would close them with a code of its own."""
        with suppress(TimeoutError):  # who takes nothing is cut off
            async with asyncio.timeout(self.room.limits.sockets.send_seconds):
                await self.room.no_sockets.wait()
        await super().shutdown(sockets)
