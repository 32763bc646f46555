"""Which graph answers: Neo4j where one is configured and holds the current analysis, else the one in memory.

The answers are the same; what differs is that a page, GraphQL and Neo4j Browser then show one graph.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from graphsvc.errors import Neo4jFailed, Neo4jUnavailable, NotInstalled
from graphsvc.graph.port import Graph
from graphsvc.graph.snapshot import Snapshot
from graphsvc.model.kept import Kept
from graphsvc.settings import Neo4jAddress

if TYPE_CHECKING:
    from graphsvc.graph.neo4j.connection import Database

AUTO, NEO4J, MEMORY = "auto", "neo4j", "memory"
CHOICES = (AUTO, NEO4J, MEMORY)
"""`auto`: Neo4j where it can answer, `neo4j`: Neo4j or an error, `memory`: never Neo4j."""


@dataclass
class ServingGraph:
    """Makes the graph of an analysis; the connection to Neo4j is made when the first question needs it."""

    choice: str
    """One of CHOICES."""
    address: Callable[[], Neo4jAddress | None]
    """The Neo4j server in use, if one is set or runs."""
    registry: Callable[[], str]
    """Names the data folder: a graph of another one is none of ours."""
    kept_from: Callable[[], int] = lambda: 0
    """From when on (epoch ms) events are kept: what still counts older ones answers nothing."""
    _in_memory: Kept[Graph] = field(default_factory=lambda: Kept(1))
    _opened: "Database | None" = None
    _left: "list[Database]" = field(default_factory=list)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def of(
        self,
        analysis_id: str,
        open_snapshot: Callable[[], Snapshot],
        members_of: Callable[[int], pa.Table],
        past: bool = False,
    ) -> Graph:
        """The graph that answers for an analysis; for a past one that in memory, for Neo4j holds the current alone.

        With `neo4j` Neo4jFailed where it cannot.
        """
        from graphsvc.graph.memory import MemoryGraph

        # Kept, with what it found out, until another is asked for: its snapshot may be gone from the disk by then.
        in_memory = self._in_memory.get(analysis_id, lambda: MemoryGraph(open_snapshot, members_of))
        if past or self.choice == MEMORY or (self.choice == AUTO and self.address() is None):
            return in_memory
        try:
            return self._on_server(analysis_id, in_memory)
        except (Neo4jFailed, NotInstalled):
            if self.choice == NEO4J:
                raise
            return in_memory

    def database(self) -> "Database":
        """The connection; Neo4jUnavailable where no server is set or runs."""
        address = self.address()
        if address is None:
            raise Neo4jUnavailable("no Neo4j server is set or runs: graphsvc neo4j start, or set GRAPHSVC_NEO4J_URL")
        with self._turn:
            if self._opened is None or self._opened.address != address:  # it may have come back elsewhere
                opened = _of_this_program(connect(address))
                if self._opened is not None:
                    self._left.append(self._opened)  # others may still ask through it
                self._opened = opened
            return self._opened

    def close(self) -> None:
        """Let go of every connection."""
        for database in (self._opened, *self._left):
            if database is not None:
                database.close()

    def _on_server(self, analysis_id: str, otherwise: Graph) -> Graph:
        database = self.database()
        from graphsvc.graph.neo4j.graph import Neo4jGraph

        held = database.read("graph/held")
        if not held or held[0]["registry"] != self.registry():
            raise Neo4jFailed("Neo4j holds no graph of this data folder: graphsvc neo4j load, or graphsvc neo4j sync")
        if held[0]["analysisId"] != analysis_id:
            raise Neo4jFailed(
                f"Neo4j holds analysis {held[0]['analysisId'] or 'none'}, and {analysis_id} is current: "
                "graphsvc neo4j sync brings it there"
            )
        if held[0]["keptFrom"] < self.kept_from():
            raise Neo4jFailed(
                "Neo4j still counts events that are not kept any more: graphsvc neo4j sync takes them out"
            )
        return Neo4jGraph(database, otherwise=otherwise)


def _of_this_program(opened: "Database") -> "Database":
    """The connection, closed again where a newer program made the graph."""
    from graphsvc.graph.neo4j import schema

    try:
        schema.refuse_newer(opened)
    except BaseException:
        opened.close()
        raise
    return opened


def connect(address: Neo4jAddress) -> "Database":
    """A connection of the caller's own; NotInstalled without the driver, else the refusals of `Database.connect`."""
    try:
        from graphsvc.graph.neo4j.connection import Database
    except ImportError:
        raise NotInstalled("the Neo4j driver is not installed: pip install 'graphsvc[neo4j]'") from None
    return Database.connect(address)
