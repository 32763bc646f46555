"""Many rows inserted or changed in one statement that is always the same, however many.

PostgreSQL gets the columns as arrays: a statement for each row would be looked at, answered and waited for one by one,
while others wait for the locks that are held meanwhile. SQLite is in this process, and takes them row by row.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from graphsvc.model.kept import once
from graphsvc.store.databases import POSTGRES
from graphsvc.store.prepared import sent_together

_WAITING: Final = "graphsvc changes"
"""In a connection's notes: what waits for the end of a block of `in_one_go`."""


@contextmanager
def in_one_go(connection: sa.Connection) -> Iterator[None]:
    """What the verbs of this module change in the block reaches the database together, at its end.

    So nobody waits for the ways there and back between them. Nothing that they changed is to be read in the block.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    waiting: list[tuple[str, Any]] = []
    notes = connection.info
    notes[_WAITING] = waiting
    try:
        yield
    finally:
        notes.pop(_WAITING, None)  # they are gone where the connection is
    sent_together(connection, waiting)


def change_rows(
    connection: sa.Connection, table: sa.Table, keys: Sequence[str], names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Give columns `names` of the rows that `keys` tell new values; a row has the keys' values first, then theirs."""
    if not rows:
        return
    statement = _changing(table, tuple(keys), tuple(names), connection.dialect.name)
    if connection.dialect.name == "postgresql":
        _send(connection, statement, _columns(rows))
    else:
        width = len(keys)
        connection.exec_driver_sql(statement, [(*row[width:], *row[:width]) for row in rows])


def insert_by_columns(connection: sa.Connection, table: sa.Table, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows whose values stand in the order of the table's columns. For PostgreSQL."""
    _send(connection, _inserting(table), _columns(rows))


def add_up(connection: sa.Connection, table: sa.Table, column: str, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows, each with a key of its own; where that is there, add to its figure in `column` instead."""
    if not rows:
        return
    statement = _adding(table, column, connection.dialect.name)
    if connection.dialect.name == "postgresql":
        _send(connection, statement, _columns(rows))
    else:
        connection.exec_driver_sql(statement, [tuple(row) for row in rows])


def _send(connection: sa.Connection, statement: str, columns: tuple[list[Any], ...]) -> None:
    waiting = connection.info.get(_WAITING)
    if waiting is None:
        connection.exec_driver_sql(statement, columns)
    else:
        waiting.append((statement, columns))


def _columns(rows: Sequence[Sequence[Any]]) -> tuple[list[Any], ...]:
    return tuple([list(column) for column in zip(*rows, strict=True)])


@once
def _changing(table: sa.Table, keys: tuple[str, ...], names: tuple[str, ...], dialect: str) -> str:
    quoted = (sqlite.dialect() if dialect == "sqlite" else POSTGRES).identifier_preparer
    own, column = quoted.format_table(table), {name: quoted.format_column(table.c[name]) for name in (*keys, *names)}
    if dialect == "sqlite":
        settled = ", ".join(f"{column[name]} = ?" for name in names)
        return f"UPDATE {own} SET {settled} WHERE {' AND '.join(f'{column[name]} = ?' for name in keys)}"  # noqa: S608  # our own names
    given = f"{_arrays(table, (*keys, *names))} AS given ({', '.join(column.values())})"
    settled = ", ".join(f"{column[name]} = given.{column[name]}" for name in names)
    chosen = " AND ".join(f"{own}.{column[name]} = given.{column[name]}" for name in keys)
    return f"UPDATE {own} SET {settled} FROM {given} WHERE {chosen}"  # noqa: S608  # our own names


@once
def _inserting(table: sa.Table) -> str:
    quoted = POSTGRES.identifier_preparer
    into = f"{quoted.format_table(table)} ({', '.join(quoted.format_column(column) for column in table.c)})"
    return f"INSERT INTO {into} SELECT * FROM {_arrays(table, tuple(table.c.keys()))}"  # noqa: S608  # our own names


@once
def _adding(table: sa.Table, column: str, dialect: str) -> str:
    keys = ", ".join(key.name for key in table.primary_key.columns)
    more = f"ON CONFLICT ({keys}) DO UPDATE SET {column} = {table.name}.{column} + excluded.{column}"
    if dialect == "postgresql":
        return f"{_inserting(table)} {more}"
    places = ", ".join("?" for _ in table.c)
    return f"INSERT INTO {table.name} ({', '.join(table.c.keys())}) VALUES ({places}) {more}"  # noqa: S608  # our own names


def _arrays(table: sa.Table, names: tuple[str, ...]) -> str:
    types = [table.c[name].type.compile(POSTGRES) for name in names]
    return f"unnest({', '.join(f'%s::{kind}[]' for kind in types)})"
