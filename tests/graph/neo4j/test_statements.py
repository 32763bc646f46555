"""Every statement of `cypher/` says what it takes and gives, is understood by the server, and starts from an index."""

import re
from pathlib import Path
from typing import Any

import pytest

from graphsvc.graph.neo4j import schema
from graphsvc.graph.neo4j.connection import Database
from graphsvc.graph.neo4j.statements import Statement, folder, parse, statement
from graphsvc.settings import Neo4jAddress

HEADED = [
    str(path.relative_to(folder()).with_suffix(""))
    for place in ("projection", "graph", "engine")
    for path in sorted((folder() / place).glob("*.cypher"))
]
LOOKS_AT_ALL = {
    "projection/assessed_numbers": "wants every number with one of three labels, which have an index of their own",
    "projection/detailed_numbers": "wants every number with a label",
    "projection/flagged_there": "wants everything with a label",
    "projection/hide_some_contacts": "another scope is taken up: everything of a type, some at a time",
    "projection/hide_some_numbers": "another scope is taken up: everything with a label, some at a time",
    "projection/delete_some_events": "another scope is taken up: everything of two types, some at a time",
    "projection/delete_some_links": "rows of the feed have gone: everything of some types, some at a time",
    "projection/schema_applied": "one node a schema file, asked before there is any index",
    "projection/anything_there": "asks whether there is any node at all, and stops at the first",
    "graph/communities_project": "the whole graph is the question",
    "graph/communities_inside": "the same",
    "graph/communities_numbers": "the same",
    "graph/communities_ties": "the same",
    "engine/totals": "the same",
    "engine/figures": "the same",
    "engine/devices": "the same",
}
"""Statements that may start from every node or every node of a label, and why."""

SCANS = {"AllNodesScan", "NodeByLabelScan", "UndirectedAllRelationshipsScan", "DirectedAllRelationshipsScan"}
SCANS |= {"UndirectedRelationshipTypeScan", "DirectedRelationshipTypeScan", "UnionNodeByLabelsScan"}


@pytest.mark.parametrize("name", HEADED)
def test_the_head_names_every_parameter_and_column(name: str) -> None:
    one = statement(name)
    body = "\n".join(line for line in one.text.splitlines() if not line.startswith("//"))
    assert one.purpose.endswith(".")
    assert set(one.parameters) == set(re.findall(r"\$(\w+)", body))
    assert list(one.columns) == columns_of(body)
    assert ";" not in body, "one statement a file"


def columns_of(body: str) -> list[str]:
    """Names in the last RETURN at the beginning of a line."""
    returned = re.split(r"^RETURN ", body, flags=re.MULTILINE)
    if len(returned) == 1:
        return []
    last = re.split(r"^(?:ORDER BY|LIMIT|SKIP) ", returned[-1], flags=re.MULTILINE)[0].removeprefix("DISTINCT ")
    return [re.split(r"\sAS\s", part)[-1].strip() for part in split_outside(last)]


def split_outside(text: str) -> list[str]:
    """Split at commas that are in no bracket."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def test_a_head_that_lies_is_caught() -> None:
    lying = parse("x", "// Says little.\n// parameters: a\n// columns: b\nMATCH (n {id: $c}) RETURN n")
    assert set(lying.parameters) != set(re.findall(r"\$(\w+)", lying.text))


@pytest.mark.xdist_group("neo4j")
@pytest.mark.parametrize("name", HEADED)
def test_the_server_understands_it_and_starts_from_an_index(name: str, model_database: Database) -> None:
    one = statement(name)
    plan = model_database.plan(one, {})
    assert plan
    scans = {kind for kind in operators(plan) if kind in SCANS}
    assert not scans or name in LOOKS_AT_ALL, f"{name} starts from {scans}"


def operators(plan: dict[str, Any]) -> set[str]:
    """Kinds of operators in a plan."""
    own = {str(plan["operatorType"]).partition("@")[0]}
    return own.union(*(operators(child) for child in plan.get("children", [])))


@pytest.fixture
def model_database(neo4j_address: Neo4jAddress) -> Any:
    """The server with the model's keys and indexes."""
    database = Database.connect(neo4j_address)
    schema.apply(database, at=0)
    yield database
    database.close()


def test_schema_files_are_never_changed() -> None:
    """Their checksums: a line is added for a new file, and none is ever edited."""
    assert {f"V{one.version}__{one.name}": one.checksum[:16] for one in schema.migrations()} == {
        "V0001__numbers": "562b69ee890b5c12",
        "V0002__entities": "6a005b691f24c7da",
        "V0003__findings": "36bb0670fce064a3",
        "V0004__events": "789da01fbf1d10bb",
        "V0005__entity_suspicion": "6430a5b5d9f1e484",
        "V0006__no_event_times": "7efcfb123f7216de",
    }


def test_every_schema_statement_can_be_run_again() -> None:
    for one in schema.migrations():
        for text in one.statements:
            assert " IF NOT EXISTS " in text or text.endswith(" IF EXISTS")


def test_statements_lie_in_the_checkout_or_beside_the_package(tmp_path: Path) -> None:
    assert isinstance(statement("projection/position"), Statement)
    assert (folder() / "schema").is_dir()
