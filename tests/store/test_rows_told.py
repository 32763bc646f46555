"""Rows of a page say the same whether or not a table was made of them first."""

from random import Random
from typing import Any

import pyarrow as pa
import pytest

from graphsvc.model import tables as arrow
from graphsvc.store.arrow_sql import Told, table_of


def _value(kind: pa.DataType, chance: Random) -> Any:
    """As SQLite's driver gives it: what is true is 1."""
    if chance.random() < 0.2:
        return None
    if pa.types.is_boolean(kind):
        return chance.randrange(2)
    if pa.types.is_floating(kind):
        return chance.random()
    return f"text {chance.random()}" if pa.types.is_string(kind) else chance.randrange(2**31)


@pytest.mark.parametrize("name", ["EXPOSURES", "VICTIMS", "SUSPICIONS"])
def test_rows_by_column_are_what_their_table_says(name: str) -> None:
    schema, chance = getattr(arrow, name), Random(1)
    for count in (0, 1, 30):
        rows = [tuple(_value(field.type, chance) for field in schema) for _ in range(count)]
        told, judged = Told.of(schema).rows(rows), table_of(rows, schema).to_pylist()
        assert told == judged
        assert [list(map(type, row.values())) for row in told] == [list(map(type, row.values())) for row in judged]


def test_what_is_true_in_sqlite_is_true_on_a_page() -> None:
    schema = pa.schema([pa.field("message_then_call", pa.bool_())])
    told = [row["message_then_call"] for row in Told.of(schema).rows([(1,), (0,), (None,)])]
    assert [type(one) for one in told] == [bool, bool, type(None)]
    assert told == [True, False, None]
