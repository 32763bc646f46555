"""Checked rows of the feeds other than `events` as the tables of the catalogue."""

from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphsvc.ingest.feeds import FieldType
from graphsvc.ingest.ids import MISSING
from graphsvc.ingest.rows import Intake, Rows, settle_entities, settle_numbers
from graphsvc.model.tables import ALWAYS_KNOWN, FACTS

_NUMBER_COLUMN: Final = {"cases": "victim_number"}


def new_facts(checked: Rows, intake: Intake) -> pa.Table:
    """The good rows by `known_at` and place in the file; new numbers are registered in that order."""
    known_at = _known_at(checked)
    good = checked.faults.good()
    order = good[np.argsort(known_at[good], kind="stable")]
    ids = settle_numbers(checked, intake, order) | settle_entities(checked, intake, order)
    columns = {"known_at": pa.array(known_at[order])}
    schema = FACTS[checked.feed.name]
    for name in schema.names:
        source = _NUMBER_COLUMN.get(checked.feed.name, "number") if name == "number" else name
        if source in ids:
            columns[name] = pa.array(ids[source], mask=ids[source] == MISSING)
        elif name not in columns:
            columns[name] = _column(checked, name, schema.field(name).type, order)
    return pa.table({name: columns[name] for name in schema.names}, schema=schema)


def _column(checked: Rows, name: str, type: pa.DataType, order: NDArray[np.int64]) -> pa.Array:
    if name not in checked.values:
        return pa.nulls(len(order), type)  # flag_id: the catalogue gives it
    field = checked.feed.field(name)
    values = checked.values[name]
    if field.type is not FieldType.WORD:
        return values.array(type, order)
    codes = values.array(pa.int32(), order)
    return pa.DictionaryArray.from_arrays(codes, pa.array(field.words, type)).cast(type)


def _known_at(checked: Rows) -> NDArray[np.int64]:
    """When each row was known: where a feed does not say, an outcome when it came about, all else always."""
    said = checked.values["known_at"]
    if checked.feed.name == "outcomes":
        return np.where(said.missing, checked.values["at"].integers, said.integers)
    return np.where(said.missing, ALWAYS_KNOWN, said.integers)
