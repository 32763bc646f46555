"""Claiming: the most urgent warnings that capacity has room for, each to one worker until a time."""

from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from zoneinfo import ZoneInfo

from graphsvc.dispatch.capacity import Room, admit, period_starts, rooms
from graphsvc.dispatch.routing import levels_of
from graphsvc.dispatching import coming_back, tokens
from graphsvc.dispatching.limits import limits_among, with_defaults
from graphsvc.dispatching.noting import noted
from graphsvc.errors import GraphsvcError, KeyReused
from graphsvc.model.changed import changed
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
from graphsvc.store.leases import LeaseRow, Named
from graphsvc.store.together import Take, Together
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
    asked_at: int
    """Service time."""

    @property
    def named(self) -> Named:
        """What names it."""
        return self.worker, self.idempotency_key

    @property
    def asked(self) -> str:
        """The question as text: the same key with another one is refused."""
        return f"{self.channel.value} {self.limit} {self.lease_seconds} {self.region}"


Claims = Together[Claim, list[WarningRow]]
"""The claims that wait: threads of this process that claim at the same moment are served in one transaction."""


class _SameKeyMeanwhile(Exception):
    """Another process made one of these claims while this one was at it."""


def waiting_claims() -> Claims:
    """Nobody waits yet. The same claim asked twice is served twice, one after the other."""
    return Together(apart=lambda wish: wish.named)


def claim(
    claims: Claims, catalogue: Catalogue, secret: bytes, zone: ZoneInfo, wish: Claim, wall: Callable[[], int]
) -> list[ClaimedWarning]:
    """Lease due warnings. The same key again gives what of its leases is still alive, and takes nothing new.

    Whoever asks may have to wait for others, so leases count from what `wall` says when they are given.
    """

    def serve(take: Take[Claim]) -> list[list[WarningRow] | GraphsvcError]:
        try:
            return _leased(catalogue, zone, take, wall)
        except _SameKeyMeanwhile:
            return _leased(catalogue, zone, take, wall)

    catalogue.leave_state()  # while others have their turn
    return [_claimed(secret, row) for row in claims.ask(wish, serve)]


def _leased(
    catalogue: Catalogue, zone: ZoneInfo, take: Take[Claim], wall: Callable[[], int]
) -> list[list[WarningRow] | GraphsvcError]:
    """What each of the claims that wait is given, all in one transaction, as if one after the other."""
    with catalogue.writing() as connection:
        wishes = take()
        now = Moment(service=max(wish.asked_at for wish in wishes), wall=wall())
        before = leases.asked_before(connection, [wish.named for wish in wishes])
        new = [wish for wish in wishes if wish.named not in before]
        given = _lease(connection, zone, new, now, wall) if new else {}
        return [
            given[wish.named] if wish.named in given else _again(connection, wish, before[wish.named], now)
            for wish in wishes
        ]


def _lease(
    connection: Connection, zone: ZoneInfo, wishes: Sequence[Claim], now: Moment, wall: Callable[[], int]
) -> dict[Named, list[WarningRow]]:
    """Lease to each of these claims, none of which was made before, what it may have."""
    events = coming_back.lapse(connection, now)
    by_channel: dict[WarningChannel, list[Claim]] = {}
    for wish in sorted(wishes, key=lambda wish: wish.channel.value):  # of two processes none waits in a circle
        by_channel.setdefault(wish.channel, []).append(wish)
    takings = [_taking(connection, zone, channel, some, now) for channel, some in by_channel.items()]
    now = replace(now, wall=wall())  # nobody else claims on these channels until the end
    taken = {wish.named: taking.take(wish, now) for taking in takings for wish in taking.wishes}
    asked = {wish.named: wish.asked for wish in wishes if taken[wish.named]}
    if not leases.note_claims(connection, asked, now.wall):
        raise _SameKeyMeanwhile
    leased = {wish.named: [_leased_to(wish, row, now) for row in taken[wish.named]] for wish in wishes}
    with in_one_go(connection):
        leases.give(connection, [_lease_row(wish, row, now) for wish in wishes for row in leased[wish.named]])
        pairs = [zip(taken[wish.named], leased[wish.named], strict=True) for wish in wishes]
        warnings.replaced(connection, chain.from_iterable(pairs))
        for taking in takings:
            capacities.use(connection, taking.channel, taking.starts, taking.used())
        events += [noted(row, WarningEventKind.CLAIMED, now) for wish in wishes for row in leased[wish.named]]
        warnings.log(connection, events)
    for taking in takings:
        taking.attend(connection, now)
    return leased


@dataclass
class _Taking:
    """What claims on one channel take, one after the other: each the most urgent that are left."""

    connection: Connection
    channel: WarningChannel
    wishes: Sequence[Claim]
    standing: Standing
    starts: Mapping[str, int]
    room: Sequence[Room]
    taken: dict[int, WarningRow] = field(default_factory=dict)
    _offered: dict[str, deque[WarningRow]] = field(default_factory=dict)
    """Region that claims → due warnings that nobody was offered yet, in their order."""
    _all_offered: set[str] = field(default_factory=set)
    """Regions that claim for which nothing else is due."""

    def take(self, wish: Claim, now: Moment) -> list[WarningRow]:
        """Due warnings in their order, as many as are wanted and have room."""
        rows: list[WarningRow] = []
        while not self.standing.paused and len(rows) < wish.limit:
            if not self._offered.get(wish.region):
                self._offered[wish.region] = self._due(wish.region, now)
                if not self._offered[wish.region]:
                    break
            row = self._offered[wish.region].popleft()
            if row.warning_id not in self.taken and admit([row.region], self.room)[0]:
                self.taken[row.warning_id] = row
                rows.append(row)
        return rows

    def used(self) -> Counter[str]:
        """How many were taken, by region of the person."""
        return Counter(row.region or "" for row in self.taken.values())

    def attend(self, connection: Connection, now: Moment) -> None:
        """Note that the desks of these regions claimed."""
        if not self.standing.paused:
            for region in _regions(self.wishes):
                attended_at = self.standing.attended_at.get(region)
                capacities.attend(connection, self.channel, region, now.service, attended_at)

    def _due(self, region: str, now: Moment) -> deque[WarningRow]:
        """What is due for the desk of a region, has room and is not taken: enough for all of its claims."""
        full = [one.region for one in self.room if one.left <= 0]
        if region in self._all_offered or any(region.startswith(prefix) for prefix in full):
            return deque()
        wanted = Wanted(
            channel=self.channel,
            desks=levels_of(region),
            region=region,
            without=full,
            service=now.service,
            wall=now.wall,
        )
        most = sum(wish.limit for wish in self.wishes if wish.region == region) + len(self.taken)
        found = warnings.candidates(self.connection, wanted, most)
        if len(found) < most:
            self._all_offered.add(region)
        return deque(row for row in found if row.warning_id not in self.taken)


def _taking(
    connection: Connection, zone: ZoneInfo, channel: WarningChannel, wishes: Sequence[Claim], now: Moment
) -> _Taking:
    starts = period_starts(now.service, zone)
    standing = capacities.standing(connection, channel, _regions(wishes), now.service, starts)
    limits = limits_among(with_defaults(standing.in_force, standing.subscribers), channel)
    return _Taking(connection, channel, wishes, standing, starts, rooms(limits, standing.used))


def _regions(wishes: Sequence[Claim]) -> list[str]:
    return sorted({wish.region for wish in wishes})


def _leased_to(wish: Claim, row: WarningRow, now: Moment) -> WarningRow:
    return changed(
        row,
        state=WarningState.LEASED,
        fence=row.fence + 1,
        attempt=row.attempt + 1,
        lease_until=now.wall + 1000 * wish.lease_seconds,
        worker=wish.worker,
    )


def _lease_row(wish: Claim, row: WarningRow, now: Moment) -> LeaseRow:
    until = row.lease_until or 0
    return LeaseRow(row.warning_id, row.fence, wish.worker, wish.idempotency_key, now.service, until, None)


def _again(connection: Connection, wish: Claim, asked: str, now: Moment) -> list[WarningRow] | GraphsvcError:
    if asked != wish.asked:
        return KeyReused("this idempotency key belongs to a claim that asked for something else; take a new key")
    given = leases.of_claim(connection, *wish.named)
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
