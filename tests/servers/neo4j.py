"""A real Neo4j with Graph Data Science for tests: one server for the run, cleared for each test that asks.

Use:

    @pytest.mark.xdist_group("neo4j")           # all of them in one worker: Community has one database
    def test_it(empty_neo4j: Neo4jAddress) -> None:
        with neo4j.GraphDatabase.driver(empty_neo4j.bolt, auth=(empty_neo4j.user, empty_neo4j.password)) as driver: ...

- `neo4j_address`: the running server, with whatever the last test left in it;
- `empty_neo4j`: the same, without any node or projected graph, and with no constraint or index but those that the
  projection makes: to make them anew for each test would take longer than most tests;
- `bare_neo4j`: the same without these either, as a server is at its first start;
- `neo4j_settings`: settings of a fresh data folder that name this server (for `open_service` and the like);
- `neo4j_server`: the `LocalServer` behind it, for tests that stop, kill or bulk load: leave it running;
- `restart_neo4j`: starts it again after such a test did something to it;
- `neo4j_jars`, `java`: for servers of a test's own.

The jars are fetched once into ~/.cache/graphsvc (or GRAPHSVC_NEO4J_CACHE) and shared by all checkouts.
"""

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import neo4j
import pytest

from graphsvc.errors import NotInstalled
from graphsvc.graph.neo4j.schema import migrations
from graphsvc.local_neo4j.jars import Jars, fetch_jars
from graphsvc.local_neo4j.java import find_java
from graphsvc.local_neo4j.server import LocalServer
from graphsvc.settings import Neo4jAddress, Settings
from graphsvc.wiring import local_neo4j, neo4j_cache
from tests.servers.missing import missing

HEAP_MIB = 768
PAGE_CACHE_MIB = 256
QUICK_START = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""The quick compiler and the plain collector: half the work of a start, and slower only where a query runs for long."""
_ROWS = 20_000
_WATCH = 'read -r _; cd "$0" && ! flock -n server.lock true && kill -9 "$(cat server.pid)"'
OURS = set(re.findall(r"CREATE (?:CONSTRAINT|INDEX) (\w+)", "".join(s for m in migrations() for s in m.statements)))
"""Constraints and indexes that the projection makes: the same in every test."""


@pytest.fixture(scope="session")
def java() -> Path:
    """The Java that runs servers."""
    try:
        return find_java(Settings.from_environment(os.environ).java_home)
    except NotInstalled as absent:
        missing(str(absent))


@pytest.fixture(scope="session")
def neo4j_jars() -> Jars:
    """The jars of the pinned server, fetched if need be."""
    try:
        return fetch_jars(neo4j_cache(Settings.from_environment(os.environ)))
    except NotInstalled as absent:
        missing(str(absent))


@pytest.fixture(scope="session")
def neo4j_server(java: Path, neo4j_jars: Jars, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    """The one server of the run, with ports of its own; ended with the run."""
    home = tmp_path_factory.mktemp("neo4j-server")
    settings = Settings(home=home, neo4j_heap_mib=HEAP_MIB, neo4j_page_cache_mib=PAGE_CACHE_MIB)
    server = replace(local_neo4j(settings), jvm_options=QUICK_START)
    with ended_with_us(server):
        server.start(java, neo4j_jars, now=time.time_ns() // 1_000_000)
        yield server
        server.stop(kill=True)  # nothing in it is needed any more


@contextmanager
def ended_with_us(server: LocalServer) -> Iterator[None]:
    """However this process ends, `kill -9` included, the server does not outlive it.

    A server is nobody's child. Who waits here reads from a pipe that ends with this process, and then kills the server,
    if it holds its lock still: a process id without it is somebody else's by now.
    """
    command = ["/bin/sh", "-c", _WATCH, str(server.home.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True):
        yield


@pytest.fixture(scope="session")
def restart_neo4j(neo4j_server: LocalServer, java: Path, neo4j_jars: Jars) -> Callable[[], Neo4jAddress]:
    """Starts the server again where it does not run, and gives its address (the ports may be others)."""

    def restart() -> Neo4jAddress:
        neo4j_server.start(java, neo4j_jars, now=time.time_ns() // 1_000_000)
        address = neo4j_server.address()
        assert address is not None
        return address

    return restart


@pytest.fixture
def neo4j_address(restart_neo4j: Callable[[], Neo4jAddress]) -> Neo4jAddress:
    """Where the run's server answers; started again if a test before left it down."""
    return restart_neo4j()


@pytest.fixture
def empty_neo4j(neo4j_address: Neo4jAddress) -> Neo4jAddress:
    """The run's server with no graph in it."""
    clear(neo4j_address)
    return neo4j_address


@pytest.fixture
def bare_neo4j(neo4j_address: Neo4jAddress) -> Neo4jAddress:
    """The run's server with nothing in it."""
    clear(neo4j_address, schema_too=True)
    return neo4j_address


@pytest.fixture
def neo4j_settings(tmp_path: Path, neo4j_address: Neo4jAddress) -> Settings:
    """Settings of a fresh data folder whose Neo4j is the run's server."""
    return settings_for(neo4j_address, tmp_path / "home")


def settings_for(address: Neo4jAddress, home: Path) -> Settings:
    """Settings of the data folder `home` that name this server."""
    settings = Settings(home=home, neo4j_url=address.bolt, neo4j_user=address.user)
    return replace(settings, neo4j_password=address.password)


def clear(address: Neo4jAddress, *, schema_too: bool = False) -> None:
    """Take everything out of the database: projected graphs, nodes, constraints and indexes that are not ours."""
    kept = set() if schema_too else OURS
    with (
        neo4j.GraphDatabase.driver(address.bolt, auth=(address.user, address.password)) as driver,
        driver.session() as session,
    ):
        session.run(
            "CALL gds.graph.list() YIELD graphName CALL gds.graph.drop(graphName) YIELD nodeCount FINISH"
        ).consume()
        session.run(f"MATCH (n) CALL (n) {{ DETACH DELETE n }} IN TRANSACTIONS OF {_ROWS} ROWS").consume()
        constraints = {row["name"] for row in session.run("SHOW CONSTRAINTS YIELD name")}
        for name in sorted(constraints - kept):
            session.run(f"DROP CONSTRAINT `{name}`").consume()
        # The two token look-up indexes are there from the beginning; statements without a better index use them.
        indexes = {row["name"] for row in session.run("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP'")}
        for name in sorted(indexes - kept - constraints):
            session.run(f"DROP INDEX `{name}`").consume()
