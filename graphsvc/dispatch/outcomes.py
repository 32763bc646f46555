"""What follows when a warning comes back: settled, tried again, sent on to a stronger channel, or given up. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from graphsvc.dispatch.retries import ATTEMPTS_MOST
from graphsvc.model.warnings import WarningChannel
from graphsvc.model.words import OutcomeKind, Stage

STRONGER: Final = {
    WarningChannel.SMS: WarningChannel.CALL,
    WarningChannel.APP: WarningChannel.CALL,
    WarningChannel.VOICE: WarningChannel.CALL,
    WarningChannel.CALL: WarningChannel.VISIT,
}
"""Where an escalation leads. Nothing is stronger than a visit."""

DEEP: Final = frozenset({Stage.ENGAGED, Stage.COMMITTED})
"""Stages at which a busy line is a sign: the fraud keeps it so. [doc S40, S41, S64]"""


class Then(StrEnum):
    """What to do next with a warning."""

    SETTLE = "settle"
    RETRY = "retry"
    ESCALATE = "escalate"
    DEAD = "dead"


@dataclass(frozen=True)
class Next:
    """The step that follows, and whether the person's other open warnings about the same network end too."""

    then: Then
    ends_others: bool = False
    urgent: bool = False
    """A loss: payments may still be stopped."""


_SETTLED: Final = frozenset({OutcomeKind.DELIVERED, OutcomeKind.WRONG_PERSON})
_ENDED: Final = frozenset(
    {OutcomeKind.DISSUADED, OutcomeKind.FAMILY_INFORMED, OutcomeKind.PAYMENT_STOPPED, OutcomeKind.FALSE_ALARM}
)


def after_outcome(outcome: OutcomeKind, channel: WarningChannel, stage: Stage, attempt: int) -> Next:
    """What follows from an outcome of the warning's so many-th attempt.

    `not_convinced`, `refused` and `unreachable` escalate at once, and `busy` after a deep contact; `no_answer` and
    other `busy` lines are tried again, then escalate too. Where nothing is stronger, they are tried until dead.
    """
    if outcome is OutcomeKind.ALREADY_LOST:
        return Next(Then.SETTLE, ends_others=True, urgent=True)
    if outcome in _ENDED:
        return Next(Then.SETTLE, ends_others=True)
    if outcome in _SETTLED:
        return Next(Then.SETTLE)
    again = outcome is OutcomeKind.NO_ANSWER or (outcome is OutcomeKind.BUSY and stage not in DEEP)
    if again and attempt < ATTEMPTS_MOST:
        return Next(Then.RETRY)
    if channel in STRONGER:
        return Next(Then.ESCALATE)
    if outcome in (OutcomeKind.NOT_CONVINCED, OutcomeKind.REFUSED):
        return Next(Then.SETTLE)  # somebody stood at the door: there is no more to do
    return Next(Then.RETRY if attempt < ATTEMPTS_MOST else Then.DEAD)


def after_failure(attempt: int) -> Next:
    """What follows when a worker could not carry out its so many-th attempt, or its lease ran out."""
    return Next(Then.RETRY if attempt < ATTEMPTS_MOST else Then.DEAD)
