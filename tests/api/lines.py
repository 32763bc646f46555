"""WebSockets for tests: one against the application in this process, whose other side can be as odd as it likes."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from graphsvc.api.app import App, make_app
from graphsvc.api.room import Room

PROTOCOL = "graphql-transport-ws"
OPERATIONS = Path(__file__).parents[2] / "schema" / "operations"
READY = (OPERATIONS / "dispatcher-ready.graphql").read_text()
CHANGED = (OPERATIONS / "network-changed.graphql").read_text()


class Line:
    """One WebSocket of an application: what it sent, what it is sent, and whether it takes anything."""

    def __init__(self, app: App, **scope: Any) -> None:
        self.app = app
        self.out: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.came: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.takes = asyncio.Event()
        self.takes.set()
        self.sent = 0
        self.held_up = asyncio.Event()
        self.scope = {
            "type": "websocket",
            "path": "/graphql",
            "raw_path": b"/graphql",
            "query_string": b"",
            "headers": [(b"host", b"api.test")],
            "http_version": "1.1",
            "scheme": "ws",
            "server": ("api.test", 80),
            "client": ("10.0.0.1", 1),
            "subprotocols": [PROTOCOL],
            "extensions": {"websocket.http.response": {}},
            **scope,
        }
        self.task: asyncio.Task[None] | None = None

    def open(self) -> "Line":
        """Begin the handshake."""
        self.out.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.create_task(self.app(self.scope, self.out.get, self._send))  # type: ignore[arg-type]
        return self

    async def _send(self, message: Any) -> None:
        if message["type"] == "websocket.send":
            if not self.takes.is_set():
                self.held_up.set()
            await self.takes.wait()
            self.sent += 1
        await self.came.put(message)

    async def event(self, seconds: float = 10) -> dict[str, Any]:
        """The next thing that happens at this side."""
        async with asyncio.timeout(seconds):
            return await self.came.get()

    async def message(self, seconds: float = 10) -> dict[str, Any]:
        """The next message of the protocol, pings left out."""
        while True:
            event = await self.event(seconds)
            assert event["type"] == "websocket.send", event
            content: dict[str, Any] = json.loads(event["text"])
            if content["type"] != "ping":
                return content

    async def code(self, seconds: float = 10) -> int:
        """The code with which it is closed, whatever comes before."""
        while True:
            event = await self.event(seconds)
            if event["type"] == "websocket.close":
                return int(event.get("code", 1000))

    def say(self, message: Any) -> None:
        """Send a message: an object as JSON, text as it is, bytes as a binary frame."""
        if isinstance(message, bytes):
            self.out.put_nowait({"type": "websocket.receive", "bytes": message})
            return
        text = message if isinstance(message, str) else json.dumps(message)
        self.out.put_nowait({"type": "websocket.receive", "text": text})

    async def init(self, token: str | None, **payload: Any) -> dict[str, Any]:
        """Accepted, and said who it is; the answer."""
        accepted = await self.event()
        assert accepted["type"] == "websocket.accept", accepted
        given = {} if token is None else {"Authorization": f"Bearer {token}"}
        self.say({"type": "connection_init", "payload": {**given, **payload}})
        return await self.message()

    def subscribe(self, query: str, name: str = "1", **variables: Any) -> None:
        """Ask for a subscription."""
        self.say({"type": "subscribe", "id": name, "payload": {"query": query, "variables": variables}})

    async def nudge(self) -> dict[str, Any]:
        """The next nudge: what is in it."""
        message = await self.message()
        assert message["type"] == "next", message
        found: dict[str, Any] = next(iter(message["payload"]["data"].values()))
        return found

    async def hang_up(self) -> None:
        """The other side goes."""
        self.out.put_nowait({"type": "websocket.disconnect", "code": 1000})
        assert self.task is not None
        async with asyncio.timeout(60):
            await self.task


def talk(room: Room, play: Callable[[Callable[..., Line]], Coroutine[Any, Any, None]]) -> None:
    """Play a piece with lines of one application, and see that nothing of it is left running."""

    async def played() -> None:
        app, lines = make_app(room), list[Line]()

        def line(**scope: Any) -> Line:
            lines.append(Line(app, **scope).open())
            return lines[-1]

        await play(line)
        for one in lines:
            if one.task is not None and not one.task.done():
                await one.hang_up()
        await asyncio.sleep(0)
        left = asyncio.all_tasks() - {asyncio.current_task()}
        if left:
            _, still = await asyncio.wait(left, timeout=60)
            assert still == set()

    asyncio.run(played())
