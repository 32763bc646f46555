"""Communities of a graph that is too big for several attempts: one, and no contact leaves the server."""

from collections.abc import Iterator

import neo4j
import networkx as nx
import pytest

from graphsvc.graph.neo4j import communities
from graphsvc.graph.neo4j.connection import Database
from graphsvc.settings import Neo4jAddress
from tests.contract.loading import Single, load

pytestmark = pytest.mark.xdist_group("neo4j")


@pytest.fixture
def plain() -> nx.Graph:
    """Eight groups of twenty, and two numbers that only called themselves."""
    return nx.planted_partition_graph(8, 20, 0.4, 0.02, seed=5)


@pytest.fixture
def database(empty_neo4j: Neo4jAddress, plain: nx.Graph) -> Iterator[Database]:
    ends = [(a, b) if i % 2 else (b, a) for i, (a, b) in enumerate(plain.edges)]
    events = [Single(a, b, 1000 * i, True, 9) for i, (a, b) in enumerate(ends)]
    load(empty_neo4j, [*events, Single(500, 500, 0, True, 9), Single(400, 400, 0, True, 9)], scope="none")
    opened = Database.connect(empty_neo4j)
    yield opened
    opened.close()


def test_one_attempt_finds_connected_communities_as_good_as_those_of_networkx(
    database: Database, plain: nx.Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(communities, "_ATTEMPTS_CONTACTS_MAX", 0)
    rows = communities.labels(database).to_pylist()
    assert [row["number"] for row in rows] == [*range(160), 400, 500]
    parts: dict[int, set[int]] = {}
    for row in rows:
        parts.setdefault(row["label"], set()).add(row["number"])
    firsts = [min(parts[label]) for label in range(len(parts))]
    assert firsts == sorted(firsts)
    assert parts.pop(len(parts) - 1) == {500}
    assert parts.pop(len(parts) - 1) == {400}
    assert all(nx.is_connected(plain.subgraph(part)) for part in parts.values())
    found = nx.community.modularity(plain, parts.values())
    assert found >= nx.community.modularity(plain, nx.community.louvain_communities(plain, seed=1)) - 0.02
    assert communities.labels(database).to_pylist() == rows
    with neo4j.GraphDatabase.driver(
        database.address.bolt, auth=(database.address.user, database.address.password)
    ) as driver:
        left = driver.execute_query("CALL gds.graph.list() YIELD graphName RETURN graphName").records
    assert not left, "nothing stays in the server's memory"
