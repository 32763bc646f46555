"""Where a network came from and what became of it, in all full analyses that are kept."""

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from graphsvc.store import shelf
from graphsvc.store.amended import number_of
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.tables import analyses, results

ANALYSES_MOST: Final = 60
"""Analyses that are looked at, the newest."""


@dataclass(frozen=True)
class Made:
    """A full analysis that is kept."""

    analysis_no: int
    """In the order of making: the lineage of its networks is told by the one made before."""
    as_of: int
    """Epoch ms."""


@dataclass(frozen=True)
class Descended:
    """A network of an analysis, and where that analysis says that it came from."""

    analysis_no: int
    network_id: int
    lineage: str
    """JSON, as in NETWORKS."""


def made_until(catalogue: Catalogue, analysis_id: str) -> list[Made]:
    """The full analyses kept, from the earliest up to this one, or to that which it amends.

    One of the past that was made between them for somebody who looked back is none of them.
    """
    columns = analyses.c
    query = sa.select(columns.analysis_no, columns.as_of)
    query = query.where(columns.state == shelf.PUBLISHED, columns.base_no.is_(None))
    query = query.where(columns.analysis_no <= number_of(analysis_id, full=True))
    with catalogue.reading() as connection:
        found = [Made(*one) for one in connection.execute(query.order_by(columns.analysis_no))]
    chain = list[Made]()
    for one in found:
        if one.as_of <= found[-1].as_of and (not chain or one.as_of >= chain[-1].as_of):
            chain.append(one)
    return chain[-ANALYSES_MOST:]


def about(catalogue: Catalogue, made: list[Made], network_id: int) -> list[Descended]:
    """The network in these analyses, and the networks that came from it, by analysis and then id."""
    columns = results["networks"].c
    # As the engine writes it: the id is the first thing told of an ancestor.
    names_it = columns.lineage.contains(f'"network_id":{network_id},', autoescape=True)
    query = sa.select(columns.analysis_no, columns.network_id, columns.lineage)
    query = query.where(columns.analysis_no.in_([one.analysis_no for one in made]))
    query = query.where(sa.or_(columns.network_id == network_id, names_it))
    with catalogue.reading() as connection:
        found = connection.execute(query.order_by(columns.analysis_no, columns.network_id))
        return [Descended(*one) for one in found]


def there(catalogue: Catalogue, analysis_no: int, network_ids: set[int]) -> set[int]:
    """Which of these networks an analysis has."""
    columns = results["networks"].c
    query = sa.select(columns.network_id).where(columns.analysis_no == analysis_no, columns.network_id.in_(network_ids))
    with catalogue.reading() as connection:
        return set(connection.scalars(query))


def took_in(catalogue: Catalogue, network_id: int, before: int, now: int) -> dict[int, int]:
    """Networks of the analysis numbered `now`, and how many members each shares with this one of the one `before`."""
    old, new = results["members"].alias("old"), results["members"].alias("new")
    shared = [
        sa.select(new.c.network_id)
        .select_from(old.join(new, old.c[member] == new.c[member]))
        .where(old.c.analysis_no == before, old.c.network_id == network_id, new.c.analysis_no == now)
        for member in ("number", "entity")
    ]
    each = sa.union_all(*shared).subquery()
    query = sa.select(each.c.network_id, sa.func.count()).group_by(each.c.network_id)
    with catalogue.reading() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}
