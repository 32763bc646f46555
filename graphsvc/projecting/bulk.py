"""The graph loaded whole into an empty local database, through the importer: minutes where statements take hours."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from graphsvc.errors import Neo4jFailed, Neo4jUnavailable
from graphsvc.graph.neo4j import schema
from graphsvc.graph.neo4j.connection import Database
from graphsvc.local_neo4j.admin import Admin
from graphsvc.local_neo4j.jars import Jars
from graphsvc.local_neo4j.server import LocalServer
from graphsvc.model.progress import Progress
from graphsvc.projecting import contacts
from graphsvc.projecting.loading import Image
from graphsvc.projecting.servers import Servers
from graphsvc.projecting.state import Source
from graphsvc.settings import Neo4jAddress
from graphsvc.store import horizon
from graphsvc.store.durable import create_private, disk_errors_explained
from graphsvc.store.home import Home
from graphsvc.store.lock import hold_for_writing

if TYPE_CHECKING:
    from graphsvc.graph.neo4j.import_files import ImportFiles

LEAST_HEAP_MIB: Final = 1024
_BYTES_AN_EVENT: Final = 24
_BYTES_A_CONTACT: Final = 160  # in the files and in the store
_MARK: Final = "import.unfinished"
_READY_SECONDS: Final = 3600.0
_DATABASE_SECONDS: Final = 120.0
_WAIT_SECONDS: Final = 600.0  # for a load under way


@dataclass(frozen=True)
class Loaded:
    """What a bulk load put into the database."""

    numbers: int
    contacts: int
    nodes: int
    relationships: int
    position: int
    """The ledger's position that the graph is at."""
    analysis_id: str | None
    timings: dict[str, float]
    """Seconds by step."""


@dataclass(frozen=True)
class BulkLoad:
    """One load into the local server of a data folder."""

    servers: Servers
    source: Source
    home: Home

    def run(self, progress: Progress, *, replace_what_is_there: bool) -> Loaded:
        """Write the files, stop the server, import, start it, make constraints and indexes and wait for them.

        Neo4jFailed where the database is not empty; StorageFailed where the disk is full: the graph is then empty, and
        nothing else has changed.
        """
        clock = _Clock()
        java, jars = self.servers.runtime(progress)
        if self._server.home.password() is None and not (self._server.home.path / "data" / "databases").exists():
            self._server.make_anew(java, jars)  # never started: it need not be, to be found empty
        elif not replace_what_is_there:
            self._refuse_what_is_not_empty(java, jars, progress)
        elif self._server.home.password() is None:
            self._server.start(java, jars, now=self.servers.now(), progress=progress)  # refuses: its password is lost
        clock("check")
        with _folder_for_files(self._server) as folder:
            progress("write the import's files", 0, None)
            image, files = _written(self.source, self.home, folder)
            clock("files")
            self._server.stop(progress=progress)
            clock("stop")
            progress("import into Neo4j", 0, None)
            self._import(Admin(java, jars, self._server.home), files)
            clock("import")
        self._server.start(java, jars, now=self.servers.now(), progress=progress)
        clock("start")
        with self._database() as database:
            schema.apply(database, at=self.servers.now())
            _until_indexes_are_ready(database, progress)
        clock("indexes")
        counts = files.counts()
        return Loaded(
            numbers=counts["numbers"],
            contacts=counts["contacts"],
            nodes=sum(files.nodes.values()),
            relationships=sum(rows for _, rows in files.relationships.values()),
            position=image.position.loaded_to,
            analysis_id=image.position.analysis_id,
            timings=clock.seconds,
        )

    def _refuse_what_is_not_empty(self, java: Path, jars: Jars, progress: Progress) -> None:
        if self._mark.exists():
            return  # what an import left that was cut off is nobody's graph
        self._server.start(java, jars, now=self.servers.now(), progress=progress)
        with self._database() as database:
            there = database.read("projection/anything_there")
        if there:
            raise Neo4jFailed(
                f"the database at {database.address.bolt} is not empty: graphsvc neo4j sync keeps up what is there, "
                "graphsvc neo4j load --replace throws it away first"
            )

    def _import(self, admin: Admin, files: "ImportFiles") -> None:
        with self._server.exclusive("load"):
            self._mark.unlink(missing_ok=True)
            create_private(self._mark, b"")
            try:
                admin.run(
                    *("database", "import", "full", "neo4j", *files.arguments()),
                    "--overwrite-destination",
                    "--bad-tolerance=0",
                    heap_mib=max(self._server.memory.heap_mib, LEAST_HEAP_MIB),
                )
            except BaseException:
                self._throw_away()
                raise
            self._mark.unlink()

    def _throw_away(self) -> None:
        """Half a database would not start; without its files the server makes an empty one."""
        for part in ("databases", "transactions"):
            shutil.rmtree(self._server.home.path / "data" / part / "neo4j", ignore_errors=True)
        self._mark.unlink(missing_ok=True)

    @property
    def _server(self) -> LocalServer:
        return self.servers.local

    @property
    def _mark(self) -> Path:
        return self._server.home.path / _MARK

    @contextmanager
    def _database(self) -> Iterator[Database]:
        address = self._server.address()
        if address is None:
            raise Neo4jUnavailable(f"the server in {self._server.home.path} does not answer; graphsvc neo4j status")
        database = _connected(address)
        try:
            yield database
        finally:
            database.close()


class _Clock:
    """Seconds since the step before."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._began = time.perf_counter()

    def __call__(self, step: str) -> None:
        now = time.perf_counter()
        self.seconds[step], self._began = round(now - self._began, 3), now


def _image(source: Source, home: Home) -> Image:
    with hold_for_writing(home, purpose="neo4j load", wait_seconds=_WAIT_SECONDS):  # one state of all feeds
        at, stated = source.position(), source.stated()
        numbers_to, entities_to = source.registry.next_ids()  # last: a flag may just have named a new number
    at = replace(at, numbers_to=numbers_to, entities_to=entities_to)
    snapshot = source.fold(at.loaded_to)
    home.require_space(_BYTES_AN_EVENT * snapshot.event_count + _BYTES_A_CONTACT * snapshot.contact_count)
    return Image(
        position=replace(at, revision=1),
        registry=source.registry,
        folded=contacts.of_snapshot(snapshot),
        stated=stated,
        found=source.found(at.analysis_id),
        events=source.ledger.events(columns=list(contacts.EVENT_COLUMNS), seqs=(0, at.loaded_to)),
    )


def _written(source: Source, home: Home, folder: Path) -> "tuple[Image, ImportFiles]":
    """The image and its files; made anew where retention went on meanwhile, so that no part holds more than another."""
    attempt = 0
    while True:
        kept = horizon.of(source.catalogue)
        image = _image(source, home)
        place = folder / str(attempt)
        place.mkdir(mode=0o700)
        files = image.write(place)
        if horizon.of(source.catalogue) == kept:
            return image, files
        shutil.rmtree(place)
        attempt += 1


@contextmanager
def _folder_for_files(server: LocalServer) -> Iterator[Path]:
    """A folder of its own in the data folder, gone afterwards; what a crash left of an earlier one goes first."""
    place = server.home.path / "import"
    with disk_errors_explained(place):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in place.glob("load-*"):
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix="load-", dir=place) as folder:
            yield Path(folder)


def _connected(address: Neo4jAddress) -> Database:
    """A server answers before its database does: wait for that."""
    until = time.monotonic() + _DATABASE_SECONDS
    while True:
        try:
            return Database.connect(address)
        except Neo4jUnavailable:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def _until_indexes_are_ready(database: Database, progress: Progress) -> None:
    until = time.monotonic() + _READY_SECONDS
    while missing := database.read("projection/indexes_ready"):
        failed = [row["name"] for row in missing if row["state"] == "FAILED"]
        if failed or time.monotonic() > until:
            raise Neo4jFailed(
                f"indexes {', '.join(failed) or 'of the graph'} could not be filled; see the server's logs"
            )
        progress("fill indexes, per cent", int(min(row["percent"] for row in missing)), 100)
        time.sleep(0.1)
