"""How many warnings a channel may make in an hour and a day, and how many it has made. Inside a transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from graphsvc.model.warnings import WarningChannel
from graphsvc.model.words import NumberKind
from graphsvc.store.catalogue import HOLD_NAME, insert_unless_there, name_held, take_ids
from graphsvc.store.changing import add_up
from graphsvc.store.finding import find_rows
from graphsvc.store.prepared import Prepared, asked_together
from graphsvc.store.tables import facts, numbers
from graphsvc.store.warning_tables import capacities, capacity_use, desks, dispatch_state

HOUR: Final = "hour"
DAY: Final = "day"
PAUSED_AT: Final = "paused_at"
"""Of the queue's figures: since when all claims are stopped (service time)."""
SUBSCRIBERS: Final = "subscribers"
"""How many subscribers there were when the queue was last planned."""
_MINUTE_MS: Final = 60_000

_IN_FORCE: Final = Prepared(
    sa.select(capacities)
    .where(
        capacities.c.from_at <= sa.bindparam("service"),
        capacities.c.until_at.is_(None) | (capacities.c.until_at > sa.bindparam("service")),
    )
    .order_by(capacities.c.capacity_id)
)
_USED: Final = Prepared(
    sa.select(capacity_use.c.period, capacity_use.c.region, capacity_use.c.used).where(
        capacity_use.c.channel == sa.bindparam("channel"),
        sa.or_(
            *[(capacity_use.c.period == one) & (capacity_use.c.start == sa.bindparam(one)) for one in (HOUR, DAY)],
        ),
    )
)
_DESK: Final = (desks.c.channel == sa.bindparam("of")) & (desks.c.region == sa.bindparam("where"))
_CLAIMED_AT: Final = Prepared(sa.select(desks.c.claimed_at).where(_DESK))
_STATE: Final = Prepared(
    sa.select(dispatch_state.c.name, dispatch_state.c.value).where(
        sa.or_(dispatch_state.c.name == PAUSED_AT, dispatch_state.c.name == SUBSCRIBERS)
    )
)
_FRESH: Final = Prepared(sa.update(desks).where(_DESK).values(claimed_at=sa.bindparam("service")))


@dataclass(frozen=True)
class CapacityRow:
    """How many warnings a channel may make in the regions under a prefix, while it holds; None: no bound."""

    capacity_id: int
    channel: WarningChannel
    region: str
    per_hour: int | None
    per_day: int | None
    from_at: int
    until_at: int | None
    """Service time; None: until another is set."""


def add(connection: sa.Connection, row: CapacityRow) -> int:
    """Add a capacity; of two that hold at an instant, the newer counts. Its id."""
    capacity_id = take_ids(connection, "capacities", 1) + 1
    values = {
        "capacity_id": capacity_id,
        "channel": row.channel.value,
        "region": row.region,
        "per_hour": row.per_hour,
        "per_day": row.per_day,
        "from_at": row.from_at,
        "until_at": row.until_at,
    }
    connection.execute(sa.insert(capacities).values(values))
    return capacity_id


@dataclass(frozen=True)
class Standing:
    """How a channel stands when somebody claims."""

    paused: bool
    in_force: Sequence[CapacityRow]
    """Of all channels."""
    subscribers: int
    used: Mapping[str, Mapping[str, int]]
    """Period → region of the person → warnings made."""
    attended_at: Mapping[str, int]
    """Of the desks that claim (by their region): when they last did; those that never did are left out."""


def standing(
    connection: sa.Connection,
    channel: WarningChannel,
    regions: Sequence[str],
    service: int,
    starts: Mapping[str, int],
) -> Standing:
    """How a channel stands for the desks of some regions; nobody else uses its capacity until the transaction ends."""
    _, state, rows, used_rows, *desk_rows = asked_together(
        connection,
        (HOLD_NAME, name_held(_held_as(channel))),
        (_STATE, {}),
        (_IN_FORCE, {"service": service}),
        (_USED, {"channel": channel.value, **starts}),
        *[(_CLAIMED_AT, {"of": channel.value, "where": region}) for region in regions],
    )
    figures = dict(state)
    return Standing(
        paused=PAUSED_AT in figures,
        in_force=_newest(rows),
        subscribers=figures.get(SUBSCRIBERS, 0),
        used=_by_period(used_rows),
        attended_at={region: found[0][0] for region, found in zip(regions, desk_rows, strict=True) if found},
    )


def in_force(connection: sa.Connection, service: int) -> list[CapacityRow]:
    """What holds at an instant: of each channel and region the newest."""
    return _newest(_IN_FORCE.run(connection, service=service))


def _newest(rows: Iterable[Any]) -> list[CapacityRow]:
    newest: dict[tuple[str, str], CapacityRow] = {}
    for row in rows:
        newest[row[1], row[2]] = CapacityRow(row[0], WarningChannel(row[1]), *row[2:])
    return list(newest.values())


def hold_use(connection: sa.Connection, channel: WarningChannel) -> None:
    """Let nobody else use this channel's capacity until the end of the transaction."""
    HOLD_NAME.run(connection, **name_held(_held_as(channel)))


def _held_as(channel: WarningChannel) -> str:
    return f"capacity {channel.value}"


def used(connection: sa.Connection, channel: WarningChannel, starts: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Period → region of the person → warnings that this channel made in the period that began then."""
    return _by_period(_USED.run(connection, channel=channel.value, **starts))


def _by_period(rows: Iterable[Any]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {HOUR: {}, DAY: {}}
    for period, region, count in rows:
        found[period][region] = count
    return found


def use(
    connection: sa.Connection, channel: WarningChannel, starts: Mapping[str, int], by_region: Mapping[str, int]
) -> None:
    """Count so many more (or, below zero, fewer) warnings of people in each region; whoever calls holds the use."""
    rows = [
        (channel.value, period, start, region, count)
        for period, start in sorted(starts.items())
        for region, count in sorted(by_region.items())
    ]
    add_up(connection, capacity_use, "used", rows)


def attend(
    connection: sa.Connection, channel: WarningChannel, region: str, service: int, attended_at: int | None
) -> None:
    """Note that the desk of a region claimed on a channel; to the minute, so that claims seldom wait for each other."""
    if attended_at is None:
        insert_unless_there(connection, desks, [{"channel": channel.value, "region": region, "claimed_at": service}])
    elif not service - _MINUTE_MS <= attended_at <= service:
        _FRESH.change(connection, [{"of": channel.value, "where": region, "service": service}])


def attended(connection: sa.Connection, since: int) -> set[tuple[WarningChannel, str]]:
    """Channel and region of the desks that claimed at or after an instant (service time)."""
    query = sa.select(desks.c.channel, desks.c.region).where(desks.c.claimed_at >= since)
    return {(WarningChannel(channel), region) for channel, region in connection.execute(query)}


def read_state(connection: sa.Connection, names: Sequence[str]) -> dict[str, int]:
    """Named figures of the queue; those never written are left out."""
    columns = (dispatch_state.c.name, dispatch_state.c.value)
    return {row[0]: row[1] for row in find_rows(connection, columns, dispatch_state.c.name, names)}


def write_state(connection: sa.Connection, values: Mapping[str, int | None]) -> None:
    """Keep named figures; None forgets one."""
    for name, value in sorted(values.items()):
        chosen = dispatch_state.c.name == name
        if value is None:
            connection.execute(sa.delete(dispatch_state).where(chosen))
        elif not insert_unless_there(connection, dispatch_state, [{"name": name, "value": value}]):
            connection.execute(sa.update(dispatch_state).where(chosen).values(value=value))


def subscribers(connection: sa.Connection) -> int:
    """How many distinct subscribers are known; without any such feed, how many subscriber numbers were seen."""
    column: sa.Column[Any] = facts["subscribers"].c.number
    told = connection.scalar(sa.select(sa.func.count(sa.distinct(column)))) or 0
    seen = sa.select(sa.func.count()).where(numbers.c.kind == NumberKind.MSISDN.value)
    return told or connection.scalar(seen) or 0
