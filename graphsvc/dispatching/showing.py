"""The queue as a supervisor sees it: depth, age, dead letters, capacity used and left."""

from collections import defaultdict
from zoneinfo import ZoneInfo

from graphsvc.dispatch.capacity import period_starts
from graphsvc.dispatching.limits import rows_in_force
from graphsvc.dispatching.values import CapacityState, DispatchState, EventPage, QueueState
from graphsvc.model.warnings import Moment, WarningChannel, WarningState
from graphsvc.store import capacities, warnings
from graphsvc.store.catalogue import Catalogue, Connection
from graphsvc.store.queue_depth import Depth, depths


def state(catalogue: Catalogue, zone: ZoneInfo, region: str, now: Moment) -> DispatchState:
    """The queue of the regions under a prefix. One state of the database, not several."""
    with catalogue.reading() as connection:
        grouped: defaultdict[tuple[WarningChannel, str | None, str], list[Depth]] = defaultdict(list)
        for depth in depths(connection, region):
            grouped[depth.channel, depth.region, depth.grade].append(depth)
        return DispatchState(
            now=now.service,
            paused_at=capacities.read_state(connection, [capacities.PAUSED_AT]).get(capacities.PAUSED_AT),
            queues=tuple(_queue(*key, found) for key, found in sorted(grouped.items(), key=lambda item: str(item[0]))),
            capacities=tuple(_capacities(connection, zone, region, now)),
        )


def page(catalogue: Catalogue, first: int, after: int) -> EventPage:
    """Events above a cursor."""
    with catalogue.reading() as connection:
        found = warnings.events(connection, after=after, limit=first + 1)
    shown = tuple(found[:first])
    return EventPage(shown, shown[-1].event_id if shown else after, len(found) > first)


def _queue(channel: WarningChannel, region: str | None, grade: str, depths: list[Depth]) -> QueueState:
    count = {depth.state: depth.count for depth in depths}
    oldest = [depth.oldest_at for depth in depths if depth.state is WarningState.DUE]
    return QueueState(
        channel=channel,
        region=region,
        grade=grade,
        depth=count.get(WarningState.DUE, 0),
        leased=count.get(WarningState.LEASED, 0),
        dead=count.get(WarningState.DEAD, 0),
        oldest_at=min(oldest, default=None),
    )


def _capacities(connection: Connection, zone: ZoneInfo, region: str, now: Moment) -> list[CapacityState]:
    """Those that hold for regions under the prefix, or for it as a part of theirs."""
    starts = period_starts(now.service, zone)
    found = []
    for row in rows_in_force(connection, now.service):
        if not (row.region.startswith(region) or region.startswith(row.region)):
            continue
        used = {
            period: sum(count for person, count in by_region.items() if person.startswith(row.region))
            for period, by_region in capacities.used(connection, row.channel, starts).items()
        }
        found.append(
            CapacityState(
                channel=row.channel,
                region=row.region,
                per_hour=row.per_hour,
                per_day=row.per_day,
                used_hour=used["hour"],
                used_day=used["day"],
                left_hour=_left(row.per_hour, used["hour"]),
                left_day=_left(row.per_day, used["day"]),
                until_at=row.until_at,
                set_by_supervisor=row.capacity_id > 0,
            )
        )
    return found


def _left(bound: int | None, used: int) -> int | None:
    return None if bound is None else max(bound - used, 0)
