"""How the queue of warnings stands, in figures. Works inside a transaction."""

from dataclasses import dataclass

import sqlalchemy as sa

from graphsvc.model.warnings import WarningChannel, WarningState
from graphsvc.store.warning_tables import warnings


@dataclass(frozen=True)
class Depth:
    """How many warnings of a channel, region and grade stand in a state, and when the oldest was made."""

    channel: WarningChannel
    region: str | None
    grade: str
    state: WarningState
    count: int
    oldest_at: int


def depths(connection: sa.Connection, region: str) -> list[Depth]:
    """Due, leased and dead warnings in figures, of the regions under a prefix."""
    c = warnings.c
    under = c.region.startswith(region, autoescape=True)
    counted = (WarningState.DUE, WarningState.LEASED, WarningState.DEAD)
    query = sa.select(c.channel, c.region, c.grade, c.state, sa.func.count(), sa.func.min(c.made_at))
    query = query.where(c.state.in_([state.value for state in counted]), *([under] if region else []))
    groups = (c.channel, c.region, c.grade, c.state)
    rows = connection.execute(query.group_by(*groups))
    return [
        Depth(WarningChannel(channel), where, grade, WarningState(state), count, oldest)
        for channel, where, grade, state, count, oldest in rows
    ]
