"""Rows of the tables of an analysis, as they are asked for; the statements of every page are put together once."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import sqlalchemy as sa

from graphsvc.model import tables as arrow
from graphsvc.model.kept import once
from graphsvc.store import amended
from graphsvc.store.amended import Row, is_amended, number_of
from graphsvc.store.arrow_sql import WHOLE, Told, table_of
from graphsvc.store.asked_for import given, places, victims_chosen
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.finding import among_those, those
from graphsvc.store.prepared import Prepared
from graphsvc.store.tables import results

SCHEMAS: Final = {  # name of a table of an analysis → its schema
    "suspicions": arrow.SUSPICIONS,
    "entity_suspicions": arrow.ENTITY_SUSPICIONS,
    "networks": arrow.NETWORKS,
    "members": arrow.MEMBERS,
    "exposures": arrow.EXPOSURES,
    "victims": arrow.VICTIMS,
}
_TOLD: Final = {name: Told.of(schema) for name, schema in SCHEMAS.items()}


def select(
    catalogue: Catalogue,
    analysis_id: str,
    name: str,
    *chosen: sa.ColumnElement[bool],
    order: Sequence[sa.ColumnElement[Any]] = (),
    limit: int | None = None,
    skip: int = 0,
) -> pa.Table:
    """Rows of one table of an analysis in its schema; in the engine's order unless another is given.

    Of an amended analysis those of the full one: `amended` has what is its own.
    """
    table, schema = results[name], SCHEMAS[name]
    query = sa.select(*[table.c[column] for column in schema.names])
    query = query.where(*chosen, table.c.analysis_no == number_of(analysis_id, full=True))
    query = query.order_by(*(order or (table.c.position,))).limit(limit).offset(skip or None)
    with catalogue.reading() as connection:
        return table_of(connection.execute(query), schema)


def select_of(
    catalogue: Catalogue,
    analysis_id: str,
    name: str,
    column: str,
    ids: Sequence[int] | npt.NDArray[np.int32],
    only: Sequence[str] | None = None,
) -> pa.Table:
    """Rows of one table of an analysis whose column has one of these values, in the engine's order.

    `only`: of these columns; else of all. Of an amended analysis those of the full one, as `select`.
    """
    wanted = np.sort(np.asarray(ids, dtype=np.int64)).tolist()
    schema = SCHEMAS[name] if only is None else pa.schema([SCHEMAS[name].field(one) for one in only])
    with catalogue.reading() as connection:
        dialect = connection.dialect.name
        asked = _selecting(name, column, dialect, tuple(schema.names))
        rows = asked.run(connection, analysis_id=analysis_id, wanted=those(dialect, wanted))
        return table_of(rows, schema)


def told_of(catalogue: Catalogue, analysis_id: str, name: str, column: str, ids: Sequence[int]) -> list[Row]:
    """The same rows, all their columns by name, for pages: without a table in between."""
    told = _TOLD[name]
    with catalogue.reading() as connection:
        dialect = connection.dialect.name
        asked = _selecting(name, column, dialect, told.names)
        return told.rows(asked.run(connection, analysis_id=analysis_id, wanted=those(dialect, sorted(ids))))


def exposures_of(catalogue: Catalogue, analysis_id: str, numbers: Sequence[int]) -> list[Row]:
    """EXPOSURES rows of these people's numbers, by number; who met no suspect has none."""
    changed, rows = amended.exposures_of(catalogue, analysis_id, numbers) if is_amended(analysis_id) else (set(), [])
    others = [number for number in numbers if number not in changed]
    rows = rows + told_of(catalogue, analysis_id, "exposures", "number", others)
    return sorted(rows, key=itemgetter("number"))


@once
def _selecting(name: str, column: str, dialect: str, shown: tuple[str, ...]) -> Prepared:
    """Rows of one table of an analysis, in the engine's order, whose column has one of the wanted values."""
    table, number = results[name], number_of(sa.bindparam("analysis_id"), full=True)
    query = sa.select(*[table.c[one] for one in shown])
    chosen = among_those(dialect, table.c[column], (table.c.analysis_no, number))
    return Prepared(query.where(chosen).order_by(table.c.position))


def ranking(catalogue: Catalogue, analysis_id: str, *, limit: int, after_rank: int, **wanted: Any) -> list[Row]:
    """VICTIMS rows by rank behind `after_rank` that meet the conditions wanted."""
    values = given(**wanted)
    asked = _ranking(tuple(values))
    with catalogue.reading() as connection:
        rows = asked.run(connection, analysis_id=analysis_id, after_rank=after_rank, most=limit, **values)
    return _TOLD["victims"].rows(rows)


@once
def _ranking(wanted: tuple[str, ...]) -> Prepared:
    table = results["victims"]
    chosen = victims_chosen(table, sa.bindparam("after_rank", type_=WHOLE), **places(wanted))
    query = sa.select(*[table.c[name] for name in arrow.VICTIMS.names])
    query = query.where(*chosen, table.c.analysis_no == number_of(sa.bindparam("analysis_id")))
    return Prepared(query.order_by(table.c.position).limit(sa.bindparam("most", type_=sa.Integer())))
