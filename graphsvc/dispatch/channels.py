"""On which channels a person is worth a warning, as they stand. Pure."""

from collections.abc import Sequence
from typing import Final

from graphsvc.dispatch.people import Occasion, Person
from graphsvc.dispatch.policies import Choice, Policy
from graphsvc.dispatch.worth import AtStake, at_stake
from graphsvc.model.warnings import DAY_MS, WarningChannel, WarningRow
from graphsvc.model.words import Grade, ScamType, Stage

TALKED_FROM: Final = 0.5
"""`in_contact_probability` from which a message is worth it whatever the loss: the person talked to a fraud number
[the claim of the national message service, fraud-patterns section 1]"""
SCARCE_PROBABILITY: Final = 0.002
"""Probability of a loss below which even that is no reason. [assumed]"""
REMEMBERED_MS: Final = 7 * DAY_MS
"""How long a warning counts towards what a further one can do. [assumed: a probability speaks of seven days]"""
STILL_WORTH: Final = 0.5
"""Part of the least worth from which a warning that is due stays so: small changes do not make it come and go."""
_BESIDE: Final = (WarningChannel.APP, WarningChannel.VOICE)


def stake_of(person: Person, affair: Sequence[WarningRow], occasion: Occasion) -> AtStake:
    """What the person may lose, and which warnings about the affair still stand: nothing happened since."""
    warned = [row for row in affair if row.warned_at is not None and row.warned_at > occasion.service - REMEMBERED_MS]
    went_on = [row.channel for row in warned if row.warned_at is not None and person.last_at > row.warned_at]
    beside = frozenset(row.channel for row in warned if row.warned_at is not None and person.last_at <= row.warned_at)
    return at_stake(
        probability=person.probability,
        stage=Stage(person.stage),
        scam_type=ScamType(person.scam_type),
        left_ms=None if person.deadline_at is None else person.deadline_at - occasion.as_of,
        beside=beside,
        went_on=went_on,
        by_money=occasion.policy.by_money,
    )


def worth_nothing(person: Person, stake: AtStake, policy: Policy) -> bool:
    """A quick look that spares most people a longer one: no channel could be worth it, nor is any promised."""
    scarce = person.grade == Grade.LOW.value and person.probability < SCARCE_PROBABILITY
    return scarce and all(stake.most(channel) < least for channel, least in policy.least.items())


def first_channels(
    person: Person, stake: AtStake, occasion: Occasion
) -> tuple[list[WarningChannel], set[WarningChannel]]:
    """Channels worth it as the person stands, and those on which a warning that is due stays so."""
    if person.stage == Stage.LOST.value:
        return [], set()
    promised = [one for one in promised_by_grade(person) if one not in _BESIDE or one in occasion.beside]
    if occasion.policy.choice is Choice.GRADE:
        return promised, set(promised)
    least = occasion.policy.least
    worths = {one: stake.worth(one) for one in least if one not in _BESIDE or one in occasion.beside}
    # A grade is a promise: it is answered on its channels, however little is at stake.
    first = [one for one, worth in worths.items() if worth >= least[one] or one in promised]
    still = {one for one, worth in worths.items() if worth >= STILL_WORTH * least[one]}
    return first, still.union(promised)


def promised_by_grade(person: Person) -> list[WarningChannel]:
    """Channels that the grade promises.

    [grades: a call is worth a loss in ten, a message one in fifty, docs/definitions.md section 12]
    """
    talked = person.in_contact_probability >= TALKED_FROM and person.probability >= SCARCE_PROBABILITY
    if person.grade == Grade.LOW.value and not talked:
        return []
    channels = [WarningChannel.SMS, WarningChannel.APP]
    if person.grade != Grade.LOW.value:
        channels.append(WarningChannel.VOICE)
    if person.grade == Grade.HIGH.value:
        channels.append(WarningChannel.CALL)
    return channels
