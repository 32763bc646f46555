"""The capacities that hold: what a supervisor set, else the default share of the subscribers."""

from collections.abc import Sequence

from graphsvc.dispatch.capacity import default_per_day
from graphsvc.model.warnings import WarningChannel
from graphsvc.store import capacities
from graphsvc.store.capacities import SUBSCRIBERS, CapacityRow
from graphsvc.store.catalogue import Connection

Limits = dict[str, tuple[int | None, int | None]]
"""Prefix of regions → warnings an hour and a day; None: no bound."""


def rows_in_force(connection: Connection, service: int) -> list[CapacityRow]:
    """Every capacity that holds at an instant; defaults have the id 0."""
    people = capacities.read_state(connection, [SUBSCRIBERS]).get(SUBSCRIBERS, 0)
    return with_defaults(capacities.in_force(connection, service), people)


def limits_of(connection: Connection, channel: WarningChannel, service: int) -> Limits:
    """What a channel may make by region, at an instant."""
    return limits_among(rows_in_force(connection, service), channel)


def with_defaults(found: Sequence[CapacityRow], subscribers: int) -> list[CapacityRow]:
    """What was set, and the default of each channel that has nothing set for everywhere."""
    everywhere = {row.channel for row in found if not row.region}
    defaults = [
        CapacityRow(0, channel, "", None, default_per_day(channel, subscribers), 0, None)
        for channel in WarningChannel
        if channel not in everywhere
    ]
    return [*defaults, *found]


def limits_among(rows: Sequence[CapacityRow], channel: WarningChannel) -> Limits:
    """What a channel may make by region, by these capacities."""
    return {row.region: (row.per_hour, row.per_day) for row in rows if row.channel is channel}
