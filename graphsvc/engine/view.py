"""What an engine has found at an instant, by index; made into tables as far as somebody asks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa

from graphsvc.engine import classes, entities, exposure, identity, report, settled_lines, standing, suspicion, verdicts
from graphsvc.engine import networks as network_finding
from graphsvc.engine.acquainted import Acquaintances
from graphsvc.engine.grounds import Grounds
from graphsvc.engine.meetings import Meetings, Pairs
from graphsvc.engine.parameters import DAY_MS, TALKED_FROM_S
from graphsvc.engine.population import Float64
from graphsvc.engine.suspicion import World
from graphsvc.engine.traits import offset_of
from graphsvc.model.facts import Facts
from graphsvc.model.findings import Findings, KnownNetworks
from graphsvc.model.progress import Progress, silent
from graphsvc.model.tables import MEMBERS

_STAGES = 6


@dataclass(frozen=True)
class View:
    """Everything found, by index of the population."""

    world: World
    facts: Facts
    known: KnownNetworks
    suspicion: suspicion.Suspicion
    communities: network_finding.Networks
    networks: network_finding.Networks
    met: Meetings
    """All between persons and suspects, whatever they lost since."""
    acquaintances: Acquaintances
    exposed: exposure.Exposed
    timezone: str

    def findings(self, progress: Progress = silent) -> Findings:
        """All of it as tables."""
        progress("findings", 4, _STAGES)
        world, named, labels = self.world, self.named, self._labels
        events = report.key_events(world, self.exposed)
        networks = report.NamedNetworks(self.networks, named, self._scam_types[1], self.suspicion)
        index = report.reported(world, labels)
        progress("findings", _STAGES, _STAGES)
        return Findings(
            suspicions=report.suspicions(world, self._grounds, labels, index),
            entity_suspicions=entities.table(world, self._of_entities, self.probability, self.networks, named.ids),
            networks=report.networks_table(world, self.facts, networks, self.met),
            members=self.memberships(),
            exposures=self._dated(self.exposed.rows, events, labels),
        )

    def memberships(self) -> pa.Table:
        """MEMBERS."""
        scores = (self.probability, self._of_entities)
        return report.members(self.world, self.networks, self.named.ids, self._labels.roles, scores)

    def unexplained(self) -> pa.Table:
        """SUSPICIONS without evidence."""
        return report.unexplained(self.world, self._labels, report.reported(self.world, self._labels))[0]

    def talkers(self) -> pa.Table:
        """EXPOSURES of the persons who talked with a suspect or turned to one, with `since` and `newest`, no events."""
        rows = self.exposed.rows
        counts = rows.counts
        talked = (counts["longest_call_s"] >= TALKED_FROM_S) | (counts["call_backs"] > 0)
        some = rows.of(np.flatnonzero(talked))
        return self._dated(some, [""] * len(some.person), self._labels_in_short)

    def everybody(self) -> pa.Table:
        """The same of all persons who met a suspect, however briefly."""
        return self._dated(self.exposed.rows, [""] * len(self.exposed.rows.person), self._labels_in_short)

    def _dated(self, some: exposure.Exposures, key_events: list[str], labels: report.Labels) -> pa.Table:
        return report.dated_exposures(self.world, self.facts, some, key_events, labels)

    def key_events_of(self, numbers: Sequence[int]) -> list[str]:
        """The key events (EXPOSURES) of exposed persons given by id, in the order given."""
        persons = self.world.population.index_of(np.asarray(numbers, dtype=np.int32))
        distinct, back = np.unique(persons, return_inverse=True)
        texts = report.key_events(self.world, self.exposed.of(distinct))
        return [texts[place] for place in back.tolist()]

    def suspicions_of(self, numbers: Sequence[int]) -> pa.Table:
        """SUSPICIONS rows of suspects given by id, without class and role."""
        index = np.unique(self.world.population.index_of(np.asarray(numbers, dtype=np.int32))).astype(np.int64)
        return report.suspicions(self.world, self._grounds, self._labels_in_short, index)

    def members(self) -> pa.Table:
        """MEMBERS as far as later networks need them to keep their ids."""
        found, ids = self.networks, np.array([*self.named.ids, -1], dtype=np.int64)
        number, slot = np.flatnonzero(found.of_number >= 0), np.flatnonzero(found.of_slot >= 0)
        nothing = [None] * len(slot)
        count = len(number) + len(slot)
        return pa.table(
            {
                "network_id": np.concatenate([ids[found.of_number[number]], ids[found.of_slot[slot]]]),
                "number": pa.array([*self.world.population.ids[number].tolist(), *nothing], pa.int32()),
                "entity": pa.array([*[None] * len(number), *self.world.incidence.entities[slot].tolist()], pa.int32()),
                "kind": ["number"] * len(number) + ["entity"] * len(slot),
                "role": ["unknown"] * count,
                "score": np.zeros(count),
            },
            schema=MEMBERS,
        )

    def standing(self) -> "standing.Standing":
        """What stands until the next full analysis."""
        snapshot, offset = self.world.snapshot, offset_of(self.timezone, self.facts.as_of)
        first = (int(snapshot.event_at.min(initial=self.facts.as_of)) + offset) // DAY_MS
        return standing.standing_of(self.world, self.suspicion, first_day=first, day_offset_ms=offset)

    def verdicts(self) -> verdicts.Verdicts:
        """What it says of each number, for glances until the next full analysis."""
        return verdicts.verdicts_of(
            self.world, self.suspicion, self.acquaintances, self.networks, self.named.ids, self._scam_types[0]
        )

    @cached_property
    def probability(self) -> Float64:
        """[N] `fraud_probability`."""
        return self.suspicion.probability

    @cached_property
    def _of_entities(self) -> entities.EntitySuspicion:
        return entities.assess(self.world, self.probability)

    @cached_property
    def named(self) -> identity.Identity:
        """Ids and descent of the networks."""
        return identity.identify(self.networks, self.world, self.known)

    @cached_property
    def _scam_types(self) -> tuple[classes.Words, list[str | None]]:
        return classes.scam_types_of(self.world, self.suspicion, self.networks)

    @cached_property
    def _classes(self) -> classes.Words:
        return classes.classes_of(self.world, self.suspicion)

    @cached_property
    def _labels(self) -> report.Labels:
        kinds = self._classes
        roles = classes.roles_of(self.world, self.suspicion, kinds, self.networks)
        return replace(self._labels_in_short, classes=kinds, roles=roles)

    @cached_property
    def _labels_in_short(self) -> report.Labels:
        """Without classes and roles, which take longest and few ask for."""
        unsaid = np.full(len(self.probability), "unknown", dtype=object)
        ids = np.array([*self.named.ids, None], dtype=object)[self.networks.of_number]  # -1 takes the last
        return report.Labels(self.probability, unsaid, unsaid, self._scam_types[0], np.asarray(ids))

    @cached_property
    def _grounds(self) -> Grounds:
        return Grounds.of(self.world, self.suspicion, self.communities)


def found(world: World, facts: Facts, known: KnownNetworks, *, timezone: str, progress: Progress = silent) -> View:
    """Suspicion, networks and exposure, from what was measured."""
    progress("suspicion", 1, _STAGES)
    so_far = suspicion.assess(world)
    progress("networks", 2, _STAGES)
    graph = network_finding.evidence_graph(world, so_far)
    communities = network_finding.communities(graph, world)
    belongs = network_finding.attached(graph, world, so_far, communities)
    said, surest = network_finding.in_flagged_network(world, communities, suspicion.grounds(world, so_far), belongs)
    at_work = world.behaviour["active_share"]
    company = settled_lines.says(world.fresh, at_work, communities, so_far.callers, so_far.aside)
    final = suspicion.in_network(world, so_far, said, surest, company)
    networks = network_finding.settled(graph, world, communities, final)
    probability = final.probability
    progress("exposure", 3, _STAGES)
    met = exposure.meetings(world, probability)
    pairs = Pairs.of(met)
    acquaintances = Acquaintances.of(world.snapshot, world.traits, world.fresh, pairs)
    held = exposure.Suspects(probability, networks.of_number, acquaintances)
    exposed = exposure.exposed(world, facts, met, pairs, held)
    return View(world, facts, known, final, communities, networks, met, acquaintances, exposed, timezone)
