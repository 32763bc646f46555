"""Claiming: the most urgent warnings that capacity has room for, each to one worker until a time."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from graphsvc.dispatch.capacity import admit, period_starts, rooms
from graphsvc.dispatch.routing import levels_of
from graphsvc.dispatching import coming_back, tokens
from graphsvc.dispatching.limits import limits_among, with_defaults
from graphsvc.dispatching.noting import noted
from graphsvc.errors import KeyReused
from graphsvc.model.warnings import (
    ClaimedWarning,
    Moment,
    WarningChannel,
    WarningEventKind,
    WarningRow,
    WarningState,
)
from graphsvc.store import capacities, leases, warnings
from graphsvc.store.capacities import Standing
from graphsvc.store.catalogue import Catalogue, Connection
from graphsvc.store.changing import in_one_go
from graphsvc.store.leases import LeaseRow
from graphsvc.store.warnings import Wanted


@dataclass(frozen=True)
class Claim:
    """What a worker asks for."""

    channel: WarningChannel
    limit: int
    lease_seconds: int
    worker: str
    idempotency_key: str
    region: str

    @property
    def asked(self) -> str:
        """The question as text: the same key with another one is refused."""
        return f"{self.channel.value} {self.limit} {self.lease_seconds} {self.region}"


class _SameKeyMeanwhile(Exception):
    """Another transaction made this claim while this one was at it."""


def claim(
    catalogue: Catalogue, secret: bytes, zone: ZoneInfo, wish: Claim, now: Moment, wall: Callable[[], int]
) -> list[ClaimedWarning]:
    """Lease due warnings. The same key again gives what of its leases is still alive, and takes nothing new.

    `now` is when it was asked. Whoever asks may have to wait for others, so leases count from what `wall` says when
    they are given.
    """
    try:
        leased = _leased(catalogue, zone, wish, now, wall)
    except _SameKeyMeanwhile:
        leased = _leased(catalogue, zone, wish, now, wall)
    return [_claimed(secret, row) for row in leased]  # others have their turn meanwhile


def _leased(
    catalogue: Catalogue, zone: ZoneInfo, wish: Claim, now: Moment, wall: Callable[[], int]
) -> list[WarningRow]:
    with catalogue.writing() as connection:
        before = leases.asked_before(connection, wish.worker, wish.idempotency_key)
        if before is not None:
            if before != wish.asked:
                raise KeyReused("this idempotency key belongs to a claim that asked for something else; take a new key")
            return _again(connection, wish, replace(now, wall=wall()))
        events = coming_back.lapse(connection, replace(now, wall=wall()))
        starts = period_starts(now.service, zone)
        standing = capacities.standing(connection, wish.channel, wish.region, now.service, starts)
        given = replace(now, wall=wall())  # nobody else claims on this channel until the end
        rows = [] if standing.paused else _admitted(connection, standing, wish, given)
        if rows and not leases.note_claim(connection, wish.worker, wish.idempotency_key, wish.asked, given.wall):
            raise _SameKeyMeanwhile
        with in_one_go(connection):
            claimed = _lease(connection, wish, rows, given)
            capacities.use(connection, wish.channel, starts, Counter(row.region or "" for row in rows))
            events += [noted(row, WarningEventKind.CLAIMED, given) for row in claimed]
            warnings.log(connection, events)
        if not standing.paused:
            capacities.attend(connection, wish.channel, wish.region, given.service, standing.attended_at)
    return claimed


def _admitted(connection: Connection, standing: Standing, wish: Claim, now: Moment) -> list[WarningRow]:
    """Due warnings in their order, as many as are wanted and have room."""
    limits = limits_among(with_defaults(standing.in_force, standing.subscribers), wish.channel)
    room = rooms(limits, standing.used)
    taken: list[WarningRow] = []
    full: list[str] = []
    while len(taken) < wish.limit:
        full = [one.region for one in room if one.left <= 0]
        if "" in full or any(wish.region.startswith(region) for region in full):
            break
        found = _found(connection, wish, full, now, len(taken))
        fresh = [row for row in found if row.warning_id not in {one.warning_id for one in taken}]
        admitted = admit([row.region for row in fresh], room)
        taken += [row for row, fits in zip(fresh, admitted, strict=True) if fits][: wish.limit - len(taken)]
        if all(admitted):  # what was not found is not there
            break
    return taken


def _found(connection: Connection, wish: Claim, full: Sequence[str], now: Moment, taken: int) -> list[WarningRow]:
    wanted = Wanted(
        channel=wish.channel,
        desks=levels_of(wish.region),
        region=wish.region,
        without=full,
        service=now.service,
        wall=now.wall,
    )
    return warnings.candidates(connection, wanted, wish.limit + taken)


def _lease(connection: Connection, wish: Claim, rows: Sequence[WarningRow], now: Moment) -> list[WarningRow]:
    until = now.wall + 1000 * wish.lease_seconds
    taken = [
        replace(
            row,
            state=WarningState.LEASED,
            fence=row.fence + 1,
            attempt=row.attempt + 1,
            lease_until=until,
            worker=wish.worker,
        )
        for row in rows
    ]
    given = [
        LeaseRow(row.warning_id, row.fence, wish.worker, wish.idempotency_key, now.service, until, None)
        for row in taken
    ]
    leases.give(connection, given)
    warnings.replaced(connection, zip(rows, taken, strict=True))
    return taken


def _again(connection: Connection, wish: Claim, now: Moment) -> list[WarningRow]:
    given = leases.of_claim(connection, wish.worker, wish.idempotency_key)
    rows = warnings.by_id(connection, [lease.warning_id for lease in given])
    alive = [rows[lease.warning_id] for lease in given if _alive(rows[lease.warning_id], lease, now)]
    return sorted(alive, key=lambda row: row.turn)


def _alive(row: WarningRow, lease: LeaseRow, now: Moment) -> bool:
    return lease.ended is None and row.fence == lease.fence and (row.lease_until or 0) > now.wall


def _claimed(secret: bytes, row: WarningRow) -> ClaimedWarning:
    return ClaimedWarning(
        warning=row,
        lease_token=tokens.token(secret, row.warning_id, row.fence),
        lease_until=row.lease_until or 0,
        attempt=row.attempt,
        dedupe_key=tokens.dedupe_key(secret, row.warning_id),
    )
