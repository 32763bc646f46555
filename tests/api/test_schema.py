"""The schema is the contract: printed fresh, never broken, everything bounded; and libraries are above their floors."""

import importlib.metadata
import re
import subprocess
from pathlib import Path

import pytest
from graphql import (
    GraphQLList,
    GraphQLObjectType,
    build_schema,
    find_breaking_changes,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    parse,
    validate,
)

from graphsvc.api.refusals import CODES
from graphsvc.api.schema.whole import schema, sdl
from graphsvc.errors import GraphsvcError

ROOT = Path(__file__).parents[2]
FILE = ROOT / "schema" / "graphsvc.graphql"
OPERATIONS = sorted((ROOT / "schema" / "operations").glob("*.graphql"))


def test_the_file_is_what_the_code_prints() -> None:
    assert FILE.read_text() == sdl(), "run `make schema`"


def test_no_client_of_the_committed_schema_is_broken() -> None:
    log = ["git", "log", "--format=%h", "-2", "--", str(FILE)]
    commits = subprocess.run(log, cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    if not commits:
        pytest.skip("this schema was never committed, or there is no git")
    for commit in commits:
        show = ["git", "show", f"{commit}:schema/graphsvc.graphql"]
        before = subprocess.run(show, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        changes = find_breaking_changes(build_schema(before), schema()._schema)
        assert [change.description for change in changes] == []


def test_a_breaking_change_would_be_noticed() -> None:
    without = re.sub(r"^  deadlineAt: DateTime$", "", sdl(), flags=re.MULTILINE)
    assert find_breaking_changes(schema()._schema, build_schema(without))


@pytest.mark.parametrize("path", OPERATIONS, ids=lambda path: path.stem)
def test_the_operations_of_each_reader_fit_the_schema(path: Path) -> None:
    assert validate(schema()._schema, parse(path.read_text())) == []


def test_every_root_field_is_asked_by_some_operation() -> None:
    texts = "".join(path.read_text() for path in OPERATIONS)
    query = schema()._schema.query_type
    assert query is not None
    asked = {name for name in query.fields if re.search(rf"^  (?:\w+: )?{name}\b", texts, re.MULTILINE)}
    assert set(query.fields) == asked


BOUNDED = {"first", "limit"}
FEW = {
    # Lists that hang on one thing, or that the caller gives as many of.
    "Query.numbers",
    "Evidence.path",
    "ConnectedPerson.path",
    "GraphPath.numbers",
    "GraphPath.stepsAt",
    "Community.central",
    "CommonContact.ties",
}

SINGLE_OR_GIVEN = ("number", "entity", "numbers", "network", "investigation", "savedQuestion")
"""One thing, whose own lists are bounded, or as many as were given."""


def test_every_list_of_the_root_is_bounded_by_an_argument() -> None:
    query = schema()._schema.query_type
    assert query is not None
    for name, field in query.fields.items():
        kind = get_named_type(field.type)
        lists = isinstance(get_nullable_type(field.type), GraphQLList) or (
            isinstance(kind, GraphQLObjectType)
            and {"edges", "people", "contacts", "paths", "numbers"} & set(kind.fields)
        )
        if lists and not is_leaf_type(kind) and name not in SINGLE_OR_GIVEN:
            assert BOUNDED & set(field.args), name


FLOORS = {
    "strawberry-graphql": (0, 327, 2),
    "graphql-core": (3, 3, 0),
    "starlette": (1, 3, 1),
    "uvicorn": (0, 11, 7),
    "websockets": (15, 0),
    "joserfc": (1, 6, 0),
    "h11": (0, 16, 0),
}
"""Versions in which the known advisories are fixed (docs/decisions names them)."""


@pytest.mark.parametrize("package", sorted(FLOORS))
def test_libraries_are_not_below_the_version_that_mends_their_advisories(package: str) -> None:
    version = tuple(int(part) for part in re.findall(r"\d+", importlib.metadata.version(package))[:3])
    assert version >= FLOORS[package]


def test_libraries_with_open_advisories_are_not_there() -> None:
    present = {distribution.name for distribution in importlib.metadata.distributions()}
    assert "python-multipart" not in present, "forms are not read; nothing needs it"


def test_the_page_about_the_api_lists_every_code_with_its_status() -> None:
    page = (ROOT / "docs" / "api.md").read_text()
    rows = {code: int(status) for code, status in re.findall(r"^\| `([A-Z0-9_]+)` \| (\d+) \|", page, re.MULTILINE)}
    assert rows == {code: meaning.status for code, meaning in CODES.items()}


def test_every_error_of_the_tree_has_a_code_in_the_list() -> None:
    def codes(kind: type[GraphsvcError]) -> set[str]:
        return {kind.code}.union(*(codes(below) for below in kind.__subclasses__()))

    assert codes(GraphsvcError) <= set(CODES)
