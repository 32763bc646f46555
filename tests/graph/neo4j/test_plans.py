"""Plans of the questions in `cypher/graph` and `cypher/engine`, with contacts in the database and lists of any length.

A plan depends on both: a list of one item may become an index seek at the far end, and a long one a scan.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import neo4j
import pytest

from graphsvc.graph.neo4j import schema
from graphsvc.graph.neo4j.connection import Database
from graphsvc.graph.neo4j.statements import Statement, folder, statement
from graphsvc.settings import Neo4jAddress
from tests.servers.neo4j import clear

NAMES = sorted(f"{room}/{path.stem}" for room in ("graph", "engine") for path in (folder() / room).glob("*.cypher"))
WHOLE_GRAPH = {
    "graph/communities_project",
    "graph/communities_inside",
    "graph/communities_numbers",
    "graph/communities_ties",
    "engine/figures",
    "engine/devices",
    "engine/totals",
}
"""These read every number: a question about the whole graph has no place to start from."""
SCANS = re.compile(r"AllNodesScan|LabelScan|RelationshipTypeScan|RelationshipIndex|AllRelationships")


@pytest.fixture(scope="module")
def database(restart_neo4j: Callable[[], Neo4jAddress]) -> Iterator[Database]:
    """A server with the keys that statements start from."""
    address = restart_neo4j()
    clear(address)
    opened = Database.connect(address)
    schema.apply(opened, at=0)
    with neo4j.GraphDatabase.driver(address.bolt, auth=(address.user, address.password)) as driver:
        driver.execute_query(_A_FEW)
    yield opened
    opened.close()


_A_FEW = """
UNWIND range(1, 200) AS i
CREATE (n:Number {numberId: i})
WITH collect(n) AS numbers
UNWIND range(0, 198) AS i
WITH numbers[i] AS a, numbers[i + 1] AS b
CREATE (a)-[:CONTACTED {events: 1}]->(b)
CREATE (a)-[:CALLED {at: datetime()}]->(b)
CREATE (a)-[:TEXTED {at: datetime()}]->(b)
"""


@pytest.mark.xdist_group("neo4j")
@pytest.mark.parametrize("name", NAMES)
def test_the_server_plans_it_from_an_index(database: Database, name: str) -> None:
    one = statement(name)
    for many in (1, 500):
        plan = database.plan(one, parameters_of(one, many))
        operators = list(walked(plan))
        assert name in WHOLE_GRAPH or not [each for each in operators if SCANS.search(each)], operators
        columns = [each.strip("` ") for each in str(plan["args"]["Details"]).split(",")]
        assert columns == list(one.columns)


def parameters_of(one: Statement, many: int) -> dict[str, Any]:
    """A value for each parameter, lists of so many items: plans depend on how long a list is."""
    samples = SAMPLES | WITH_STRENGTHS.get(one.name, {})
    return {name: samples[name](many) for name in one.parameters}


SAMPLES: dict[str, Callable[[int], Any]] = {
    **dict.fromkeys(
        ("ids", "others", "few", "hubs", "taken", "reached", "wanted", "aside", "most", "numbers", "members", "seeds",
         "suspects", "public", "callers", "known", "order"),
        lambda many: list(range(1, many + 1)),
    ),
    "frontier": lambda many: list(range(1, many + 1)),
    "groups": lambda many: [list(range(1, many + 1)), list(range(many + 1, 2 * many + 1))],
    **dict.fromkeys(("pairs", "steps"), lambda many: [[i, i + 1] for i in range(1, many + 1)]),
    "edges": lambda many: [[i, i + 1, 1.0] for i in range(1, many + 1)],
    **dict.fromkeys(("projection", "inside", "whole"), lambda _: "a name"),
    **dict.fromkeys(("resolution", "scale", "farWeight"), lambda _: 1.0),
    **dict.fromkeys(
        ("number", "network", "limit", "minEvents", "since", "until", "detailedSince", "bound", "threads",
         "copies", "callersMost", "callersAll", "nearMs", "least", "dayMs", "offsetMs", "offset"),
        lambda _: 5,
    ),
}  # fmt: skip
WITH_STRENGTHS: dict[str, dict[str, Callable[[int], Any]]] = {
    "graph/people_near_in_window": {"frontier": lambda many: [[i, 0.5] for i in range(1, many + 1)]},
    "graph/people_reached": {"frontier": lambda many: [[i, 5, 0.5] for i in range(1, many + 1)]},
}
"""What these go on from is more than a number: how near it is, and from when on it counts."""


def walked(plan: dict[str, Any]) -> Iterator[str]:
    """The names of all operators of a plan."""
    yield str(plan["operatorType"])
    for child in plan.get("children", []):
        yield from walked(child)
