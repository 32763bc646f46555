"""HTTP/1.1 for uvicorn with time limits for headers and for taking the answer: whoever is too slow is cut off.

Uvicorn has one for what is idle between two requests and none for a request that has begun, nor for an answer that
nobody takes. The body has a limit of its own (`endpoint.body_within`). Where there are many connections, those whose
clients have been slow for longest make room: past its limit uvicorn would refuse everybody, so that a stranger who only
connects, sends drop by drop or reads nothing would shut out all others.
"""

import asyncio
from collections.abc import MutableMapping
from typing import Any, ClassVar, Final, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

_KNOWN: Final = "graphsvc.known"


def let_finish(scope: MutableMapping[str, Any]) -> None:
    """Who sends this request is known and may: it makes no room for others, however long its body takes."""
    scope[_KNOWN] = True


class PatientProtocol(H11Protocol):
    """Closes a connection whose next request's headers are not there in time, counted from when it could begin.

    One whose client does not take the answer in time is cut off with what it was not sent yet.
    """

    header_seconds: ClassVar[float] = 10.0
    unread_seconds: ClassVar[float] = 30.0
    """For a client to take what fills the buffer of its connection."""
    idle_share: ClassVar[float] = 0.75
    """Of all connections that there may be: from how many on, those whose clients are slow are closed."""
    _waiting: asyncio.TimerHandle | None = None
    """Runs out when the next request's headers should be there."""
    _unread: asyncio.TimerHandle | None = None
    """Runs out when some of the answer should have been taken."""
    _body_since: float | None = None
    """Since when the body of a request is coming; None while none is."""
    _answered_at: float = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The first request may come."""
        super().connection_made(cast("asyncio.Transport", transport))
        self._make_room()
        self._look()

    def data_received(self, data: bytes) -> None:
        """Some bytes, of headers or of a body."""
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """The next request may come."""
        self._answered_at = self.loop.time()
        super().on_response_complete()
        self._look()

    def pause_writing(self) -> None:
        """The buffer is full of what the client has not taken."""
        super().pause_writing()
        self._unread = self.loop.call_later(self.unread_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """The client has taken most of it."""
        super().resume_writing()
        self._stop_unread()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing comes any more."""
        self._stop_waiting()
        self._stop_unread()
        super().connection_lost(exc)

    def _look(self) -> None:
        """The clock runs while headers are awaited; further bytes of them do not set it back.

        It runs, too, while the rest of a body still comes that was answered already (as too slow or too large).
        """
        answered = self.cycle is not None and self.cycle.response_complete
        comes = self.conn.their_state is h11.SEND_BODY and not answered
        self._body_since = (self._body_since or self.loop.time()) if comes else None
        awaited = (h11.IDLE, h11.SEND_BODY) if answered else (h11.IDLE,)
        if self.conn.their_state not in awaited:
            self._stop_waiting()
        elif self._waiting is None and not self.transport.is_closing():
            self._waiting = self.loop.call_later(self.header_seconds, self._cut_off)

    def _make_room(self) -> None:
        """Close the connection whose client has been slow for longest, where little room is left for others."""
        if self.limit_concurrency is None or len(self.connections) <= self.idle_share * self.limit_concurrency:
            return
        slow = [(one._slow_since(), one) for one in self.connections if isinstance(one, PatientProtocol)]
        since = [(at, one) for at, one in slow if at is not None]
        if since:
            min(since, key=lambda each: each[0])[1]._cut_off()

    def _slow_since(self) -> float | None:
        """Since when its client owes the rest of a request, or has not taken an answer; None where it is quick.

        None, too, of clients that are known: a batch may be large, and a line slow.
        """
        if self.transport.is_closing():  # once what is left was taken
            return self._answered_at if self.transport.get_write_buffer_size() else None
        if self._waiting is not None:
            return self._waiting.when() - self.header_seconds
        if self.scope is not None and self.scope.get(_KNOWN):
            return None
        return self._body_since if self._unread is None else self._unread.when() - self.unread_seconds

    def _cut_off(self) -> None:
        """Close it now: what is still to be sent has not been taken for too long."""
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            self.transport.close()

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _stop_unread(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None
