"""The catalogue: a SQL database for what needs transactions. SQLite in the data folder, or PostgreSQL.

The only module that knows which of the two it talks to.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, OperationalError

from graphsvc.errors import FolderHeld, StorageFailed
from graphsvc.store.durable import disk_errors_explained, full, not_ours
from graphsvc.store.tables import counters

Connection = sa.Connection
"""A transaction of `writing` or `reading`, to hand to the verbs of this room."""

NEWEST_SCHEMA: Final = "0005"
"""The revision that this version of graphsvc works with: the newest in `migrations/versions`."""

_BUSY_SECONDS: Final = 30
_WANTED_AT_A_TIME: Final = 10_000  # values in one query; SQLite takes at most 32,766


class Catalogue:
    """An open database. `writing` and `reading` are its two doors; close it when done."""

    def __init__(self, engine: sa.Engine, place: str) -> None:
        """Take over an engine whose database is up to date; `place` names it in messages."""
        self._engine = engine
        self._turn = Lock()
        self.place = place

    @classmethod
    def open(cls, url_or_path: str | Path) -> "Catalogue":
        """Open a database, make it on first use, and bring its tables up to this version."""
        catalogue = cls(*_engine(url_or_path))
        try:
            catalogue._bring_up_to_date()
        except BaseException:
            catalogue.close()
            raise
        return catalogue

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One transaction that may write: committed and on disk at the end of the block, or nothing of it.

        Threads of one process take turns here, however long one takes; the database's patience is for others.
        """
        with self._turn, self._transaction(writes=True) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One transaction that sees a single state of the database; never waits for writers."""
        with self._transaction(writes=False) as connection:
            yield connection

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[sa.Connection]:
        engine = self._engine.execution_options(graphsvc_writes=writes)
        with _failures_explained(self.place), engine.begin() as connection:
            yield connection

    def _bring_up_to_date(self) -> None:
        with self.reading() as connection:
            revision = _revision(connection)
        if revision == NEWEST_SCHEMA:
            return
        if revision is not None and revision > NEWEST_SCHEMA:
            raise StorageFailed(
                f"{self.place} was made by a newer graphsvc "
                f"(schema {revision}, this one knows {NEWEST_SCHEMA}); install that version or a later one"
            )
        from graphsvc.store import migrate  # alembic takes longer to import than the rest of a command

        with self.writing() as connection:
            if _revision(connection) != NEWEST_SCHEMA:  # another process may have been quicker
                migrate.upgrade(connection)


def free_id(connection: sa.Connection, name: str) -> int:
    """The next id that is free, as far as this transaction can see."""
    return connection.scalar(sa.select(counters.c.next).where(counters.c.name == name)) or 0


def take_ids(connection: sa.Connection, name: str, count: int) -> int:
    """The first of `count` consecutive ids that nobody had or will have; kept on commit.

    Until then nobody else takes ids of that name, not even when `count` is 0.
    """
    query = sa.select(counters.c.next).where(counters.c.name == name).with_for_update()
    first: int | None = connection.scalar(query)
    if first is None:
        insert_unless_there(connection, counters, {"name": name, "next": 0})
        first = connection.scalar(query)
    first = first or 0
    if count:
        connection.execute(sa.update(counters).where(counters.c.name == name).values(next=first + count))
    return first


def insert_unless_there(connection: sa.Connection, table: sa.Table, row: Mapping[str, Any]) -> bool:
    """Insert a row unless its key is taken, also by a transaction that commits meanwhile; whether it was inserted."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    return connection.execute(insert(table).values(**row).on_conflict_do_nothing()).rowcount == 1


def find_rows(
    connection: sa.Connection, columns: Sequence[sa.Column[Any]], key: sa.Column[Any], wanted: Sequence[Any]
) -> list[Any]:
    """These columns of the rows whose `key` is one of the wanted, however many, in no promised order."""
    query = sa.select(*columns).where(key.in_(sa.bindparam("wanted", expanding=True)))
    ordered = sorted(wanted)  # as the index is: its pages are read once
    found: list[Any] = []
    statements: dict[int, str] = {}
    for start in range(0, len(ordered), _WANTED_AT_A_TIME):
        chunk = ordered[start : start + _WANTED_AT_A_TIME]
        if connection.dialect.positional:
            if len(chunk) not in statements:
                statements[len(chunk)] = _with_places(query, connection.dialect, chunk)
            found += connection.exec_driver_sql(statements[len(chunk)], tuple(chunk)).fetchall()
        else:
            found += connection.execute(query, {"wanted": chunk}).fetchall()
    return found


def insert_rows(connection: sa.Connection, table: sa.Table, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows whose values stand in the order of the table's columns.

    Where the driver takes values by position, they go to it as they are: SQLAlchemy's treatment of each value would
    take longer than the database.
    """
    if not rows:
        return
    if connection.dialect.positional:
        statement = sa.insert(table).compile(dialect=connection.dialect).string
        connection.exec_driver_sql(statement, [tuple(row) for row in rows])
    else:
        names = table.c.keys()
        connection.execute(sa.insert(table), [dict(zip(names, row, strict=True)) for row in rows])


def _with_places(query: sa.Select[Any], dialect: sa.Dialect, values: Sequence[Any]) -> str:
    """The query as text with a place for each of so many values."""
    filled = query.params(wanted=list(values))
    return filled.compile(dialect=dialect, compile_kwargs={"render_postcompile": True}).string


def open_engine(url: sa.URL) -> sa.Engine:
    """An engine that puts no parameters into messages, and on SQLite is durable and waits for others."""
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, hide_parameters=True, isolation_level="REPEATABLE READ")
    engine = sa.create_engine(url, hide_parameters=True, connect_args={"timeout": _BUSY_SECONDS})
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _engine(url_or_path: str | Path) -> tuple[sa.Engine, str]:
    if isinstance(url_or_path, str) and re.match(r"[a-z][a-z0-9+]*://", url_or_path):
        url = sa.make_url(url_or_path)
        return open_engine(url), url.render_as_string(hide_password=True)
    return open_engine(sqlite_url(Path(url_or_path))), str(url_or_path)


def sqlite_url(path: Path) -> sa.URL:
    """The address of a SQLite file, which is made with mode 0600 if it is not there."""
    with disk_errors_explained(path):
        path.touch(mode=0o600, exist_ok=True)
    return sa.URL.create("sqlite", database=str(path))


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver would otherwise begin transactions by its own rules
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("graphsvc_writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    query = sa.text("SELECT version_num FROM alembic_version")
    revision: str | None = connection.execute(query).scalar_one_or_none()
    return revision


@contextmanager
def _failures_explained(place: str) -> Iterator[None]:
    """A database's refusal as advice. What is no matter of disk or locks is our fault and passes."""
    try:
        yield
    except DBAPIError as error:
        explained = _explained(error, place)
        if explained is None:
            raise
        raise explained from None


def _explained(error: DBAPIError, place: str) -> Exception | None:
    text = str(error.orig).lower()
    if "is full" in text or "disk i/o error" in text:
        return full(place)
    if "readonly" in text or "unable to open" in text or "permission denied" in text:
        return not_ours(place)
    if "is locked" in text:
        return FolderHeld(f"{place} was busy for {_BUSY_SECONDS} s with another process; try again later")
    if "malformed" in text or "not a database" in text:
        return StorageFailed(f"{place} is damaged; restore a backup, or load the feeds into a new folder")
    if isinstance(error, OperationalError):
        return StorageFailed(f"{place} does not answer as it should ({type(error.orig).__name__})")
    return None
