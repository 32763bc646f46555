"""What comes back from workers: leases that are acknowledged, failed, given back, prolonged, or that ran out.

Each call takes some tokens, holds their warnings, and says of each token whether it counts.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from graphsvc.dispatch.capacity import period_starts
from graphsvc.dispatch.outcomes import Then, after_failure
from graphsvc.dispatch.retries import pause_ms
from graphsvc.dispatching import tokens
from graphsvc.dispatching.noting import noted
from graphsvc.model.changed import changed
from graphsvc.model.warnings import (
    LeaseRefusal,
    LeaseResult,
    Moment,
    RefusedLease,
    WarningEvent,
    WarningEventKind,
    WarningRow,
    WarningState,
)
from graphsvc.store import capacities, leases, warnings
from graphsvc.store.catalogue import Catalogue, Connection
from graphsvc.store.changing import in_one_go
from graphsvc.store.leases import Key, LeaseRow
from graphsvc.store.together import Take, Together

ACKED: Final = "acked"
FAILED: Final = "failed"
RELEASED: Final = "released"
EXPIRED: Final = "expired"
CANCELLED: Final = "cancelled"
_SETTLED: Final = frozenset({ACKED, FAILED, RELEASED})
_LAPSED_AT_A_TIME: Final = 500  # so that no claim has to wait for a whole shift that walked away


Covers = Callable[[str | None], bool]
"""Whether people of a region are the caller's: a lease on a warning of others is unknown, whoever has its token."""


def anywhere(region: str | None) -> bool:
    """Of whoever is bound to no region."""
    return True


@dataclass(frozen=True)
class Held:
    """A lease that counts, and its warning; both stay as they are until the transaction ends."""

    token: str
    row: WarningRow
    lease: LeaseRow


Change = tuple[WarningRow, str | None, list[WarningEvent]]
"""A warning as it is to stand, how its lease ended if it did, and what to note."""


def lapse(connection: Connection, now: Moment) -> list[WarningEvent]:
    """Take warnings whose lease ran out back into the queue; it counted as an attempt. What to note."""
    rows = warnings.lapsed(connection, now.wall, _LAPSED_AT_A_TIME)
    return _keep(connection, rows, [_lapsed(row, now) for row in rows])


@dataclass(frozen=True)
class _Sorted:
    """Tokens of one call."""

    holding: list[Held]
    refused: list[RefusedLease]
    overdue: list[WarningRow]
    """Of leases that ran out, and nobody saw it yet. They are put back now: no clock that is set back revives them."""

    @property
    def result(self) -> LeaseResult:
        """What the caller is told."""
        return LeaseResult(tuple(held.token for held in self.holding), tuple(self.refused))


def come_back(
    catalogue: Catalogue,
    secret: bytes,
    texts: Sequence[str],
    now: Moment,
    do: Callable[[Connection, Sequence[Held]], Sequence[WarningEvent]],
    before: Callable[[Connection], None] | None = None,
    *,
    covers: Covers,
) -> LeaseResult:
    """Sort tokens into those that count and those that do not, and do something with the former; all or nothing.

    `before` is done first, where `do` looks at more than these warnings: what it holds must be held before them.
    """
    named = _named(secret, texts)
    with catalogue.writing() as connection:
        if before is not None:
            before(connection)
        told = _sorted(named, *_held(connection, [named]), now, covers)
        with in_one_go(connection) if before is None else nullcontext():
            events = _keep(connection, told.overdue, [_lapsed(row, now) for row in told.overdue])
            events += do(connection, told.holding)
            warnings.log(connection, events)
    return told.result


@dataclass(frozen=True)
class Out:
    """That warnings went out: one call of a worker."""

    named: Mapping[str, Key | None]
    """Token → its lease; None for what is no token of ours."""
    now: Moment
    covers: Covers


Acks = Together[Out, LeaseResult]
"""The acknowledgements that wait: threads of this process that make some at the same moment share a transaction."""


def acknowledge(
    acks: Acks, catalogue: Catalogue, secret: bytes, texts: Sequence[str], now: Moment, *, covers: Covers
) -> LeaseResult:
    """Note that warnings went out; whether they arrived is not known yet."""

    def serve(take: Take[Out]) -> list[LeaseResult]:
        with catalogue.writing() as connection:
            return _acknowledged(connection, take())

    out = Out(_named(secret, texts), now, covers)
    catalogue.leave_state()  # while others have their turn
    return acks.ask(out, serve)


def _acknowledged(connection: Connection, outs: Sequence[Out]) -> list[LeaseResult]:
    """What is told of each of these, as if one came after the other."""
    rows, found = _held(connection, [out.named for out in outs])
    stood, changes, results = dict(rows), list[Change](), list[LeaseResult]()
    for out in outs:
        told = _sorted(out.named, rows, found, out.now, out.covers)
        results.append(told.result)
        made = [_lapsed(row, out.now) for row in told.overdue] + [_handed_over(held, out.now) for held in told.holding]
        for row, how, _ in made:
            key = (row.warning_id, row.fence)
            rows[row.warning_id], found[key] = row, changed(found[key], ended=how)
        changes += made
    with in_one_go(connection):
        warnings.log(connection, _keep(connection, [stood[row.warning_id] for row, _, _ in changes], changes))
    return results


def _named(secret: bytes, texts: Sequence[str]) -> dict[str, Key | None]:
    return {text: tokens.lease_of(secret, text) for text in dict.fromkeys(texts)}


def _held(
    connection: Connection, calls: Sequence[Mapping[str, Key | None]]
) -> tuple[dict[int, WarningRow], dict[Key, LeaseRow]]:
    """The warnings that these tokens are of, held for this transaction, and their leases."""
    keys = [key for named in calls for key in named.values() if key is not None]
    rows = warnings.held(connection, [warning_id for warning_id, _ in keys])
    return rows, leases.find(connection, keys)


def _sorted(
    named: Mapping[str, Key | None],
    rows: Mapping[int, WarningRow],
    found: Mapping[Key, LeaseRow],
    now: Moment,
    covers: Covers,
) -> _Sorted:
    told = _Sorted([], [], [])
    for text, key in named.items():
        lease = found.get(key) if key is not None else None
        if lease is None or not covers(rows[lease.warning_id].region):
            told.refused.append(RefusedLease(text, LeaseRefusal.UNKNOWN))
            continue
        row = rows[lease.warning_id]
        reason = refusal(row, lease, now)
        if reason is None:
            told.holding.append(Held(text, row, lease))
        else:
            told.refused.append(RefusedLease(text, reason))
            if lease.ended is None:
                told.overdue.append(row)
    return told


def refusal(row: WarningRow, lease: LeaseRow, now: Moment) -> LeaseRefusal | None:
    """Why a lease does not count (any more); None where it does."""
    if lease.ended in _SETTLED:
        return LeaseRefusal.SETTLED
    if lease.ended == CANCELLED:
        return LeaseRefusal.CANCELLED
    if lease.ended == EXPIRED or lease.lease_until <= now.wall:
        return LeaseRefusal.SUPERSEDED if row.fence > lease.fence else LeaseRefusal.EXPIRED
    return None


def prolong(connection: Connection, holding: Sequence[Held], lease_seconds: int, now: Moment) -> list[WarningEvent]:
    """Let leases last `lease_seconds` from now."""
    until = now.wall + 1000 * lease_seconds
    leases.prolong(connection, [held.lease.key for held in holding], until)
    changes = [(changed(held.row, lease_until=until), None) for held in holding]
    return _keep(
        connection,
        [held.row for held in holding],
        [(row, ended, [noted(row, WarningEventKind.EXTENDED, now)]) for row, ended in changes],
    )


def give_back(connection: Connection, holding: Sequence[Held], zone: ZoneInfo, now: Moment) -> list[WarningEvent]:
    """Put leases back unused: they count no attempt, and their capacity is free again."""
    unused: dict[tuple[Any, int], Counter[str]] = {}
    changes: list[Change] = []
    for held in holding:
        row = back_in_queue(held.row, now, pause=0)
        row = changed(row, attempt=held.row.attempt - 1)
        changes.append((row, RELEASED, [noted(held.row, WarningEventKind.RELEASED, now)]))
        counted = unused.setdefault((row.channel, held.lease.claimed_at), Counter())
        counted[row.region or ""] += 1
    for (channel, claimed_at), by_region in sorted(unused.items()):
        capacities.hold_use(connection, channel)
        less = {region: -count for region, count in by_region.items()}
        capacities.use(connection, channel, period_starts(claimed_at, zone), less)
    return _keep(connection, [held.row for held in holding], changes)


def hand_over(connection: Connection, holding: Sequence[Held], now: Moment) -> list[WarningEvent]:
    """Note that the warnings went out; whether they arrived is not known yet."""
    return _keep(connection, [held.row for held in holding], [_handed_over(held, now) for held in holding])


def _handed_over(held: Held, now: Moment) -> Change:
    row = changed(
        held.row,
        state=WarningState.HANDED_OVER,
        lease_until=None,
        warned_at=now.service,
        closed_at=now.service,
    )
    return row, ACKED, [noted(row, WarningEventKind.HANDED_OVER, now)]


def fail(
    connection: Connection, holding: Sequence[Held], reason: str, retry_after_ms: int | None, now: Moment
) -> list[WarningEvent]:
    """Note attempts that did not work: each is tried again after a pause, or is dead after the last one."""
    changes: list[Change] = []
    for held in holding:
        failed = noted(held.row, WarningEventKind.FAILED, now, reason=reason)
        row, events = tried_again(held.row, now, retry_after_ms)
        changes.append((row, FAILED, [failed, *events]))
    return _keep(connection, [held.row for held in holding], changes)


def tried_again(row: WarningRow, now: Moment, pause: int | None) -> tuple[WarningRow, list[WarningEvent]]:
    """A warning after an attempt that did not get through: due after a pause (ms), or dead; and what to note."""
    if after_failure(row.attempt).then is Then.DEAD:
        dead = changed(row, state=WarningState.DEAD, lease_until=None, closed_at=now.service)
        return dead, [noted(dead, WarningEventKind.DEAD, now)]
    wait = pause_ms(row.warning_id, row.attempt) if pause is None else pause
    return back_in_queue(row, now, pause=wait), []


def back_in_queue(row: WarningRow, now: Moment, *, pause: int) -> WarningRow:
    """A warning that is due again after so many ms."""
    return changed(
        row,
        state=WarningState.DUE,
        lease_until=None,
        worker=None,
        not_before=now.wall + pause if pause else 0,
        closed_at=None,
    )


def _lapsed(row: WarningRow, now: Moment) -> Change:
    ran_out = noted(row, WarningEventKind.LEASE_EXPIRED, now)
    after, events = tried_again(row, now, 0)
    return after, EXPIRED, [ran_out, *events]


def _keep(connection: Connection, before: Sequence[WarningRow], changes: Sequence[Change]) -> list[WarningEvent]:
    events: list[WarningEvent] = []
    ended: dict[str, list[tuple[int, int]]] = {}
    for row, how, notes in changes:
        events += notes
        if how is not None:
            ended.setdefault(how, []).append((row.warning_id, row.fence))
    for how, keys in ended.items():
        leases.end(connection, keys, how)
    warnings.replaced(connection, zip(before, (row for row, _, _ in changes), strict=True))
    return events
