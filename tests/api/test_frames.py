"""Frames of a WebSocket that are no messages: who floods with them is cut off, and others are answered."""

import base64
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import httpx
import pytest
import uvicorn

from graphsvc.api.allowance import Allowance
from graphsvc.api.app import make_app
from graphsvc.api.frames import AT_A_TIME, CountedFrames
from graphsvc.api.room import Room
from graphsvc.cli.door import run
from tests.api.clients import caller
from tests.api.lines import PROTOCOL

CONTINUATION, TEXT, CLOSE, PING, PONG = 0, 1, 8, 9, 10
LONGEST = 60.0
"""Seconds after which a test gives up."""


class Few(CountedFrames):
    """No more than a test sends in a moment, for ever."""

    frames_most = 60
    frames_seconds = 1e9


def frame(code: int, data: bytes = b"", *, last: bool = True) -> bytes:
    """A short frame as a client sends it, masked with nothing."""
    return bytes([128 * last | code, 128 | len(data)]) + bytes(4) + data


def told(message: dict[str, object], pieces: int = 1) -> bytes:
    """A message in so many pieces."""
    text = json.dumps(message).encode()
    cuts = [len(text) * place // pieces for place in range(pieces + 1)]
    parts = [text[start:end] for start, end in pairwise(cuts)]
    return b"".join(
        frame(CONTINUATION if place else TEXT, part, last=place == pieces - 1) for place, part in enumerate(parts)
    )


@pytest.fixture
def port(room: Room) -> Iterator[int]:
    """A server that counts frames, on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(make_app(room), ws=Few, log_config=None, lifespan="off"))
        running = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        running.start()
        yield listening.getsockname()[1]
        server.should_exit = True
        running.join(LONGEST)
    assert not running.is_alive()


@contextmanager
def opened(port: int) -> Iterator[socket.socket]:
    """A WebSocket of somebody who has not said yet who they are."""
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.settimeout(LONGEST)
        key = base64.b64encode(bytes(16)).decode()
        head = f"GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        head += f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {PROTOCOL}\r\n\r\n"
        line.sendall(head.encode())
        until(line, b"\r\n\r\n")
        yield line


def until(line: socket.socket, sign: bytes) -> bytes:
    """What came until this was in it."""
    came = b""
    while sign not in came:
        part = line.recv(65536)
        assert part, f"closed after {came!r}"
        came += part
    return came


def taken_until_closed(line: socket.socket) -> bytes:
    """What comes until the other side closes."""
    came = b""
    try:
        while part := line.recv(65536):
            came += part
    except ConnectionResetError:
        return came
    return came


def hung_up_on(line: socket.socket, again: bytes) -> bool:
    """Whether the other side has enough of this before a million of it."""
    try:
        for _ in range(10_000):
            line.sendall(again * 100)
    except (ConnectionResetError, BrokenPipeError):
        return True
    return False


FLOODS = {
    "pings": (b"", frame(PING, b"x" * 125)),
    "empty pings": (b"", frame(PING)),
    "pongs": (b"", frame(PONG)),
    "pieces without an end": (frame(TEXT, b"{", last=False), frame(CONTINUATION, last=False)),
    "whatever comes after a good-bye": (frame(TEXT, b"nothing"), frame(TEXT, b"{}")),
}


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_is_cut_off(port: int, room: Room, flood: str, known: bool) -> None:
    first, again = FLOODS[flood]
    with opened(port) as line:
        if known:
            secret = caller(room, "dispatcher").token
            line.sendall(told({"type": "connection_init", "payload": {"authorization": f"Bearer {secret}"}}, 4))
            until(line, b"connection_ack")
        line.sendall(first)
        taken = threading.Thread(target=lambda: came.append(taken_until_closed(line)))
        came: list[bytes] = []
        taken.start()
        assert hung_up_on(line, again)
        taken.join(LONGEST)
    (answered,) = came
    assert answered.count(bytes([128 | PONG])) <= Few.frames_most + AT_A_TIME // len(again)
    assert httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=LONGEST).status_code == 200


def test_it_is_told_why_where_it_listens(port: int) -> None:
    with opened(port) as line:
        line.sendall(frame(PONG) * (Few.frames_most + 1))
        assert b"\x03\xf0too many frames" in taken_until_closed(line), "1008"


def test_who_takes_nothing_leaves_no_connection_behind(port: int) -> None:
    """What the good-bye would wait for is never taken."""
    with opened(port) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        assert hung_up_on(line, frame(PING, b"x" * 125))


def test_pieces_pings_and_pongs_that_anybody_may_send_are_fine(port: int, room: Room) -> None:
    secret = caller(room, "dispatcher").token
    with opened(port) as line:
        line.sendall(told({"type": "connection_init", "payload": {"authorization": f"Bearer {secret}"}}, 8))
        until(line, b"connection_ack")
        for _ in range(10):
            line.sendall(frame(PING, b"there?") + frame(PONG))
            until(line, b"there?")
        line.sendall(told({"type": "ping"}, 5))
        until(line, b'"pong"')


def test_what_is_allowed_comes_back_with_time_and_no_more_than_was_there() -> None:
    now = [100.0]
    allowed = Allowance(10, 20.0, lambda: now[0])
    assert [allowed.take() for _ in range(11)] == [True] * 10 + [False]
    now[0] += 4.0
    assert [allowed.take() for _ in range(3)] == [True, False, False]
    now[0] += 1_000.0
    assert [allowed.take(5) for _ in range(3)] == [True, True, False]


def test_a_served_socket_is_one_whose_frames_are_counted(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    from graphsvc.api.server import Server

    seen: list[object] = []

    def served(server: Server, sockets: list[socket.socket]) -> None:
        seen.append(server.config.ws)
        for one in sockets:
            one.close()

    monkeypatch.setattr(Server, "run", served)
    assert run(["--home", f"{tmp_path}/home", "serve", "--port", "0"]) == 0
    assert seen == [CountedFrames]
