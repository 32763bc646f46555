"""The verbs of the projection: load the graph whole, bring it to the ledger's head, say how far it is behind.

The driver is an extra, and slow to import: it is imported when a verb needs it.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphsvc.errors import Neo4jFailed, Neo4jUnavailable, NotInstalled
from graphsvc.model.progress import Progress, silent
from graphsvc.projecting.analysts import AnalystCopy
from graphsvc.projecting.servers import Servers
from graphsvc.projecting.state import Source
from graphsvc.store import results
from graphsvc.store.home import Home
from graphsvc.store.lock import hold

if TYPE_CHECKING:
    from graphsvc.graph.neo4j.connection import Database
    from graphsvc.projecting.bulk import Loaded
    from graphsvc.projecting.syncing import Synced


@dataclass(frozen=True)
class Lag:
    """How far the graph is behind the data folder."""

    loaded_to: int
    """The ledger's position that it is at."""
    events: int
    """Events that are yet to come in."""
    analysis_id: str | None
    """The analysis that it shows."""
    current: bool
    """That is the current one."""


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

        with self._held("neo4j load", 60.0):
            return BulkLoad(self.servers, self.source, self.home).run(progress, replace_what_is_there=replace)

    def sync(
        self,
        progress: Progress = silent,
        *,
        patience_seconds: float = 60.0,
        closing: Callable[[], bool] = lambda: False,
        following: bool = False,
    ) -> "Synced":
        """Bring the graph in use to the ledger's head and the current analysis; an empty database is filled.

        A server that is absent or restarting is waited for, so long. One sync of a data folder runs at a time. It
        stops after a step where `closing` says so. With `following`, events that come in meanwhile go before what
        else is to be done; else they are for the next.
        """
        _require_driver()
        from graphsvc.projecting.syncing import Sync

        with self._held("neo4j sync", patience_seconds), self.database() as database:
            return Sync(database, self.source, progress, patience_seconds, self.servers.now, closing, following).run()

    def lag(self) -> "Lag | None":
        """How far the graph in use is behind; None where no Neo4j is set or runs.

        Neo4jFailed where it does not answer, has a newer schema, or holds the graph of another data folder.
        """
        if self.servers.address() is None:
            return None
        from graphsvc.graph.neo4j import position, schema

        with self.database() as database:
            schema.refuse_newer(database)
            at = position.read(database)
            if at is not None:
                position.refuse_other(at, self.source.registry.identity(), database.address.bolt)
        loaded_to, analysis_id = (at.loaded_to, at.analysis_id) if at else (0, None)
        current = results.current_full(self.source.catalogue)
        shown = current is None or current.analysis_id == analysis_id
        return Lag(loaded_to, self.source.ledger.position() - loaded_to, analysis_id, shown)

    def analysts(self) -> AnalystCopy:
        """The read-only copy for analysts."""
        _require_driver()
        return AnalystCopy(self.servers, self.source, self.home)

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

    def _held(self, purpose: str, wait_seconds: float) -> AbstractContextManager[None]:
        """One writer of the graph at a time; FolderHeld names who it is."""
        lock = self.home.path / "neo4j-sync.lock"
        return hold(lock, place=self.home.path, purpose=purpose, wait_seconds=wait_seconds)


def _require_driver() -> None:
    try:
        import neo4j  # noqa: F401
    except ImportError:
        raise NotInstalled("the Neo4j driver is not installed: pip install 'graphsvc[neo4j]'") from None
