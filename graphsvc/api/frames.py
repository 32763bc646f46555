"""WebSockets for uvicorn whose frames are counted: who sends more of them than any client needs is cut off.

Messages are counted where they are read (`socket.py`). Pings, pongs, pieces of a message, and what comes after we said
good-bye never come that far: they would be taken as fast as they come, by the thread that serves everybody.
"""

import asyncio
from typing import ClassVar, Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from graphsvc.api.allowance import Allowance

BEYOND_LIMITS: Final = 1008
AT_A_TIME: Final = 2048
"""Bytes that are looked at before the frames in them are counted."""


class CountedFrames(WebSocketsSansIOProtocol):
    """Closes a WebSocket on which too many frames come."""

    frames_most: ClassVar[int] = 600
    """At once; as many more come to be within `frames_seconds`. A message may come in some of them."""
    frames_seconds: ClassVar[float] = 30.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The handshake may come."""
        super().connection_made(transport)
        self._allowed = Allowance(self.frames_most, self.frames_seconds, self.loop.time)

    def data_received(self, data: bytes) -> None:
        """Some bytes, looked at bit by bit: what comes after too much is not."""
        for start in range(0, len(data), AT_A_TIME):
            if self.transport.is_closing():
                return
            super().data_received(data[start : start + AT_A_TIME])

    def handle_events(self) -> None:
        """What was in those bytes: frames, or the handshake."""
        if self._allowed.take(len(self.conn.events)):
            super().handle_events()
        else:
            self._cut_off()

    def _cut_off(self) -> None:
        """Close it now, with a code that says why where somebody listens."""
        self.stop_keepalive()
        self.conn.fail(BEYOND_LIMITS, "too many frames")
        self.queue.put_nowait({"type": "websocket.disconnect", "code": BEYOND_LIMITS})
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self.transport.get_write_buffer_size():  # they take nothing: what is left would stay for ever
            self.transport.abort()
        else:
            self.transport.close()
