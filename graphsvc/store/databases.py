"""Which database it is: engines for SQLite and PostgreSQL, and their refusals as advice.

With `catalogue.py` the only module that knows of which kind a database is.
"""

import re
import select
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, OperationalError

from graphsvc.errors import FolderHeld, InvalidSetting, NotInstalled, StorageFailed
from graphsvc.store.durable import disk_errors_explained, full, not_ours

BUSY_SECONDS: Final = 15
"""How long a writer waits for others before it gives up: sooner than an answer is (20 s), which then says why."""

POSTGRES: Final[sa.Dialect] = registry.load("postgresql.psycopg")()
"""For statements that are put together before there is a connection."""
_CONNECTIONS: Final = 16  # of one process to PostgreSQL; threads beyond that wait for one
_SERIALIZATION: Final = ("40001", "40P01", "55P03")  # gave way to others: serialization, deadlock, lock timeout


def open_engine(url: sa.URL) -> sa.Engine:
    """An engine that puts no parameters into messages, is durable, and waits for others."""
    if url.get_backend_name() == "sqlite":
        engine = sa.create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = sa.create_engine(
        url,
        hide_parameters=True,
        pool_size=_CONNECTIONS,
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
        connect_args={"connect_timeout": 10, "application_name": "graphsvc"},
    )
    sa.event.listen(engine, "checkout", _see_that_it_is_there)
    return engine


def engine_of(url_or_path: str | Path) -> tuple[sa.Engine, str]:
    """The engine of an address or a file, and how messages name it (without a password)."""
    if isinstance(url_or_path, str) and re.match(r"[a-z][a-z0-9+]*://", url_or_path):
        url = _postgres_url(url_or_path)
        try:
            return open_engine(url), url.render_as_string(hide_password=True)
        except (ModuleNotFoundError, NoSuchModuleError):
            raise NotInstalled("PostgreSQL needs its driver: pip install 'graphsvc[postgres]'") from None
    return open_engine(sqlite_url(Path(url_or_path))), str(url_or_path)


def sqlite_url(path: Path) -> sa.URL:
    """The address of a SQLite file, which is made with mode 0600 if it is not there."""
    with disk_errors_explained(path):
        path.touch(mode=0o600, exist_ok=True)
    return sa.URL.create("sqlite", database=str(path))


class SameFile:
    """Whether a SQLite file is still the one that was opened.

    Connections keep to a file that was moved or deleted meanwhile: what they write would be gone at the next start,
    though somebody was told that it is kept.
    """

    def __init__(self, path: Path) -> None:
        """Remember which it is; it is there."""
        self._path = path
        self._which = self._found()

    def look(self) -> None:
        """StorageFailed where another file, or none, has its name."""
        if self._found() != self._which:
            raise StorageFailed(
                f"{self._path} was moved, replaced or deleted while it was in use; put it back, or stop what uses it, "
                "and start that again"
            )

    def _found(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino


def begin_options(*, writes: bool, dialect: str) -> dict[str, Any]:
    """How a transaction is begun.

    On PostgreSQL a reader sees one state. A writer sees, statement by statement, what others committed: it takes a lock
    first (a counter's row, the rows themselves) and must then see what the one before it did.
    """
    if dialect == "sqlite":
        return {"graphsvc_writes": writes}
    if writes:
        return {"isolation_level": "READ COMMITTED"}
    return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def _postgres_url(text: str) -> sa.URL:
    try:
        url = sa.make_url(text)
    except sa.exc.ArgumentError:
        raise InvalidSetting("the address of a database is like postgresql://user:password@host/database") from None
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise InvalidSetting("the database of an address must be PostgreSQL: postgresql://user:password@host/database")
    return url.set(drivername="postgresql+psycopg")


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver would otherwise begin transactions by its own rules
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("graphsvc_writes", True)
    driver_rows(connection, "BEGIN IMMEDIATE" if writes else "BEGIN", ())


def _see_that_it_is_there(driver: Any, _record: object, _proxy: object) -> None:
    """A server that was away is found again: what it says to a connection that asked nothing is its goodbye.

    A look at the socket; to ask the server each time (`pool_pre_ping`) would cost two ways there and back.
    """
    if driver.closed:
        raise sa.exc.DisconnectionError
    looking = select.poll()
    looking.register(driver.fileno(), select.POLLIN)
    if looking.poll(0):
        raise sa.exc.DisconnectionError


@contextmanager
def failures_explained(place: str) -> Iterator[None]:
    """A database's refusal as advice. What is no matter of disk, locks or connection is our fault and passes.

    It passes without the values that the database repeats: PostgreSQL tells the row that it refused.
    """
    try:
        yield
    except DBAPIError as error:
        explained = _explained(error, place)
        if explained is None:
            error.orig = _Unsaid(_kind(error.orig))
            error.args = (f"{type(error).__name__}: {error.orig}",)
            raise error from None
        raise explained from None
    except sa.exc.TimeoutError:
        raise FolderHeld(f"{place} had no connection free for {BUSY_SECONDS} s; try again later") from None


@contextmanager
def drivers_errors(connection: sa.Connection) -> Iterator[None]:
    """Errors of a driver that is used past SQLAlchemy, as SQLAlchemy has them, and without the values in them."""
    kind = connection.dialect.loaded_dbapi.Error
    try:
        yield
    except kind as error:
        gone = connection.dialect.is_disconnect(error, None, None)
        if gone:
            connection.invalidate()
        raise DBAPIError.instance(
            None, None, error, kind, hide_parameters=True, connection_invalidated=gone, dialect=connection.dialect
        ) from None


def driver_rows(connection: sa.Connection, statement: str, values: Any) -> list[tuple[Any, ...]]:
    """The rows of a statement as the driver gives them: past SQLAlchemy altogether, which takes longer than it does."""
    driver: Any = connection.connection.driver_connection
    with drivers_errors(connection):
        rows: list[tuple[Any, ...]] = driver.execute(statement, values).fetchall()
        return rows


class _Unsaid(Exception):
    """What a driver said, without the values in it."""


def _kind(error: BaseException | None) -> str:
    """The kind of a driver's error and what it is about, never its text."""
    diagnosis = getattr(error, "diag", None)
    about = [getattr(diagnosis, name, None) for name in ("table_name", "column_name", "constraint_name")]
    said = [f"SQLSTATE {getattr(error, 'sqlstate', None)}"] if getattr(error, "sqlstate", None) else []
    if isinstance(error, sqlite3.Error):
        return str(error)  # SQLite names tables and columns, and repeats no values
    return " ".join([type(error).__name__, *said, *[name for name in about if name]])


def _explained(error: DBAPIError, place: str) -> Exception | None:
    text = str(error.orig).lower()
    state = getattr(error.orig, "sqlstate", None) or ""
    if "is full" in text or "disk i/o error" in text or state == "53100":
        return full(place)
    if "readonly" in text or "unable to open" in text or "permission denied" in text:
        return not_ours(place)
    if "is locked" in text:
        return FolderHeld(f"{place} was busy for {BUSY_SECONDS} s with another process; try again later")
    if state in _SERIALIZATION:
        return FolderHeld(f"{place} gave way to another writer; try again")
    if "malformed" in text or "not a database" in text:
        return StorageFailed(f"{place} is damaged; restore a backup, or load the feeds into a new folder")
    if error.connection_invalidated or state[:2] in ("08", "57") or (isinstance(error, OperationalError) and not state):
        return StorageFailed(f"{place} does not answer ({type(error.orig).__name__}); see that it runs, then try again")
    if isinstance(error, OperationalError):
        return StorageFailed(f"{place} does not answer as it should ({_kind(error.orig)})")
    return None
