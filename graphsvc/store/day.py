"""What one day brought, in counts by kind of scam, as the bulletin tells it. People and numbers are counted once."""

import sqlalchemy as sa

from graphsvc.store.catalogue import Catalogue
from graphsvc.store.tables import analyses, current_analysis, facts, results
from graphsvc.store.warning_tables import warnings

Counts = dict[str, int]
"""By scam type."""


def flagged(catalogue: Catalogue, since: int, until: int) -> Counts:
    """Numbers and entities flagged for the first time for that scam in a half-open time (epoch ms)."""
    flags = facts["flags"].c
    first = (
        sa.select(flags.scam_type, sa.func.min(flags.known_at).label("first"))
        .where(flags.revoked_at.is_(None))
        .group_by(flags.scam_type, flags.number, flags.entity)
        .subquery()
    )
    return _counted(catalogue, first.c.scam_type, (first.c.first >= since) & (first.c.first < until))


def reported(catalogue: Catalogue, since: int, until: int) -> Counts:
    """Losses that became known in a half-open time: a case of several victims is several."""
    cases = facts["cases"].c
    first = (
        sa.select(cases.case_id, sa.func.min(cases.known_at).label("first"), sa.func.max(cases.scam_type).label("kind"))
        .group_by(cases.case_id, cases.number)
        .subquery()
    )
    return _counted(catalogue, first.c.kind, (first.c.first >= since) & (first.c.first < until))


def warned(catalogue: Catalogue, since: int, until: int) -> Counts:
    """People for whom a warning was made in a half-open time."""
    columns = warnings.c
    people = (
        sa.select(columns.scam_type, columns.number)
        .where(columns.made_at >= since, columns.made_at < until)
        .distinct()
        .subquery()
    )
    return _counted(catalogue, people.c.scam_type, sa.true())


def new_networks(catalogue: Catalogue, since: int, until: int) -> list[tuple[str | None, int, int]]:
    """Networks of the current analysis first seen in a half-open time: scam type, numbers, people exposed."""
    columns = results["networks"].c
    number = sa.func.coalesce(analyses.c.base_no, analyses.c.analysis_no)  # an amendment has the networks of its base
    shown = analyses.c.analysis_no == current_analysis.c.analysis_no
    current = sa.select(number).join(current_analysis, shown).scalar_subquery()
    query = sa.select(columns.scam_type, columns.size, columns.exposed).where(
        columns.analysis_no == current, columns.first_seen >= since, columns.first_seen < until
    )
    with catalogue.reading() as connection:
        return [(row.scam_type, row.size, row.exposed) for row in connection.execute(query)]


def evidence_of_warned(catalogue: Catalogue, since: int, until: int) -> list[tuple[str, str]]:
    """Scam type and evidence (JSON) of one warning of each person warned in a half-open time."""
    columns = warnings.c
    first = (
        sa.select(sa.func.min(columns.warning_id))
        .where(columns.made_at >= since, columns.made_at < until)
        .group_by(columns.number)
    )
    query = sa.select(columns.scam_type, columns.evidence).where(columns.warning_id.in_(first))
    with catalogue.reading() as connection:
        return [(row.scam_type, row.evidence) for row in connection.execute(query)]


def analysed_until(catalogue: Catalogue) -> int | None:
    """The instant of the current analysis; None before the first."""
    query = sa.select(analyses.c.as_of).join(current_analysis, analyses.c.analysis_no == current_analysis.c.analysis_no)
    with catalogue.reading() as connection:
        return connection.scalar(query)


def _counted(catalogue: Catalogue, kind: sa.ColumnElement[str], chosen: sa.ColumnElement[bool]) -> Counts:
    query = sa.select(kind, sa.func.count()).where(chosen).group_by(kind)
    with catalogue.reading() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}
