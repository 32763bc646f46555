"""The schema of a database: applied in order, recorded, resumed, and refused where it is newer or changed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from graphsvc.errors import Neo4jFailed
from graphsvc.graph.neo4j import schema
from graphsvc.graph.neo4j.connection import Database
from graphsvc.settings import Neo4jAddress

pytestmark = pytest.mark.xdist_group("neo4j")


@pytest.fixture
def database(bare_neo4j: Neo4jAddress) -> Iterator[Database]:
    opened = Database.connect(bare_neo4j)
    yield opened
    opened.close()


def constraints(database: Database) -> set[str]:
    with database._session("READ") as session:
        return {row["name"] for row in session.run("SHOW CONSTRAINTS YIELD name")}


def test_an_empty_database_gets_every_file_once(database: Database) -> None:
    versions = [one.version for one in schema.migrations()]
    assert schema.apply(database, at=1_000) == versions
    assert schema.apply(database, at=2_000) == []
    applied = database.read("projection/schema_applied")
    assert [row["version"] for row in applied] == versions
    assert all(row["done"] for row in applied)
    assert {"number_id", "number_token", "entity_id", "network_id"} <= constraints(database)


def test_a_half_applied_file_is_resumed(database: Database) -> None:
    first, second = schema.migrations()[:2]
    broken = replace(second, statements=(*second.statements[:1], "CREATE CONSTRAINT nonsense"))
    with pytest.raises(Exception, match="Invalid input"):
        schema.apply(database, at=1_000, known=[first, broken])
    assert [row["done"] for row in database.read("projection/schema_applied")] == [True, False]
    assert schema.apply(database, at=2_000) == [one.version for one in schema.migrations()[1:]]
    assert "entity_token" in constraints(database)


def test_a_newer_schema_is_refused_with_what_to_do(database: Database) -> None:
    schema.apply(database, at=1_000)
    older = schema.migrations()[:-1]
    with pytest.raises(Neo4jFailed, match=r"has schema 0006, this graphsvc knows 0005: install the version"):
        schema.apply(database, at=2_000, known=older)


def test_a_changed_file_is_refused(database: Database) -> None:
    schema.apply(database, at=1_000)
    first, *others = schema.migrations()
    with pytest.raises(Neo4jFailed, match="schema files are never changed"):
        schema.apply(database, at=2_000, known=[replace(first, checksum="0" * 64), *others])


def test_what_a_later_file_takes_away_is_never_made(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    first = schema.migrations()[0]
    made = schema.Migration("0002", "made", "a", ("CREATE INDEX short_lived IF NOT EXISTS FOR (n:X) ON (n.y)",))
    gone = schema.Migration("0003", "gone", "b", ("DROP INDEX short_lived IF EXISTS",))
    ran: list[str] = []
    run = database.run_alone

    def noted(text: str) -> None:
        ran.append(text)
        run(text)

    monkeypatch.setattr(database, "run_alone", noted)
    assert schema.apply(database, at=1_000, known=[first, made, gone]) == ["0001", "0002", "0003"]
    assert ran == [*first.statements, *gone.statements]
    assert schema.apply(database, at=2_000, known=[first, made, gone]) == []


def test_what_is_not_taken_away_yet_is_made(database: Database) -> None:
    """A program that does not know of the later file makes what that one would drop."""
    made = schema.Migration("0002", "made", "a", ("CREATE INDEX short_lived IF NOT EXISTS FOR (n:X) ON (n.y)",))
    schema.apply(database, at=1_000, known=[schema.migrations()[0], made])
    with database._session("READ") as session:
        assert "short_lived" in {row["name"] for row in session.run("SHOW INDEXES YIELD name")}
