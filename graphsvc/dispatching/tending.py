"""What time alone does to the queue: leases run out, warnings come too late, desks pass on what nobody took."""

from dataclasses import replace
from typing import Final

from graphsvc.dispatch.routing import ATTENDED_MS, above, held_until
from graphsvc.dispatching import coming_back
from graphsvc.dispatching.following import follow
from graphsvc.dispatching.noting import noted
from graphsvc.model.warnings import DAY_MS, Moment, WarningEvent, WarningEventKind, WarningState
from graphsvc.store import capacities, leases, warnings
from graphsvc.store.catalogue import Catalogue, Connection

_AT_A_TIME: Final = 500
CLAIMS_KEPT_MS: Final = DAY_MS
"""How long an idempotency key means the same claim (wall time)."""


def tend(catalogue: Catalogue, now: Moment) -> int:
    """Do all of it, in steps; how many events there were."""
    count = 0
    for step in (_follow, _lapse, _expire, _pass_up):
        more = True
        while more:
            with catalogue.writing() as connection:
                events, more = step(connection, now)
                warnings.log(connection, events)
            count += len(events)
    with catalogue.writing() as connection:
        leases.forget_claims(connection, now.wall - CLAIMS_KEPT_MS)
    return count


def _follow(connection: Connection, now: Moment) -> tuple[list[WarningEvent], bool]:
    return follow(connection, now)


def _lapse(connection: Connection, now: Moment) -> tuple[list[WarningEvent], bool]:
    events = coming_back.lapse(connection, now)
    return events, len(events) >= _AT_A_TIME


def _expire(connection: Connection, now: Moment) -> tuple[list[WarningEvent], bool]:
    rows = warnings.too_late(connection, now.service, _AT_A_TIME)
    gone = [replace(row, state=WarningState.EXPIRED, closed_at=now.service) for row in rows]
    warnings.replaced(connection, zip(rows, gone, strict=True))
    return [noted(row, WarningEventKind.EXPIRED, now) for row in gone], len(rows) == _AT_A_TIME


def _pass_up(connection: Connection, now: Moment) -> tuple[list[WarningEvent], bool]:
    rows = warnings.passed_over(connection, now.service, _AT_A_TIME)
    attended = capacities.attended(connection, now.service - ATTENDED_MS)
    higher = []
    for row in rows:
        desk = above(row.desk, {region for channel, region in attended if channel is row.channel})
        higher.append(replace(row, desk=desk, desk_until=held_until(desk, now.service, row.deadline_at)))
    warnings.replaced(connection, zip(rows, higher, strict=True))
    reasons = [f"to {row.desk or 'the ministry'}" for row in higher]
    events = [
        noted(row, WarningEventKind.PASSED_UP, now, reason=reason) for row, reason in zip(higher, reasons, strict=True)
    ]
    return events, len(rows) == _AT_A_TIME
