"""A small world behind the API: loaded and analysed once, opened by each test."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphsvc.api.app import make_room
from graphsvc.api.room import Room
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.api.clients import Client, caller
from tests.story.feeds import DAY, DEN, DEVICE, HOUR, MINUTE, T0, call, write_world


@pytest.fixture(scope="session")
def made_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an analysis. No test opens it: what one changes, the next would find."""
    place = tmp_path_factory.mktemp("api")
    with open_service(Settings(home=place / "home")) as service:
        service.load([write_world(place / "feeds")], kind=None, feed_id="default")
        service.analyse(as_of=None)
    return place / "home"


PEOPLE = [f"+861381234{k:04d}" for k in range(8)]
"""People who were talked into calling back: there is somebody to warn."""


@pytest.fixture(scope="session")
def made_busy_world(made_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same world with more people to warn. No test opens it either."""
    place = tmp_path_factory.mktemp("busy")
    shutil.copytree(made_world, place / "home")
    events = []
    for k, person in enumerate(PEOPLE):
        at = T0 + 2 * DAY - HOUR + k * 4 * MINUTE
        events.append(call(DEN[k % 3], person, at, 900, a_imei=DEVICE))
        events.append(call(person, DEN[2], at + 30 * MINUTE, 1500))
    regions = [{"number": person, "region": "440305"} for person in PEOPLE]
    for name, rows in (("events", events), ("subscribers", regions)):
        (place / f"{name}.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))
    with open_service(Settings(home=place / "home")) as service:
        service.load([place / "events.ndjson", place / "subscribers.ndjson"], kind=None, feed_id="more")
        service.analyse(as_of=None)
    return place / "home"


@pytest.fixture
def world(made_world: Path, tmp_path: Path) -> Path:
    """The test's own copy of the world."""
    return Path(shutil.copytree(made_world, tmp_path / "home"))


@pytest.fixture
def busy_world(made_busy_world: Path, tmp_path: Path) -> Path:
    """The test's own copy of the world with more people to warn."""
    return Path(shutil.copytree(made_busy_world, tmp_path / "busy"))


@pytest.fixture
def room(world: Path) -> Iterator[Room]:
    """The service on that folder."""
    with open_service(Settings(home=world, api_budget=10**9)) as service:
        yield make_room(service)


@pytest.fixture
def investigator(room: Room) -> Client:
    """Somebody of the ministry who may see most."""
    return caller(room, "investigator")
