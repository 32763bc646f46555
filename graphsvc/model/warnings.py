"""Warnings as frozen values: one message to one person on one channel, its leases, and the log of what became of it.

Instants are epoch ms. Two clocks: `at` and deadlines are service time; leases and waiting are wall time.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
LEASE_SECONDS_MOST: Final = 3600
"""A lease lasts 1 to so many seconds; anything else is refused, never clamped."""
LIMIT_MOST: Final = 100
"""Warnings in one claim, and leases in one call."""


class WarningChannel(StrEnum):
    """How a warning reaches a person, from the weakest that escalates on."""

    SMS = "sms"
    CALL = "call"
    VISIT = "visit"
    APP = "app"
    VOICE = "voice"


class WarningState(StrEnum):
    """Where a warning stands."""

    DUE = "due"  # to be claimed, at once or after a pause
    LEASED = "leased"  # with a worker until a time
    HANDED_OVER = "handed_over"  # acknowledged, not yet known to be delivered
    SETTLED = "settled"  # an outcome is known
    DEAD = "dead"  # tried too often: a supervisor decides
    EXPIRED = "expired"  # came too late to help
    CANCELLED = "cancelled"  # not wanted any more


OPEN_STATES: Final = (WarningState.DUE, WarningState.LEASED)
"""Those that a worker has, or can still get."""


class WarningEventKind(StrEnum):
    """What can become of a warning, or of the queue."""

    MADE = "made"
    CLAIMED = "claimed"
    EXTENDED = "extended"
    RELEASED = "released"  # given back unused
    LEASE_EXPIRED = "lease_expired"
    HANDED_OVER = "handed_over"
    FAILED = "failed"
    OUTCOME = "outcome"
    ESCALATED = "escalated"  # by way of a new warning on a stronger channel
    PASSED_UP = "passed_up"  # nobody acted: the desk above has it now
    DEAD = "dead"
    REQUEUED = "requeued"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    LOSS_REPORTED = "loss_reported"  # urgent: payments may still be stopped
    PAUSED = "paused"
    RESUMED = "resumed"
    CAPACITY_SET = "capacity_set"


class LeaseRefusal(StrEnum):
    """Why a lease token counts no more. Once refused, a token is refused for ever."""

    EXPIRED = "expired"  # its time ran out, whether or not somebody claimed the warning again
    SUPERSEDED = "superseded"  # its time ran out and somebody else has, or had, the warning
    SETTLED = "settled"  # it was acknowledged, failed or given back before
    CANCELLED = "cancelled"  # the warning is not wanted any more
    UNKNOWN = "unknown"  # never given out


@dataclass(frozen=True)
class Moment:
    """Now, by both clocks (epoch ms)."""

    service: int
    """Deadlines, capacity, cool-down, new facts."""
    wall: int
    """Leases, waiting between attempts."""


@dataclass(frozen=True)
class WarningRow:
    """A warning as it stands now. `number`, `suspect` are registry ids; `evidence` as in VICTIMS."""

    warning_id: int
    number: int
    network_id: int | None
    suspect: int | None
    """The suspect number that it cites."""
    channel: WarningChannel
    grade: str
    stage: str
    scam_type: str
    probability: float
    in_contact_probability: float
    deadline_at: int | None
    helps_until: int
    """From then on it helps no more, and expires."""
    region: str | None
    evidence: str
    analysis_id: str
    cause: str
    """Why it was made: `ranked`, `unreachable`, `refused`, `worse` …"""
    made_at: int
    """Service time."""
    state: WarningState
    desk: str
    """Region prefix of the desk that holds it; empty for the ministry's."""
    desk_until: int | None
    """Service time from which the desk above holds it; None: this one keeps it."""
    beyond_capacity: bool
    """More worthy warnings fill the capacity: it comes after them."""
    worth: float
    """Expected loss prevented, in mean losses."""
    turn: int
    """Its place in the order of claims: smaller first."""
    not_before: int
    """Wall time before which nobody gets it."""
    attempt: int
    """Leases so far that count as an attempt."""
    fence: int
    """The newest lease's number; grows with each lease."""
    lease_until: int | None
    worker: str | None
    outcome: str | None
    warned_at: int | None
    """Service time of the acknowledgement."""
    closed_at: int | None
    """Service time when it left the open states."""

    def about_the_same(self, other: "WarningRow") -> bool:
        """Whether two warnings of one person speak of the same network or suspect."""
        if self.suspect is not None and self.suspect == other.suspect:
            return True
        return self.network_id is not None and self.network_id == other.network_id


@dataclass(frozen=True)
class Imagined:
    """A warning that planning would make, and whether it would find room in the capacity of the day."""

    warning: WarningRow
    fits: bool


@dataclass(frozen=True)
class WarningEvent:
    """One line of the append-only log. `event_id` is the cursor: it only grows, and none appears later below it."""

    event_id: int
    warning_id: int | None
    number: int | None
    network_id: int | None
    kind: WarningEventKind
    at: int
    """Service time."""
    wall: int
    channel: WarningChannel | None
    region: str | None
    worker: str | None
    attempt: int | None
    outcome: str | None
    reason: str | None
    urgent: bool


@dataclass(frozen=True)
class ClaimedWarning:
    """A warning that one worker has until `lease_until` (wall)."""

    warning: WarningRow
    lease_token: str
    lease_until: int
    attempt: int
    """1 for the first."""
    dedupe_key: str
    """The same for each attempt at this warning: the sender's own idempotency key."""


@dataclass(frozen=True)
class RefusedLease:
    """A lease token that does not count, and why."""

    lease_token: str
    reason: LeaseRefusal


@dataclass(frozen=True)
class LeaseResult:
    """Which lease tokens were accepted, which refused; one bad token spoils no other."""

    accepted: tuple[str, ...]
    refused: tuple[RefusedLease, ...]
