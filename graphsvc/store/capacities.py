"""How many warnings a channel may make in an hour and a day, and how many it has made. Inside a transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from graphsvc.model.warnings import WarningChannel
from graphsvc.model.words import NumberKind
from graphsvc.store.catalogue import add_up, insert_unless_there, take_ids
from graphsvc.store.finding import find_rows
from graphsvc.store.prepared import Prepared
from graphsvc.store.tables import facts, numbers
from graphsvc.store.warning_tables import capacities, capacity_use, desks, dispatch_state

HOUR: Final = "hour"
DAY: Final = "day"
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
    sa.select(capacity_use.c.region, capacity_use.c.used).where(
        capacity_use.c.channel == sa.bindparam("channel"),
        capacity_use.c.period == sa.bindparam("period"),
        capacity_use.c.start == sa.bindparam("start"),
    )
)
_STALE: Final = (
    (desks.c.channel == sa.bindparam("of"))
    & (desks.c.region == sa.bindparam("where"))
    & ((desks.c.claimed_at < sa.bindparam("before")) | (desks.c.claimed_at > sa.bindparam("service")))
)
_IS_STALE: Final = Prepared(sa.select(desks.c.region).where(_STALE))
_FRESH: Final = Prepared(sa.update(desks).where(_STALE).values(claimed_at=sa.bindparam("service")))


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


def in_force(connection: sa.Connection, service: int) -> list[CapacityRow]:
    """What holds at an instant: of each channel and region the newest."""
    newest: dict[tuple[str, str], CapacityRow] = {}
    for row in _IN_FORCE.run(connection, service=service):
        newest[row.channel, row.region] = CapacityRow(row[0], WarningChannel(row[1]), *row[2:])
    return list(newest.values())


def hold_use(connection: sa.Connection, channel: WarningChannel) -> None:
    """Let nobody else use this channel's capacity until the end of the transaction."""
    take_ids(connection, f"capacity {channel.value}", 0)


def used(connection: sa.Connection, channel: WarningChannel, starts: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Period → region of the person → warnings that this channel made in the period that began then."""
    found: dict[str, dict[str, int]] = {}
    for period, start in starts.items():
        rows = _USED.run(connection, channel=channel.value, period=period, start=start)
        found[period] = {row.region: row.used for row in rows}
    return found


def use(
    connection: sa.Connection, channel: WarningChannel, starts: Mapping[str, int], by_region: Mapping[str, int]
) -> None:
    """Count so many more (or, below zero, fewer) warnings of people in each region; whoever calls holds the use."""
    rows = [
        {"channel": channel.value, "period": period, "start": start, "region": region, "used": count}
        for period, start in sorted(starts.items())
        for region, count in sorted(by_region.items())
    ]
    add_up(connection, capacity_use, "used", rows)


def attend(connection: sa.Connection, channel: WarningChannel, region: str, service: int) -> None:
    """Note that the desk of a region claimed on a channel; to the minute, so that claims seldom wait for each other."""
    insert_unless_there(connection, desks, {"channel": channel.value, "region": region, "claimed_at": service})
    stale = {"of": channel.value, "where": region, "before": service - _MINUTE_MS, "service": service}
    if _IS_STALE.run(connection, **stale):
        _FRESH.change(connection, [stale])


def attended(connection: sa.Connection, since: int) -> set[tuple[WarningChannel, str]]:
    """Channel and region of the desks that claimed at or after an instant (service time)."""
    query = sa.select(desks.c.channel, desks.c.region).where(desks.c.claimed_at >= since)
    return {(WarningChannel(channel), region) for channel, region in connection.execute(query)}


def read_state(connection: sa.Connection, names: Sequence[str]) -> dict[str, int]:
    """Named figures of the queue; those never written are left out."""
    columns = (dispatch_state.c.name, dispatch_state.c.value)
    return {row.name: row.value for row in find_rows(connection, columns, dispatch_state.c.name, names)}


def write_state(connection: sa.Connection, values: Mapping[str, int | None]) -> None:
    """Keep named figures; None forgets one."""
    for name, value in sorted(values.items()):
        chosen = dispatch_state.c.name == name
        if value is None:
            connection.execute(sa.delete(dispatch_state).where(chosen))
        elif not insert_unless_there(connection, dispatch_state, {"name": name, "value": value}):
            connection.execute(sa.update(dispatch_state).where(chosen).values(value=value))


def subscribers(connection: sa.Connection) -> int:
    """How many distinct subscribers are known; without any such feed, how many subscriber numbers were seen."""
    column: sa.Column[Any] = facts["subscribers"].c.number
    told = connection.scalar(sa.select(sa.func.count(sa.distinct(column)))) or 0
    seen = sa.select(sa.func.count()).where(numbers.c.kind == NumberKind.MSISDN.value)
    return told or connection.scalar(seen) or 0
