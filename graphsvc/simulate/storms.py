"""Storms of spoofed calls: a gang shows an innocent person's number as caller.

The number's owner made none of the calls (no device, no cell), yet those who were rung call the owner back
(fraud-patterns.md §4).
"""

from dataclasses import dataclass

import numpy as np

from graphsvc.simulate.chance import Int64, stream, talk_seconds
from graphsvc.simulate.events import Events, calls, together
from graphsvc.simulate.gangs import Gangs
from graphsvc.simulate.hours import DAY, HOUR, MINUTE, Calendar
from graphsvc.simulate.population import Kind, Population
from graphsvc.simulate.variant import Variant


@dataclass(frozen=True)
class Storms:
    """Arrays over storms, and all their events."""

    owner: Int64
    """Node of the number that was shown."""
    gang: Int64
    start: Int64
    events: Events
    of_event: Int64
    """[events] the storm of each event."""


def storms(seed: int, gangs: Gangs, people: Population, variant: Variant, days: Calendar) -> Storms:
    """All storms of the days of the feeds."""
    rng = stream(seed, "storms")
    gang = np.repeat(np.arange(len(gangs.plan)), rng.poisson(variant.storms_per_den, len(gangs.plan)))
    day = gangs.plan.born_day[gang] + (rng.random(len(gang)) * gangs.plan.life_days[gang]).astype(np.int64)
    seen = (day >= 0) & (day < days.days)
    gang, day = gang[seen], day[seen]
    taken = np.zeros(len(people), bool)
    taken[gangs.sims.node[gangs.sims.node < len(people)]] = True
    innocent = np.flatnonzero((people.kind == Kind.ORDINARY) & people.own & ~taken)
    owner = rng.choice(innocent, len(gang), replace=False)
    start = days.start + day * DAY + (rng.uniform(9, 17, len(gang)) * HOUR).astype(np.int64)
    size = np.exp(np.log(variant.storm_calls) + 0.4 * rng.standard_normal(len(gang))).astype(np.int64)
    storm = np.repeat(np.arange(len(gang)), size)
    at = start[storm] + (rng.uniform(0, 4, len(storm)) * HOUR).astype(np.int64)
    person = rng.integers(0, len(people), len(storm))
    seconds = talk_seconds(rng, 2.4, 0.5, len(storm)) * (rng.random(len(storm)) < 0.4)
    shown = calls(at, owner[storm], person, seconds)
    shown.traced[:] = False
    back = np.flatnonzero(rng.random(len(storm)) < 0.04)
    wait = (np.exp(2.7 + 1.0 * rng.standard_normal(len(back))).clip(1, 240) * MINUTE).astype(np.int64)
    reply = talk_seconds(rng, 3.2, 0.6, len(back)) * (rng.random(len(back)) < 0.6)
    complaint = calls(shown.ended[back] + wait, person[back], owner[storm[back]], reply)
    return Storms(owner, gang, start, together([shown, complaint]), np.concatenate([storm, storm[back]]))
