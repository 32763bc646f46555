"""What a warning is assumed to do never outweighs how probable the loss is: of two, the likelier one is warned."""

from itertools import pairwise

import pytest

from graphsvc.dispatch.allocation import Offer, allocate
from graphsvc.dispatch.capacity import Room
from graphsvc.dispatch.worth import EFFECT, at_stake
from graphsvc.model.warnings import WarningChannel
from graphsvc.model.words import ScamType, Stage

HOUR = 3_600_000
SMS, VOICE, CALL, VISIT = WarningChannel.SMS, WarningChannel.VOICE, WarningChannel.CALL, WarningChannel.VISIT


@pytest.mark.parametrize("channel", [SMS, WarningChannel.APP, VOICE])
@pytest.mark.parametrize(("deeper", "likelier"), [(Stage.ENGAGED, 2), (Stage.COMMITTED, 3)])
def test_the_one_message_goes_to_whoever_is_far_likelier_to_lose_however_deep_in_it(
    channel: WarningChannel, deeper: Stage, likelier: int
) -> None:
    stakes = [
        at_stake(probability=probability, stage=stage, scam_type=ScamType.LOAN, left_ms=20 * HOUR)
        for probability, stage in ((0.012, Stage.LISTENING), (0.012 * likelier, deeper))
    ]
    offers = [Offer(person, person, channel, None, stake) for person, stake in enumerate(stakes)]
    taken = allocate(offers, {channel: [Room("", 1)]}, {}, {}).taken
    assert [offer.person for offer, _ in taken] == [1]


def test_no_channel_does_more_for_those_who_are_deeper_in_it_and_a_stronger_one_does_more_at_every_stage() -> None:
    for effects in EFFECT.values():
        assert all(before >= after > 0 for before, after in pairwise(effects))
    for weaker, stronger in pairwise([SMS, VOICE, CALL, VISIT]):
        assert all(less < more for less, more in zip(EFFECT[weaker], EFFECT[stronger], strict=True))


def test_a_call_on_top_of_a_message_is_worth_something_at_every_stage() -> None:
    for stage in Stage:
        stake = at_stake(probability=0.3, stage=stage, scam_type=ScamType.LOAN, left_ms=20 * HOUR)
        assert 0 < stake.worth(CALL, [SMS]) < stake.worth(CALL)
