"""A small world behind the API: loaded and analysed once, opened by each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from graphsvc.api.app import make_room
from graphsvc.api.room import Room
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.api.clients import Client, caller
from tests.story.feeds import write_world


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an analysis."""
    place = tmp_path_factory.mktemp("api")
    with open_service(Settings(home=place / "home")) as service:
        service.load([write_world(place / "feeds")], kind=None, feed_id="default")
        service.analyse(as_of=None)
    return place / "home"


@pytest.fixture
def room(world: Path) -> Iterator[Room]:
    """The service on that folder."""
    with open_service(Settings(home=world, api_budget=10**9)) as service:
        yield make_room(service)


@pytest.fixture
def investigator(room: Room) -> Client:
    """Somebody of the ministry who may see most."""
    return caller(room, "investigator")
