"""Reading an amended analysis: the full one that it amends, but for the rows of a few people.

Its id says which that is: `A12-3` is the third amendment of `A12`. What an amendment says of a person is written once,
and holds in all later ones until one says something else; so an amendment costs what it changes, not what all changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Any, Final
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import sqlalchemy as sa

from graphsvc.model import tables as arrow
from graphsvc.model.kept import Kept
from graphsvc.store.amended_sql import (
    ABOUT,
    amending,
    exposures_amended,
    from_which,
    holding,
    own_of_page,
    replaced,
    rest_of_page,
    with_amended,
)
from graphsvc.store.amended_sql import number_of as number_of
from graphsvc.store.arrow_sql import Told, table_of
from graphsvc.store.asked_for import given
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.finding import among, those
from graphsvc.store.ranks import Int64, Ranks
from graphsvc.store.tables import amended, results

SCHEMAS: Final = {"victims": arrow.VICTIMS, "exposures": arrow.EXPOSURES}
"""Tables whose rows an amendment replaces; all others are those of the full analysis."""
_EXPOSURES: Final = Told.of(arrow.EXPOSURES)
_ORDER: Final = {"victims": "rank", "exposures": "number"}
_ANY_RANK: Final = 0
"""Behind it are all ranks; those written with people amended are of when they were."""
_LOOKED_AT: Final = 5
"""Times as many people amended as are wanted are looked at together where not all of them may do."""
Row = dict[str, Any]
"""Column → value."""


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
    **wanted: Any,
) -> list[Row]:
    """VICTIMS rows by rank, as `results.victims`; `wanted` are its other conditions, `numbers` all that may be there.

    Of a full analysis too.
    """
    values = given(**wanted)
    asked, some = tuple(values), None if numbers is None else np.asarray(numbers, dtype=np.int64)
    with catalogue.reading() as connection:
        of, dialect = _Of.known(catalogue, connection, analysis_id), connection.dialect.name
        if some is not None:
            values["wanted"] = those(dialect, some.tolist())
        behind = {"after_rank": of.ranks.before(after_rank), "most": limit, **values}
        page = rest_of_page(asked, dialect if some is not None else None)
        rest = _rows_as_they_are(page.run(connection, base=of.base, number=of.number, **behind))
        own = of.best(connection, values, asked, limit, after_rank, some)
    for row, rank in zip(rest, of.ranks.now(np.array([row["rank"] for row in rest], dtype=np.int64)), strict=True):
        row["rank"] = int(rank)
    return sorted([*own, *rest], key=itemgetter("rank"))[:limit]


def said_by(catalogue: Catalogue, analysis_id: str, numbers: Sequence[int]) -> list[int]:
    """For each of these people the number of the analysis whose rows of them these are, but for their rank.

    What is made of somebody by it is good for every later amendment too that does not look at them.
    """
    with catalogue.reading() as connection:
        of, dialect = _Of.known(catalogue, connection, analysis_id), connection.dialect.name
        own: dict[int, int] = {}
        if of.number != of.base:
            wanted = those(dialect, numbers)
            own = dict(from_which(dialect).run(connection, base=of.base, number=of.number, wanted=wanted))
        return [own.get(one, of.base) for one in numbers]


def standings(analysis_id: str) -> sa.Select[Any] | sa.CompoundSelect[Any]:
    """Number, grade and stage of everybody ranked, in no order."""
    table = results["victims"]
    slim = sa.select(table.c.number, table.c.grade, table.c.stage)
    if not is_amended(analysis_id):
        return slim.where(table.c.analysis_no == number_of(analysis_id))
    base, number = number_of(analysis_id, full=True), number_of(analysis_id)
    own = slim.where(amending(table, base, number))
    return own.union_all(slim.where(table.c.analysis_no == base, ~replaced(table, base, number)))


def exposures_of(catalogue: Catalogue, analysis_id: str, numbers: Sequence[int]) -> tuple[set[int], list[Row]]:
    """Which of these people were amended, and their EXPOSURES rows, in no order; who met no suspect has none."""
    with catalogue.reading() as connection:
        of, dialect = _Of.known(catalogue, connection, analysis_id), connection.dialect.name
        about = {"base": of.base, "number": of.number}
        which = from_which(dialect).run(connection, **about, wanted=those(dialect, numbers))
        own = [number for number, _ in which]
        rows = exposures_amended(dialect).run(connection, **about, wanted=those(dialect, own)) if own else []
    return set(own), _EXPOSURES.rows(rows)


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
        of, chosen = _Of.known(catalogue, connection, analysis_id), [among(connection, place, wanted)]
        numbers = wanted if column == "number" else None
        own = of.own(connection, name, [] if numbers is not None else chosen, numbers=numbers, only=only)
        found = of.together(name, own, of.rest(connection, name, chosen, only=only))
    return found if only is None else found.select(list(only))


def whole(catalogue: Catalogue, analysis_id: str, name: str) -> pa.Table:
    """Every row of one table: victims by rank, exposures by number."""
    with catalogue.reading() as connection:
        of = _Of.known(catalogue, connection, analysis_id)
        return of.together(name, of.own(connection, name), of.rest(connection, name))


def _rows_as_they_are(rows: Sequence[Any]) -> list[Row]:
    return [dict(zip(arrow.VICTIMS.names, row, strict=True)) for row in rows]


@dataclass(frozen=True)
class _Of:
    """One analysis: the rows of its own, and those of the full one that nobody amended."""

    number: int
    base: int
    ranks: Ranks

    @classmethod
    def known(cls, catalogue: Catalogue, connection: sa.Connection, analysis_id: str) -> "_Of":
        """Read once, for whoever has its record: it never changes, and ranks of thousands take longer than a page."""
        kept = _KNOWN.setdefault(catalogue, Kept(_KNOWN_MOST))
        return kept.get(analysis_id, partial(cls.read, connection, analysis_id))

    @classmethod
    def read(cls, connection: sa.Connection, analysis_id: str) -> "_Of":
        """Nothing of an analysis that is not there (any more)."""
        found = ABOUT.run(connection, analysis_id=analysis_id)
        number, base, ranks = found[0] if found else (0, 0, None)
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
        query = sa.select(*[table.c[field] for field in schema.names])
        of = sa.literal(self.base), sa.literal(self.number)
        if numbers is None:
            query = query.where(amending(table, *of))
        else:
            theirs = among(connection, amended.c.number, numbers, (amended.c.base_no, of[0]))
            query = query.select_from(with_amended(table)).where(theirs, holding(*of))
        query = query.where(*chosen)
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
            query = query.where(~replaced(table, base, number))
        found = table_of(connection.execute(query.order_by(table.c.position).limit(limit)), schema)
        return found if name != "victims" else _with_ranks(found, self.ranks.now(_column(found, "rank")))

    def best(
        self,
        connection: sa.Connection,
        values: Mapping[str, Any],
        asked: tuple[str, ...],
        limit: int,
        after_rank: int,
        some: Int64 | None,
    ) -> list[Row]:
        """VICTIMS rows of the first people amended who meet the conditions (and are of `some`), behind a rank."""
        at = slice(int(np.searchsorted(self.ranks.taken, after_rank, side="right")), None)
        own, ranks, dialect = self.ranks.own[at], self.ranks.taken[at], connection.dialect.name
        if some is not None:
            own, ranks = own[kept := np.isin(own, some)], ranks[kept]
        found: list[Row] = []
        # With conditions some are left out: then the next are looked at.
        for start in range(0, len(own), most := limit if not asked else _LOOKED_AT * limit):
            part = dict(zip(own[start : start + most].tolist(), ranks[start : start + most].tolist(), strict=True))
            about = {**values, "base": self.base, "number": self.number, "wanted": those(dialect, list(part))}
            rows = _rows_as_they_are(own_of_page(asked, dialect).run(connection, after_rank=_ANY_RANK, **about))
            found += [{**row, "rank": part[row["number"]]} for row in rows]
            if len(found) >= limit:
                break
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


def _with_ranks(rows: pa.Table, ranks: Int64) -> pa.Table:
    place = rows.schema.get_field_index("rank")
    return rows.set_column(place, rows.schema.field(place), pa.array(ranks, rows.schema.field(place).type))


def _column(rows: pa.Table, name: str) -> Int64:
    return np.asarray(rows.column(name).to_numpy(), dtype=np.int64)


_KNOWN_MOST: Final = 16
_KNOWN: Final[WeakKeyDictionary[Catalogue, Kept[_Of]]] = WeakKeyDictionary()
