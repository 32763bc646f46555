"""From features to findings: the code that every engine shares."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from graphsvc.engine import (
    behaviour,
    classes,
    co_recipients,
    entities,
    exposure,
    flags,
    handovers,
    identity,
    report,
    sharing,
    suspicion,
)
from graphsvc.engine import networks as network_finding
from graphsvc.engine.features import Features
from graphsvc.engine.grounds import Grounds
from graphsvc.engine.meetings import Meetings
from graphsvc.engine.population import Population
from graphsvc.engine.suspicion import World
from graphsvc.graph.snapshot import Snapshot
from graphsvc.model.facts import Facts
from graphsvc.model.findings import Findings, KnownNetworks
from graphsvc.model.progress import Progress

_STAGES = 6


def analysed(
    snapshot: Snapshot, facts: Facts, known: KnownNetworks, features: Features, *, timezone: str, progress: Progress
) -> Findings:
    """Suspicion, networks and exposure at `facts.as_of`, from these features. `timezone` is the operator's."""
    progress("behaviour", 0, _STAGES)
    world = measured(snapshot, facts, features, timezone=timezone)
    progress("suspicion", 1, _STAGES)
    so_far = suspicion.assess(world)
    progress("networks", 2, _STAGES)
    graph = network_finding.evidence_graph(world, so_far)
    communities = network_finding.communities(graph, world)
    said, surest = network_finding.in_flagged_network(world, communities)
    final = suspicion.in_network(world, so_far, said, surest)
    networks = network_finding.settled(graph, world, communities, final)
    progress("exposure", 3, _STAGES)
    met = exposure.meetings(world, final.probability)
    reacted = exposure.reactions(world, met)
    exposed = exposure.summarise(met, reacted, networks, final.probability, as_of=facts.as_of)
    progress("findings", 4, _STAGES)
    findings = _findings(world, facts, known, _Found(final, communities, networks, met, reacted, exposed))
    progress("findings", _STAGES, _STAGES)
    return findings


@dataclass(frozen=True)
class _Found:
    """Everything found, by index."""

    suspicion: suspicion.Suspicion
    communities: network_finding.Networks
    networks: network_finding.Networks
    met: Meetings
    reacted: exposure.Reactions
    exposed: exposure.Exposures


def measured(snapshot: Snapshot, facts: Facts, features: Features, *, timezone: str) -> World:
    """What can be said of each number before suspicion is carried on."""
    population = Population.of(snapshot, facts)
    measures, devices = features.behaviour(population, day_offset_ms=_offset_ms(timezone, facts.as_of))
    activated = behaviour.activated_at(facts, population)
    figures = behaviour.figures(measures, activated, facts.as_of)
    said = {
        rule: np.where(population.cleared, 0.0, values) for rule, values in behaviour.says(measures, figures).items()
    }
    return World(
        snapshot=snapshot,
        features=features,
        population=population,
        traits=measures,
        figures=figures,
        behaviour=said,
        incidence=sharing.incidence(facts, population, devices),
        flags=flags.read(facts, population, activated),
        reach=co_recipients.reach_of(snapshot, population),
        long_contacts=handovers.long_contacts(snapshot, measures, population.public),
    )


def _findings(world: World, facts: Facts, known: KnownNetworks, found: _Found) -> Findings:
    named = identity.identify(found.networks, world, known)
    kinds = classes.classes_of(world, found.suspicion)
    scam_types, network_types = classes.scam_types_of(world, found.networks)
    labels = report.Labels(
        probability=found.suspicion.probability,
        classes=kinds,
        roles=classes.roles_of(world, found.suspicion, kinds, found.networks),
        scam_types=scam_types,
        network_ids=_ids_or_none(found.networks.of_number, named.ids),
    )
    of_entities = entities.assess(world, labels.probability)
    scores = (labels.probability, of_entities)
    key_events = report.key_events(world, found.met, found.reacted, found.exposed)
    networks = report.NamedNetworks(found.networks, named, network_types, found.suspicion)
    return Findings(
        suspicions=report.suspicions(world, Grounds.of(world, found.suspicion, found.communities), labels),
        entity_suspicions=entities.table(world, of_entities, labels.probability, found.networks, named.ids),
        networks=report.networks_table(world, facts, networks, found.met),
        members=report.members(world, found.networks, named.ids, labels.roles, scores),
        exposures=report.exposures_table(world, facts, found.exposed, key_events, labels),
    )


def _ids_or_none(network: npt.NDArray[np.int32], ids: list[int]) -> npt.NDArray[np.object_]:
    """Network ids of members, None for everybody else."""
    names = np.array([*ids, None], dtype=object)
    return np.asarray(names[network])  # -1 takes the last


def _offset_ms(timezone: str, instant: int) -> int:
    """How far the zone is ahead of UTC at an instant."""
    offset = datetime.fromtimestamp(instant / 1000, tz=UTC).astimezone(ZoneInfo(timezone)).utcoffset()
    return int(offset.total_seconds() * 1000) if offset is not None else 0
