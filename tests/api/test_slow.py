"""Who sends headers or a body drop by drop is cut off at the time limit; others are answered meanwhile."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpcore
import httpx
import pytest
import uvicorn

from graphsvc.api.app import make_app
from graphsvc.api.patience import PatientProtocol
from graphsvc.api.room import Limits, Room

LONGEST = 60.0
"""Seconds after which a test gives up; the limits under test are far shorter."""


@pytest.fixture
def port(room: Room) -> Iterator[int]:
    """A server with short limits, on a free port."""

    class Hasty(PatientProtocol):
        header_seconds = 0.5

    room.limits = Limits(body_seconds=0.5)
    with served(room, Hasty) as found:
        yield found


@contextmanager
def served(room: Room, protocol: type[PatientProtocol], *, limit_concurrency: int | None = None) -> Iterator[int]:
    """A server on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(
            make_app(room),
            http=protocol,
            log_config=None,
            lifespan="off",
            timeout_keep_alive=30,
            limit_concurrency=limit_concurrency,
        )
        server = uvicorn.Server(config)
        running = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        running.start()
        found: int = listening.getsockname()[1]
        yield found
        server.should_exit = True
        running.join(LONGEST)
    assert not running.is_alive()


def dripped(connection: socket.socket, drops: bytes) -> bytes:
    """What comes back while the drops go out one by one, again and again, until the other side closes."""
    connection.settimeout(0.05)
    came, until, place = b"", time.monotonic() + LONGEST, 0
    while time.monotonic() < until:
        try:
            connection.sendall(drops[place % len(drops) :][:1])
            place += 1
            part = connection.recv(65536)
            if not part:
                return came
            came += part
        except TimeoutError:
            continue
        except (ConnectionResetError, BrokenPipeError):
            return came
    raise AssertionError("it was never cut off")


@pytest.mark.parametrize(
    "beginning",
    [b"", b"POST /graphql HTTP/1.1\r\nHost: api.test\r\n", b"G"],
    ids=["nothing", "half of the headers", "a letter"],
)
def test_slow_headers_are_cut_off(port: int, beginning: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(beginning)
        assert dripped(connection, b"X") == b"", "no request, no answer"


def test_a_slow_second_request_is_cut_off_too(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: api.test\r\n\r\n")
        came = b""
        while b'"alive"}' not in came:
            part = connection.recv(65536)
            assert part, "cut off before it was answered"
            came += part
        connection.sendall(b"GET /healthz HT")
        assert dripped(connection, b"T") == b""


def test_a_slow_body_is_refused_at_its_limit(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        head = b"POST /graphql HTTP/1.1\r\nHost: api.test\r\nContent-Type: application/json\r\n"
        connection.sendall(head + b"Content-Length: 9999\r\n\r\n")
        answer = dripped(connection, b" ")
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"REQUEST_TIMEOUT"' in answer


def test_others_are_answered_while_many_are_slow(port: int) -> None:
    slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(50)]
    for connection in slow:
        connection.sendall(b"GET /healthz HTTP/1.1\r\n")
    assert httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=LONGEST).status_code == 200
    for connection in slow:
        connection.settimeout(LONGEST)
        assert connection.recv(1) == b"", "cut off"
        connection.close()


def test_connections_that_ask_nothing_make_room_for_those_that_ask(room: Room) -> None:
    """A stranger who only connects does not shut out others: who has waited longest for nothing is closed."""
    many = 40
    with served(room, PatientProtocol, limit_concurrency=many) as port:
        idle = []
        for _ in range(5):
            idle += [socket.create_connection(("127.0.0.1", port)) for _ in range(many)]
            assert httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=LONGEST).status_code == 200
        idle[0].settimeout(LONGEST)
        assert idle[0].recv(1) == b"", "the first to come was closed"
        for connection in idle:
            connection.close()


def test_a_client_in_no_hurry_between_two_requests_is_not_in_the_way(port: int) -> None:
    with httpcore.ConnectionPool() as pool:
        for _ in range(3):
            assert pool.request("GET", f"http://127.0.0.1:{port}/healthz").status == 200
            (connection,), until = pool.connections, time.monotonic() + LONGEST
            while not connection.has_expired():  # closed at the limit: next the client takes another one
                assert time.monotonic() < until
                time.sleep(0.01)
