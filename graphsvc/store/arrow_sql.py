"""Between Arrow tables and SQL rows: column types, and rows read back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import sqlalchemy as sa

WHOLE: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A 64-bit integer. Only under the name INTEGER does SQLite make a primary key the row's own place."""


def columns_of(schema: pa.Schema, *, key: Sequence[str] = ()) -> list[sa.Column[Any]]:
    """SQL columns for the fields of an Arrow schema; those named in `key` form the primary key."""
    return [
        sa.Column(
            field.name,
            _sql_type(field.type),
            primary_key=field.name in key,
            nullable=field.nullable,
            autoincrement=False,
        )
        for field in schema
    ]


def table_of(rows: Iterable[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    """An Arrow table of rows whose values stand in the order of the schema."""
    columns = list(zip(*rows, strict=True))
    if not columns:
        return schema.empty_table()
    arrays = [pa.array(_as(field.type, values), type=field.type) for values, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


@dataclass(frozen=True)
class Told:
    """How rows of a table are told by column, each what `to_pylist` says of their table.

    Of a page of people that is quicker than to make a table first, or to ask the schema for each row.
    """

    names: tuple[str, ...]
    truths: tuple[str, ...]
    """Of those, what is true or false: SQLite keeps it as 1 or 0."""

    @classmethod
    def of(cls, schema: pa.Schema) -> "Told":
        """By the columns of a schema."""
        truths = [field.name for field in schema if pa.types.is_boolean(field.type)]
        return cls(tuple(schema.names), tuple(truths))

    def rows(self, rows: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
        """Rows whose values stand in the order of the schema, by column."""
        told = [dict(zip(self.names, row, strict=True)) for row in rows]
        for name in self.truths:
            for row in told:
                row[name] = None if row[name] is None else bool(row[name])
        return told


def _as(arrow: pa.DataType, values: Sequence[Any]) -> Sequence[Any]:
    """Values as Arrow takes them: SQLite keeps what is true as 1."""
    return [None if value is None else bool(value) for value in values] if pa.types.is_boolean(arrow) else values


def _sql_type(arrow: pa.DataType) -> sa.types.TypeEngine[Any]:
    if pa.types.is_integer(arrow):
        return WHOLE
    if pa.types.is_floating(arrow):
        return sa.Double()
    if pa.types.is_boolean(arrow):
        return sa.Boolean()
    if pa.types.is_string(arrow):
        return sa.Text()
    raise TypeError(f"no SQL type for {arrow}")
