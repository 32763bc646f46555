"""How gangs reach people: lead lists, shifts, caps, another card of the den trying again.

An *approach* is what one SIM card does to win one person on one day. How far it gets is drawn from the funnel of
fraud-patterns.md §2, more for those who are easily won. What follows when somebody stays on is told in `scripts`.
"""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
import numpy.typing as npt

from graphsvc.simulate.chance import Bools, Floats, Int8, Int32, Int64, log_uniform, stream, talk_seconds, whole
from graphsvc.simulate.events import Events, calls, messages, together
from graphsvc.simulate.gangs import BY_MESSAGE, MESSAGE_BEFORE, SCAMS, Gangs, Role
from graphsvc.simulate.hours import DAY, HOUR, MINUTE, SHIFT, Calendar, times_on, waking
from graphsvc.simulate.population import Population

MISSED, CONTACTED, LISTENING, ENGAGED, COMMITTED, LOST = -1, 0, 1, 2, 3, 4
"""Stages as numbers; MISSED: nobody answered."""

CALL_FUNNEL: Final = (0.069, 0.031, 0.007, 0.003)
"""Of answered calls, those that end at listening, engaged, committed and lost (§2: bands of the funnel)."""
MESSAGE_FUNNEL: Final = (0.0, 0.004, 0.0006, 0.0009)
"""Of messages (assumed; §5: .1 % of a blaster's are answered, more of a targeted list)."""
SMALL_WORLD: Final = 8_000
"""Gangs in a world of fewer subscribers work less, or everybody would be called every day."""
BLAST_SHARE: Final = 0.01
"""Of all persons, how many one blaster reaches a day at most."""


@dataclass(frozen=True)
class Approaches:
    """Arrays over approaches, in order of gang and day."""

    gang: Int32
    sim: Int32
    """Place of the card in `Sims`."""
    person: Int32
    at: Int64
    written: Bools
    stage: Int8

    def __len__(self) -> int:
        return len(self.at)

    def take(self, chosen: npt.NDArray[np.generic]) -> "Approaches":
        """The chosen rows."""
        return Approaches(*(getattr(self, field.name)[chosen] for field in fields(self)))


def approaches(seed: int, gangs: Gangs, people: Population, days: Calendar) -> Approaches:
    """Everything that gangs try, from their birth until the end of the world."""
    lists = _lead_lists(seed, gangs, people, days)
    parts = [_of_gang(seed, gangs, gang, people, lists[gang], days) for gang in range(len(gangs.plan))]
    tried = Approaches(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Approaches)))
    # What other operators' cards try with other operators' customers is not of this world.
    own = np.concatenate([people.own, gangs.own])
    return _once_won(tried.take(own[gangs.sims.node[tried.sim]] | own[tried.person]), len(people))


def _lead_lists(seed: int, gangs: Gangs, people: Population, days: Calendar) -> list[Int64]:
    """Each gang's leads in the order it works them off; 5–10 % come from a reseller who sold them before."""
    rng = stream(seed, "leads")
    lists: list[Int64] = []
    # Lists are old: nobody on them got the number lately.
    alone = people.activated_at < days.start
    alone[gangs.sims.node[gangs.sims.node < len(people)]] = False
    everybody = np.flatnonzero(alone)
    its_own = np.flatnonzero(alone & people.own)
    own = _gang_own(gangs)
    for gang in range(len(gangs.plan)):
        leads = rng.permutation(everybody if own[gang] else its_own)
        if lists:
            resold = rng.random(len(leads)) < rng.uniform(0.05, 0.10)
            earlier = lists[int(rng.integers(len(lists)))][:3000]
            leads[resold] = rng.choice(earlier, int(resold.sum()))
        lists.append(leads)
    return lists


def _gang_own(gangs: Gangs) -> Bools:
    """Gangs whose SIM cards are this operator's: it sees their calls to everybody."""
    own = np.zeros(len(gangs.plan), bool)
    bare = gangs.sims.node >= gangs.first_node
    own[gangs.sims.gang[bare]] = gangs.own
    return own


def _of_gang(seed: int, gangs: Gangs, gang: int, people: Population, leads: Int64, days: Calendar) -> Approaches:
    rng = stream(seed, f"gang {gang}")
    scale = min(1.0, people.subscribers / SMALL_WORLD)
    writes = gangs.scam_of(gang) in BY_MESSAGE
    born, life = int(gangs.plan.born_day[gang]), int(gangs.plan.life_days[gang])
    recent: list[Int64] = []
    parts, used = [], 0
    for day in range(born, min(born + life, days.days)):
        sims, counts = _on_duty(rng, gangs, gang, day, writes=writes)
        limit = np.where(gangs.sims.role[sims] == Role.BLASTER, BLAST_SHARE * len(people), gangs.cap[gang])
        weekend = 1.0 - 0.15 * float(days.weekend(np.array([day]))[0])
        sim = np.repeat(sims, whole(rng, np.minimum(counts, limit) * scale * weekend))
        person = leads[(used + np.arange(len(sim))) % len(leads)]
        again = rng.random(len(sim)) < gangs.recontact[gang] if recent else np.zeros(len(sim), bool)
        if again.any():
            person[again] = rng.choice(np.concatenate(recent[-3:]), int(again.sum()))
        used += len(sim) - int(again.sum())
        if not again.all():
            recent.append(person[~again])
        at = times_on(rng, np.full(len(sim), day), SHIFT, days)
        stage = _stages(rng, people.susceptibility[person], writes, gangs.answer_rate[gang])
        written = np.full(len(sim), writes)
        parts.append(_approaches(gang, sim, person, at, written, stage))
    return Approaches(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Approaches)))


def _approaches(gang: int, sim: Int64, person: Int64, at: Int64, written: Bools, stage: Int8) -> Approaches:
    return Approaches(
        np.full(len(sim), gang, np.int32), sim.astype(np.int32), person.astype(np.int32), at, written, stage
    )


def _on_duty(rng: np.random.Generator, gangs: Gangs, gang: int, day: int, *, writes: bool) -> tuple[Int64, Floats]:
    """The cards in use on a day, 3–8 and borrowed ones, and how many people each would reach without a cap."""
    sims = gangs.sims
    usable = (sims.gang == gang) & (sims.first_day <= day) & (day < sims.last_day)
    callers = np.flatnonzero(usable & (sims.role == Role.CALLER))
    size = min(len(callers), int(rng.integers(3, 9)))
    active = rng.choice(callers, size, replace=False)
    tools = np.flatnonzero(usable & (sims.role == Role.TOOL))
    blasters = np.flatnonzero(usable & (sims.role == Role.BLASTER)) if writes else callers[:0]
    reach = np.exp(4.4 + 0.45 * rng.standard_normal(size)).clip(20, None)
    reach[sims.camouflaged[active]] *= 0.4
    if writes:
        reach *= 0.8
    borrowed = rng.uniform(20, 60, len(tools))
    blasted = np.exp(6.4 + 0.5 * rng.standard_normal(len(blasters)))
    return np.concatenate([active, tools, blasters]), np.concatenate([reach, borrowed, blasted])


def _stages(rng: np.random.Generator, susceptibility: Floats, written: bool, answer_rate: float) -> Int8:
    funnel = np.array(MESSAGE_FUNNEL if written else CALL_FUNNEL)
    at_least = np.cumsum(funnel[::-1])[::-1]  # P(listening or further), P(engaged or further) …
    draw = rng.random(len(susceptibility)) / susceptibility
    stage: Int8 = (draw[:, None] < at_least[None, :]).sum(axis=1).astype(np.int8)
    if not written:
        stage = np.where(rng.random(len(stage)) > answer_rate, MISSED, stage).astype(np.int8)
    return stage


def _once_won(tried: Approaches, persons: int) -> Approaches:
    """Whom a gang has won it does not approach again: later approaches of the same pair never happen."""
    pair = tried.gang.astype(np.int64) * persons + tried.person
    order = np.lexsort((tried.at, pair))
    won = tried.stage[order] >= ENGAGED
    first_of_pair = np.concatenate([[True], np.diff(pair[order]) != 0])
    start = np.maximum.accumulate(np.where(first_of_pair, np.arange(len(order)), 0))
    won_before: Int64 = np.cumsum(won) - won
    kept: Bools = won_before == won_before[start]
    return tried.take(np.sort(order[kept]))


def approach_events(
    seed: int, gangs: Gangs, tried: Approaches, people: Population, days: Calendar
) -> tuple[Events, Int64]:
    """The calls and messages of approaches that came to little, and the approaches that were called back.

    Those who were engaged or more are left to `scripts`, except for a call that they missed before.
    """
    rng = stream(seed, "approaches")
    node = gangs.sims.node[tried.sim]
    short = tried.stage < ENGAGED
    seconds = np.zeros(len(tried), np.int64)
    heard = tried.stage == CONTACTED
    # People hang up on scam calls after 18–25 s (§4).
    seconds[heard] = np.minimum(talk_seconds(rng, 2.75, 0.5, int(heard.sum())), 29)
    listening = tried.stage == LISTENING
    seconds[listening] = log_uniform(rng, 30, 180, int(listening.sum()))
    rung = calls(tried.at, node, tried.person, seconds)
    rung.seconds[tried.written] = -1
    by_call = ~tried.written
    missed = tried.stage == MISSED
    before = by_call & ~missed & (rng.random(len(tried)) < 0.14)
    after = missed & (rng.random(len(tried)) < 0.22)
    gap = (np.exp(1.8 + 0.9 * rng.standard_normal(len(tried))).clip(0.5, 40) * MINUTE).astype(np.int64)
    again = np.where(before, tried.at - gap, tried.at + gap)
    curious = np.flatnonzero(by_call & short & (rng.random(len(tried)) < np.where(missed, 0.02, 0.003)))
    wait = (np.exp(2.5 + 1.0 * rng.standard_normal(len(curious))).clip(1, 180) * MINUTE).astype(np.int64)
    reply = talk_seconds(rng, 3.3, 0.6, len(curious)) * (rng.random(len(curious)) < 0.6)
    return together(
        [
            rung.take(short),
            calls(again, node, tried.person, 0).take(before | after),
            calls(tried.at[curious] + wait, tried.person[curious], node[curious], reply),
            _announcements(rng, gangs, tried, days),
        ]
    ), curious


def _announcements(rng: np.random.Generator, gangs: Gangs, tried: Approaches, days: Calendar) -> Events:
    """Messages up to a day before the call, from a blaster of the gang, for scams that work so (§7)."""
    announces = np.array([scam in MESSAGE_BEFORE for scam in SCAMS])[gangs.plan.scam]
    blasters = np.flatnonzero(gangs.sims.role == Role.BLASTER)
    first = np.searchsorted(gangs.sims.gang[blasters], np.arange(len(gangs.plan)))
    chosen = tried.take(announces[tried.gang] & (rng.random(len(tried)) < 0.6))
    sender = gangs.sims.node[blasters[first[chosen.gang]]]
    at = waking(chosen.at - (rng.random(len(chosen)) * 24 * HOUR).astype(np.int64), days)
    too_late = at >= chosen.at
    at[too_late] -= DAY
    return messages(at, sender, chosen.person)
