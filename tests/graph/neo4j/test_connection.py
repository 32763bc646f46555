"""Who cannot get through to Neo4j is told why and what to do."""

from collections.abc import Iterator
from dataclasses import replace

import neo4j
import pytest

from graphsvc.errors import Neo4jFailed, Neo4jUnavailable
from graphsvc.graph.neo4j import connection
from graphsvc.graph.neo4j.connection import Database, refusals_explained
from graphsvc.local_neo4j.ports import any_free
from graphsvc.settings import Neo4jAddress

pytestmark = pytest.mark.xdist_group("neo4j")


@pytest.fixture
def database(empty_neo4j: Neo4jAddress) -> Iterator[Database]:
    opened = Database.connect(empty_neo4j)
    yield opened
    opened.close()


def test_no_server() -> None:
    nobody = Neo4jAddress(bolt=f"bolt://127.0.0.1:{any_free()}", http=None, user="neo4j", password="x")
    with pytest.raises(Neo4jUnavailable, match=r"no Neo4j server answers at .*graphsvc neo4j start"):
        Database.connect(nobody)


def test_a_wrong_password_is_said_and_not_shown(neo4j_address: Neo4jAddress) -> None:
    wrong = replace(neo4j_address, password="not the secret")
    with pytest.raises(Neo4jFailed, match="GRAPHSVC_NEO4J_PASSWORD") as refused:
        Database.connect(wrong)
    assert "not the secret" not in str(refused.value)


def test_an_old_server(neo4j_address: Neo4jAddress, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "OLDEST", (3000, 1))
    with pytest.raises(Neo4jFailed, match=r"is Neo4j 20\d\d\.\d+.*; graphsvc needs 3000\.01 or newer"):
        Database.connect(neo4j_address)


def test_missing_graph_data_science(database: Database) -> None:
    with (
        pytest.raises(Neo4jFailed, match="has no Graph Data Science"),
        refusals_explained(database.address),
        database._session(neo4j.READ_ACCESS) as session,
    ):
        session.run("CALL gds.nothing.of.that.name()").consume()


def test_a_statement_of_ours_that_is_wrong_stays_visible(database: Database) -> None:
    with pytest.raises(neo4j.exceptions.CypherSyntaxError):
        database.run_alone("MATCH")


def test_what_a_transaction_did_is_undone_when_its_block_fails(database: Database) -> None:
    before = database.read("projection/position")
    given = {"revision": 1, "eventsSince": 0}

    def fail_halfway() -> None:
        with database.writing() as transaction:
            transaction.run("projection/begin", properties=given)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    assert database.read("projection/position") == before


def test_reading_cannot_write(database: Database) -> None:
    with pytest.raises(Neo4jFailed, match="read-only"):
        database.read("projection/begin", properties={"revision": 1, "eventsSince": 0})
