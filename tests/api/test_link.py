"""The link for the first look: it opens once, whoever opens it, and nothing else spends it."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from graphsvc.access import LINK_PREFIX, FirstLook
from graphsvc.api.app import make_room
from graphsvc.api.room import Room
from graphsvc.errors import StorageFailed
from graphsvc.settings import Settings
from graphsvc.store import access_tokens
from graphsvc.store.tables import audit
from graphsvc.wiring import open_service
from tests.api.clients import Client, caller

HOUR_MS = 3600 * 1000
QUESTION = "{ service { caller { role region } } }"


@pytest.fixture
def looked_at(room: Room) -> Room:
    """A service that has printed a link."""
    room.first_look = FirstLook.begin(room.service.access, room.service.time.wall() + HOUR_MS)
    return room


def link_of(room: Room) -> str:
    assert room.first_look is not None
    return room.first_look.link.token


def opened(room: Room, token: str | None) -> httpx.Response:
    return Client(room, token).send("POST", "/link")


def code(answer: httpx.Response) -> tuple[int, str]:
    (error,) = answer.json()["errors"]
    return answer.status_code, error["extensions"]["code"]


def test_the_link_opens_once_and_what_it_opened_stays_open(looked_at: Room) -> None:
    link = link_of(looked_at)
    assert Client(looked_at, link).code(QUESTION) == "UNAUTHENTICATED", "else it would open as often as one likes"
    first = opened(looked_at, link)
    assert first.status_code == 200
    token = first.json()["token"]
    assert not token.startswith(LINK_PREFIX)
    again = opened(looked_at, link)
    assert code(again) == (410, "LINK_SPENT")
    assert "graphsvc token create" in again.json()["errors"][0]["message"]
    assert link not in again.text
    assert Client(looked_at, link).code(QUESTION) == "UNAUTHENTICATED"
    for _ in range(2):  # as a page that is loaded anew does
        seen = Client(looked_at, token).data(QUESTION)["service"]["caller"]
        assert seen == {"role": "investigator", "region": ""}
    assert code(opened(looked_at, token)) == (401, "UNAUTHENTICATED")  # it is no link's


def test_nobody_else_spends_the_link(looked_at: Room) -> None:
    link = link_of(looked_at)
    for stranger in (None, LINK_PREFIX + "a" * 43, link[:-1], link + "a", caller(looked_at, "investigator").token):
        assert code(opened(looked_at, stranger)) == (401, "UNAUTHENTICATED")
    assert Client(looked_at, link).send("GET", "/link").status_code == 405
    assert opened(looked_at, link).status_code == 200


def test_what_fails_does_not_spend_the_link(looked_at: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database goes away when the link is revoked and what is got for it is not kept yet."""

    def away(*_: object) -> int:
        raise StorageFailed("the catalogue does not answer")

    with monkeypatch.context() as broken:
        broken.setattr(access_tokens, "take_ids", away)
        assert code(opened(looked_at, link_of(looked_at))) == (503, "STORAGE_FAILED")
    assert opened(looked_at, link_of(looked_at)).status_code == 200


def test_where_no_link_was_printed_none_opens(room: Room) -> None:
    printed_by_another = FirstLook.begin(room.service.access, room.service.time.wall() + HOUR_MS)
    assert code(opened(room, printed_by_another.link.token)) == (401, "UNAUTHENTICATED")


def test_with_the_service_all_that_the_link_opened_ends(looked_at: Room) -> None:
    token = opened(looked_at, link_of(looked_at)).json()["token"]
    assert looked_at.first_look is not None
    looked_at.first_look.end()
    assert Client(looked_at, token).code(QUESTION) == "UNAUTHENTICATED"
    assert code(opened(looked_at, link_of(looked_at))) == (410, "LINK_SPENT")


def test_a_link_that_nobody_opened_ends_too(looked_at: Room) -> None:
    assert looked_at.first_look is not None
    looked_at.first_look.end()
    assert code(opened(looked_at, link_of(looked_at))) == (410, "LINK_SPENT")


def test_opening_is_in_the_audit_log_and_no_token_is(looked_at: Room) -> None:
    token = opened(looked_at, link_of(looked_at)).json()["token"]
    with looked_at.service.catalogue.reading() as connection:
        entries = connection.execute(sa.select(audit)).mappings().all()
    (entry,) = [entry for entry in entries if entry["action"] == "open link"]
    assert looked_at.first_look is not None
    assert json.loads(entry["details"]) == {"token_id": looked_at.first_look.link.about.token_id}
    assert not any(text in str(entries) for text in (token, link_of(looked_at)))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.xdist_group("postgres"))])
def on_each(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Room]:
    """A service that has printed a link, on each database."""
    urls = {}
    if request.param == "postgres":
        names = {"catalogue_url": "postgres_catalogue_url", "vault_url": "postgres_vault_url"}
        urls = {name: request.getfixturevalue(fixture) for name, fixture in names.items()}
    with open_service(Settings(home=tmp_path / "home", **urls)) as service:
        room = make_room(service)
        room.first_look = FirstLook.begin(service.access, service.time.wall() + HOUR_MS)
        yield room


def test_of_several_who_open_it_at_once_one_gets_in(on_each: Room) -> None:
    link, together = link_of(on_each), Barrier(8)

    def one(_: int) -> Any:
        together.wait()
        return opened(on_each, link)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one, range(8)))
    assert sorted(answer.status_code for answer in answers) == [200, *[410] * 7]
