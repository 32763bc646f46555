"""The database is gone and comes back: a coded error while it is away, nothing changed, and then everything works."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from graphsvc.api.app import make_room
from graphsvc.api.room import Room
from graphsvc.settings import Settings
from graphsvc.store import databases
from graphsvc.wiring import open_service
from tests.api.clients import Client, caller
from tests.api.test_dispatching import ACK, claim
from tests.servers.postgres import PostgresServer
from tests.story.feeds import write_world

CLAIM_ONE = """mutation { claimWarnings(channel: SMS, limit: 1, leaseSeconds: 60, worker: "w1", idempotencyKey: "x") {
  leaseToken } }"""


@dataclass
class Place:
    """A running service, and how to take its database away."""

    room: Room
    gone: Callable[[], None]
    back: Callable[[], None]
    codes: set[str]


@pytest.fixture
def locked(busy_world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A SQLite file that another program has locked for itself."""
    monkeypatch.setattr(databases, "BUSY_SECONDS", 1)
    with (
        open_service(Settings(home=busy_world, api_budget=10**9)) as service,
        closing(sqlite3.connect(busy_world / "catalogue.sqlite", isolation_level=None)) as other,
    ):
        yield Place(
            make_room(service),
            lambda: other.execute("BEGIN IMMEDIATE").close(),
            lambda: other.execute("ROLLBACK").close(),
            {"FOLDER_HELD"},
        )


@pytest.fixture(params=["moved", "another in its place"])
def moved(busy_world: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    """A SQLite file that somebody moves away while it is in use: connections would go on writing to it."""
    file, elsewhere = busy_world / "catalogue.sqlite", busy_world / "catalogue.old"
    another = request.param != "moved"

    def gone() -> None:
        file.rename(elsewhere)
        if another:
            shutil.copy(elsewhere, file)

    def back() -> None:
        elsewhere.replace(file)

    with open_service(Settings(home=busy_world, api_budget=10**9)) as service:
        yield Place(make_room(service), gone, back, {"STORAGE_FAILED"})


@pytest.fixture
def stopped(
    postgres_server: PostgresServer, postgres_catalogue_url: str, postgres_vault_url: str, tmp_path: Path
) -> Iterator[Place]:
    """A PostgreSQL server that goes down and comes up again."""
    urls = {"catalogue_url": postgres_catalogue_url, "vault_url": postgres_vault_url}
    with open_service(Settings(home=tmp_path / "home", api_budget=10**9, **urls)) as service:  # type: ignore[arg-type]
        service.load([write_world(tmp_path / "feeds")], kind=None, feed_id="default")
        service.analyse(as_of=None)
        yield Place(make_room(service), postgres_server.stop, postgres_server.start, {"STORAGE_FAILED"})


@contextmanager
def away(place: Place) -> Iterator[None]:
    place.gone()
    try:
        yield
    finally:
        place.back()


def capacity(room: Room) -> None:
    question = "mutation { setCapacity(channel: SMS, perDay: 1000) { paused: pausedAt } }"
    caller(room, "supervisor").data(question)


def holds(place: Place) -> None:
    """Claim, lose the database, and go on where we were."""
    capacity(place.room)
    dispatcher = caller(place.room, "dispatcher")
    (mine,) = claim(dispatcher, key="before", limit=1)
    events = place.room.service.dispatching.events(first=100, after=None).events
    with away(place):
        for document, variables in ((CLAIM_ONE, {}), (ACK, {"tokens": [mine["leaseToken"]], "outcome": "DELIVERED"})):
            answer = dispatcher.post(document, variables)
            codes = {error["extensions"]["code"] for error in answer.json()["errors"]}
            assert codes <= place.codes, codes
            assert answer.json().get("data") is None
            assert "sqlite" not in answer.text
            assert "postgres" not in answer.text
    assert place.room.service.dispatching.events(first=100, after=None).events == events, "nothing has changed"
    acked = dispatcher.data(ACK, {"tokens": [mine["leaseToken"]], "outcome": "DELIVERED"})["ackWarnings"]
    assert (acked["accepted"], acked["refused"]) == ([mine["leaseToken"]], [])
    assert Client(place.room).send("GET", "/readyz").status_code == 200


def test_a_locked_sqlite_file(locked: Place) -> None:
    holds(locked)
    with away(locked):
        assert caller_reads(locked.room) == 200, "readers do not wait for writers"


def test_a_sqlite_file_that_is_moved_or_replaced_while_it_is_in_use(moved: Place) -> None:
    holds(moved)
    with away(moved):
        assert caller_reads(moved.room) == 503
    assert caller_reads(moved.room) == 200


def caller_reads(room: Room) -> int:
    return Client(room).send("GET", "/readyz").status_code


@pytest.mark.xdist_group("postgres")
def test_a_postgresql_server_that_is_stopped_and_started(stopped: Place) -> None:
    holds(stopped)
    with away(stopped):
        answer = Client(stopped.room).send("GET", "/readyz")
        assert answer.status_code == 503
        assert set(answer.json()["checks"].values()) == {"STORAGE_FAILED"}
        assert Client(stopped.room).send("GET", "/healthz").status_code == 200
    assert caller_reads(stopped.room) == 200
