"""The ranking as warnings are planned from it: each person with the suspect that weighs most and the newest contact."""

from collections.abc import Iterator
from typing import Any, Final

import sqlalchemy as sa

from graphsvc.store import amended
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.tables import analyses, results

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


def people(catalogue: Catalogue, analysis_id: str) -> Iterator[list[Row]]:
    """The people ranked by an analysis, best first, some at a time; what is read stays what it is."""
    if amended.is_amended(analysis_id):
        yield _people_amended(catalogue, analysis_id)
        return
    number = _number_of(catalogue, analysis_id)
    met = _met(catalogue, number)
    columns = results["victims"].c
    query = sa.select(columns.rank, *[columns[name] for name in _VICTIM])
    query = query.where(columns.analysis_no == number).order_by(columns.rank).limit(_AT_A_TIME)
    after = 0
    while True:
        with catalogue.reading() as connection:
            rows = connection.execute(query.where(columns.rank > after)).all()
        if not rows:
            return
        after = rows[-1].rank
        yield [_person(dict(zip(_VICTIM, row[1:], strict=True)), met) for row in rows]


def _people_amended(catalogue: Catalogue, analysis_id: str) -> list[Row]:
    """All at once: nobody plans from an amended analysis but where one is planned anew by hand."""
    rows = amended.whole(catalogue, analysis_id, "exposures").select(["number", "suspect", "last_at"]).to_pylist()
    met = {row["number"]: (row["suspect"], row["last_at"]) for row in rows}
    victims = amended.whole(catalogue, analysis_id, "victims").select(list(_VICTIM)).to_pylist()
    return [_person(victim, met) for victim in victims]


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
    query = sa.select(columns.number, columns.suspect, columns.last_at).where(columns.analysis_no == analysis_no)
    with catalogue.reading() as connection:
        return {number: (suspect, last_at) for number, suspect, last_at in connection.execute(query)}


def _person(victim: dict[str, Any], met: dict[int, tuple[int, int]]) -> Row:
    suspect, last_at = met[victim["number"]]
    return {**victim, "suspect": suspect, "last_at": last_at}


def _number_of(catalogue: Catalogue, analysis_id: str) -> int:
    published = (analyses.c.analysis_id == analysis_id) & (analyses.c.state == "published")
    with catalogue.reading() as connection:
        return connection.scalar(sa.select(sa.func.max(analyses.c.analysis_no)).where(published)) or 0
