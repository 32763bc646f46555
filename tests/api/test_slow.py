"""Who sends headers or a body drop by drop is cut off at the time limit; others are answered meanwhile."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpcore
import httpx
import pytest
import uvicorn

import graphsvc.api
from graphsvc.api.app import make_app
from graphsvc.api.patience import PatientProtocol
from graphsvc.api.room import Limits, Room
from tests.api.clients import caller

PAGE = Path(graphsvc.api.__file__).parent / "page"
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


SLOW_BODY = (
    b"POST /graphql HTTP/1.1\r\nHost: api.test\r\nContent-Type: application/json\r\n"
    b"Content-Length: 999\r\nExpect: 100-continue\r\n\r\n{"
)
UNREAD = b"GET /index.js HTTP/1.1\r\nHost: api.test\r\n\r\n" * 100
"""More than fits into what lies between a server and a client that reads nothing."""


@pytest.mark.parametrize("said", [SLOW_BODY, UNREAD], ids=["half a body", "answers not taken"])
def test_slow_clients_make_room_for_others(room: Room, said: bytes) -> None:
    """A stranger who never ends a request, or never takes an answer, does not shut out others until a limit is up."""

    class Lenient(PatientProtocol):
        header_seconds = unread_seconds = 3 * LONGEST

    room.limits, many = Limits(body_seconds=3 * LONGEST), 20
    with served(room, Lenient, limit_concurrency=many) as port:
        slow = []
        for _ in range(3):
            slow += [_deaf(port, said) for _ in range(many)]
            assert httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=LONGEST).status_code == 200
        for connection in slow:
            connection.close()


def _deaf(port: int, said: bytes) -> socket.socket:
    """A connection on which this was said, and read, and of whose answer nothing more than a byte is taken."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", port))
    connection.sendall(said)
    connection.settimeout(LONGEST)
    with suppress(ConnectionResetError):  # refused as one too many
        connection.recv(1)  # it was read
    return connection


def test_an_answer_that_nobody_takes_is_cut_off(room: Room) -> None:
    given_up = threading.Event()

    class Hasty(PatientProtocol):
        header_seconds, unread_seconds = LONGEST, 0.2

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            given_up.set()

    with served(room, Hasty) as port, _deaf(port, UNREAD) as connection:
        connection.settimeout(LONGEST)
        assert given_up.wait(LONGEST), "nothing is read meanwhile"
        came = 0
        try:
            while part := connection.recv(1 << 20):
                came += len(part)
        except ConnectionResetError:
            pass
    assert came < 100 * (PAGE / "index.js").stat().st_size, "the rest was not sent"


def test_a_known_feeder_may_be_slow_while_strangers_are(room: Room) -> None:
    """Whoever may feed is not closed to make room: a batch may be large, and a line slow."""
    made, many = caller(room, "feeder").token, 20
    batch = b'{"never": "a row of this feed"}\n'
    head = (
        f"POST /feeds/flags HTTP/1.1\r\nHost: api.test\r\nAuthorization: Bearer {made}\r\nFeed-Id: f\r\nBatch-Id: b\r\n"
    )
    head += f"Content-Type: application/x-ndjson\r\nContent-Length: {len(batch)}\r\n\r\n"
    with served(room, PatientProtocol, limit_concurrency=many) as port:
        with socket.create_connection(("127.0.0.1", port)) as feeder:
            feeder.sendall(head.encode() + batch[:5])
            until = time.monotonic() + LONGEST
            while not room._fed_bytes:  # it is known by now who that is
                assert time.monotonic() < until
                time.sleep(0.01)
            strangers = [_deaf(port, SLOW_BODY) for _ in range(3 * many)]
            feeder.sendall(batch[5:])
            feeder.settimeout(LONGEST)
            assert feeder.recv(65536).startswith(b"HTTP/1.1 422 "), "the whole batch was looked at"
        for connection in strangers:
            connection.close()


def test_a_client_in_no_hurry_between_two_requests_is_not_in_the_way(port: int) -> None:
    with httpcore.ConnectionPool() as pool:
        for _ in range(3):
            assert pool.request("GET", f"http://127.0.0.1:{port}/healthz").status == 200
            (connection,), until = pool.connections, time.monotonic() + LONGEST
            while not connection.has_expired():  # closed at the limit: next the client takes another one
                assert time.monotonic() < until
                time.sleep(0.01)
