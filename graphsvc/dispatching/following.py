"""What follows from outcomes and losses: warnings settled, tried again, sent on to a stronger channel, or ended.

Both are facts of the catalogue, whether they came by a call or by a feed: each is read once, in its order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import orjson

from graphsvc.dispatch.order import turn
from graphsvc.dispatch.outcomes import STRONGER, Then, after_outcome
from graphsvc.dispatch.planning import COOL_DOWN_MS, FINISHED, MISTAKEN
from graphsvc.dispatch.worth import worth
from graphsvc.dispatching import coming_back
from graphsvc.dispatching.noting import noted, noted_of_queue
from graphsvc.dispatching.placing import placed
from graphsvc.errors import NotFound
from graphsvc.model.references import warning_id_of
from graphsvc.model.warnings import (
    DAY_MS,
    OPEN_STATES,
    Moment,
    WarningChannel,
    WarningEvent,
    WarningEventKind,
    WarningRow,
    WarningState,
)
from graphsvc.model.words import OutcomeKind, ScamType, Stage
from graphsvc.reports.naming import Named
from graphsvc.store import capacities, leases, warnings
from graphsvc.store import facts as fact_store
from graphsvc.store.catalogue import Connection, take_ids

OUTCOMES_READ: Final = "outcomes_read"
CASES_READ: Final = "cases_read"
_FACTS_AT_A_TIME: Final = 200  # others wait no longer than these take
_CLOSED_FOR_GOOD: Final = FINISHED | MISTAKEN


def follow(connection: Connection, now: Moment) -> tuple[list[WarningEvent], bool]:
    """Read some of the outcomes and losses that came since the last time, and do what follows.

    What to note, and whether there are more. What came before the queue was first planned is history: nothing follows.
    """
    take_turn(connection)
    read = capacities.read_state(connection, [OUTCOMES_READ, CASES_READ])
    events: list[WarningEvent] = []
    more = False
    for name, feed, one in ((OUTCOMES_READ, "outcomes", _outcome), (CASES_READ, "cases", _loss)):
        if name not in read:
            capacities.write_state(connection, {name: fact_store.newest_id(connection, feed)})
            continue
        facts = fact_store.facts_after(connection, feed, read[name], _FACTS_AT_A_TIME)
        for fact in facts:
            events += one(connection, fact, now)
        if facts:
            capacities.write_state(connection, {name: facts[-1]["fact_id"]})
            more = more or len(facts) == _FACTS_AT_A_TIME
    return events, more


def take_turn(connection: Connection) -> None:
    """Let nobody else plan, or read outcomes and losses, until the end of the transaction."""
    take_ids(connection, "dispatch", 0)


def _outcome(connection: Connection, fact: Mapping[str, Any], now: Moment) -> list[WarningEvent]:
    """A fact about a warning that is not that person's, or was never handed out, changes nothing."""
    row = _meant(connection, fact)
    if row is None or row.fence == 0:
        return []
    outcome = OutcomeKind(fact["outcome"])
    after = after_outcome(outcome, row.channel, Stage(row.stage), row.attempt)
    events = [noted(row, WarningEventKind.OUTCOME, now, outcome=outcome.value, urgent=after.urgent)]
    if row.outcome in _CLOSED_FOR_GOOD and outcome is not OutcomeKind.ALREADY_LOST:
        return events  # it came late: somebody knows better already
    if after.then is Then.RETRY and row.state in (WarningState.LEASED, WarningState.HANDED_OVER):
        again, more = coming_back.tried_again(row, now, None)
        _put(connection, row, replace(again, outcome=outcome.value))
        return events + more
    if after.then in (Then.SETTLE, Then.ESCALATE, Then.DEAD):
        events += _settled(connection, row, outcome, after.then, now)
    if after.ends_others:
        others = [other for other in _others(connection, row) if other.state in OPEN_STATES]
        events += cancel(connection, others, f"the person's outcome: {outcome.value}", now)
    return events


def _settled(
    connection: Connection, row: WarningRow, outcome: OutcomeKind, then: Then, now: Moment
) -> list[WarningEvent]:
    state = WarningState.DEAD if then is Then.DEAD else WarningState.SETTLED
    settled = replace(
        row,
        state=state,
        outcome=outcome.value,
        lease_until=None,
        warned_at=row.warned_at if row.warned_at is not None else now.service,
        closed_at=now.service,
    )
    _put(connection, row, settled)
    if then is Then.DEAD:
        return [noted(settled, WarningEventKind.DEAD, now, outcome=outcome.value)]
    return escalate(connection, settled, outcome.value, now) if then is Then.ESCALATE else []


def _put(connection: Connection, before: WarningRow, after: WarningRow) -> None:
    if before.state is WarningState.LEASED:
        leases.end(connection, [(before.warning_id, before.fence)], coming_back.ACKED)
    warnings.replaced(connection, [(before, after)])


def escalate(connection: Connection, row: WarningRow, cause: str, now: Moment) -> list[WarningEvent]:
    """A new warning on the stronger channel, unless the person has, or lately had, one there."""
    stronger = STRONGER.get(row.channel)
    if stronger is None or any(_stands_in_the_way(other, stronger, now) for other in _others(connection, row)):
        return []
    made = warnings.insert(connection, [placed(connection, _stronger(row, stronger, cause, now), now)])
    return [
        noted(row, WarningEventKind.ESCALATED, now, reason=cause),
        *[noted(one, WarningEventKind.MADE, now, reason=cause) for one in made],
    ]


def _stronger(row: WarningRow, channel: WarningChannel, cause: str, now: Moment) -> WarningRow:
    left = None if row.deadline_at is None else max(row.deadline_at - now.service, 0)
    stage, scam_type = Stage(row.stage), ScamType(row.scam_type)
    value = worth(channel, probability=row.probability, stage=stage, scam_type=scam_type, left_ms=left)
    return replace(
        row,
        warning_id=0,
        channel=channel,
        cause=cause,
        made_at=now.service,
        helps_until=max(row.helps_until, now.service + DAY_MS),
        state=WarningState.DUE,
        beyond_capacity=False,
        worth=value,
        turn=turn(deadline_at=row.deadline_at, worth=value, beyond_capacity=False),
        not_before=0,
        attempt=0,
        fence=0,
        lease_until=None,
        worker=None,
        outcome=None,
        warned_at=None,
        closed_at=None,
    )


def _stands_in_the_way(other: WarningRow, channel: WarningChannel, now: Moment) -> bool:
    if other.channel is not channel or other.state is WarningState.CANCELLED:
        return False
    touched = max(at for at in (other.made_at, other.warned_at, other.closed_at) if at is not None)
    return other.state in OPEN_STATES or abs(now.service - touched) < COOL_DOWN_MS


def _others(connection: Connection, row: WarningRow) -> list[WarningRow]:
    """The person's other warnings about the same affair, held."""
    ids = [one.warning_id for one in warnings.of_people(connection, [row.number])]
    rows = warnings.held(connection, ids).values()
    return [one for one in rows if one.warning_id != row.warning_id and one.about_the_same(row)]


def _loss(connection: Connection, fact: Mapping[str, Any], now: Moment) -> list[WarningEvent]:
    """A reported loss ends the person's open warnings about it: those of its kind of scam, or all if none is."""
    ids = [one.warning_id for one in warnings.of_people(connection, [fact["number"]])]
    rows = [row for row in warnings.held(connection, ids).values() if row.state in OPEN_STATES]
    meant = [row for row in rows if row.scam_type == fact["scam_type"]] or rows
    fresh = now.service - fact["known_at"] < DAY_MS
    told = noted_of_queue(
        WarningEventKind.LOSS_REPORTED,
        now,
        number=fact["number"],
        network_id=meant[0].network_id if meant else None,
        region=meant[0].region if meant else None,
        reason=fact["scam_type"],
        urgent=fresh,
    )
    return [told, *cancel(connection, meant, "the person reported a loss", now)]


def cancel(connection: Connection, rows: Sequence[WarningRow], reason: str, now: Moment) -> list[WarningEvent]:
    """End open warnings that are not wanted any more; their leases count no longer. Whoever calls holds the rows."""
    live = [(row.warning_id, row.fence) for row in rows if row.state is WarningState.LEASED]
    leases.end(connection, live, coming_back.CANCELLED)
    ended = [replace(row, state=WarningState.CANCELLED, lease_until=None, closed_at=now.service) for row in rows]
    warnings.replaced(connection, zip(rows, ended, strict=True))
    return [noted(row, WarningEventKind.CANCELLED, now, reason=reason) for row in ended]


def cites(row: WarningRow, number: int) -> bool:
    """Whether a warning names a number as its suspect, or anywhere in its evidence."""
    return row.suspect == number or number in Named(orjson.loads(row.evidence)).numbers


def _meant(connection: Connection, fact: Mapping[str, Any]) -> WarningRow | None:
    """The warning that an outcome is about: the one it names, else the newest that the person got; held."""
    named = fact["warning_id"]
    if named:
        try:
            ids = [warning_id_of(named)]
        except NotFound:
            return None
    else:
        handed = [row for row in warnings.of_people(connection, [fact["number"]]) if row.fence]
        ids = [row.warning_id for row in handed[-1:]]
    found = warnings.held(connection, ids)
    return next((row for row in found.values() if row.number == fact["number"]), None)
