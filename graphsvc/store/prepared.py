"""Statements that are asked again and again, put together once for each kind of database.

SQLAlchemy looks at each execution anew: which statement it is, which text belongs to it, of which types its values are.
For the short statements of a claim that takes longer than the database does. Values and rows go as the driver takes and
gives them: whole numbers, figures and texts, nothing that a type of ours would have to translate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

import sqlalchemy as sa

from graphsvc.store.databases import driver_rows, drivers_errors

_ALL: "Final[list[Prepared]]" = []
"""In the order in which they were written down."""


class Prepared:
    """A statement with named places (`sa.bindparam`)."""

    def __init__(self, statement: sa.Executable, *, only: str | None = None) -> None:
        """`only`: the kind of database that has it; nothing is asked of others."""
        self._statement: Any = statement
        self._only = only
        self._texts: dict[str, _Text] = {}
        self._turn = Lock()
        _ALL.append(self)

    def run(self, connection: sa.Connection, **values: Any) -> Sequence[Any]:
        """Its rows, with a value in each place."""
        if self._only not in (None, connection.dialect.name):
            return []
        text = self._text(connection.dialect)
        return driver_rows(connection, text.text, text.filled(values))

    def change(self, connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> None:
        """Carry out a statement that changes rows, once with each of these values."""
        if rows:
            text = self._text(connection.dialect)
            connection.exec_driver_sql(text.text, [text.filled(row) for row in rows])

    def told(self, connection: sa.Connection, values: Mapping[str, Any]) -> tuple[str, Any]:
        """As the driver takes it: the text, and the values in their places."""
        text = self._text(connection.dialect)
        return text.text, text.filled(values)

    def put_together(self, dialect: sa.Dialect) -> None:
        """Make its text for that kind of database, if it has it: whoever asks first has not to wait for it then."""
        if self._only in (None, dialect.name):
            self._text(dialect)

    def _text(self, dialect: sa.Dialect) -> "_Text":
        if dialect.name in self._texts:
            return self._texts[dialect.name]
        with self._turn:  # not each of the threads that begin together
            if dialect.name in self._texts:
                return self._texts[dialect.name]
            compiled = self._statement.compile(dialect=dialect)
            places = tuple(compiled.positiontup) if compiled.positional else None
            fixed = {name: value for name, value in compiled.params.items() if value is not None}
            self._texts[dialect.name] = _Text(compiled.string, places, fixed)
        return self._texts[dialect.name]


def put_all_together(dialect: sa.Dialect) -> None:
    """Make the texts of all statements that were written down so far, for one kind of database; nothing is asked."""
    for one in list(_ALL):
        one.put_together(dialect)


def asked_together(connection: sa.Connection, *questions: tuple[Prepared, Mapping[str, Any]]) -> list[Sequence[Any]]:
    """The rows of each of these, asked in their order, each seeing what the one before did.

    PostgreSQL is sent all of them at once: there and back takes longer than most answers do.
    """
    if connection.dialect.name != "postgresql":
        return [prepared.run(connection, **values) for prepared, values in questions]
    return sent_together(connection, [prepared.told(connection, values) for prepared, values in questions])


def sent_together(connection: sa.Connection, statements: Sequence[tuple[str, Any]]) -> list[Sequence[Any]]:
    """Send PostgreSQL statements at once, in their order; the rows of each that has any."""
    driver: Any = connection.connection.driver_connection
    with drivers_errors(connection):
        with driver.pipeline():
            asked = [driver.execute(text, values) for text, values in statements]
        return [cursor.fetchall() if cursor.description else [] for cursor in asked]


@dataclass(frozen=True)
class _Text:
    """A statement as a driver takes it."""

    text: str
    places: tuple[str, ...] | None
    """The names of its places in their order; None where the driver knows them by name."""
    fixed: Mapping[str, Any]
    """What the statement itself puts into a place."""

    def filled(self, values: Mapping[str, Any]) -> Any:
        given = {**self.fixed, **values}
        return given if self.places is None else tuple([given[name] for name in self.places])
