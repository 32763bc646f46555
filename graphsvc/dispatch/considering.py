"""Whom it is worth looking at: most ranked people come nowhere near any channel's price. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

from graphsvc.dispatch.people import Person
from graphsvc.dispatch.policies import Policy
from graphsvc.dispatch.worth import EFFECT, LOSS
from graphsvc.model.warnings import WarningChannel
from graphsvc.model.words import Grade, ScamType, Stage

NEAR: Final = 0.5
"""Part of a price from which an offer is looked at: what comes to be worth it later in the day was seen before."""


def considered(people: Sequence[Person], policy: Policy, prices: Mapping[WarningChannel, float]) -> list[Person]:
    """Those of high grade, and those of whom a warning could be worth NEAR the price of some channel, and the least.

    An upper bound decides: as if the warning were sure to arrive and nothing else warned.
    """
    bars = {channel: max(policy.least.get(channel, 0.0), NEAR * price) for channel, price in prices.items()}
    least = {
        stage.value: min((bar / EFFECT[channel][place] for channel, bar in bars.items()), default=0.0)
        for place, stage in enumerate(Stage)
    }
    loss = {kind.value: LOSS[kind] ** policy.by_money for kind in ScamType}
    return [
        person
        for person in people
        if person.grade == Grade.HIGH.value or person.probability * loss[person.scam_type] >= least[person.stage]
    ]


def least_probability(policy: Policy) -> float:
    """Probability below which nobody is ever considered."""
    dearest = max(LOSS[kind] ** policy.by_money for kind in ScamType)
    return min((least / (max(EFFECT[channel]) * dearest) for channel, least in policy.least.items()), default=0.0)
