"""What was given out and what was lost, as measures see it: warnings with their outcomes, reported losses."""

from collections import defaultdict
from dataclasses import dataclass, field

import sqlalchemy as sa

from graphsvc.model.references import warning_reference
from graphsvc.model.warnings import WarningEventKind
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.tables import facts
from graphsvc.store.warning_tables import warning_events, warnings


@dataclass(frozen=True)
class GivenOut:
    """A warning as measures see it. Instants are epoch ms of service time."""

    warning_id: int
    number: int
    channel: str
    scam_type: str
    region: str | None
    evidence: str
    made_at: int
    claimed_at: int | None
    """The first claim."""
    warned_at: int | None
    """When its worker said that it went out."""
    outcomes: list[tuple[int, str]] = field(default_factory=list)
    """What came of it: instant and words.OutcomeKind, oldest first."""


@dataclass(frozen=True)
class Loss:
    """A reported loss."""

    number: int
    lost_at: int
    scam_type: str
    region: str | None


def given_out(catalogue: Catalogue, since: int, until: int) -> list[GivenOut]:
    """Warnings made in a half-open time, by id, with all outcomes told so far."""
    columns, log = warnings.c, warning_events.c
    claimed = (
        sa.select(log.warning_id, sa.func.min(log.at).label("claimed_at"))
        .where(log.kind == WarningEventKind.CLAIMED.value, log.warning_id.is_not(None))
        .group_by(log.warning_id)
        .subquery()
    )
    query = (
        sa.select(
            columns.warning_id,
            columns.number,
            columns.channel,
            columns.scam_type,
            columns.region,
            columns.evidence,
            columns.made_at,
            claimed.c.claimed_at,
            columns.warned_at,
        )
        .select_from(warnings.outerjoin(claimed, columns.warning_id == claimed.c.warning_id))
        .where(columns.made_at >= since, columns.made_at < until)
        .order_by(columns.warning_id)
    )
    told = facts["outcomes"].c
    answers = sa.select(told.warning_id, told.at, told.outcome).where(told.warning_id.is_not(None), told.at >= since)
    with catalogue.reading() as connection:
        found = [GivenOut(*row) for row in connection.execute(query)]
        by_reference: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        for reference, at, outcome in connection.execute(answers.order_by(told.at, told.fact_id)):
            by_reference[reference].append((at, outcome))
    for warning in found:
        warning.outcomes.extend(by_reference.get(warning_reference(warning.warning_id), ()))
    return found


def losses(catalogue: Catalogue, since: int, until: int) -> list[Loss]:
    """Losses of a half-open time that were reported, with the person's region; the newest word on a case's victim."""
    cases, people = facts["cases"].c, facts["subscribers"].c
    told = sa.select(cases.case_id, cases.number, cases.lost_at, cases.scam_type).order_by(
        cases.known_at, cases.fact_id
    )
    homes = sa.select(people.number, people.region).order_by(people.known_at, people.fact_id)
    with catalogue.reading() as connection:
        newest = {(row.case_id, row.number): row for row in connection.execute(told)}
        found = [row for row in newest.values() if since <= row.lost_at < until]
        wanted = [row.number for row in found]
        region_of: dict[int, str | None] = {}
        for start in range(0, len(wanted), 10_000):
            some = homes.where(people.number.in_(wanted[start : start + 10_000]))
            region_of.update({row.number: row.region for row in connection.execute(some)})
    return [Loss(row.number, row.lost_at, row.scam_type, region_of.get(row.number)) for row in found]
