"""GraphQL over HTTP: media types, statuses, parameters; and who is let in at all."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from graphsvc.api.room import Room
from graphsvc.model.callers import Role
from tests.api.clients import GRAPHQL, Client, caller

JSON = "application/json"


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}; charset=utf-8, {JSON}; charset=utf-8", GRAPHQL),
        (f"{JSON}, {GRAPHQL}", JSON),
        (f"{JSON};q=0.5, {GRAPHQL};q=0.9", GRAPHQL),
        (f"text/html, {GRAPHQL};q=0.1", GRAPHQL),
        (f"{GRAPHQL};q=0, */*;q=0.1", JSON),
    ],
)
def test_the_client_chooses_the_media_type(investigator: Client, accept: str | None, media: str) -> None:
    headers = {"accept": accept} if accept else {"accept": ""}
    answer = investigator.send("POST", "/graphql", json={"query": "{__typename}"}, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{media}; charset=utf-8"


@pytest.mark.parametrize("accept", ["text/html", "text/plain;q=1", f"{JSON};q=0", f"{JSON};charset=utf-16"])
def test_a_client_that_accepts_neither_is_told_so(investigator: Client, accept: str) -> None:
    answer = investigator.send("POST", "/graphql", json={"query": "{__typename}"}, headers={"accept": accept})
    assert answer.status_code == 406


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { __typename } query B { __typename }", "GRAPHQL_VALIDATION_FAILED"),
    ],
)
def test_a_document_that_does_not_do_has_no_data(investigator: Client, query: str, code: str) -> None:
    for accept, status in ((GRAPHQL, 400), (JSON, 200)):
        answer = investigator.send("POST", "/graphql", json={"query": query}, headers={"accept": accept})
        assert answer.status_code == status
        assert set(answer.json()) == {"errors"}
        assert answer.json()["errors"][0]["extensions"]["code"] == code


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b'"{__typename}"',
        b"[]",
        b"{}",
        b'{"query": null}',
        b'{"query": 0}',
        b'{"query": ["{__typename}"]}',
        b'{"query": "{__typename}", "variables": "{}"}',
        b'{"query": "{__typename}", "variables": [1]}',
        b'{"query": "{__typename}", "operationName": 1}',
        b'{"query": "{__typename}", "extensions": []}',
        b'{"query": "\xff"}',
        b'{"query": "{__typename}", "query": 1}',
        b"[" * 2000,
        b'{"query": "{ __typename }", "variables": {"a": ["\\u0000"]}}',
        b'{"query": "{ a: number(id: \\"\\\\u0000\\") { token } }"}',
        b'{"query": "{ a: number(id: \\"\\\\u{00}\\") { token } }"}',
    ],
)
def test_a_body_that_is_no_request_is_refused(investigator: Client, body: bytes) -> None:
    for accept in (GRAPHQL, JSON):
        headers = {"content-type": JSON, "accept": accept}
        answer = investigator.send("POST", "/graphql", content=body, headers=headers)
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_REQUEST")


def test_the_named_operation_is_run(investigator: Client) -> None:
    query = "query A { a: __typename } query B { b: __typename }"
    assert investigator.post(query, operationName="B").json() == {"data": {"b": "Query"}}
    assert investigator.post(query, operationName="C").status_code == 400
    assert investigator.post("query A { a: __typename }", operationName=None).json() == {"data": {"a": "Query"}}


def test_every_answer_forbids_keeping_and_framing(investigator: Client) -> None:
    for answer in (
        investigator.post("{__typename}"),
        investigator.send("GET", "/nowhere"),
        Client(investigator.room).post("{"),
    ):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
    assert len(investigator.post("{__typename}").headers["x-request-id"]) == 16


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer gsvc_" + "a" * 43, "Bearer a.b.c", "Bearer " + "x" * 9000],
)
def test_strangers_are_answered_nothing(room: Room, authorization: str) -> None:
    stranger = Client(room, headers={"authorization": authorization} if authorization else {})
    answer = stranger.post("{ service { version } }")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_a_revoked_or_expired_token_opens_nothing_from_the_next_request_on(room: Room) -> None:
    made = room.service.access.create(role=Role.ANALYST, region="", expires_at=None, purpose=None)
    client = Client(room, made.token)
    assert client.post("{__typename}").status_code == 200
    room.service.access.revoke(made.about.token_id)
    assert client.post("{__typename}").status_code == 401
    short = caller(room, "analyst", expires_at=room.service.time.wall() + 10_000)
    assert short.post("{__typename}").status_code == 200
    room.identity = type(room.identity)(
        type(room.identity.access)(
            room.service.catalogue, room.service.audit, lambda: room.service.time.wall() + 10_001, lambda: "", "test"
        ),
        None,
    )
    assert short.post("{__typename}").status_code == 401


def entries(room: Room) -> list[Mapping[str, Any]]:
    """The audit log, oldest first."""
    import sqlalchemy as sa

    from graphsvc.store.tables import audit

    with room.service.catalogue.reading() as connection:
        return [dict(row) for row in connection.execute(sa.select(audit).order_by(audit.c.entry)).mappings()]


def test_looking_a_number_up_is_audited_with_purpose_case_and_token(room: Room) -> None:
    client = caller(room, "investigator", purpose="night shift")
    query = '{ number(number: "+8613912340001") { class } }'
    headers = {"purpose": "复核线索".encode(), "case-ref": "A-7/2026"}
    assert client.send("POST", "/graphql", json={"query": query}, headers=headers).status_code == 200
    entry = entries(room)[-1]
    assert (entry["purpose"], entry["case_ref"]) == ("复核线索", "A-7/2026")
    assert entry["subject_token"].startswith("v1.")
    assert entry["actor"].startswith("token:T")
    client.data(query)
    assert entries(room)[-1]["purpose"] == "night shift"
    assert room.service.audit.verify().ok


@pytest.mark.parametrize("headers", [{"purpose": "ring 13800138000"}, {"purpose": "x" * 201}, {"case-ref": "a b"}])
def test_a_purpose_or_case_that_does_not_do_is_refused(investigator: Client, headers: dict[str, str]) -> None:
    answer = investigator.send("POST", "/graphql", json={"query": "{__typename}"}, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_USER_INPUT")
    assert "13800138000" not in answer.text


def test_the_service_says_whether_it_lives_is_ready_and_what_it_counts(room: Room) -> None:
    stranger = Client(room)
    assert stranger.send("GET", "/healthz").json() == {"status": "alive"}
    assert stranger.send("GET", "/readyz").json()["status"] == "ready"
    stranger.post("{")
    caller(room, "analyst").post("{__typename}")
    text = stranger.send("GET", "/metrics").text
    assert 'graphsvc_refusals_total{code="UNAUTHENTICATED"} 1.0' in text
    assert 'graphsvc_answer_seconds_count{operation="query"} 1.0' in text
    assert "graphsvc_analysis_current 1.0" in text


def test_an_empty_folder_is_alive_and_not_ready(tmp_path: Path) -> None:
    from graphsvc.api.app import make_room
    from graphsvc.settings import Settings
    from graphsvc.wiring import open_service

    with open_service(Settings(home=tmp_path / "home")) as service:
        room = make_room(service)
        assert Client(room).send("GET", "/healthz").status_code == 200
        ready = Client(room).send("GET", "/readyz")
        assert (ready.status_code, ready.json()["checks"]["analysis"]) == (503, "NOTHING_YET")
        assert caller(room, "analyst").code("{ victims { analysisId } }") == "NOTHING_YET"
        assert caller(room, "analyst").data("{ service { analysis { id } } }") == {"service": {"analysis": None}}
