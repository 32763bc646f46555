"""The ranking as warnings are planned from it: each person with the suspect that weighs most and the newest contact."""

from collections.abc import Iterator
from typing import Any, Final

import sqlalchemy as sa

from graphsvc.store import amended
from graphsvc.store.amended_sql import amending, replaced
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.tables import results

_AT_A_TIME: Final = 5_000

Row = dict[str, Any]
"""number, network_id, suspect, last_at, grade, stage, scam_type, probability, in_contact_probability, deadline_at,
region, evidence"""

_VICTIM: Final = (
    "number",
    "network_id",
    "grade",
    "stage",
    "scam_type",
    "probability",
    "in_contact_probability",
    "deadline_at",
    "region",
    "evidence",
)
_MET: Final = ("number", "suspect", "last_at")


def people(catalogue: Catalogue, analysis_id: str) -> Iterator[list[Row]]:
    """The people ranked by an analysis, some at a time: those whom it amends, then the others, best first.

    What is read stays what it is.
    """
    number, base = _numbers(catalogue, analysis_id)
    if number != base:
        yield _people_amended(catalogue, base, number)
    met = _met(catalogue, base)
    columns = results["victims"].c
    query = sa.select(columns.rank, *[columns[name] for name in _VICTIM])
    query = query.where(columns.analysis_no == base).order_by(columns.rank).limit(_AT_A_TIME)
    if number != base:
        query = query.where(~replaced(results["victims"], sa.literal(base), sa.literal(number)))
    after = 0
    while True:
        with catalogue.reading() as connection:
            rows = connection.execute(query.where(columns.rank > after)).all()
        if not rows:
            return
        after = rows[-1].rank
        yield [_person(dict(zip(_VICTIM, row[1:], strict=True)), met) for row in rows]


def _people_amended(catalogue: Catalogue, base: int, number: int) -> list[Row]:
    """They are few, beside all that are ranked."""
    found = []
    for name, columns in (("victims", _VICTIM), ("exposures", _MET)):
        table = results[name]
        query = sa.select(*[table.c[column] for column in columns])
        query = query.where(amending(table, sa.literal(base), sa.literal(number)))
        with catalogue.reading() as connection:
            found.append(connection.execute(query).all())
    met = {number: (suspect, last_at) for number, suspect, last_at in found[1]}
    return [_person(dict(zip(_VICTIM, row, strict=True)), met) for row in found[0]]


def lineages(catalogue: Catalogue, analysis_id: str) -> dict[int, str]:
    """The lineage (JSON) of each network of an analysis."""
    columns = results["networks"].c
    query = sa.select(columns.network_id, columns.lineage)
    query = query.where(columns.analysis_no == amended.number_of(analysis_id, full=True))
    with catalogue.reading() as connection:
        return {row.network_id: row.lineage for row in connection.execute(query)}


def _met(catalogue: Catalogue, analysis_no: int) -> dict[int, tuple[int, int]]:
    """By person, the suspect that weighs most and the newest contact (epoch ms)."""
    columns = results["exposures"].c
    query = sa.select(*[columns[name] for name in _MET]).where(columns.analysis_no == analysis_no)
    with catalogue.reading() as connection:
        return {number: (suspect, last_at) for number, suspect, last_at in connection.execute(query)}


def _person(victim: dict[str, Any], met: dict[int, tuple[int, int]]) -> Row:
    suspect, last_at = met[victim["number"]]
    return {**victim, "suspect": suspect, "last_at": last_at}


def _numbers(catalogue: Catalogue, analysis_id: str) -> tuple[int, int]:
    """Under which number an analysis stands, and that which it amends; 0 where it is not published."""
    asked = sa.select(amended.number_of(analysis_id), amended.number_of(analysis_id, full=True))
    with catalogue.reading() as connection:
        number, base = connection.execute(asked).one()
    return number or 0, base or 0
