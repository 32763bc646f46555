"""The graphs and engines under contract, each made to hold a list of events. Cases never learn which one answers."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import pyarrow as pa
import pytest

from graphsvc.engine.features import ArrayFeatures, Features
from graphsvc.engine.gds import GdsEngine, GdsFeatures
from graphsvc.engine.local import LocalEngine
from graphsvc.graph.memory import MemoryGraph
from graphsvc.graph.neo4j.connection import Database
from graphsvc.graph.neo4j.graph import Neo4jGraph
from graphsvc.graph.port import Graph
from graphsvc.graph.values import Limits
from graphsvc.model.findings import Findings
from graphsvc.model.tables import MEMBERS
from graphsvc.settings import Neo4jAddress
from tests.contract.loading import Single, load
from tests.engine.plain import NONE_KNOWN, PlainWorld
from tests.servers.neo4j import clear
from tests.sketch import Row, snapshot_of


class Holding(Protocol):
    """Makes a graph of all these events, one at a time; one on a server may leave single events out."""

    def __call__(self, rows: Sequence[Row], limits: Limits, *, events: bool = True) -> Graph: ...


@contextmanager
def memory(_: pytest.FixtureRequest) -> Iterator[Holding]:
    """The graph in this process."""

    def holding(rows: Sequence[Row], limits: Limits, *, events: bool = True) -> Graph:
        return MemoryGraph(lambda: snapshot_of(rows), _no_members, limits)

    yield holding


@contextmanager
def on_a_server(request: pytest.FixtureRequest) -> Iterator[Holding]:
    """The graph in Neo4j."""
    with databases(request) as filled:

        def holding(rows: Sequence[Row], limits: Limits, *, events: bool = True) -> Graph:
            single = [Single(a, b, at, channel == "call", seconds) for a, b, at, seconds, channel in rows]
            return Neo4jGraph(filled(single, "all" if events else "none"), limits)

        yield holding


Filled = Callable[[Sequence[Single], str], Database]


@contextmanager
def databases(request: pytest.FixtureRequest) -> Iterator[Filled]:
    """Fills the run's server anew with events of a scope, and connects to it."""
    running: Callable[[], Neo4jAddress] = request.getfixturevalue("restart_neo4j")
    opened: list[Database] = []

    def filled(events: Sequence[Single], scope: str) -> Database:
        address = running()
        clear(address)
        load(address, events, scope=scope)
        opened.append(Database.connect(address))
        return opened[-1]

    yield filled
    for database in opened:
        database.close()


class Analysing(Protocol):
    """One engine, on any world."""

    def findings(self, world: PlainWorld) -> Findings:
        """All it finds; days begin at midnight UTC."""

    def features(self, world: PlainWorld) -> Features:
        """What it measures on the graph."""


class OnArrays:
    """The engine in this process."""

    def findings(self, world: PlainWorld) -> Findings:
        return LocalEngine(timezone="UTC").analyse(world.snapshot, world.facts, NONE_KNOWN)

    def features(self, world: PlainWorld) -> Features:
        return ArrayFeatures(world.snapshot)


class OnGds:
    """The engine on Neo4j and Graph Data Science."""

    def __init__(self, filled: Filled) -> None:
        self.filled = filled
        self.held: tuple[PlainWorld, Database] | None = None

    def findings(self, world: PlainWorld) -> Findings:
        return GdsEngine(self._database(world), timezone="UTC").analyse(world.snapshot, world.facts, NONE_KNOWN)

    def features(self, world: PlainWorld) -> Features:
        return GdsFeatures(self._database(world), world.snapshot)

    def _database(self, world: PlainWorld) -> Database:
        if self.held is None or self.held[0] is not world:
            events = [
                Single(e.a, e.b, e.at, e.seconds is not None, e.seconds, e.answered, e.device) for e in world.events
            ]
            self.held = (world, self.filled(events, "all"))
        return self.held[1]


@contextmanager
def arrays(_: pytest.FixtureRequest) -> Iterator[Analysing]:
    """The engine in this process."""
    yield OnArrays()


@contextmanager
def gds(request: pytest.FixtureRequest) -> Iterator[Analysing]:
    """The engine on a server."""
    with databases(request) as filled:
        yield OnGds(filled)


def _no_members(_: int) -> pa.Table:
    return MEMBERS.empty_table()


_SERVER = pytest.mark.xdist_group("neo4j")
GRAPHS = [pytest.param(memory, id="memory"), pytest.param(on_a_server, id="neo4j", marks=_SERVER)]
ENGINES = [pytest.param(arrays, id="local"), pytest.param(gds, id="gds", marks=_SERVER)]
