"""Which desk holds a new warning."""

from dataclasses import replace

from graphsvc.dispatch.routing import ATTENDED_MS, held_until, most_local
from graphsvc.model.warnings import Moment, WarningRow
from graphsvc.store import capacities
from graphsvc.store.catalogue import Connection


def placed(connection: Connection, row: WarningRow, now: Moment) -> WarningRow:
    """The warning with the most local attended desk of its channel."""
    attended = capacities.attended(connection, now.service - ATTENDED_MS)
    desk = most_local(row.region, {region for channel, region in attended if channel is row.channel})
    return replace(row, desk=desk, desk_until=held_until(desk, now.service, row.deadline_at))
