"""Texts that other programs stumble over, in every place of the schema where a text may stand, on both databases."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
)

from graphsvc.api.app import make_room
from graphsvc.api.authority import authority
from graphsvc.api.room import Room
from graphsvc.api.schema.whole import schema
from graphsvc.model.callers import Role
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.api.clients import Client, caller
from tests.story.feeds import ANN, write_world

TEXTS: Final = {
    "SQL": "x' OR '1'='1'; DROP TABLE numbers; --",
    "NUL": f"{ANN}\x00",
    "wild": "%_%\\_[a-z]*? 👩\u200d👩\u200d👧 مرحبا e\u0301\u0301",
    "long": "长" * 4_000,
    "odd": '\u202e8831\u2066\ufeff\U0010ffff\\"\u2028\x7f\x1b[31m{{7*7}}%s',
}
PLAIN: Final = {"Int": 1, "Float": 0.5, "Boolean": True, "Long": 1, "DateTime": "2026-03-04T00:00:00Z"}
Inputs = dict[str, GraphQLArgument] | dict[str, GraphQLInputField]


def _values(kind: Any, text: str, depth: int = 0) -> Iterator[Any]:
    """Values of an input type, each with the text in another place of it; none where there is no such place."""
    if isinstance(kind, GraphQLNonNull):
        yield from _values(kind.of_type, text, depth)
    elif isinstance(kind, GraphQLList):
        yield from ([value] for value in _values(kind.of_type, text, depth))
    elif isinstance(kind, GraphQLInputObjectType) and depth < 3:
        yield from _given(kind.fields, text, depth + 1)
    elif kind.name in ("String", "ID"):
        yield text


def _given(inputs: Inputs, text: str, depth: int = 0) -> Iterator[dict[str, Any]]:
    """What is required, and the text in one place after the other."""
    needed = {name: _plain(one.type) for name, one in inputs.items() if isinstance(one.type, GraphQLNonNull)}
    for name, one in inputs.items():
        yield from ({**needed, name: value} for value in _values(one.type, text, depth))


def _plain(kind: Any) -> Any:
    if isinstance(kind, GraphQLNonNull):
        return _plain(kind.of_type)
    if isinstance(kind, GraphQLList):
        return [_plain(kind.of_type)]
    if isinstance(kind, GraphQLInputObjectType):
        return {name: _plain(one.type) for name, one in kind.fields.items() if isinstance(one.type, GraphQLNonNull)}
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    return PLAIN.get(kind.name, ANN)


def _document(verb: str, name: str, field: GraphQLField) -> str:
    declared = ", ".join(f"${one}: {argument.type}" for one, argument in field.args.items())
    passed = ", ".join(f"{one}: ${one}" for one in field.args)
    below = " { __typename }" if hasattr(get_named_type(field.type), "fields") else ""
    return f"{verb} Strange({declared}) {{ {name}({passed}){below} }}"


def _fields() -> Iterator[tuple[str, GraphQLObjectType, str]]:
    graph = schema()._schema
    for verb, root in (("query", graph.query_type), ("mutation", graph.mutation_type)):
        assert root is not None
        yield from ((verb, root, name) for name in root.fields)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.xdist_group("postgres"))])
def strange_room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Room]:
    """The same small world on either database."""
    if request.param == "sqlite":
        settings = Settings(home=request.getfixturevalue("world"), api_budget=10**9)
    else:
        url = request.getfixturevalue("postgres_catalogue_url")
        settings = Settings(home=tmp_path / "home", catalogue_url=url, api_budget=10**9)
    with open_service(settings) as service:
        if request.param == "postgres":
            service.load([write_world(tmp_path / "feeds")], kind=None, feed_id="default")
            service.analyse(as_of=None)
        yield make_room(service)


def test_no_text_is_a_fault_of_ours_wherever_it_stands(strange_room: Room) -> None:
    clients: dict[Role, Client] = {}
    faults: list[tuple[str, str, Any, str]] = []
    tried = 0
    for verb, root, name in _fields():
        roles = [role for role in Role if authority().allows(role, f"{root.name}.{name}")]
        if not roles:
            continue
        client = clients.setdefault(roles[-1], caller(strange_room, roles[-1]))
        document = _document(verb, name, root.fields[name])
        for what, text in TEXTS.items():
            for variables in _given(root.fields[name].args, text):
                answer = client.post(document, variables)
                codes = {error["extensions"]["code"] for error in answer.json().get("errors", ())}
                tried += 1
                said = " ".join(error["message"] for error in answer.json().get("errors", ()))
                if any(part in said for part in text.split("\x00") if len(part) > 9):
                    faults.append((name, what, "what was sent is repeated", said[:300]))
                if answer.status_code >= 500 or codes & {"INTERNAL_SERVER_ERROR", "STORAGE_FAILED"}:
                    faults.append((name, what, variables, answer.text[:300]))
    assert faults == []
    assert tried > 100 * len(TEXTS) / 2
    assert strange_room.service.registry.counts()[0] > 0, "what was sent as SQL is text"
