"""The verbs of the projection: load the graph whole, bring it to the ledger's head, say how far it is behind.

The driver is an extra, and slow to import: it is imported when a verb needs it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphsvc.errors import Neo4jFailed, Neo4jUnavailable, NotInstalled
from graphsvc.model.progress import Progress, silent
from graphsvc.projecting.servers import Servers
from graphsvc.projecting.state import Source
from graphsvc.store.home import Home

if TYPE_CHECKING:
    from graphsvc.graph.neo4j.connection import Database
    from graphsvc.projecting.bulk import Loaded


@dataclass(frozen=True)
class Projecting:
    """The desk: made by the service."""

    source: Source
    home: Home
    servers: Servers

    def load(self, progress: Progress = silent, *, replace: bool = False) -> "Loaded":
        """Load a local database whole: an empty one, or what is in it is thrown away. Refusals: `bulk.BulkLoad.run`."""
        if self.servers.elsewhere:
            raise Neo4jFailed(
                "the importer works on the files of the local server, and GRAPHSVC_NEO4J_URL names another one: "
                "graphsvc neo4j sync fills that one, or unset GRAPHSVC_NEO4J_URL"
            )
        _require_driver()
        from graphsvc.projecting.bulk import BulkLoad

        return BulkLoad(self.servers, self.source, self.home).run(progress, replace_what_is_there=replace)

    @contextmanager
    def database(self) -> Iterator["Database"]:
        """A connection to the server in use; Neo4jUnavailable where there is none."""
        _require_driver()
        from graphsvc.graph.neo4j.connection import Database

        address = self.servers.address()
        if address is None:
            raise Neo4jUnavailable("no Neo4j server is set or runs: graphsvc neo4j start, or set GRAPHSVC_NEO4J_URL")
        database = Database.connect(address)
        try:
            yield database
        finally:
            database.close()


def _require_driver() -> None:
    try:
        import neo4j  # noqa: F401
    except ImportError:
        raise NotInstalled("the Neo4j driver is not installed: pip install 'graphsvc[neo4j]'") from None
