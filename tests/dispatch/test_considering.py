"""Nobody is overlooked: whoever a warning could be worth its price is looked at, whatever the figures."""

from dataclasses import replace
from random import Random

import pytest

from graphsvc.dispatch.channels import stake_of
from graphsvc.dispatch.considering import considered, least_probability
from graphsvc.dispatch.people import Occasion, Person
from graphsvc.dispatch.policies import POLICIES, Policy
from graphsvc.model.warnings import WarningChannel
from graphsvc.model.words import Grade, ScamType, Stage

AT, HOUR = 1_772_700_000_000, 3_600_000
CHANNELS = (WarningChannel.SMS, WarningChannel.CALL, WarningChannel.VISIT)


def people(rng: Random, count: int) -> list[Person]:
    return [
        Person(
            number=number,
            network_id=1,
            suspect=None,
            last_at=AT,
            grade=rng.choice([Grade.LOW, Grade.MEDIUM]).value,
            stage=rng.choice([stage for stage in Stage if stage is not Stage.LOST]).value,
            scam_type=rng.choice(list(ScamType)).value,
            probability=rng.random() ** 6,
            in_contact_probability=rng.random(),
            deadline_at=rng.choice([None, AT + rng.randrange(100) * HOUR]),
            region=None,
            evidence="",
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("policy", POLICIES.values(), ids=list(POLICIES))
@pytest.mark.parametrize("seed", range(5))
def test_whoever_is_worth_the_price_is_considered(policy: Policy, seed: int) -> None:
    rng = Random(seed)
    everybody = people(rng, 400)
    prices = {channel: rng.choice([0.0, rng.random() / 20, float("inf")]) for channel in CHANNELS}
    found = {person.number for person in considered(everybody, policy, prices)}
    occasion = Occasion(analysis_id="", as_of=AT, service=AT, policy=policy)
    worth_it = {
        person.number
        for person in everybody
        for channel in CHANNELS
        if stake_of(person, [], occasion).worth(channel) >= max(policy.least[channel], prices[channel])
    }
    assert worth_it <= found
    assert all(p.probability >= least_probability(policy) for p in everybody if p.number in worth_it)
    assert len(found) < len(everybody), "it would spare nothing"


def test_high_grade_is_always_considered() -> None:
    (one,) = people(Random(1), 1)
    high = replace(one, grade=Grade.HIGH.value, probability=0.0)
    assert considered([high], POLICIES["worth"], dict.fromkeys(CHANNELS, float("inf"))) == [high]
