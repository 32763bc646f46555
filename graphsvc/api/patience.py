"""HTTP/1.1 for uvicorn with a time limit for headers: whoever sends them drop by drop is cut off.

Uvicorn has one for what is idle between two requests and none for a request that has begun. The body has a limit of its
own (`endpoint.body_within`). Where many connections wait for nothing, those that came first make room: past its limit
uvicorn would refuse everybody, so that a stranger who only connects would shut out all others.
"""

import asyncio
from typing import ClassVar, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol


class PatientProtocol(H11Protocol):
    """Closes a connection whose next request's headers are not there in time, counted from when it could begin."""

    header_seconds: ClassVar[float] = 10.0
    idle_share: ClassVar[float] = 0.75
    """Of all connections that there may be: from how many on, those that wait for nothing are closed."""
    _waiting: asyncio.TimerHandle | None = None

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
        super().on_response_complete()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing comes any more."""
        self._stop()
        super().connection_lost(exc)

    def _look(self) -> None:
        """The clock runs while headers are awaited; further bytes of them do not set it back.

        It runs, too, while the rest of a body still comes that was answered already (as too slow or too large).
        """
        answered = self.cycle is not None and self.cycle.response_complete
        awaited = (h11.IDLE, h11.SEND_BODY) if answered else (h11.IDLE,)
        if self.conn.their_state not in awaited:
            self._stop()
        elif self._waiting is None and not self.transport.is_closing():
            self._waiting = self.loop.call_later(self.header_seconds, self.transport.close)

    def _make_room(self) -> None:
        """Close the connection that has waited longest for its next request, where little room is left for others."""
        if self.limit_concurrency is None:
            return
        there = [one for one in self.connections if not one.transport.is_closing()]
        if len(there) <= self.idle_share * self.limit_concurrency:
            return
        waiting = [(one._waiting.when(), one) for one in there if isinstance(one, PatientProtocol) and one._waiting]
        if waiting:
            _, longest = min(waiting, key=lambda each: each[0])
            longest.transport.close()

    def _stop(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
