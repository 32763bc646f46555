"""Reading an amended analysis: the full one that it amends, but for the rows of a few people.

Its id says which that is: `A12-3` is the third amendment of `A12`. Everybody keeps a rank without gaps: whoever is not
amended moves up or down by how many of the others now stand before.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

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
from graphsvc.store.tables import amended, analyses, results

Int64 = npt.NDArray[np.int64]

SCHEMAS: Final = {"victims": arrow.VICTIMS, "exposures": arrow.EXPOSURES}
"""Tables whose rows an amendment replaces; all others are those of the full analysis."""
_ORDER: Final = {"victims": "rank", "exposures": "number"}


def full_of(analysis_id: str) -> str:
    """The id of the full analysis that this one amends; of a full one its own."""
    return analysis_id.partition("-")[0]


def is_amended(analysis_id: str) -> bool:
    """Whether an id is that of an amendment."""
    return "-" in analysis_id


@dataclass(frozen=True)
class Ranks:
    """How the ranks of an amended analysis follow from those of the full one."""

    taken: Int64
    """Ranks now of the people amended, ascending."""
    left: Int64
    """Ranks that they had before, ascending."""

    def now(self, before: Int64) -> Int64:
        """The ranks of people who are not amended, by their ranks before."""
        return _nth_free(self.taken, before - np.searchsorted(self.left, before))

    def before(self, now: int) -> int:
        """The last rank before of those who are not amended and stand up to a rank now; 0 where nobody does."""
        count = now - int(np.searchsorted(self.taken, now, side="right"))
        return int(_nth_free(self.left, np.array([count], dtype=np.int64))[0]) if count > 0 else 0


def _nth_free(taken: Int64, place: Int64) -> Int64:
    """The ranks that come at these places (from 1) among those that are not taken."""
    return np.asarray(place + np.searchsorted(taken - np.arange(len(taken)), place, side="right"), dtype=np.int64)


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
        behind = {True: after_rank, False: of.ranks.before(after_rank)}
        some = [] if numbers is None else [among(connection, table.c.number, numbers)]
        conditions = {own: [*victims_chosen(table, rank, **chosen), *some] for own, rank in behind.items()}
        return of.rows(connection, "victims", lambda own: conditions[own], limit=limit)


def standings(analysis_id: str) -> sa.Select[Any] | sa.CompoundSelect[Any]:
    """Number, grade and stage of everybody ranked, in no order."""
    columns = results["victims"].c
    slim = sa.select(columns.number, columns.grade, columns.stage)
    own = slim.where(columns.analysis_no == number_of(analysis_id))
    if not is_amended(analysis_id):
        return own
    there = sa.exists().where(amended.c.analysis_no == number_of(analysis_id), amended.c.number == columns.number)
    return own.union_all(slim.where(columns.analysis_no == number_of(analysis_id, full=True), ~there))


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
        of = _Of.read(connection, analysis_id)
        return of.rows(connection, name, lambda _: [among(connection, place, wanted)], only=only)


def whole(catalogue: Catalogue, analysis_id: str, name: str) -> pa.Table:
    """Every row of one table: victims by rank, exposures by number."""
    with catalogue.reading() as connection:
        return _Of.read(connection, analysis_id).rows(connection, name, lambda _: [])


def people(connection: sa.Connection, analysis_id: str) -> list[int]:
    """Whose rows are not those of the full analysis, ascending; of a full one nobody's."""
    query = sa.select(amended.c.number).where(amended.c.analysis_no == number_of(analysis_id))
    return list(connection.scalars(query.order_by(amended.c.number)))


def number_of(analysis_id: str | sa.BindParameter[str], *, full: bool = False) -> sa.ScalarSelect[int]:
    """Under which number a published analysis stands; `full`: that which it amends, or itself where it is full."""
    columns = analyses.c
    number = sa.func.coalesce(columns.base_no, columns.analysis_no) if full else columns.analysis_no
    published = (columns.analysis_id == analysis_id, columns.state == shelf.PUBLISHED)
    return sa.select(sa.func.max(number)).where(*published).scalar_subquery()


@dataclass(frozen=True)
class _Of:
    """One amended analysis."""

    number: int
    base: int
    ranks: Ranks

    @classmethod
    def read(cls, connection: sa.Connection, analysis_id: str) -> "_Of":
        """Nothing of an analysis that is not there (any more)."""
        query = sa.select(number_of(analysis_id), number_of(analysis_id, full=True))
        number, base = (found or 0 for found in connection.execute(query).one())
        columns, own = amended.c, results["victims"].c
        left = sa.select(columns.rank_before).where(columns.analysis_no == number, columns.rank_before.is_not(None))
        taken = sa.select(own.rank).where(own.analysis_no == number, sa.literal(number != base))  # a full one has none
        found = [np.sort(np.array(connection.scalars(one).all(), dtype=np.int64)) for one in (taken, left)]
        return cls(number, base, Ranks(*found))

    def rows(
        self,
        connection: sa.Connection,
        name: str,
        chosen: Callable[[bool], Sequence[sa.ColumnElement[bool]]],
        *,
        limit: int | None = None,
        only: Sequence[str] | None = None,
    ) -> pa.Table:
        """The first rows that meet the conditions `chosen` (whether of the rows of its own), in the table's order."""
        table, schema, order = results[name], SCHEMAS[name], _ORDER[name]
        if only is not None:
            schema = pa.schema([schema.field(one) for one in dict.fromkeys([*only, order])])
        there = sa.exists().where(amended.c.analysis_no == self.number, amended.c.number == table.c.number)
        parts = []
        for number, own in ((self.number, True), (self.base, False)):
            query = sa.select(*[table.c[field] for field in schema.names])
            query = query.where(table.c.analysis_no == number, *chosen(own), there if own else ~there)
            rows = connection.execute(query.order_by(table.c.position).limit(limit))
            parts.append(table_of(rows, schema))
        if name == "victims":
            parts[1] = self._moved(parts[1])
        found = pa.concat_tables(parts).sort_by(order).slice(0, limit)
        return found if only is None else found.select(list(only))

    def _moved(self, rest: pa.Table) -> pa.Table:
        """Rows of the full analysis with the ranks that they have now."""
        before = rest.column("rank").to_numpy().astype(np.int64)
        place = rest.schema.get_field_index("rank")
        moved = pa.array(self.ranks.now(before), rest.schema.field(place).type)
        return rest.set_column(place, rest.schema.field(place), moved)
