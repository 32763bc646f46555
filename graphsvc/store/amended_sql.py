"""The statements that read an amended analysis; those of every page are put together once.

`base` is the number of a full analysis, `number` that of an amendment of it, or its own.
"""

from typing import Final, TypeAlias

import sqlalchemy as sa

from graphsvc.model import tables as arrow
from graphsvc.model.kept import once
from graphsvc.store import shelf
from graphsvc.store.arrow_sql import WHOLE
from graphsvc.store.asked_for import places, victims_chosen
from graphsvc.store.finding import among_those
from graphsvc.store.prepared import Prepared
from graphsvc.store.tables import amended, analyses, results

_Number: TypeAlias = sa.ColumnElement[int] | sa.ScalarSelect[int]


def number_of(analysis_id: str | sa.BindParameter[str], *, full: bool = False) -> sa.ScalarSelect[int]:
    """Under which number a published analysis stands; `full`: that which it amends, or itself where it is full."""
    columns = analyses.c
    number = sa.func.coalesce(columns.base_no, columns.analysis_no) if full else columns.analysis_no
    published = (columns.analysis_id == analysis_id, columns.state == shelf.PUBLISHED)
    return sa.select(sa.func.max(number)).where(*published).scalar_subquery()


def with_amended(table: sa.Table) -> sa.Join:
    """The rows of a table of people amended, each with what says in which amendments it holds."""
    own = sa.and_(table.c.analysis_no == amended.c.from_no, table.c.number == amended.c.number)
    return amended.join(table, own)


def holding(base: _Number, number: _Number) -> sa.ColumnElement[bool]:
    """That a row of `amended` holds in an amendment."""
    columns = amended.c
    standing = sa.or_(columns.until_no.is_(None), columns.until_no > number)
    return sa.and_(columns.base_no == base, columns.from_no <= number, standing)


def amending(table: sa.Table, base: _Number, number: _Number) -> sa.ColumnElement[bool]:
    """That a row of a table is of a person amended, and holds in an amendment.

    For all of them at once, where `with_amended` is for a few people: SQLite would look for each person among all that
    one glance touched.
    """
    own = sa.select(amended.c.from_no, amended.c.number).where(holding(base, number))
    return sa.tuple_(table.c.analysis_no, table.c.number).in_(own)


def replaced(table: sa.Table, base: _Number, number: _Number) -> sa.ColumnElement[bool]:
    """That somebody of the full analysis has other rows in an amendment, or none."""
    return sa.exists().where(amended.c.number == table.c.number, holding(base, number))


BASE: Final = sa.bindparam("base", type_=WHOLE)
THIS: Final = sa.bindparam("number", type_=WHOLE)
_BEHIND: Final = sa.bindparam("after_rank", type_=WHOLE)
ABOUT: Final = Prepared(
    sa.select(
        analyses.c.analysis_no, sa.func.coalesce(analyses.c.base_no, analyses.c.analysis_no), analyses.c.ranks
    ).where(analyses.c.analysis_no == number_of(sa.bindparam("analysis_id")))
)
"""Number, number of the full one, and ranks of an analysis."""


@once
def rest_of_page(asked: tuple[str, ...], among_numbers: str | None) -> Prepared:
    """VICTIMS rows of people not amended, by rank, with places for the conditions."""
    table = results["victims"]
    chosen = victims_chosen(table, _BEHIND, **places(asked))
    if among_numbers is not None:
        chosen.append(among_those(among_numbers, table.c.number))
    query = sa.select(*[table.c[name] for name in arrow.VICTIMS.names]).where(table.c.analysis_no == BASE, *chosen)
    # Nobody is amended in a full analysis, though later ones amend it: none of their rows holds in it.
    query = query.where(~replaced(table, BASE, THIS)).order_by(table.c.position)
    return Prepared(query.limit(sa.bindparam("most", type_=sa.Integer())))


@once
def own_of_page(asked: tuple[str, ...], dialect: str) -> Prepared:
    """VICTIMS rows of these people amended, with places for the conditions."""
    table = results["victims"]
    query = sa.select(*[table.c[name] for name in arrow.VICTIMS.names]).select_from(with_amended(table))
    query = query.where(among_those(dialect, amended.c.number, (amended.c.base_no, BASE)), holding(BASE, THIS))
    return Prepared(query.where(*victims_chosen(table, _BEHIND, **places(asked))))


@once
def from_which(dialect: str) -> Prepared:
    """From which amendment the rows of these people are."""
    asked = sa.select(amended.c.number, amended.c.from_no).where(holding(BASE, THIS))
    return Prepared(asked.where(among_those(dialect, amended.c.number, (amended.c.base_no, BASE))))


@once
def exposures_amended(dialect: str) -> Prepared:
    """EXPOSURES rows of those of these people who were amended."""
    table = results["exposures"]
    query = sa.select(*[table.c[name] for name in arrow.EXPOSURES.names]).select_from(with_amended(table))
    chosen = among_those(dialect, amended.c.number, (amended.c.base_no, BASE))
    return Prepared(query.where(chosen, holding(BASE, THIS)))
