"""The table of authority, cell by cell: each role, each field of the schema, however the field is reached."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    OperationType,
    get_named_type,
    is_required_argument,
    parse,
)

from graphsvc.api.authority import authority, fields_of
from graphsvc.api.refusals import Refusal
from graphsvc.api.room import Room
from graphsvc.api.schema.whole import schema
from graphsvc.model.callers import Caller, Role
from tests.api.clients import caller

SCHEMA = schema()._schema
READERS = frozenset(Role) - {Role.FEEDER}
TRACING = frozenset({Role.INVESTIGATOR, Role.ANALYST})
CASEWORK = frozenset({Role.INVESTIGATOR, Role.ANALYST, Role.SUPERVISOR, Role.AUDITOR})
ONLY_INVESTIGATOR = frozenset({Role.INVESTIGATOR})

# Copied by hand from the contract's column `for`: who may ask each root field.
CONTRACT = {
    "Query.victims": READERS,
    "Query.number": READERS,
    "Query.numbers": READERS,
    "Query.entity": READERS,
    "Query.networks": READERS,
    "Query.network": READERS,
    "Query.networkDescent": READERS,
    "Query.service": READERS,
    "Query.node": READERS,
    "Query.connectedPeople": TRACING,
    "Query.communities": TRACING,
    # The contract has investigations opened and added to by investigators; analysts, who annotate, read them too, and
    # so do those who answer for the work and those who look into it. A file of one leaves the house: not by analysts.
    "Query.investigations": CASEWORK,
    "Query.investigation": CASEWORK,
    "Query.evaluations": CASEWORK,
    "Query.evidencePack": CASEWORK - {Role.ANALYST},
    "Mutation.openInvestigation": ONLY_INVESTIGATOR,
    "Mutation.addToInvestigation": ONLY_INVESTIGATOR,
    "Mutation.changeInvestigation": ONLY_INVESTIGATOR,
    "Mutation.annotate": TRACING,
    # Not in the contract: who may walk through the graph saves questions, each for themselves.
    "Query.savedQuestions": TRACING,
    "Query.savedQuestion": TRACING,
    **{f"Mutation.{name}": TRACING for name in ("saveQuestion", "lookAtQuestion", "changeQuestion", "forgetQuestion")},
    "Query.neighbourhood": ONLY_INVESTIGATOR,
    "Mutation.recordExport": ONLY_INVESTIGATOR,  # not in the contract: who has a canvas saves it
    "Query.paths": ONLY_INVESTIGATOR,
    "Query.simulateFlag": ONLY_INVESTIGATOR,
    "Query.commonContacts": ONLY_INVESTIGATOR,
    "NumberReport.token": TRACING,
    "Query.tokenEnd": TRACING,  # not in the contract: who sees tokens finds by them
    "Query.dispatch": frozenset({Role.DISPATCHER, Role.SUPERVISOR}),
    "Query.warningEvents": frozenset({Role.DISPATCHER}),
    "Query.measures": frozenset({Role.SUPERVISOR, Role.AUDITOR}),
    "Query.dailyBulletin": READERS,
    "Query.checkRisk": frozenset({Role.HOTLINE}),
    "Query.verifyWarning": frozenset({Role.HOTLINE}),
    **{
        f"Mutation.{name}": frozenset({Role.DISPATCHER})
        for name in ("claimWarnings", "extendLeases", "releaseLeases", "ackWarnings", "failWarnings")
    },
    "Mutation.recordOutcomes": frozenset({Role.DISPATCHER, Role.HOTLINE, Role.SUPERVISOR}),
    **{
        f"Mutation.{name}": frozenset({Role.INVESTIGATOR, Role.SUPERVISOR})
        for name in ("flagNumbers", "flagEntities", "revokeFlags")
    },
    "Mutation.report": frozenset({Role.HOTLINE, Role.DISPATCHER, Role.INVESTIGATOR, Role.ANALYST}),
    "Mutation.appeal": frozenset({Role.HOTLINE}),
    **{
        f"Mutation.{name}": frozenset({Role.SUPERVISOR})
        for name in ("releaseNumber", "setCapacity", "pauseDispatch", "resumeDispatch", "requeueWarnings")
    },
    "Subscription.warningsReady": READERS,
    "Subscription.networkChanged": READERS,
    # The contract says "by role": those who call or visit people, and who answer for them.
    "Mutation.revealNumber": frozenset({Role.INVESTIGATOR, Role.DISPATCHER, Role.SUPERVISOR}),
}


def object_types() -> Iterator[GraphQLObjectType | GraphQLInterfaceType]:
    for name, kind in SCHEMA.type_map.items():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and not name.startswith("__"):
            yield kind


FIELDS = sorted(f"{kind.name}.{name}" for kind in object_types() for name in kind.fields)


def test_every_field_of_the_schema_has_a_row_and_every_row_a_field() -> None:
    rows = set(authority().fields) - {"Query.__schema", "Query.__type"}
    assert rows == set(FIELDS)


def test_a_field_without_a_row_is_nobodys() -> None:
    for role in Role:
        assert not authority().allows(role, "Victim.somethingNew")
        with pytest.raises(Refusal):
            authority().refuse_beyond(Caller("x", role, "", "x"), ["Victim.somethingNew"])


@pytest.mark.parametrize("field", sorted(CONTRACT))
def test_the_table_is_the_contracts(field: str) -> None:
    assert authority().fields[field] == CONTRACT[field]


def test_every_root_field_of_the_contract_is_in_this_test() -> None:
    roots = {field for field in FIELDS if field.split(".")[0] in ("Query", "Mutation", "Subscription")}
    assert roots <= set(CONTRACT)


def reach(target: str) -> list[str]:
    """Ways from a root to a field, as documents: the shortest, the same through a fragment, and by `node`."""
    type_name, name = target.split(".")
    kind = SCHEMA.type_map[type_name]
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    wanted = leaf(kind, name)
    start, end = way_to(kind)
    ways = [
        f"{start} {wanted} {end}",
        f"{start} ... on {type_name} {{ other: {wanted} }} {end}",
        f"{start} ...Part {end} fragment Part on {type_name} {{ {wanted} }}",
    ]
    if isinstance(kind, GraphQLObjectType) and any(one.name == "Node" for one in kind.interfaces):
        ways.append(f'query {{ node(id: "x") {{ ... on {type_name} {{ {wanted} }} }} }}')
    return ways


def way_to(wanted: GraphQLObjectType | GraphQLInterfaceType) -> tuple[str, str]:
    """The text that opens selections down to a type, and the braces that close them."""
    level: list[tuple[GraphQLObjectType | GraphQLInterfaceType, str, str]]
    level = [(kind, f"{word} {{", "}") for word, kind in roots()]
    seen: set[str] = set()
    while level:
        following = []
        for kind, start, end in level:
            if kind is wanted:
                return start, end
            if kind.name in seen:
                continue
            seen.add(kind.name)
            for each, field in kind.fields.items():
                inner = get_named_type(field.type)
                if isinstance(inner, GraphQLObjectType | GraphQLInterfaceType):
                    following.append((inner, f"{start} {each}{arguments(kind, each)} {{", f"}} {end}"))
        level = following
    raise AssertionError(f"no way leads to {wanted.name}")


def roots() -> Iterator[tuple[str, GraphQLObjectType]]:
    for word, kind in (("query", OperationType.QUERY), ("mutation", OperationType.MUTATION)):
        root = SCHEMA.get_root_type(kind)
        if root is not None:
            yield word, root
    subscription = SCHEMA.get_root_type(OperationType.SUBSCRIPTION)
    if subscription is not None:
        yield "subscription", subscription


def leaf(kind: GraphQLObjectType | GraphQLInterfaceType, name: str) -> str:
    inner = get_named_type(kind.fields[name].type)
    below = " { __typename }" if isinstance(inner, GraphQLObjectType | GraphQLInterfaceType) else ""
    return f"{name}{arguments(kind, name)}{below}"


def arguments(kind: GraphQLObjectType | GraphQLInterfaceType, name: str) -> str:
    taken = kind.fields[name].args.items()
    needed = [f"{word}: {literal(about.type)}" for word, about in taken if is_required_argument(about)]
    return f"({', '.join(needed)})" if needed else ""


def literal(kind: object) -> str:
    text = str(kind).rstrip("!")
    if text.startswith("["):
        return "[]"
    named = get_named_type(kind)  # type: ignore[call-overload]
    return next(iter(named.values)) if hasattr(named, "values") else {"Int": "1", "Float": "1.0"}.get(text, '"x"')


@pytest.mark.parametrize("field", FIELDS)
def test_each_cell_through_every_way(field: str) -> None:
    for way in reach(field):
        document = parse(way)
        asked = fields_of(SCHEMA, document, document.definitions[0])  # type: ignore[arg-type]
        assert field in asked, way
        for role in Role:
            allowed = all(role in authority().fields[one] for one in asked)
            if allowed:
                authority().refuse_beyond(Caller("x", role, "", "x"), asked)
            else:
                with pytest.raises(Refusal, match="may not have"):
                    authority().refuse_beyond(Caller("x", role, "", "x"), asked)
            assert not (allowed and role not in authority().fields[field]), f"{role} got {field} by {way}"


@pytest.mark.parametrize("role", list(Role))
def test_over_http_a_role_gets_what_the_table_says(room: Room, role: Role) -> None:
    """Each root field that needs no argument, and a field with a row of its own, asked for real."""
    somebody = caller(room, role)
    cases = {
        "Query.victims": "{ victims { edges { node { id } } } }",
        "Query.networks": "{ networks { edges { node { id } } } }",
        "Query.service": "{ service { version } }",
        "Query.communities": "{ communities { size } }",
        "NumberReport.token": '{ number(number: "95588") { token } }',
        "Query.__schema": "{ __schema { queryType { name } } }",
    }
    for field, document in cases.items():
        answer = somebody.post(document)
        if role in authority().fields[field]:
            assert answer.status_code == 200, (field, answer.text)
            assert "errors" not in answer.json()
        else:
            assert answer.status_code == 403
            assert answer.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
            assert "data" not in answer.json()


def test_the_page_about_the_api_shows_the_roles_of_root_fields() -> None:
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
    rows = dict(re.findall(r"^\| `(\w+)` \| ([\w, ]+) \|", page, re.MULTILINE))
    for field in FIELDS:
        kind, name = field.split(".")
        if kind in ("Query", "Mutation", "Subscription"):
            roles = authority().fields[field]
            said = frozenset(READERS) if rows[name] == "all" else frozenset(map(Role, rows[name].split(", ")))
            assert roles == said, name
