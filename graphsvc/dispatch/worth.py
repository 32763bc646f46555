"""What a warning is worth: the loss that it is expected to prevent. Pure.

    worth = probability × effect(channel, stage) × loss(kind of scam) × reached before the deadline

where nothing else warns; on top of other warnings, what it adds to them. In mean losses: 1 is the loss of one person,
averaged over all kinds of scam. Sources: docs/fraud-patterns.md.
"""

from collections.abc import Collection
from dataclasses import dataclass
from math import exp
from typing import Final

from graphsvc.model.warnings import DAY_MS, HOUR_MS, WarningChannel
from graphsvc.model.words import ScamType, Stage

EFFECT: Final = {
    WarningChannel.SMS: (0.40, 0.33, 0.22, 0.12, 0.05),
    WarningChannel.APP: (0.40, 0.33, 0.22, 0.12, 0.05),
    WarningChannel.VOICE: (0.45, 0.40, 0.25, 0.15, 0.10),
    WarningChannel.CALL: (0.60, 0.60, 0.50, 0.39, 0.30),
    WarningChannel.VISIT: (0.70, 0.70, 0.65, 0.55, 0.40),
}
"""Share of losses that a warning stops once it reaches somebody contacted, listening, engaged, committed, lost.
[assumed, between what is known: a call stops 39 % of urgent frauds (S36), up to 76 % of all it reaches (S39b); letters
to people who are paying already -75 % (S56b), forewarning -50 % (S56a), a bank's mass message nothing (S56c); a visit
one in five of those whom the phone could not convince (S39b). How much less a message does for those who are deep in it
nobody measured, and letters did not fail there: what is only assumed must not outweigh the probability of a loss]"""

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

WENT_ON: Final = {
    WarningChannel.SMS: 0.90,
    WarningChannel.APP: 0.90,
    WarningChannel.VOICE: 0.80,
    WarningChannel.CALL: 0.40,
    WarningChannel.VISIT: 0.30,
}
"""What is left of any further warning's effect where the person went on with the fraud after one on this channel: some
were not reached, the others are hard to convince. [doc S39b: a visit stops one in five of those whom a call did not,
where it would stop one in two; the rest assumed in proportion to how often the channel reaches and convinces]"""

WITHOUT_DEADLINE_MS: Final = 7 * DAY_MS
_STAGES: Final = list(Stage)


def reached(channel: WarningChannel, left_ms: int) -> float:
    """Chance that a warning reaches the person within `left_ms`."""
    share, mean_ms = ANSWERED[channel]
    return share * (1 - exp(-max(left_ms, 0) / mean_ms))


def in_time(channel: WarningChannel, left_ms: int | None) -> float:
    """Chance that a warning made now reaches the person before the loss; `left_ms` to the deadline, None without one.

    A deadline is when half of the losses still ahead have happened; the other half can be prevented after it.
    """
    left = WITHOUT_DEADLINE_MS if left_ms is None else left_ms
    return (reached(channel, left) + reached(channel, max(2 * left, HOUR_MS))) / 2


def prevented(channels: Collection[WarningChannel], stage: Stage, left_ms: int | None) -> float:
    """Share of losses that warnings of one person on these channels stop together.

    The strongest that reaches the person counts; a weaker one helps where no stronger one does.
    """
    place = _STAGES.index(stage)
    share, nothing_yet = 0.0, 1.0
    for channel in sorted(channels, key=lambda one: (-EFFECT[one][place], one.value)):
        arrives = in_time(channel, left_ms)
        share += nothing_yet * arrives * EFFECT[channel][place]
        nothing_yet *= 1 - arrives
    return share


@dataclass(frozen=True)
class AtStake:
    """What one person may lose, and what warns of it already."""

    loss: float
    """Probability × loss, in mean losses; less where the person went on after earlier warnings."""
    stage: Stage
    left_ms: int | None
    """Until the deadline."""
    beside: frozenset[WarningChannel]
    """Channels that warn already, and since which nothing happened."""

    def most(self, channel: WarningChannel) -> float:
        """No warning on this channel is worth more."""
        return self.loss * EFFECT[channel][_STAGES.index(self.stage)]

    def worth(self, channel: WarningChannel, also: Collection[WarningChannel] = ()) -> float:
        """What a warning on this channel would prevent on top of those there are, and of `also`."""
        before = self.beside.union(also)
        if not before:
            return self.most(channel) * in_time(channel, self.left_ms)
        more = prevented(before | {channel}, self.stage, self.left_ms) - prevented(before, self.stage, self.left_ms)
        return self.loss * max(more, 0.0)


def at_stake(
    *,
    probability: float,
    stage: Stage,
    scam_type: ScamType,
    left_ms: int | None,
    beside: frozenset[WarningChannel] = frozenset(),
    went_on: Collection[WarningChannel] = (),
    by_money: float = 1.0,
) -> AtStake:
    """Of a ranked person. `by_money` 1 weighs a loss by its money, 0 counts every loss alike.

    `went_on`: channels of earlier warnings, after which the person was in contact again.
    """
    loss = probability * LOSS[scam_type] ** by_money
    for channel in went_on:
        loss *= WENT_ON[channel]
    return AtStake(loss, stage, left_ms, beside)


def worth(
    channel: WarningChannel, *, probability: float, stage: Stage, scam_type: ScamType, left_ms: int | None
) -> float:
    """Expected loss prevented by a warning made now of a person whom nobody warned, in mean losses."""
    return at_stake(probability=probability, stage=stage, scam_type=scam_type, left_ms=left_ms).worth(channel)
