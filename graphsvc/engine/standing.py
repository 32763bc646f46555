"""What a full analysis leaves standing until the next: how every number behaves, and who can become suspect meanwhile.

Between two full analyses only a small part of the world is looked at anew: the *focus*. In it are suspects, flagged
numbers and who shares an entity with them, whoever is young and not plainly ordinary, and all that were never seen
before. An established number is taken not to become a fraudster's within a day unless somebody flags it.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from graphsvc.engine import behaviour, checking, classes, co_recipients, flags, handovers, list_age, parameters, sharing
from graphsvc.engine.counts import Counts
from graphsvc.engine.features import Features
from graphsvc.engine.population import Bool, Float64, Population
from graphsvc.engine.spoken import dated
from graphsvc.engine.suspicion import Suspicion, World
from graphsvc.engine.traits import DeviceUse, offset_of
from graphsvc.graph.snapshot import Int32, Int64, Snapshot
from graphsvc.model.facts import Facts


@dataclass(frozen=True)
class Standing:
    """Of a full analysis. Arrays are by registry id; a number with a higher id was never seen.

    Nor were some with a lower one: facts can name a number early that got its id late. They are in the focus.
    """

    focus: Bool
    """Can be suspect before the next full analysis."""
    witness: Bool
    """Police, banks, directory enquiries: whom people ask, and who sends codes."""
    cleared: Bool
    """See Population."""
    behaviour: dict[str, Float64]
    """What each rule of behaviour says."""
    fresh: Float64
    """See behaviour.freshness."""
    checked: Float64
    """See checking.Checked: what it says, and the chance that it goes by."""
    checked_by_chance: dict[str, float]
    counts: Counts
    """Whom everybody met: kept up by `after`."""
    uses: tuple[Int32, Int32, Int32]
    """Number (by id), device and events of each use of a device outside the focus."""
    beside: list_age.Beside
    """What lines outside the focus say by their age (by id) of the numbers that reach the same people."""
    first_day: int
    """The day of the first event of all."""
    shared: tuple[Int32, Int32]
    """Number (by id) and entity of each use of an entity that a few numbers share: a den's devices and accounts."""

    def wanted(self, ids: npt.NDArray[np.int32]) -> Bool:
        """Which of these ids have events that the focus needs: those in it, witnesses, and whoever is new."""
        inside = np.minimum(ids, len(self.focus) - 1)
        return (ids >= len(self.focus)) | self.focus[inside] | self.witness[inside]

    def after(self, a: Int32, b: Int32, at: Int64, *, timezone: str) -> "Standing":
        """With events that were known since, of whomever: ids, and when they began (epoch ms)."""
        if not len(at):
            return self
        counts = self.counts.after(a, b, at, day_offset_ms=offset_of(timezone, int(at.max())))
        return replace(self, counts=counts)

    def hubs(self, world: World, suspicion: Suspicion) -> Int32:
        """Ids of all hubs, by a look at the focus or at the whole: by what each met so far."""
        ids, here = world.population.ids, classes.hubs_of(world, suspicion)
        if world.weighed is None:
            return ids[here]
        count = max(len(self.counts.last_day), int(ids.max(initial=-1)) + 1)
        hub, cleared = np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
        cleared[: len(self.cleared)] = self.cleared
        counted = slice(0, len(self.counts.last_day))
        storm = behaviour.call_back_storm(self.counts) & ~cleared[counted]
        hub[counted] = classes.is_working_hub(self.counts) | storm
        looked_at = world.weighed | world.population.cleared
        hub[ids[looked_at]] = here[looked_at]
        return np.flatnonzero(hub).astype(np.int32)

    def joined_by(self, numbers: npt.NDArray[np.int32], entities: npt.NDArray[np.int32]) -> "Standing | None":
        """With these numbers in the focus, and those who share an entity with them or use these; None if all are."""
        used = np.union1d(entities, self.shared[1][np.isin(self.shared[0], numbers)])
        mates = np.union1d(numbers[numbers < len(self.focus)], self.shared[0][np.isin(self.shared[1], used)])
        mates = mates[~self.focus[mates]]
        if not len(mates):
            return None
        focus = self.focus.copy()
        focus[mates] = True
        return replace(self, focus=focus)


YOUNG_DAYS = 10
"""Days of activity up to which a number is young. [assumed: nuisance numbers live 6.6 days, S47]"""


FOCUS_FROM = 0.03
"""Suspicion from which a number is in the focus. [assumed: somewhat below what makes its recipients compared, .05]"""


FEW_NUMBERS = 50
"""Numbers up to which an entity's users are few. [doc S50: dens of 20-40 SIMs; more is a shop's or a company's]"""


def standing_of(world: World, suspicion: Suspicion, *, first_day: int, day_offset_ms: int) -> Standing:
    """What stands after a full analysis."""
    population, snapshot = world.population, world.snapshot
    count = int(population.ids.max(initial=-1)) + 1
    focus_here = _focus(world, suspicion)
    number, device, events = world.uses.number, world.uses.device, world.uses.events
    outside = ~focus_here[number]

    def by_id(values: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
        result = np.zeros(count, dtype=values.dtype)
        result[population.ids] = values
        return result

    focus = np.ones(count, dtype=np.bool_)
    focus[population.ids] = focus_here
    stands = Standing(
        focus=focus,
        witness=np.asarray(by_id(population.verifying | population.bank), dtype=np.bool_),
        cleared=np.asarray(by_id(population.cleared), dtype=np.bool_),
        behaviour={rule: np.asarray(by_id(values), np.float64) for rule, values in world.behaviour.items()},
        fresh=np.asarray(by_id(world.fresh), dtype=np.float64),
        checked=np.asarray(by_id(world.checked.says), dtype=np.float64),
        checked_by_chance=world.checked.chance,
        counts=Counts.of(snapshot, population, world.traits, day_offset_ms=day_offset_ms),
        uses=(population.ids[number[outside]], device[outside], events[outside]),
        beside=_beside(world, suspicion, focus_here),
        first_day=first_day,
        shared=_shared(world),
    )
    guilty = (suspicion.probability >= parameters.EXPOSING_FROM) | (world.flags.of_number > 0)
    joined = stands.joined_by(population.ids[guilty], np.array(sorted(world.flags.of_entity), dtype=np.int32))
    return stands if joined is None else joined


def _shared(world: World) -> tuple[Int32, Int32]:
    rows, cleared = world.incidence, world.population.cleared
    users = np.bincount(rows.slot, minlength=len(rows.entities))[rows.slot]
    here = np.flatnonzero((users >= 2) & (users <= FEW_NUMBERS) & ~cleared[rows.number])
    return world.population.ids[rows.number[here]], rows.entity[here]


def _beside(world: World, suspicion: Suspicion, focus: Bool) -> list_age.Beside:
    ties, ids = suspicion.callers, world.population.ids
    found = list_age.beside(ties, focus, world.line_says, world.reach.reached)
    return list_age.Beside(ids[found.number], ids[found.line], found.says)


def _focus(world: World, suspicion: Suspicion) -> Bool:
    """[N] who is in the focus."""
    young = (world.traits.active_days <= YOUNG_DAYS) & (world.behaviour_total > parameters.ORDINARY_TO)
    focus = young | (suspicion.den_row >= 0) | (suspicion.probability >= FOCUS_FROM) | (world.flags.of_number > 0)
    focus[[*world.flags.outlived, *world.flags.shown]] = True
    return np.asarray(focus & ~world.population.cleared)


def focused(snapshot: Snapshot, facts: Facts, features: Features, before: Standing, *, timezone: str) -> World:
    """The world as of now, measured where it can have changed: `snapshot` holds the events that `before` wants.

    Outside the focus, behaviour and devices are those of the full analysis, and company makes nobody suspect.
    """
    facts = dated(facts, snapshot)
    population = Population.of(snapshot, facts)
    offset_ms = offset_of(timezone, facts.as_of)
    measures, devices = features.behaviour(population, day_offset_ms=offset_ms)
    days = (facts.as_of + offset_ms) // parameters.DAY_MS - before.first_day + 1
    measures = replace(measures, window_days=max(measures.window_days, int(days)))
    activated = behaviour.activated_at(facts, population)
    unseen = behaviour.days_unseen(snapshot, population, first_day=before.first_day, day_offset_ms=offset_ms)
    figures = behaviour.figures(measures, activated, unseen, facts.as_of)
    there = population.ids < len(before.focus)
    inside = np.where(there, population.ids, 0)
    weighed = ~there | before.focus[inside]
    flagged = flags.read(facts, population, activated)
    weighed |= flagged.of_number > 0
    said = {
        rule: np.where(population.behaves, np.where(weighed, values, before.behaviour[rule][inside]), 0.0)
        for rule, values in behaviour.says(measures, figures).items()
    }
    fresh = np.where(weighed, behaviour.freshness(measures, figures), before.fresh[inside])
    checked = checking.weigh(snapshot, population, measures, fresh, before.checked_by_chance)
    uses = _uses(devices, before, population, weighed)
    return World(
        snapshot=snapshot,
        features=features,
        population=population,
        traits=measures,
        figures=figures,
        behaviour=said,
        fresh=fresh,
        uses=uses,
        incidence=sharing.shared_only(sharing.incidence(facts, population, uses, activated), flagged),
        flags=flagged,
        reach=_reach(snapshot, population, before, weighed),
        long_contacts=handovers.long_contacts(snapshot, measures, population.public),
        checked=replace(checked, says=np.where(weighed, checked.says, before.checked[inside])),
        weighed=weighed,
        beside=_said_beside(before.beside, population, weighed),
    )


def _said_beside(found: list_age.Beside, population: Population, weighed: Bool) -> Float64:
    """[N] what the lines say that are still outside the focus."""
    number, line = population.index_of(found.number), population.index_of(found.line)
    there = (number >= 0) & ((line < 0) | ~weighed[line])
    return np.bincount(number[there], weights=found.says[there], minlength=len(population)).astype(np.float64)


def _uses(devices: DeviceUse, before: Standing, population: Population, weighed: Bool) -> DeviceUse:
    """Devices of the focus as they are now, of everybody else as they were."""
    now = weighed[devices.number]
    number = population.index_of(before.uses[0])
    there = (number >= 0) & ~weighed[number]
    return DeviceUse(
        np.concatenate([devices.number[now], number[there]]),
        np.concatenate([devices.device[now], before.uses[1][there]]),
        np.concatenate([devices.events[now], before.uses[2][there]]),
    )


def _reach(snapshot: Snapshot, population: Population, before: Standing, weighed: Bool) -> co_recipients.Reach:
    """Recipients weigh what they weigh among all callers; only the focus is compared."""
    called_by, ids = before.counts.contacts_in, population.ids
    private = np.ones(len(called_by), dtype=np.bool_)
    public = ids[population.public]
    private[public[public < len(private)]] = False
    popular = co_recipients.Popularity.of(called_by, private, calling=before.counts.calling)
    reach = co_recipients.reach_of(snapshot, population, popular.at(ids[: population.seen]))
    return replace(reach, caller=reach.caller & weighed[: population.seen])
