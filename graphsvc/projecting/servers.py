"""Where the graph is, or may be: the server in use, and the local one with what runs it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from graphsvc.local_neo4j.jars import Jars
from graphsvc.local_neo4j.server import LocalServer
from graphsvc.model.progress import Progress
from graphsvc.settings import Neo4jAddress


@dataclass(frozen=True)
class Servers:
    """Nothing is fetched, started or asked before a verb needs it."""

    address: Callable[[], Neo4jAddress | None]
    """The server in use, if one is set or runs."""
    elsewhere: bool
    """A server is set that this machine does not administer."""
    local: LocalServer
    """The one of the data folder, running or not."""
    runtime: Callable[[Progress], tuple[Path, Jars]]
    """Java and jars of the local one; fetched if need be."""
    now: Callable[[], int]
    """The wall clock, epoch ms."""
