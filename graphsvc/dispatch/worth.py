"""What a warning is worth: the loss that it is expected to prevent. Pure.

    worth = probability × effect(channel, stage) × loss(kind of scam) × reached before the deadline

in mean losses: 1 is the loss of one person, averaged over all kinds of scam. Sources: docs/fraud-patterns.md.
"""

from math import exp
from typing import Final

from graphsvc.model.warnings import DAY_MS, HOUR_MS, WarningChannel
from graphsvc.model.words import ScamType, Stage

EFFECT: Final = {
    WarningChannel.SMS: (0.40, 0.30, 0.15, 0.05, 0.05),
    WarningChannel.APP: (0.40, 0.30, 0.15, 0.05, 0.05),
    WarningChannel.VOICE: (0.45, 0.40, 0.25, 0.15, 0.10),
    WarningChannel.CALL: (0.60, 0.60, 0.50, 0.39, 0.30),
    WarningChannel.VISIT: (0.70, 0.70, 0.65, 0.55, 0.40),
}
"""Share of losses that a warning stops once it reaches somebody contacted, listening, engaged, committed, lost.
[assumed, between what is known: a call stops 39 % of urgent frauds (S36), up to 76 % of all it reaches (S39b); letters
to people who are paying already -75 % (S56b), forewarning -50 % (S56a), a bank's mass message nothing (S56c); a visit
one in five of those whom the phone could not convince (S39b)]"""

LOSS: Final = {
    ScamType.INVESTMENT: 4.8,
    ScamType.POLICE_IMPERSONATION: 1.8,
    ScamType.ACQUAINTANCE: 1.2,
    ScamType.CUSTOMER_SERVICE: 0.8,
    ScamType.OTHER: 0.8,
    ScamType.BRUSHING: 0.6,
    ScamType.LOAN: 0.6,
    ScamType.CREDIT_RECORD: 0.6,
    ScamType.SHOPPING: 0.2,
    ScamType.GAMING: 0.2,
}
"""In mean losses. [investment: a third of the money (S46) in .07 of the losses (section 7); the rest assumed so that
the mean over the shares of section 7 is about one]"""

ANSWERED: Final = {
    WarningChannel.SMS: (0.90, 20 * 60_000),
    WarningChannel.APP: (0.60, 60 * 60_000),
    WarningChannel.VOICE: (0.60, 20 * 60_000),
    WarningChannel.CALL: (0.60, 1 * HOUR_MS),
    WarningChannel.VISIT: (0.80, 4 * HOUR_MS),
}
"""Share that is reached at all, and the mean time until then. [calls: 40 % refuse (S38), a robot tries again after five
minutes (S37); the rest assumed]"""

WITHOUT_DEADLINE_MS: Final = 7 * DAY_MS
_STAGES: Final = list(Stage)


def reached(channel: WarningChannel, left_ms: int) -> float:
    """Chance that a warning reaches the person within `left_ms`."""
    share, mean_ms = ANSWERED[channel]
    return share * (1 - exp(-max(left_ms, 0) / mean_ms))


def worth(
    channel: WarningChannel, *, probability: float, stage: Stage, scam_type: ScamType, left_ms: int | None
) -> float:
    """Expected loss prevented by a warning made now, in mean losses; `left_ms` until the deadline, None without one.

    A deadline is when half of the losses still ahead have happened; the other half can be prevented after it.
    """
    left = WITHOUT_DEADLINE_MS if left_ms is None else left_ms
    in_time = (reached(channel, left) + reached(channel, max(2 * left, HOUR_MS))) / 2
    return probability * EFFECT[channel][_STAGES.index(stage)] * LOSS[scam_type] * in_time
