"""From features to findings: the code that every engine shares."""

import numpy as np

from graphsvc.engine import behaviour, checking, co_recipients, flags, handovers, parameters, sharing
from graphsvc.engine.features import Features
from graphsvc.engine.population import Population
from graphsvc.engine.spoken import dated
from graphsvc.engine.suspicion import World
from graphsvc.engine.traits import offset_of
from graphsvc.engine.view import View, found
from graphsvc.graph.snapshot import Snapshot
from graphsvc.model.facts import Facts
from graphsvc.model.findings import KnownNetworks
from graphsvc.model.progress import Progress

_STAGES = 6


def viewed(
    snapshot: Snapshot, facts: Facts, known: KnownNetworks, features: Features, *, timezone: str, progress: Progress
) -> View:
    """Suspicion, networks and exposure at `facts.as_of`, from these features. `timezone` is the operator's."""
    progress("behaviour", 0, _STAGES)
    world = measured(snapshot, facts, features, timezone=timezone)
    return found(world, facts, known, timezone=timezone, progress=progress)


def measured(snapshot: Snapshot, facts: Facts, features: Features, *, timezone: str) -> World:
    """What can be said of each number before suspicion is carried on."""
    facts = dated(facts, snapshot)
    population = Population.of(snapshot, facts)
    offset_ms = offset_of(timezone, facts.as_of)
    measures, devices = features.behaviour(population, day_offset_ms=offset_ms)
    first_day = (int(snapshot.event_at.min(initial=facts.as_of)) + offset_ms) // parameters.DAY_MS
    unseen = behaviour.days_unseen(snapshot, population, first_day=first_day, day_offset_ms=offset_ms)
    activated = behaviour.activated_at(facts, population)
    figures = behaviour.figures(measures, activated, unseen, facts.as_of)
    fresh = behaviour.freshness(measures, figures)
    said = {
        rule: np.where(population.behaves, values, 0.0) for rule, values in behaviour.says(measures, figures).items()
    }
    return World(
        snapshot=snapshot,
        features=features,
        population=population,
        traits=measures,
        figures=figures,
        behaviour=said,
        fresh=fresh,
        uses=devices,
        incidence=sharing.incidence(facts, population, devices, activated),
        flags=flags.read(facts, population, activated),
        reach=co_recipients.reach_of(snapshot, population),
        long_contacts=handovers.long_contacts(snapshot, measures, population.public),
        checked=checking.weigh(snapshot, population, measures, fresh),
    )
