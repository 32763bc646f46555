"""The catalogue: a SQL database for what needs transactions. SQLite in the data folder, or PostgreSQL.

With `databases.py`, `finding.py` and `changing.py` the only module that knows which of the two it talks to.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from graphsvc.errors import StorageFailed
from graphsvc.model.kept import once
from graphsvc.store.changing import insert_by_columns
from graphsvc.store.databases import SameFile, begin_options, driver_rows, engine_of, failures_explained
from graphsvc.store.finding import find_rows
from graphsvc.store.one_state import OneState
from graphsvc.store.prepared import Prepared, put_all_together, sent_together
from graphsvc.store.tables import counters
from graphsvc.store.turns import SharedTurn

Connection = sa.Connection
"""A transaction of `writing` or `reading`, to hand to the verbs of this room."""

NEWEST_SCHEMA: Final = "0016"
"""The revision that this version of graphsvc works with: the newest in `migrations/versions`."""

_REWRITES: Final = ("VACUUM", "VACUUM (FULL)")
_SOON_REWRITTEN: Final = 32 * 1024 * 1024  # bytes of a SQLite file; about a second on a busy machine
_SCHEMA_LOCK: Final = 7_283_001  # any number, so that it is ours
_WORTH_A_STREAM: Final = 50  # rows
_WANTED_AT_A_TIME: Final = 10_000  # values in one statement; SQLite takes at most 32,766


class Catalogue:
    """An open database. `writing` and `reading` are its two doors; close it when done."""

    def __init__(self, engine: sa.Engine, place: str) -> None:
        """Take over an engine whose database is up to date; `place` names it in messages."""
        self._engine = engine
        # Made once: to put options on an engine takes longer than a statement.
        self._doors = {
            writes: engine.execution_options(**begin_options(writes=writes, dialect=engine.dialect.name))
            for writes in (False, True)
        }
        self._turn: SharedTurn | nullcontext[None] = nullcontext()
        self._file: SameFile | None = None
        if engine.dialect.name == "sqlite":
            self._turn = SharedTurn(Path(f"{engine.url.database}.turn"))
            self._file = SameFile(Path(str(engine.url.database)))
        self._state = OneState(partial(self._transaction, writes=False))
        self.place = place

    def make_ready(self, connections: int) -> None:
        """Put statements together and open so many connections, so that those who ask first wait for neither."""
        put_all_together(self._engine.dialect)
        with ExitStack() as opened:
            for _ in range(connections):
                opened.enter_context(self._transaction(writes=False))

    @classmethod
    def open(cls, url_or_path: str | Path) -> "Catalogue":
        """Open a database, make it on first use, and bring its tables up to this version."""
        catalogue = cls(*engine_of(url_or_path))
        try:
            catalogue._bring_up_to_date()
        except BaseException:
            catalogue.close()
            raise
        return catalogue

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()
        if isinstance(self._turn, SharedTurn):
            self._turn.close()

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One transaction that may write: committed and on disk at the end of the block, or nothing of it.

        On SQLite, threads and processes take turns here, those of one process in the order in which they came, however
        long one takes; the database's own patience is for programs that are not ours.
        """
        self._state.leave()  # before: no thread has two connections, or holds up what is written by reading
        try:
            with self._turn, self._transaction(writes=True) as connection:
                yield connection
        finally:
            self._state.leave()  # what was read meanwhile is from before

    def reading(self) -> AbstractContextManager[sa.Connection]:
        """One transaction that sees a single state of the database; never waits for writers."""
        return self._state.reading()

    def one_state(self) -> AbstractContextManager[None]:
        """Within, all that this thread reads is of one state, in one transaction, until it writes: then of a newer one.

        It begins with the first thing that is read. Before it waits for others to write, `leave_state`.
        """
        return self._state.wanted()

    def leave_state(self) -> None:
        """What this thread reads from here on is of a newer state, and no log is kept for it meanwhile."""
        self._state.leave()

    def compact(self, *, others_wait: bool = True) -> bool:
        """Rewrite the database without what was deleted, so that no byte of it is left; whether that was done.

        Writers wait meanwhile. Where they are not to, a file is rewritten if it is small, and PostgreSQL is tidied
        without locks: what was deleted is then gone for everybody who asks, but bytes of it may be left in pages until
        the next rewrite. Needs as much free space as the database takes.
        """
        statements = self._compaction(others_wait)
        if not statements:
            return False
        with self._turn, failures_explained(self.place):
            raw = self._engine.raw_connection()
            try:
                driver: Any = raw.driver_connection
                if self._engine.dialect.name != "sqlite":
                    driver.autocommit = True
                for statement in statements:
                    driver.execute(statement)
            finally:
                raw.invalidate()  # its settings are not those of others
                raw.close()
        return statements[0] in _REWRITES

    def _compaction(self, others_wait: bool) -> tuple[str, ...]:
        if self._engine.dialect.name != "sqlite":
            return ("VACUUM (FULL)", "CHECKPOINT") if others_wait else ("VACUUM (ANALYZE)",)
        small = Path(str(self._engine.url.database)).stat().st_size <= _SOON_REWRITTEN
        return ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)") if others_wait or small else ()

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[sa.Connection]:
        if self._file is not None:
            self._file.look()
        with failures_explained(self.place), self._doors[writes].begin() as connection:
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
            hold_schema(connection)
            if _revision(connection) != NEWEST_SCHEMA:  # another process may have been quicker
                migrate.upgrade(connection)


_NEXT_ID: Final = Prepared(sa.select(counters.c.next).where(counters.c.name == sa.bindparam("of")).with_for_update())
_TAKE_IDS: Final = Prepared(
    sa.update(counters)
    .where(counters.c.name == sa.bindparam("of"))
    .values(next=counters.c.next + sa.bindparam("count", type_=sa.BigInteger()))
    .returning(counters.c.next)
)


def free_id(connection: sa.Connection, name: str) -> int:
    """The next id that is free, as far as this transaction can see."""
    return connection.scalar(sa.select(counters.c.next).where(counters.c.name == name)) or 0


def take_ids(connection: sa.Connection, name: str, count: int) -> int:
    """The first of `count` consecutive ids that nobody had or will have; kept on commit.

    Until then nobody else takes ids of that name, not even when `count` is 0.
    """
    rows = _taken(connection, name, count)
    if not rows:
        insert_unless_there(connection, counters, [{"name": name, "next": 0}])
        rows = _taken(connection, name, count)
    free: int = rows[0][0]
    return free - count


def _taken(connection: sa.Connection, name: str, count: int) -> Sequence[Any]:
    if count:
        return _TAKE_IDS.run(connection, of=name, count=count)
    return _NEXT_ID.run(connection, of=name)


def insert_unless_there(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert rows of the same columns, but for those whose key is taken; how many were inserted.

    Taken is a key also by a transaction that commits meanwhile: this one waits for it.
    """
    if not rows:
        return 0
    statement = _inserting(table, tuple(rows[0]), connection.dialect.name)
    asked = [(statement, tuple(row.values())) for row in rows]
    if connection.dialect.name == "postgresql":
        return sum(map(len, sent_together(connection, asked)))
    return sum(len(driver_rows(connection, text, values)) for text, values in asked)


@once
def _inserting(table: sa.Table, names: tuple[str, ...], dialect: str) -> str:
    # Made once, as text: SQLAlchemy puts a statement that looks at conflicts together anew each time.
    place = "%s" if dialect == "postgresql" else "?"
    columns = ", ".join(f'"{name}"' for name in names)  # some are words of SQL
    into = f"{table.name} ({columns}) VALUES ({', '.join(place for _ in names)})"
    return f"INSERT INTO {into} ON CONFLICT DO NOTHING RETURNING 1"  # our own names


def hold_schema(connection: sa.Connection) -> None:
    """Let nobody else make or change tables until the end of the transaction."""
    if connection.dialect.name == "postgresql":  # SQLite lets one writer in anyway
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_SCHEMA_LOCK)))


HOLD_NAME: Final = Prepared(
    sa.select(sa.func.pg_advisory_xact_lock(sa.bindparam("name", type_=sa.BigInteger()))), only="postgresql"
)
"""Let nobody else hold a name until the end of the transaction; who waits gets it in the order of asking.

On SQLite a writer is alone anyway.
"""


def name_held(name: str) -> dict[str, int]:
    """What HOLD_NAME is asked with."""
    return {"name": int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)}


def hold_table(connection: sa.Connection, table: sa.Table) -> None:
    """Let nobody else write this table until the end of the transaction; readers go on."""
    if connection.dialect.name == "postgresql":  # on SQLite a writer is alone anyway
        name = connection.dialect.identifier_preparer.format_table(table)
        connection.exec_driver_sql(f"LOCK TABLE {name} IN SHARE ROW EXCLUSIVE MODE")


def insert_rows(connection: sa.Connection, table: sa.Table, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows whose values stand in the order of the table's columns.

    They go to the driver as they are: SQLAlchemy's treatment of each value would take longer than the database.
    """
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        _insert_in_postgres(connection, table, rows)
    else:
        connection.exec_driver_sql(_insertion(table), [tuple(row) for row in rows])


@once
def _insertion(table: sa.Table) -> str:
    return sa.insert(table).compile(dialect=sqlite.dialect()).string


def insert_new_rows(connection: sa.Connection, table: sa.Table, rows: Sequence[Sequence[Any]]) -> None:
    """The same, without those whose first value, the table's key, is there. Whoever calls holds the table."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        key = next(iter(table.c))
        there = {row[0] for row in find_rows(connection, (key,), key, [row[0] for row in rows])}
        insert_rows(connection, table, [row for row in rows if row[0] not in there])
    else:
        statement = sa.insert(table).prefix_with("OR IGNORE").compile(dialect=connection.dialect).string
        connection.exec_driver_sql(statement, [tuple(row) for row in rows])


def delete_rows(connection: sa.Connection, key: sa.Column[Any], wanted: Sequence[Any]) -> int:
    """Delete the rows whose `key` is one of the wanted, however many; how many there were."""
    count = 0
    ordered = sorted(wanted)
    for start in range(0, len(ordered), _WANTED_AT_A_TIME):
        chosen = key.in_(ordered[start : start + _WANTED_AT_A_TIME])
        count += connection.execute(sa.delete(key.table).where(chosen)).rowcount
    return count


def _insert_in_postgres(connection: sa.Connection, table: sa.Table, rows: Sequence[Sequence[Any]]) -> None:
    """Many rows stream in (COPY); for a few, that takes longer than a statement."""
    if len(rows) < _WORTH_A_STREAM:
        insert_by_columns(connection, table, rows)
        return
    quoted = connection.dialect.identifier_preparer
    into = f"{quoted.format_table(table)} ({', '.join(quoted.format_column(column) for column in table.c)})"
    raw: Any = connection.connection.cursor()
    try:
        with raw.copy(f"COPY {into} FROM STDIN") as stream:
            for row in rows:
                stream.write_row(row)
    except connection.dialect.loaded_dbapi.Error as error:
        raise sa.exc.DBAPIError.instance(
            f"COPY {into}", None, error, connection.dialect.loaded_dbapi.Error, hide_parameters=True
        ) from None
    finally:
        raw.close()


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    query = sa.text("SELECT version_num FROM alembic_version")
    revision: str | None = connection.execute(query).scalar_one_or_none()
    return revision
