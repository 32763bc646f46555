"""A connection to a Neo4j server: questions read-only, writing one transaction at a time, refusals as advice.

Nothing here retries. Who writes knows how to find out what was committed (`projecting`), who asks may ask again.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import neo4j
from neo4j import exceptions as refused

from graphsvc import __version__
from graphsvc.errors import GraphsvcError, Neo4jFailed, Neo4jTooSmall, Neo4jUnavailable
from graphsvc.graph.neo4j.statements import Statement, statement
from graphsvc.settings import Neo4jAddress

OLDEST: Final = (2026, 8)
"""The oldest server that is known to work: the one that the tests run on."""

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 60.0
WRITE_SECONDS: Final = 600.0

Row = dict[str, Any]


@dataclass(frozen=True)
class Transaction:
    """Statements that take effect together, or not at all."""

    _inner: neo4j.Transaction

    def run(self, name: str, /, **parameters: Any) -> list[Row]:
        """Run a statement of `cypher/` and give its rows."""
        found = self._inner.run(statement(name).text, parameters)
        return [record.data() for record in found]


class Database:
    """One database of a server. Close it when done; threads may share it."""

    def __init__(self, address: Neo4jAddress, driver: neo4j.Driver) -> None:
        """Take over a driver; `connect` makes one."""
        self.address = address
        self._driver = driver

    @classmethod
    def connect(cls, address: Neo4jAddress) -> "Database":
        """Connect and look who answers; Neo4jUnavailable or Neo4jFailed say what to do."""
        with refusals_explained(address):
            driver = neo4j.GraphDatabase.driver(
                address.bolt,
                auth=(address.user, address.password),
                connection_timeout=CONNECT_SECONDS,
                connection_acquisition_timeout=CONNECT_SECONDS,
                liveness_check_timeout=10.0,
                max_connection_lifetime=1800.0,
                keep_alive=True,
                telemetry_disabled=True,
                notifications_min_severity=neo4j.NotificationMinimumSeverity.OFF,
                user_agent=f"graphsvc/{__version__}",
            )
        database = cls(address, driver)
        try:
            database._refuse_old_server()
        except BaseException:
            driver.close()
            raise
        return database

    def close(self) -> None:
        """Let go of all connections."""
        self._driver.close()

    def read(self, name: str, /, *, seconds: float = READ_SECONDS, **parameters: Any) -> list[Row]:
        """Rows of a statement of `cypher/`, in a transaction that the driver routes as reading."""
        return [dict(zip(keys, row, strict=True)) for keys, row in self._read(name, seconds, parameters)]

    def columns(self, name: str, /, *, seconds: float = READ_SECONDS, **parameters: Any) -> dict[str, list[Any]]:
        """The same by column: what becomes an Arrow table does not pass through a dictionary a row."""
        rows = [row for _, row in self._read(name, seconds, parameters)]
        names = statement(name).columns
        values = zip(*rows, strict=True) if rows else ([] for _ in names)
        return {column: list(found) for column, found in zip(names, values, strict=True)}

    @contextmanager
    def writing(self, *, seconds: float = WRITE_SECONDS) -> Iterator[Transaction]:
        """One transaction that may write, committed when the block ends.

        After Neo4jUnavailable it may have been committed or not: whoever writes reads back how far the graph is.
        """
        with (
            refusals_explained(self.address),
            self._session(neo4j.WRITE_ACCESS) as session,
            session.begin_transaction(timeout=seconds) as transaction,
        ):
            yield Transaction(transaction)
            transaction.commit()

    def run_alone(self, text: str) -> None:
        """Run one statement of a schema file in a transaction of its own: the schema takes no company."""
        with refusals_explained(self.address), self._session(neo4j.WRITE_ACCESS) as session:
            session.run(text).consume()

    def plan(self, one: Statement, parameters: dict[str, Any]) -> dict[str, Any]:
        """How the server would run a statement, without running it."""
        with refusals_explained(self.address), self._session(neo4j.READ_ACCESS) as session:
            summary = session.run(f"EXPLAIN {one.text}", parameters).consume()
        return dict(summary.plan or {})

    def _read(self, name: str, seconds: float, parameters: dict[str, Any]) -> list[tuple[Sequence[str], Sequence[Any]]]:
        with refusals_explained(self.address), self._session(neo4j.READ_ACCESS) as session:
            found = session.run(neo4j.Query(statement(name).text, timeout=seconds), parameters)
            keys = found.keys()
            return [(keys, record.values()) for record in found]

    def _session(self, access: str) -> neo4j.Session:
        return self._driver.session(database="neo4j", default_access_mode=access, fetch_size=10_000)

    def _refuse_old_server(self) -> None:
        kernel = next(row for row in self.read("projection/server") if row["name"] == "Neo4j Kernel")
        version = str(kernel["versions"][0])
        if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
            raise Neo4jFailed(
                f"the server at {self.address.bolt} is Neo4j {version}; "
                f"graphsvc needs {OLDEST[0]}.{OLDEST[1]:02d} or newer"
            )


@contextmanager
def refusals_explained(address: Neo4jAddress) -> Iterator[None]:
    """A driver's exception as one of ours, with advice. What is a fault of our statements passes."""
    try:
        yield
    except (refused.Neo4jError, refused.DriverError) as error:
        explained = _explained(error, address)
        if explained is None:
            raise
        raise explained from error


def _explained(error: refused.Neo4jError | refused.DriverError, address: Neo4jAddress) -> GraphsvcError | None:
    place = address.bolt
    code = getattr(error, "code", None) or ""
    text = str(error).lower()
    if (login := _login_explained(error, code, address)) is not None:
        return login
    if isinstance(error, refused.ServiceUnavailable | refused.SessionExpired | refused.ConfigurationError):
        return _absence_explained(text, place)
    if "no space left" in text or "disk is full" in text:
        return Neo4jFailed(f"the disk of the Neo4j server at {place} is full: free some space, then run this again")
    if "MemoryPoolOutOfMemory" in code or "OutOfMemory" in code:
        return Neo4jTooSmall(f"the Neo4j server at {place} has too little memory: raise GRAPHSVC_NEO4J_HEAP_MIB")
    if "ReadOnly" in code or "AccessMode" in code:
        return Neo4jFailed(f"the database at {place} is read-only: the projection writes to another one")
    if code.endswith("ProcedureNotFound") and "gds." in text:
        return Neo4jFailed(
            f"the Neo4j server at {place} has no Graph Data Science: add its plugin graph-data-science and start it "
            "again; that of graphsvc neo4j start has it"
        )
    if "TransactionTimedOut" in code:
        return Neo4jUnavailable(
            f"the Neo4j server at {place} did not answer in the time that it is given ({code}): it is busy, or too "
            "small for this graph; nothing was changed, run this again when it has less to do"
        )
    if code.endswith("DatabaseUnavailable"):
        return Neo4jUnavailable(
            f"the database of the Neo4j server at {place} is starting, or could not start: where that lasts, "
            "logs/debug.log in the server's folder says why (a full disk, say); mend that and start the server again"
        )
    if code.endswith("DatabaseNotFound"):
        return Neo4jFailed(f"the Neo4j server at {place} has no database neo4j, or it failed to start; see its logs")
    if isinstance(error, refused.TransientError | refused.DatabaseUnavailable) or error.is_retryable():
        return Neo4jUnavailable(f"the Neo4j server at {place} is busy or restarting ({code or type(error).__name__})")
    return None


def _login_explained(error: Exception, code: str, address: Neo4jAddress) -> GraphsvcError | None:
    """Why the server lets nobody in, where that is it."""
    settings = "GRAPHSVC_NEO4J_USER and GRAPHSVC_NEO4J_PASSWORD"
    if code.endswith("AuthenticationRateLimit"):  # for some seconds, of everybody with this name
        return Neo4jUnavailable(
            f"the Neo4j server at {address.bolt} was given wrong passwords for {address.user} too often and lets that "
            f"user wait: look at {settings}, of other programs too, and try again in some seconds"
        )
    if code.endswith("CredentialsExpired"):
        return Neo4jFailed(
            f"the Neo4j server at {address.bolt} wants another password for {address.user} first: log in with Browser, "
            f"or run ALTER CURRENT USER SET PASSWORD on its database system, and set {settings}"
        )
    if isinstance(error, refused.AuthError):
        return Neo4jFailed(
            f"the Neo4j server at {address.bolt} refuses the user {address.user} or the password: set {settings}"
        )
    return None


def _absence_explained(text: str, place: str) -> GraphsvcError:
    """Why nothing that we can talk to is at an address; what will not change by itself is no absence."""
    if "looks like http" in text:
        return Neo4jFailed(
            f"{place} is a server's port for Browser, not for drivers: GRAPHSVC_NEO4J_URL must name the other (7687)"
        )
    if "encrypted connection" in text:
        return Neo4jFailed(
            f"{place} takes no encrypted connection, or shows a certificate that is not trusted here: give it one, or "
            "set GRAPHSVC_NEO4J_URL with bolt:// where nobody can listen between (bolt+ssc:// trusts any certificate)"
        )
    if "dns resolve" in text:
        return Neo4jUnavailable(f"the name in {place} is not known here: look at GRAPHSVC_NEO4J_URL")
    return Neo4jUnavailable(
        f"no Neo4j server answers at {place}: start it (graphsvc neo4j start), or set GRAPHSVC_NEO4J_URL"
    )
