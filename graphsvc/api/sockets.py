"""WebSockets: subscriptions by the protocol `graphql-transport-ws`, and nothing but subscriptions.

The order is the defence, as for requests: how many are open, where the page comes from that asks, who asks (within a
time), and then for each subscription what a request goes through. Whoever floods, is silent, or does not take what they
are sent is closed; so is, within a moment, whoever's token holds no more. All of them end with the service.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final
from urllib.parse import urlsplit

import anyio
import anyio.to_thread
import orjson
from starlette.responses import Response
from starlette.websockets import WebSocket

from graphsvc.api.endpoint import headers_of
from graphsvc.api.refusals import Refusal, explained
from graphsvc.api.room import Room
from graphsvc.api.socket import GOING_AWAY, UNAUTHORISED, Socket

PROTOCOL: Final = "graphql-transport-ws"
LOOK_S: Final = 0.5
"""Between two looks at what happened, and at whether tokens still hold."""
_PAUSE_MOST_S: Final = 30.0
_NOT_SPOKEN: Final = 4406


@dataclass(eq=False)
class Sockets:
    """The WebSockets of one running service."""

    room: Room
    clock: Callable[[], float] = time.monotonic
    open: set[Socket] = field(default_factory=set)
    _watching: "asyncio.Task[None] | None" = None

    async def answer(self, websocket: WebSocket) -> None:
        """Hold one WebSocket until it ends, if there is room for it."""
        try:
            self._refuse_beyond(websocket)
        except Refusal as refusal:
            await self._turn_away(websocket, refusal)
            return
        socket = Socket(websocket, self.room, self._beside, self.clock)
        self._enter(socket)
        try:
            if PROTOCOL not in websocket.scope.get("subprotocols", ()):
                await websocket.accept()
                await websocket.close(_NOT_SPOKEN, "Subprotocol not acceptable")
                return
            await websocket.accept(PROTOCOL)
            await socket.talk()
        finally:
            self._leave(socket)

    def _refuse_beyond(self, websocket: WebSocket) -> None:
        """Refuse what there is no room for, and pages of others: browsers let any page open a socket to anywhere."""
        limits = self.room.limits.sockets
        if self.room.closing.is_set():
            raise Refusal("UNAVAILABLE", "the service is about to stop", retry_after=5)
        origin = websocket.headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != websocket.headers.get("host", "").lower():
            raise Refusal("FORBIDDEN", "a page of another place may not open a WebSocket here")
        strangers = [socket for socket in self.open if socket.caller is None]
        beside = [socket for socket in strangers if socket.address == _address(websocket)]
        if (
            len(self.open) >= limits.open
            or len(strangers) >= limits.strangers
            or len(beside) >= limits.strangers_of_an_address
        ):
            raise Refusal("RATE_LIMITED", "too many WebSockets are open", retry_after=5)

    async def _turn_away(self, websocket: WebSocket, refusal: Refusal) -> None:
        request_id = self.room.request_id()
        self.room.refused(refusal, request_id)
        if "websocket.http.response" not in websocket.scope.get("extensions", {}):
            await websocket.close()
            return
        body = orjson.dumps({"errors": [refusal.shown()]})
        headers = headers_of(refusal, request_id)
        answer = Response(body, refusal.status, headers, media_type="application/json")
        await websocket.send_denial_response(answer)

    def _beside(self, name: str) -> int:
        """How many WebSockets a caller has open."""
        return sum(socket.caller is not None and socket.caller.name == name for socket in self.open)

    def _enter(self, socket: Socket) -> None:
        self.open.add(socket)
        self.room.no_sockets.clear()
        self.room.metrics.sockets.set(len(self.open))
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch())

    def _leave(self, socket: Socket) -> None:
        self.open.discard(socket)
        self.room.metrics.sockets.set(len(self.open))
        if self.open:
            return
        self.room.no_sockets.set()
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None
            self.room.nudges.forget()

    async def _watch(self) -> None:
        """Look again and again while anybody listens. A look that fails is logged, and tried after a longer pause."""
        ending = asyncio.create_task(self._end_all_when_closing())
        pause, limiter = LOOK_S, anyio.CapacityLimiter(1)
        try:
            while True:
                try:
                    await self._look(limiter)
                    pause = LOOK_S
                except Exception as error:
                    explained(error, "nudges")
                    pause = min(2 * pause, _PAUSE_MOST_S)
                await asyncio.sleep(pause)
        finally:
            ending.cancel()

    async def _look(self, limiter: anyio.CapacityLimiter) -> None:
        """Close those whose tokens hold no more; then tell the others what happened."""
        identity, known = self.room.identity, {one.authorization for one in self.open if one.authorization is not None}
        holds = partial(_those, identity.still_holds, known)
        held = await anyio.to_thread.run_sync(holds, limiter=limiter, abandon_on_cancel=True)
        for socket in list(self.open):
            if socket.authorization in known - held:
                socket.end(UNAUTHORISED, "the access token holds no more")
        news = await anyio.to_thread.run_sync(self.room.nudges.look, limiter=limiter, abandon_on_cancel=True)
        self.room.nudges.deliver(news)

    async def _end_all_when_closing(self) -> None:
        await self.room.closing.wait()
        for socket in list(self.open):
            socket.end(GOING_AWAY, "the service stops")


def _those(holds: Callable[[str], bool], authorizations: set[str]) -> set[str]:
    return {one for one in authorizations if holds(one)}


def _address(websocket: WebSocket) -> str:
    return websocket.client.host if websocket.client else ""
