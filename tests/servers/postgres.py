"""A real PostgreSQL for tests: one server for the run, a database of its own for each test that asks.

Use:

    @pytest.mark.xdist_group("postgres")        # one server a worker would do, but one is enough for all
    def test_it(postgres_url: str) -> None:
        catalogue = Catalogue.open(postgres_url)

- `postgres_url`: the address of an empty database;
- `postgres_catalogue_url`: of the one that has the catalogue's tables already, emptied (quicker than to make them);
- `postgres_server`: the server behind them, for tests that stop it: start it again.

The server listens on a socket in a folder of its own, on no port. It refuses to run as root, and is postgres then.
"""

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa

from graphsvc.store import warning_tables  # noqa: F401  # its tables are in the metadata once it is imported
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.databases import engine_of
from graphsvc.store.tables import ledger_state, metadata
from tests.servers.missing import missing

_INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
_USER = "postgres"


@dataclass
class PostgresServer:
    """A server that runs, or can be started again."""

    place: Path
    binaries: Path
    durable: bool = False
    """Whether commits wait for the disk; if not, they still outlive the server's processes, but no power cut."""
    made: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def url(self, database: str = _USER) -> str:
        """The address of one of its databases."""
        return f"postgresql://{_USER}@/{database}?host={self.place}"

    def new_database(self) -> str:
        """The address of a new, empty database."""
        name = f"t{next(self.made)}"
        self._run("createdb", "-h", str(self.place), "-U", _USER, name)
        return self.url(name)

    def initialise(self) -> None:
        """Make its folder ready."""
        self._run("initdb", "-D", str(self.data), "-U", _USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = [f"unix_socket_directories={self.place}", "listen_addresses=", "max_connections=200"]
        if not self.durable:
            options += ["fsync=off", "full_page_writes=off"]
        said = " ".join(f"-c {option}" for option in options)
        self._run("pg_ctl", "-D", str(self.data), "-l", str(self.place / "log"), "-w", "-o", said, "start")

    def stop(self, how: str = "immediate") -> None:
        """Stop it: `immediate` as if it had been killed, `fast` in good order."""
        self._run("pg_ctl", "-D", str(self.data), "-m", how, "-w", "stop")

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.place / "data"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.binaries / program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", _USER, "--", *command]
        done = subprocess.run(command, cwd=self.place, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"


def make_server(*, durable: bool = False) -> PostgresServer:
    """A running server in a new folder; `remove_server` when done."""
    binaries = next((place for place in _INSTALLED if (place / "initdb").exists()), None)
    if binaries is None and (found := shutil.which("initdb")):
        binaries = Path(found).parent
    if binaries is None:
        missing("PostgreSQL is not installed (apt-get install postgresql)")
    place = Path(tempfile.mkdtemp(prefix="graphsvc-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(place, _USER)
    server = PostgresServer(place, binaries, durable)
    server.initialise()
    server.start()
    return server


def remove_server(server: PostgresServer) -> None:
    """Stop a server and remove its folder."""
    try:
        server.stop()
    finally:
        shutil.rmtree(server.place, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The one server of the run."""
    server = make_server()
    yield server
    remove_server(server)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> str:
    """The address of an empty database."""
    return postgres_server.new_database()


@pytest.fixture(scope="session")
def _catalogue_database(postgres_server: PostgresServer) -> str:
    url = postgres_server.new_database()
    Catalogue.open(url).close()
    return url


@pytest.fixture
def postgres_catalogue_url(_catalogue_database: str) -> str:
    """The address of the database with the catalogue's tables, as migrations made them, emptied."""
    catalogue = Catalogue.open(_catalogue_database)
    with catalogue.writing() as connection:
        for table in metadata.sorted_tables:
            connection.execute(sa.delete(table))
        connection.execute(sa.insert(ledger_state).values(only=0, batch=0, events=0))
    catalogue.close()
    return _catalogue_database


@pytest.fixture(scope="session")
def _vault_database(postgres_server: PostgresServer) -> str:
    return postgres_server.new_database()


@pytest.fixture
def postgres_vault_url(_vault_database: str) -> str:
    """The address of a database without a vault in it, beside that of the catalogue."""
    catalogue = Catalogue(*engine_of(_vault_database))
    with catalogue.writing() as connection:
        connection.execute(sa.text("DROP TABLE IF EXISTS vault, vault_keys"))
    catalogue.close()
    return _vault_database
