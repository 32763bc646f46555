"""Reading an amended analysis: the full one that it amends, but for the rows of a few people.

Its id says which that is: `A12-3` is the third amendment of `A12`. What an amendment says of a person is written once,
and holds in all later ones until one says something else; so an amendment costs what it changes, not what all changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import sqlalchemy as sa

from graphsvc.model import tables as arrow
from graphsvc.store import shelf
from graphsvc.store.arrow_sql import table_of
from graphsvc.store.asked_for import victims_chosen
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.finding import among
from graphsvc.store.ranks import Int64, Ranks
from graphsvc.store.tables import amended, analyses, results

SCHEMAS: Final = {"victims": arrow.VICTIMS, "exposures": arrow.EXPOSURES}
"""Tables whose rows an amendment replaces; all others are those of the full analysis."""
_ORDER: Final = {"victims": "rank", "exposures": "number"}
_ANY_RANK: Final = 0
"""Behind it are all ranks; those written with people amended are of when they were."""
_Number: TypeAlias = sa.ColumnElement[int] | sa.ScalarSelect[int]


def full_of(analysis_id: str) -> str:
    """The id of the full analysis that this one amends; of a full one its own."""
    return analysis_id.partition("-")[0]


def is_amended(analysis_id: str) -> bool:
    """Whether an id is that of an amendment."""
    return "-" in analysis_id


def ranked(
    catalogue: Catalogue,
    analysis_id: str,
    *,
    limit: int,
    after_rank: int,
    numbers: Sequence[int] | None = None,
    **chosen: Any,
) -> pa.Table:
    """VICTIMS rows by rank, as `results.victims`; `chosen` are its other conditions, `numbers` all that may be there.

    Of a full analysis too.
    """
    table = results["victims"]
    with catalogue.reading() as connection:
        of = _Of.read(connection, analysis_id)
        some = [] if numbers is None else [among(connection, table.c.number, numbers)]
        behind = [*victims_chosen(table, of.ranks.before(after_rank), **chosen), *some]
        rest = of.rest(connection, "victims", behind, limit=limit)
        anywhere = [*victims_chosen(table, _ANY_RANK, **chosen), *some]
        own = of.own(connection, "victims", numbers=of.best(connection, anywhere, limit, after_rank))
        return of.together("victims", own, rest).slice(0, limit)


def standings(analysis_id: str) -> sa.Select[Any] | sa.CompoundSelect[Any]:
    """Number, grade and stage of everybody ranked, in no order."""
    table = results["victims"]
    slim = sa.select(table.c.number, table.c.grade, table.c.stage)
    if not is_amended(analysis_id):
        return slim.where(table.c.analysis_no == number_of(analysis_id))
    base, number = number_of(analysis_id, full=True), number_of(analysis_id)
    own = slim.select_from(_with_amended(table)).where(_holding(base, number))
    return own.union_all(slim.where(table.c.analysis_no == base, ~_replaced(table, base, number)))


def rows_of(
    catalogue: Catalogue,
    analysis_id: str,
    name: str,
    column: str,
    ids: Sequence[int] | npt.NDArray[np.int32],
    only: Sequence[str] | None = None,
) -> pa.Table:
    """Rows of one table whose column has one of these values: victims by rank, exposures by number.

    `only`: of these columns; else of all.
    """
    wanted, place = np.sort(np.asarray(ids, dtype=np.int64)).tolist(), results[name].c[column]
    with catalogue.reading() as connection:
        of, chosen = _Of.read(connection, analysis_id), [among(connection, place, wanted)]
        numbers = wanted if column == "number" else None
        own = of.own(connection, name, [] if numbers is not None else chosen, numbers=numbers, only=only)
        found = of.together(name, own, of.rest(connection, name, chosen, only=only))
    return found if only is None else found.select(list(only))


def whole(catalogue: Catalogue, analysis_id: str, name: str) -> pa.Table:
    """Every row of one table: victims by rank, exposures by number."""
    with catalogue.reading() as connection:
        of = _Of.read(connection, analysis_id)
        return of.together(name, of.own(connection, name), of.rest(connection, name))


def number_of(analysis_id: str | sa.BindParameter[str], *, full: bool = False) -> sa.ScalarSelect[int]:
    """Under which number a published analysis stands; `full`: that which it amends, or itself where it is full."""
    columns = analyses.c
    number = sa.func.coalesce(columns.base_no, columns.analysis_no) if full else columns.analysis_no
    published = (columns.analysis_id == analysis_id, columns.state == shelf.PUBLISHED)
    return sa.select(sa.func.max(number)).where(*published).scalar_subquery()


@dataclass(frozen=True)
class _Of:
    """One analysis: the rows of its own, and those of the full one that nobody amended."""

    number: int
    base: int
    ranks: Ranks

    @classmethod
    def read(cls, connection: sa.Connection, analysis_id: str) -> "_Of":
        """Nothing of an analysis that is not there (any more)."""
        columns = analyses.c
        query = sa.select(columns.analysis_no, sa.func.coalesce(columns.base_no, columns.analysis_no), columns.ranks)
        query = query.where(columns.analysis_no == number_of(analysis_id))
        number, base, ranks = connection.execute(query).one_or_none() or (0, 0, None)
        return cls(number, base, Ranks.read(ranks))

    def own(
        self,
        connection: sa.Connection,
        name: str,
        chosen: Sequence[sa.ColumnElement[bool]] = (),
        *,
        numbers: Sequence[int] | None = None,
        only: Sequence[str] | None = None,
    ) -> pa.Table:
        """Rows of people amended that meet the conditions; `numbers`: of these alone."""
        table, schema = results[name], _schema(name, only)
        if self.number == self.base or (numbers is not None and not len(numbers)):
            return schema.empty_table()
        query = sa.select(*[table.c[field] for field in schema.names]).select_from(_with_amended(table))
        if numbers is not None:
            query = query.where(
                among(connection, amended.c.number, numbers, (amended.c.base_no, sa.literal(self.base)))
            )
        query = query.where(_holding(sa.literal(self.base), sa.literal(self.number)), *chosen)
        found = table_of(connection.execute(query), schema)
        return found if name != "victims" else _with_ranks(found, self.ranks.of_own(_column(found, "number")))

    def rest(
        self,
        connection: sa.Connection,
        name: str,
        chosen: Sequence[sa.ColumnElement[bool]] = (),
        *,
        limit: int | None = None,
        only: Sequence[str] | None = None,
    ) -> pa.Table:
        """The first rows of people not amended that meet the conditions, in the table's order."""
        table, schema = results[name], _schema(name, only)
        base, number = sa.literal(self.base), sa.literal(self.number)
        query = sa.select(*[table.c[field] for field in schema.names]).where(table.c.analysis_no == base, *chosen)
        if self.number != self.base:
            query = query.where(~_replaced(table, base, number))
        found = table_of(connection.execute(query.order_by(table.c.position).limit(limit)), schema)
        return found if name != "victims" else _with_ranks(found, self.ranks.now(_column(found, "rank")))

    def best(
        self, connection: sa.Connection, chosen: Sequence[sa.ColumnElement[bool]], limit: int, after_rank: int
    ) -> list[int]:
        """Numbers of the first people amended who meet the conditions, behind a rank."""
        own = self.ranks.own[np.searchsorted(self.ranks.taken, after_rank, side="right") :]
        if len(own):
            slim = sa.select(results["victims"].c.number).select_from(_with_amended(results["victims"]))
            slim = slim.where(_holding(sa.literal(self.base), sa.literal(self.number)), *chosen)
            own = own[np.isin(own, np.fromiter(connection.scalars(slim), np.int64))]
        found: list[int] = own[:limit].tolist()
        return found

    def together(self, name: str, own: pa.Table, rest: pa.Table) -> pa.Table:
        """In the order of the table."""
        return pa.concat_tables([own, rest]).sort_by(_ORDER[name])


def _schema(name: str, only: Sequence[str] | None) -> pa.Schema:
    """Of these columns and those that order needs; of all without them."""
    schema = SCHEMAS[name]
    if only is None:
        return schema
    return pa.schema([schema.field(one) for one in dict.fromkeys([*only, _ORDER[name], "number"])])


def _with_amended(table: sa.Table) -> sa.Join:
    own = sa.and_(table.c.analysis_no == amended.c.from_no, table.c.number == amended.c.number)
    return amended.join(table, own)


def _holding(base: _Number, number: _Number) -> sa.ColumnElement[bool]:
    """That a row of `amended` holds in an amendment."""
    columns = amended.c
    standing = sa.or_(columns.until_no.is_(None), columns.until_no > number)
    return sa.and_(columns.base_no == base, columns.from_no <= number, standing)


def _replaced(table: sa.Table, base: _Number, number: _Number) -> sa.ColumnElement[bool]:
    return sa.exists().where(amended.c.number == table.c.number, _holding(base, number))


def _with_ranks(rows: pa.Table, ranks: Int64) -> pa.Table:
    place = rows.schema.get_field_index("rank")
    return rows.set_column(place, rows.schema.field(place), pa.array(ranks, rows.schema.field(place).type))


def _column(rows: pa.Table, name: str) -> Int64:
    return np.asarray(rows.column(name).to_numpy(), dtype=np.int64)
