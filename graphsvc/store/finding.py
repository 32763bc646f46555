"""Rows by many keys at once, however many: on SQLite and on PostgreSQL a statement that is always the same."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from graphsvc.model.kept import once
from graphsvc.store.databases import POSTGRES, driver_rows

_WANTED_AT_A_TIME: Final = 10_000  # values in one query; SQLite takes at most 32,766


def find_rows(
    connection: sa.Connection,
    columns: Sequence[sa.Column[Any]],
    key: sa.Column[Any],
    wanted: Sequence[Any],
    *,
    held: bool = False,
) -> list[tuple[Any, ...]]:
    """These columns of the rows whose `key` is one of the wanted, however many, in no promised order.

    `held`: nobody else changes them until the end of the transaction; they are taken in the order of `key`.
    """
    if not len(wanted):
        return []
    if connection.dialect.name == "postgresql":
        return _find_by_array(connection, columns, key, wanted, held)
    ordered = sorted(wanted)  # as the index is: its pages are read once
    if isinstance(key.type, sa.LargeBinary):  # is no JSON
        return _find_by_places(connection, columns, key, ordered)
    statement = _finding(tuple(columns), key)
    return driver_rows(connection, statement, (orjson.dumps(ordered).decode(),))


@once
def _finding(columns: tuple[sa.Column[Any], ...], key: sa.Column[Any]) -> str:
    # Made once, and the same however many are wanted: to put a statement together takes longer than to run it.
    query = sa.select(*columns).where(key.in_(sa.text("SELECT value FROM json_each(?)")))
    return query.compile(dialect=sqlite.dialect()).string


def find_columns(
    connection: sa.Connection, columns: Sequence[sa.Column[Any]], key: sa.Column[Any], wanted: Sequence[int]
) -> list[list[Any]]:
    """The same, each column a list: for thousands of rows of whole numbers and texts.

    SQLite writes them down as three texts, which takes half as long as to hand over thousands of rows.
    """
    if connection.dialect.name == "postgresql":
        rows = find_rows(connection, columns, key, wanted)
        return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in columns]
    statement = _finding_columns(tuple(columns), key)
    ((*texts,),) = driver_rows(connection, statement, (orjson.dumps(sorted(wanted)).decode(),))
    return [orjson.loads(text) for text in texts]


@once
def _finding_columns(columns: tuple[sa.Column[Any], ...], key: sa.Column[Any]) -> str:
    query = sa.select(*[sa.func.json_group_array(column) for column in columns])
    query = query.where(key.in_(sa.text("SELECT value FROM json_each(?)")))
    return query.compile(dialect=sqlite.dialect()).string


def _find_by_places(
    connection: sa.Connection, columns: Sequence[sa.Column[Any]], key: sa.Column[Any], wanted: Sequence[Any]
) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for start in range(0, len(wanted), _WANTED_AT_A_TIME):
        chunk = tuple(wanted[start : start + _WANTED_AT_A_TIME])
        statement = _with_places(tuple(columns), key, len(chunk))
        found += driver_rows(connection, statement, chunk)
    return found


def among(
    connection: sa.Connection, column: sa.Column[Any], wanted: Sequence[int], *whose: tuple[sa.Column[Any], Any]
) -> sa.ColumnElement[bool]:
    """That a column is one of these, however many: one parameter of a statement that is always the same.

    `whose`: columns that have a value besides, where an index is over them and this one.
    """
    dialect = connection.dialect.name
    return _among(dialect, column, sa.bindparam("wanted", those(dialect, wanted), type_=_kind(dialect, column)), whose)


def among_those(dialect: str, column: sa.Column[Any], *whose: tuple[sa.Column[Any], Any]) -> sa.ColumnElement[bool]:
    """The same with a place named `wanted`, for a statement that is put together once; it takes what `those` gives."""
    return _among(dialect, column, sa.bindparam("wanted", type_=_kind(dialect, column)), whose)


def those(dialect: str, wanted: Sequence[int]) -> Any:
    """What is wanted, as that kind of database takes it."""
    return list(wanted) if dialect == "postgresql" else orjson.dumps(list(wanted)).decode()


def _kind(dialect: str, column: sa.Column[Any]) -> sa.types.TypeEngine[Any]:
    return postgresql.ARRAY(column.type) if dialect == "postgresql" else sa.Text()


def _among(
    dialect: str,
    column: sa.Column[Any],
    wanted: sa.BindParameter[Any],
    whose: Sequence[tuple[sa.Column[Any], Any]],
) -> sa.ColumnElement[bool]:
    if dialect == "postgresql":
        return sa.and_(column == sa.any_(wanted), *[other == value for other, value in whose])
    listed = sa.func.json_each(wanted).table_valued("value")
    # As pairs: of two conditions SQLite, which keeps no figures of the rows, would walk all that meet the first.
    found = sa.select(*[value for _, value in whose], listed.c.value)
    return sa.tuple_(*[other for other, _ in whose], column).in_(found) if whose else column.in_(found)


def _find_by_array(
    connection: sa.Connection,
    columns: Sequence[sa.Column[Any]],
    key: sa.Column[Any],
    wanted: Sequence[Any],
    held: bool,
) -> list[tuple[Any, ...]]:
    """One parameter, however many are wanted; PostgreSQL takes 65,535 parameters at most."""
    statement = _finding_by_array(tuple(columns), key, held)
    return driver_rows(connection, statement, {"wanted": list(wanted)})


@once
def _finding_by_array(columns: tuple[sa.Column[Any], ...], key: sa.Column[Any], held: bool) -> str:
    query = sa.select(*columns).where(key == sa.any_(sa.bindparam("wanted", type_=postgresql.ARRAY(key.type))))
    query = query.order_by(key).with_for_update() if held else query
    return query.compile(dialect=POSTGRES).string


@lru_cache(maxsize=64)
def _with_places(columns: tuple[sa.Column[Any], ...], key: sa.Column[Any], places: int) -> str:
    """SQLite's query of these columns where `key` is one of so many values, each a place to be filled.

    Kept, since for many values it takes longer to put together than to run.
    """
    query = sa.select(*columns).where(key.in_([None] * places))
    return query.compile(dialect=sqlite.dialect(), compile_kwargs={"render_postcompile": True}).string
