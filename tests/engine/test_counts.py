"""Whom everybody met, counted up batch by batch, against sets of pairs and days."""

from collections import defaultdict
from itertools import pairwise
from random import Random

import numpy as np
import pytest

from graphsvc.engine.counts import Counts
from graphsvc.engine.population import Population
from graphsvc.engine.traits import measure
from tests.engine.plain import DAY, HOUR, START, Event, PlainWorld


def _random_events(seed: int) -> list[Event]:
    """Of forty numbers over twelve days; some call themselves, many pairs call both ways."""
    dice = Random(seed)
    return sorted(
        (
            Event(dice.randrange(40), dice.randrange(40), START + dice.randrange(12 * 24) * HOUR, 30)
            for _ in range(dice.choice([30, 200, 900]))
        ),
        key=lambda event: event.at,
    )


def _counted(events: list[Event]) -> Counts:
    world = PlainWorld(events=events)
    snapshot, facts = world.snapshot, world.facts
    population = Population.of(snapshot, facts)
    traits, _ = measure(snapshot, population, day_offset_ms=8 * HOUR)
    return Counts.of(snapshot, population, traits, day_offset_ms=8 * HOUR)


def _after(counts: Counts, events: list[Event]) -> Counts:
    return counts.after(
        np.array([event.a for event in events], np.int32),
        np.array([event.b for event in events], np.int32),
        np.array([event.at for event in events], np.int64),
        day_offset_ms=8 * HOUR,
    )


@pytest.mark.parametrize("seed", range(12))
def test_counts_kept_up_batch_by_batch_are_those_of_all_events(seed: int) -> None:
    dice, events = Random(seed), _random_events(seed)
    cuts = sorted({0, len(events), *(dice.randrange(len(events)) for _ in range(4))})
    counts = _counted(events[: cuts[1]])
    for since, until in pairwise(cuts[1:]):
        counts = _after(counts, events[since:until])
    met, callers, days = defaultdict(set), defaultdict(set), defaultdict(set)
    for event in events:
        if event.a != event.b:
            met[event.a].add(event.b)
            callers[event.b].add(event.a)
            for side in (event.a, event.b):
                days[side].add((event.at + 8 * HOUR) // DAY)
    numbers = range(len(counts.last_day))
    assert set(met) | set(callers) <= set(numbers)
    assert counts.contacts_out.tolist() == [len(met[n]) for n in numbers]
    assert counts.contacts_in.tolist() == [len(callers[n]) for n in numbers]
    assert counts.reciprocal.tolist() == [len(met[n] & callers[n]) for n in numbers]
    assert counts.counterparts.tolist() == [len(met[n] | callers[n]) for n in numbers]
    assert counts.active_days.tolist() == [len(days[n]) for n in numbers]
    assert counts.calling == sum(1 for n in numbers if met[n])


def test_events_that_are_told_again_count_once() -> None:
    events = _random_events(1)
    once = _counted(events)
    twice = _after(once, events)
    for name in ("contacts_out", "contacts_in", "reciprocal", "active_days"):
        assert getattr(twice, name).tolist() == getattr(once, name).tolist()
