"""The capacities that hold: what a supervisor set, else the default share of the subscribers."""

from graphsvc.dispatch.capacity import default_per_day
from graphsvc.model.warnings import WarningChannel
from graphsvc.store import capacities
from graphsvc.store.capacities import CapacityRow
from graphsvc.store.catalogue import Connection

SUBSCRIBERS = "subscribers"
"""How many subscribers there were when the queue was last planned."""

Limits = dict[str, tuple[int | None, int | None]]
"""Prefix of regions → warnings an hour and a day; None: no bound."""


def rows_in_force(connection: Connection, service: int) -> list[CapacityRow]:
    """Every capacity that holds at an instant; defaults have the id 0."""
    found = capacities.in_force(connection, service)
    everywhere = {row.channel for row in found if not row.region}
    people = capacities.read_state(connection, [SUBSCRIBERS]).get(SUBSCRIBERS, 0)
    defaults = [
        CapacityRow(0, channel, "", None, default_per_day(channel, people), 0, None)
        for channel in WarningChannel
        if channel not in everywhere
    ]
    return [*defaults, *found]


def limits_of(connection: Connection, channel: WarningChannel, service: int) -> Limits:
    """What a channel may make by region, at an instant."""
    rows = rows_in_force(connection, service)
    return {row.region: (row.per_hour, row.per_day) for row in rows if row.channel is channel}
