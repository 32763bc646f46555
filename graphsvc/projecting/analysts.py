"""A copy of the graph for analysts: read-only, without a way out, thrown away and made again by one verb.

Neo4j Community has no roles: who may log in may do everything. So analysts get a server of their own that holds nothing
but the graph and can do nothing but answer. It is filled from the facts, beside the server that the projection keeps
up, which goes on meanwhile. Its system database cannot be made read-only, so users can be added to it: each refresh
begins with new users and a new password.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from graphsvc.local_neo4j.server import LocalServer, Status
from graphsvc.local_neo4j.server_home import ServerHome
from graphsvc.model.progress import Progress
from graphsvc.projecting.servers import Servers
from graphsvc.projecting.state import Source
from graphsvc.store.home import Home

if TYPE_CHECKING:
    from graphsvc.projecting.bulk import Loaded

FOLDER: Final = "neo4j-analysts"


@dataclass(frozen=True)
class AnalystCopy:
    """The copy of one data folder, running or not."""

    servers: Servers
    source: Source
    home: Home

    @property
    def server(self) -> LocalServer:
        """Its server, at free ports."""
        local = self.servers.local
        place = ServerHome(local.home.path.with_name(FOLDER))
        return replace(local, home=place, bolt_port=None, http_port=None, for_analysts=True)

    def refresh(self, progress: Progress) -> "tuple[Loaded, Status]":
        """Throw the copy away, make it again from the facts and start it. Refusals: `bulk.BulkLoad.run`.

        A refresh that is cut off leaves no copy that answers with half a graph: it runs only when all is there.
        """
        from graphsvc.projecting.bulk import BulkLoad

        java, jars = self.servers.runtime(progress)
        self.server.stop(progress=progress)
        open_to_writes = replace(self.server, for_analysts=False)
        open_to_writes.make_anew(java, jars)
        filling = replace(self.servers, local=open_to_writes, address=open_to_writes.address, elsewhere=False)
        try:
            loaded = BulkLoad(filling, self.source, self.home).run(progress, replace_what_is_there=True)
        finally:
            open_to_writes.stop(progress=progress)
        return loaded, self.server.start(java, jars, now=self.servers.now(), progress=progress)
