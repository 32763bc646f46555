"""What the queue is told and what it answers, as frozen values."""

from dataclasses import dataclass

from graphsvc.model.warnings import WarningChannel, WarningEvent
from graphsvc.model.words import OutcomeKind, Reporter


@dataclass(frozen=True)
class OutcomeTold:
    """What came of a warning. `at` is service time, epoch ms; None: now."""

    warning_id: int
    outcome: OutcomeKind
    at: int | None = None
    reported_by: Reporter | None = None
    amount_saved: float | None = None
    note: str | None = None


@dataclass(frozen=True)
class EventPage:
    """Events in order; `cursor` goes on behind the last one, whatever is added meanwhile."""

    events: tuple[WarningEvent, ...]
    cursor: int
    more: bool


@dataclass(frozen=True)
class CapacityState:
    """A capacity in force: how many a period takes, how many were used, how many are left. None: no bound."""

    channel: WarningChannel
    region: str
    """Prefix; empty for everywhere."""
    per_hour: int | None
    per_day: int | None
    used_hour: int
    used_day: int
    left_hour: int | None
    left_day: int | None
    until_at: int | None
    set_by_supervisor: bool
    """False: the default, a share of the subscribers."""


@dataclass(frozen=True)
class QueueState:
    """How much waits on one channel, for people of one region (null: not known) and grade."""

    channel: WarningChannel
    region: str | None
    grade: str
    depth: int
    """Due warnings, those in a pause between attempts included."""
    leased: int
    dead: int
    oldest_at: int | None
    """When the oldest that is due was made, service time."""


@dataclass(frozen=True)
class DispatchState:
    """The queue at a glance. Ages are for the reader: `now` minus `oldest_at`."""

    now: int
    paused_at: int | None
    """Service time since when all claims are stopped; None: they are not."""
    queues: tuple[QueueState, ...]
    capacities: tuple[CapacityState, ...]
