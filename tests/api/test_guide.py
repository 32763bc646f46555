"""The guide of Neo4j Browser where the API is: everybody may read it, and it leads back to where it came from."""

from dataclasses import replace

import pytest

from graphsvc.api.room import Room
from graphsvc.cli.serving import tell_of_browser
from graphsvc.settings import Neo4jAddress
from tests.api.clients import Client


def test_a_browser_of_another_origin_gets_the_guide(room: Room) -> None:
    stranger = Client(room)
    before = stranger.send("OPTIONS", "/guide/guide.html", headers={"origin": "http://127.0.0.1:7474"})
    assert before.status_code == 204
    assert before.headers["access-control-allow-headers"] == "*"
    answer = stranger.send("GET", "/guide/guide.html", headers={"origin": "http://127.0.0.1:7474"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "http://api.test/guide/style.grass" in answer.text
    assert stranger.send("GET", "/guide/style.grass").text.startswith("node")
    assert "sandbox" in answer.headers["content-security-policy"], "opened by itself it is no page of the API's origin"


@pytest.mark.parametrize("name", ["passwd", "..%2Fschema%2FV0001__numbers.cypher", "guide.adoc/x", ""])
def test_there_is_nothing_else(room: Room, name: str) -> None:
    assert Client(room).send("GET", f"/guide/{name}").status_code == 404


def test_a_name_that_is_none_is_not_repeated(room: Room) -> None:
    for host in ("x`y", 'a"b', "a<b>", "a b"):
        answer = Client(room).send("GET", "/guide/guide.html", headers={"host": host})
        assert (answer.status_code, answer.content) == (404, b"")


def test_the_service_says_how_to_open_it(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    here = Neo4jAddress("bolt://127.0.0.1:7687", "http://127.0.0.1:7474", "neo4j", "secret")
    said = _said(room, here, capsys)
    opens = "http://127.0.0.1:7474/browser/?dbms=bolt://127.0.0.1:7687&cmd=guide&arg="
    assert f"{opens}http://localhost:8000/guide/guide.html" in said
    assert "secret" not in said
    assert _said(room, replace(here, http=None), capsys) == ""
    assert _said(room, None, capsys) == ""


def _said(room: Room, address: Neo4jAddress | None, capsys: pytest.CaptureFixture[str]) -> str:
    projecting = room.service.projecting
    servers = replace(projecting.servers, address=lambda: address)
    tell_of_browser(replace(room.service, projecting=replace(projecting, servers=servers)), 8000, wanted=True)
    return capsys.readouterr().err
