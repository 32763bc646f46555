"""Who is exposed: what each person went through with suspect numbers, and what the person did next.

A person here is any number that is neither suspect nor public. All figures look back from `as_of`, at events only.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graphsvc.engine import affairs, parameters
from graphsvc.engine.acquainted import Acquaintances, approached
from graphsvc.engine.handovers import events_of, last_before
from graphsvc.engine.measured import Measured
from graphsvc.engine.meetings import Meetings, Pairs
from graphsvc.engine.population import Bool, Float64
from graphsvc.graph.snapshot import Int32, Int64
from graphsvc.model.facts import Facts
from graphsvc.model.words import CALL, SMS


@dataclass(frozen=True)
class Reactions:
    """What persons did after suspicious calls: one row an event, by (person, at)."""

    person: Int32
    other: Int32
    at: Int64
    kind: npt.NDArray[np.int8]
    """VERIFICATION, BANK_CALL or CODE."""

    def of(self, persons: Int32) -> "Reactions":
        """Those of some persons."""
        here = np.flatnonzero(np.isin(self.person, persons))
        return Reactions(self.person[here], self.other[here], self.at[here], self.kind[here])


VERIFICATION, BANK_CALL, CODE = 0, 1, 2


def meetings(world: Measured, probability: Float64) -> Meetings:
    """Every event between a suspect and a person."""
    public = world.population.public[: world.population.seen]
    seen = probability[: world.population.seen]
    suspect = (seen >= parameters.EXPOSING_FROM) & ~public
    person = (seen < parameters.EXPOSING_FROM) & ~public
    return world.features.meetings(world.population, suspect, person)


def reactions(world: Measured, met: Meetings) -> Reactions:
    """Calls to check the story, and codes that a bank sends meanwhile."""
    snapshot, population = world.snapshot, world.population
    exposed = np.zeros(population.seen, dtype=bool)
    exposed[met.person] = True
    verifying, bank = population.verifying[: population.seen], population.bank[: population.seen]
    source, target = snapshot.contact_from, snapshot.contact_to
    event, contact = events_of(
        snapshot, np.flatnonzero((exposed[source] & verifying[target]) | (bank[source] & exposed[target]))
    )
    to_them = verifying[target[contact]] & exposed[source[contact]]
    channel = snapshot.event_channel[event]
    wanted = np.where(to_them, channel == CALL, channel == SMS)
    event, contact, to_them = event[wanted], contact[wanted], to_them[wanted]
    person = np.where(to_them, source[contact], target[contact])
    other = np.where(to_them, target[contact], source[contact])
    at = snapshot.event_at[event]
    kind = np.where(to_them, np.where(bank[other], BANK_CALL, VERIFICATION), CODE).astype(np.int8)
    soon = prompted(met, person, at, kind)
    soon = soon[np.lexsort((event[soon], at[soon], person[soon]))]
    return Reactions(person[soon].astype(np.int32), other[soon].astype(np.int32), at[soon], kind[soon])


def prompted(met: Meetings, person: Int32, at: Int64, kind: npt.NDArray[np.int8]) -> Int64:
    """Which of these steps of persons followed from a talk with a suspect: soon after the newest that began before, or
    during it. Positions, ascending."""
    talks = np.flatnonzero(met.talk)
    if not len(talks):
        return np.empty(0, np.int64)
    newest = np.asarray(last_before(met.person[talks], met.at[talks], person.astype(np.int32), at))
    limit = np.where(kind == CODE, parameters.CODE_WITHIN_MS, parameters.VERIFICATION_WITHIN_MS)
    return np.flatnonzero((newest >= 0) & (at - met.end[talks][newest] <= limit))


@dataclass(frozen=True)
class Exposures:
    """One row a person, by index: the figures of model.tables.EXPOSURES before ids and words."""

    person: Int32
    network: Int32
    suspect: Int32
    in_fraud: Float64
    counts: dict[str, Int64]
    since: Int64
    """First talk (or call or message back), epoch ms; the first contact where there was none."""
    newest: Int64
    """Newest talk, or step that followed from one; the last contact where there was no talk."""

    def of(self, rows: Int64) -> "Exposures":
        """Some of the rows."""
        return Exposures(
            person=self.person[rows],
            network=self.network[rows],
            suspect=self.suspect[rows],
            in_fraud=self.in_fraud[rows],
            counts={name: values[rows] for name, values in self.counts.items()},
            since=self.since[rows],
            newest=self.newest[rows],
        )


@dataclass(frozen=True)
class Suspects:
    """What is held of suspects. Arrays are [N]."""

    probability: Float64
    network_of: Int32
    """Index of the network, -1 for none."""
    known: Acquaintances


@dataclass(frozen=True)
class Exposed:
    """What everybody is in now, and what it rests on: of those who lost and have others to deal with since, these."""

    met: Meetings
    reacted: Reactions
    rows: Exposures

    def of(self, persons: Int32) -> "Exposed":
        """That of some persons, all of whom are exposed; ascending."""
        rows = self.rows.of(np.searchsorted(self.rows.person, persons))
        return Exposed(self.met.of(persons), self.reacted.of(persons), rows)


def exposed(world: Measured, facts: Facts, met: Meetings, pairs: Pairs, suspects: Suspects) -> Exposed:
    """From all meetings with suspects and their pairs."""
    lost_at = affairs.newest_losses(facts, world.population)
    met, pairs = affairs.of_now(met, pairs, suspects.network_of, lost_at)
    reacted = reactions(world, met)
    return Exposed(met, reacted, summarise(met, pairs, reacted, suspects, as_of=facts.as_of))


def summarise(met: Meetings, pairs: Pairs, reacted: Reactions, suspects: Suspects, *, as_of: int) -> Exposures:
    """Fold meetings (and their pairs) and reactions into one row a person."""
    person, start = np.unique(met.person, return_index=True)
    run = np.repeat(np.arange(len(person)), np.diff(np.append(start, len(met.person))))
    weighed = _Weighed.of(met, pairs, person, suspects, as_of)
    last_day = met.at > as_of - parameters.DAY_MS

    def total(values: npt.NDArray[np.generic]) -> Int64:
        return np.bincount(run, weights=values, minlength=len(person)).astype(np.int64)

    row = np.searchsorted(person, reacted.person)

    def reacted_with(*kinds: int) -> Int64:
        return np.bincount(row[np.isin(reacted.kind, kinds)], minlength=len(person)).astype(np.int64)

    end = np.append(start, len(met.person))[1:] - 1
    since, newest = _first_and_newest(met, reacted, person, (start, end))
    longest = np.zeros(len(person), dtype=np.int64)
    np.maximum.at(longest, run, met.seconds)
    network, suspect = _weightiest(weighed)
    return Exposures(
        person=person,
        network=network,
        suspect=suspect,
        in_fraud=_in_fraud(weighed, len(person)),
        counts={
            "suspects": np.bincount(weighed.run, minlength=len(person)).astype(np.int64),
            "events": total(np.ones(len(run))),
            "first_at": met.at[start],
            "last_at": met.at[end],
            "talk_s": total(met.seconds),
            "talk_last_day_s": total(met.seconds * last_day),
            "longest_call_s": longest,
            "call_backs": total(met.back),
            "verifications": reacted_with(VERIFICATION, BANK_CALL),
            "bank_calls": reacted_with(BANK_CALL),
            "codes": reacted_with(CODE),
            "handovers": _handovers(weighed, len(person)),
            "message_then_call": _message_then_call(met, run, len(person)),
        },
        since=since,
        newest=newest,
    )


def _first_and_newest(
    met: Meetings, reacted: Reactions, person: Int32, bounds: tuple[Int64, Int64]
) -> tuple[Int64, Int64]:
    """By person, the first talk, and the newest talk or reaction."""
    first, last = met.at[bounds[0]], met.at[bounds[1]]
    talk = met.turned
    row = np.searchsorted(person, met.person[talk])
    since = np.full(len(person), np.iinfo(np.int64).max)
    newest = np.full(len(person), np.iinfo(np.int64).min)
    np.minimum.at(since, row, met.at[talk])
    np.maximum.at(newest, row, met.at[talk])
    talked = newest > np.iinfo(np.int64).min
    np.maximum.at(newest, np.searchsorted(person, reacted.person), reacted.at)
    return np.where(talked, since, first), np.where(talked, newest, last)


@dataclass(frozen=True)
class _Weighed:
    """Pairs and what they weigh; `run` numbers the persons from 0."""

    run: Int64
    suspect: Int32
    network: Int32
    talked: Bool
    turned: Bool
    """Talked with, or rung or written to by the person, whether or not it answered."""
    lately: Bool
    """The same within LATELY_MS."""
    fraud: Float64
    """How probably the suspect is of fraud, and the person no friend of its owner."""
    weight: Float64
    """How much speaks for this suspect as the one that the person is in it with now."""

    @classmethod
    def of(cls, met: Meetings, pairs: Pairs, person: Int32, suspects: Suspects, as_of: int) -> "_Weighed":
        pair, count = pairs.of_meeting, len(pairs.first)
        because_of_fraud = approached(suspects.known, pairs, met.at[pairs.first])
        fraud = suspects.probability[pairs.suspect] * because_of_fraud
        lately = met.turned & (met.at > as_of - parameters.LATELY_MS)
        return cls(
            run=np.searchsorted(person, pairs.person),
            suspect=pairs.suspect,
            network=suspects.network_of[pairs.suspect],
            talked=np.bincount(pair, weights=met.talked, minlength=count) > 0,
            turned=np.bincount(pair, weights=met.turned, minlength=count) > 0,
            lately=np.bincount(pair, weights=lately, minlength=count) > 0,
            fraud=fraud,
            weight=fraud * _depth(met, pair, count) / _days_silent(met, pair, count, as_of),
        )

    @property
    def source(self) -> Int64:
        """One id for each network and each lone suspect."""
        return affairs.source_of(self.suspect, self.network)


def _depth(met: Meetings, pair: Int64, count: int) -> Float64:
    """How far each pair has gone, in seconds of talk; what the person does on its own counts as an engaging call."""
    seconds = met.seconds + parameters.BACK_COUNTS_S * met.back
    return np.asarray(1 + np.bincount(pair, weights=seconds, minlength=count), dtype=np.float64)


def _days_silent(met: Meetings, pair: Int64, count: int, as_of: int) -> Float64:
    """Days since each pair's newest talk, or its newest contact where there was none; plus one."""
    newest, talk = np.full(count, np.iinfo(np.int64).min), met.turned
    np.maximum.at(newest, pair[talk], met.at[talk])
    silent = newest[pair] == np.iinfo(np.int64).min
    np.maximum.at(newest, pair[silent], met.at[silent])
    return np.asarray(1 + np.maximum(as_of - newest, 0) / parameters.DAY_MS)


def _weightiest(pairs: _Weighed) -> tuple[Int32, Int32]:
    """For each person the network, or lone suspect, that weighs most, and the suspect that weighs most of it."""
    order = np.lexsort((pairs.source, pairs.run))
    run, source = pairs.run[order], pairs.source[order]
    group = np.empty(len(order), dtype=np.int64)
    group[order] = np.cumsum(np.append(False, (run[1:] != run[:-1]) | (source[1:] != source[:-1])))
    together = np.bincount(group, weights=pairs.weight)[group]
    best = np.arange(len(order))
    for values in (together, pairs.weight, -pairs.suspect):  # each decides among whom the one before left
        best = _greatest(best, pairs.run, values)
    return pairs.network[best], pairs.suspect[best]


def _greatest(rows: Int64, run: Int64, values: npt.NDArray[np.generic]) -> Int64:
    """Of some rows those with the greatest value of their run; the rows of a run stand together."""
    there, of = run[rows], values[rows]
    first = np.flatnonzero(np.append(True, there[1:] != there[:-1])[: len(there)])
    most = np.maximum.reduceat(of, first) if len(first) else of
    stays: Int64 = rows[of == np.repeat(most, np.diff(np.append(first, len(there))))]
    return stays


def _in_fraud(pairs: _Weighed, count: int) -> Float64:
    """1 - Π(1 - p) over the networks and lone suspects met; of those whom the person talked with or turned to, if any,
    and of these those of late, if any.

    A network counts once, with its most suspect member met: its members are not independent. p is that of the suspect,
    less what speaks for an acquaintance (`approached`).
    """
    turned = np.bincount(pairs.run, weights=pairs.turned, minlength=count) > 0
    lately = np.bincount(pairs.run, weights=pairs.lately, minlength=count) > 0
    wanted = np.where(lately[pairs.run], pairs.lately, pairs.turned | ~turned[pairs.run])
    run, p = pairs.run[wanted], pairs.fraud[wanted]
    source = pairs.source[wanted]
    order = np.lexsort((-p, source, run))
    run, p, source = run[order], p[order], source[order]
    first = np.ones(len(run), dtype=bool)
    first[1:] = (run[1:] != run[:-1]) | (source[1:] != source[:-1])
    doubt = np.bincount(run[first], weights=np.log1p(-np.minimum(p[first], 0.9999)), minlength=count)
    return -np.expm1(doubt)


def _handovers(pairs: _Weighed, count: int) -> Int64:
    """Further members of the same network that the person talked with, after the first."""
    inside = pairs.talked & (pairs.network >= 0)
    key = pairs.run[inside] * 2**32 + pairs.network[inside]
    met, times = np.unique(key, return_counts=True)
    return np.bincount(met // 2**32, weights=times - 1, minlength=count).astype(np.int64)


def _message_then_call(met: Meetings, run: Int64, count: int) -> Int64:
    """A suspect's message, and within MESSAGE_THEN_CALL_MS a suspect's call."""
    message = np.flatnonzero(~met.call & ~met.back)
    call = np.flatnonzero(met.call & ~met.back)
    before = np.asarray(
        last_before(run[message].astype(np.int32), met.at[message], run[call].astype(np.int32), met.at[call])
    )
    found = before >= 0
    gap = met.at[call[found]] - met.at[message[before[found]]]
    hit = call[found][gap <= parameters.MESSAGE_THEN_CALL_MS]
    result = np.zeros(count, dtype=np.int64)
    result[run[hit]] = 1
    return result
