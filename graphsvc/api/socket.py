"""One WebSocket: says who it is, subscribes, is nudged; until somebody ends it, with a code that says why."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import orjson
from graphql import OperationType
from starlette.websockets import WebSocket, WebSocketDisconnect

from graphsvc.api.allowance import Allowance
from graphsvc.api.asking import Asking, Credentials
from graphsvc.api.documents import Prepared
from graphsvc.api.endpoint import asked_of, credentials_of, holds_nul
from graphsvc.api.frames import BEYOND_LIMITS
from graphsvc.api.refusals import JsonObject, Refusal
from graphsvc.api.room import Room, SocketLimits
from graphsvc.api.streams import NotBegun, stream
from graphsvc.model.callers import Caller
from graphsvc.tracing import note, span

GOING_AWAY: Final = 1001
TOO_BIG: Final = 1009
FAULT_OF_OURS: Final = 1011
BAD_MESSAGE: Final = 4400
UNAUTHORISED: Final = 4401
FORBIDDEN: Final = 4403
NOT_IN_TIME: Final = 4408
THERE_ALREADY: Final = 4409
TOO_MANY: Final = 4429
_ID_MOST: Final = 64


class Ended(Exception):
    """A WebSocket is over: we close it with a code; without one the other side is gone."""

    def __init__(self, code: int | None = None, reason: str = "") -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


@dataclass(eq=False)
class Socket:
    """One connection of the protocol."""

    websocket: WebSocket
    room: Room
    beside: Callable[[str], int]
    """How many WebSockets a caller has open."""
    clock: Callable[[], float]
    caller: Caller | None = None
    authorization: str | None = field(default=None, repr=False)
    _streams: dict[str, "asyncio.Task[None]"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.limits: SocketLimits = self.room.limits.sockets
        self.address = self.websocket.client.host if self.websocket.client else ""
        self._ended: asyncio.Future[Ended] = asyncio.get_running_loop().create_future()
        self._heard = self.clock()
        self._allowed = Allowance(self.limits.messages, self.limits.messages_seconds, self.clock)

    def end(self, code: int, reason: str) -> None:
        """Let it be closed, with a code that says why. The first reason counts."""
        if not self._ended.done():
            self._ended.set_result(Ended(code, reason))

    async def talk(self) -> None:
        """Listen, answer and nudge until it is over."""
        over = Ended()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._listen(tasks))
                tasks.create_task(self._keep_alive())
                tasks.create_task(self._until_ended())
        except* (Ended, WebSocketDisconnect) as found:
            over = next((one for one in _leaves(found) if isinstance(one, Ended)), over)
        except* Exception as found:
            for one in _leaves(found):
                self.room.refused(one, self.room.request_id())
            over = Ended(FAULT_OF_OURS, "a fault of ours")
        if over.code is not None:
            await self._close(over.code, over.reason)

    async def _until_ended(self) -> None:
        raise await self._ended

    async def _close(self, code: int, reason: str) -> None:
        self.room.metrics.closed.labels(str(code)).inc()
        try:
            async with asyncio.timeout(self.limits.send_seconds):
                await self.websocket.close(code, reason)
        except (TimeoutError, RuntimeError, WebSocketDisconnect):
            return  # the other side is gone, or takes nothing: the server lets go of it

    async def _listen(self, tasks: asyncio.TaskGroup) -> None:
        try:
            async with asyncio.timeout(self.limits.init_seconds):
                while self.caller is None:
                    await self._begin(await self._message())
        except TimeoutError:
            raise Ended(NOT_IN_TIME, "Connection initialisation timeout") from None
        while True:
            await self._obey(await self._message(), tasks)

    async def _begin(self, message: JsonObject) -> None:
        """Find out who it is; until then it may send pings, and nothing else."""
        if message["type"] in ("ping", "pong"):
            await self._pong(message)
            return
        if message["type"] != "connection_init":
            raise Ended(UNAUTHORISED, "Unauthorized")
        credentials = self._credentials(message.get("payload"))
        try:
            caller = await self.room.in_thread(
                partial(self.room.identity.caller, credentials.authorization, credentials.purpose, credentials.case_ref)
            )
        except Refusal as refusal:
            self.room.refused(refusal, self.room.request_id())
            raise Ended(FORBIDDEN, "Forbidden") from None
        if self.beside(caller.name) >= self.limits.of_a_caller:
            raise Ended(TOO_MANY, "too many WebSockets of this token")
        self.authorization, self.caller = credentials.authorization, caller
        await self._send({"type": "connection_ack"})

    def _credentials(self, payload: object) -> Credentials:
        """From the first message, as pages must; or from the headers, as everybody else can."""
        if not isinstance(payload, dict | None):
            raise Ended(BAD_MESSAGE, "Invalid message: payload must be an object")
        said = {str(name).lower().replace("-", ""): value for name, value in (payload or {}).items()}
        of_headers = credentials_of(self.websocket)
        given = [
            said.get(name, other)
            for name, other in (
                ("authorization", of_headers.authorization),
                ("purpose", of_headers.purpose),
                ("caseref", of_headers.case_ref),
            )
        ]
        if not all(isinstance(value, str | None) for value in given):
            raise Ended(BAD_MESSAGE, "Invalid message: authorization, purpose and caseRef are text")
        return Credentials(*given)

    async def _obey(self, message: JsonObject, tasks: asyncio.TaskGroup) -> None:
        kind = message["type"]
        if kind in ("ping", "pong"):
            await self._pong(message)
        elif kind == "connection_init":
            raise Ended(TOO_MANY, "Too many initialisation requests")
        elif kind == "subscribe":
            await self._subscribe(_id_of(message), message.get("payload"), tasks)
        elif kind == "complete":
            task = self._streams.pop(_id_of(message), None)
            if task is not None:
                task.cancel()
        else:
            raise Ended(BAD_MESSAGE, "Invalid message: its type is none of the protocol")

    async def _pong(self, message: JsonObject) -> None:
        if message["type"] == "ping":
            await self._send({"type": "pong"})

    async def _subscribe(self, name: str, payload: object, tasks: asyncio.TaskGroup) -> None:
        if not isinstance(payload, dict):
            raise Ended(BAD_MESSAGE, "Invalid message: payload must be an object")
        if name in self._streams:
            raise Ended(THERE_ALREADY, "Subscriber already exists")
        if len(self._streams) >= self.limits.subscriptions:
            most = self.limits.subscriptions
            refusal = Refusal("RATE_LIMITED", f"a WebSocket has at most {most} subscriptions")
            await self._refuse(name, refusal, self.room.request_id())
            return
        self._streams[name] = tasks.create_task(self._serve(name, payload))

    async def _serve(self, name: str, payload: JsonObject) -> None:
        """One subscription, from its document to its end."""
        request_id, own = self.room.request_id(), asyncio.current_task()
        try:
            prepared, answers, answer = await self._begun(payload, request_id)
            async with aclosing(answers):
                while answer is not None:
                    with span("WebSocket next", came_from="", route="/graphql", verbs=_verbs(prepared)):
                        await self._send({"id": name, "type": "next", "payload": answer})
                    answer = await anext(answers, None)
            await self._send({"id": name, "type": "complete"})
        except NotBegun as not_begun:
            await self._send({"id": name, "type": "error", "payload": not_begun.errors})
        except Ended:
            raise
        except Exception as error:
            await self._refuse(name, error, request_id)
        finally:
            if self._streams.get(name) is own:
                del self._streams[name]

    async def _begun(
        self, payload: JsonObject, request_id: str
    ) -> tuple[Prepared, AsyncGenerator[JsonObject, None], JsonObject | None]:
        """A subscription that has its first answer, and those that follow."""
        with span("WebSocket subscribe", came_from=self.websocket.headers.get("traceparent", ""), route="/graphql"):
            prepared, asking = await self._prepared(payload, request_id)
            answers = stream(self.room.schema, prepared, payload.get("variables") or {}, asking)
            first = await anext(answers, None)
            note(outcome="OK")
            return prepared, answers, first

    async def _prepared(self, payload: JsonObject, request_id: str) -> tuple[Prepared, Asking]:
        assert self.caller is not None
        asked = asked_of(payload)
        prepared, asking = await self.room.in_thread(partial(self.room.prepared, asked, self.caller))
        if prepared.kind is not OperationType.SUBSCRIPTION:
            raise Refusal("BAD_REQUEST", "a WebSocket is for subscriptions; queries and mutations are POSTed")
        asking.request_id = request_id
        note(verbs=_verbs(prepared))
        for verb in _verbs(prepared).split(", "):
            asking.reads.note(f"subscription {verb}")
        await self.room.in_thread(asking.reads.write)  # on disk before the first nudge leaves
        return prepared, asking

    async def _refuse(self, name: str, error: Exception, request_id: str) -> None:
        refusal = self.room.refused(error, request_id)
        await self._send({"id": name, "type": "error", "payload": [refusal.shown()]})

    async def _message(self) -> JsonObject:
        """The next message, an object with a type. Whoever sends too much, or anything else, is closed."""
        event = await self.websocket.receive()
        if event["type"] == "websocket.disconnect":
            raise Ended
        self._count()
        text = event.get("text")
        if text is None:
            raise Ended(BAD_MESSAGE, "Invalid message: it must be text")
        if len(text) > self.limits.message_bytes:
            raise Ended(TOO_BIG, "Message too big")
        try:
            content: Any = orjson.loads(text)
        except orjson.JSONDecodeError:
            raise Ended(BAD_MESSAGE, "Invalid message: it is not JSON") from None
        if holds_nul(text.encode()):
            raise Ended(BAD_MESSAGE, "Invalid message: it holds the character NUL")
        if not isinstance(content, dict) or not isinstance(content.get("type"), str):
            raise Ended(BAD_MESSAGE, "Invalid message: it must be an object with a type")
        return content

    def _count(self) -> None:
        """Note that something came; too much of it ends the connection."""
        self._heard = self.clock()
        if not self._allowed.take():
            raise Ended(BEYOND_LIMITS, "too many messages")

    async def _keep_alive(self) -> None:
        """Ping now and then, and end it when nothing comes back."""
        while True:
            await asyncio.sleep(self.limits.ping_seconds)
            if self.clock() - self._heard > 2 * self.limits.ping_seconds:
                raise Ended(GOING_AWAY, "no answer to pings")
            await self._send({"type": "ping"})

    async def _send(self, message: JsonObject) -> None:
        """Send a message; a client that does not take it in time is closed. Meanwhile its mailboxes fill and hold."""
        try:
            async with asyncio.timeout(self.limits.send_seconds):
                await self.websocket.send_text(orjson.dumps(message).decode())
        except TimeoutError:
            raise Ended(BEYOND_LIMITS, "messages are not taken in time") from None
        except RuntimeError:  # closed meanwhile
            raise Ended from None


def _verbs(prepared: Prepared) -> str:
    """Which subscriptions it asks for: names of our schema, nothing that was sent."""
    return ", ".join(sorted(name.partition(".")[2] for name in prepared.fields if name.startswith("Subscription.")))


def _id_of(message: JsonObject) -> str:
    name = message.get("id")
    if not isinstance(name, str) or not 1 <= len(name) <= _ID_MOST:
        raise Ended(BAD_MESSAGE, f"Invalid message: id is text of 1 to {_ID_MOST} characters")
    return name


def _leaves(group: BaseExceptionGroup[BaseException]) -> list[BaseException]:
    """The errors in a group, whatever groups are in it."""
    found: list[BaseException] = []
    for one in group.exceptions:
        found += _leaves(one) if isinstance(one, BaseExceptionGroup) else [one]
    return found
