"""A glance: who met whom is looked at anew where news touch people; suspicion stands as the last full look left it.

So does what is known of a suspect's acquaintances. A flag counts at once for the number that it is on, and what follows
for its company with the next full look. So a glance takes as long as the contacts of the people touched, and not as
the world is. Of everybody touched it says what a full look with that suspicion would say.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graphsvc.engine import behaviour, exposure, flags, parameters, report
from graphsvc.engine.begun import Beginnings, Begun, Corrected
from graphsvc.engine.features import ArrayFeatures
from graphsvc.engine.measured import Measured
from graphsvc.engine.meetings import Pairs
from graphsvc.engine.population import Bool, Float64, Population
from graphsvc.engine.spoken import dated
from graphsvc.engine.strangers import Strangers
from graphsvc.engine.verdicts import Verdicts
from graphsvc.graph.neighbours import contacts_at
from graphsvc.graph.part import with_newer
from graphsvc.graph.snapshot import Int32, Int64, Snapshot
from graphsvc.model.facts import Facts
from graphsvc.model.words import ScamType


@dataclass(frozen=True)
class News:
    """What came in since a full look."""

    events: pa.RecordBatch
    """EVENTS, all since the full look and known at the facts' instant."""
    anew: int
    """How many of them, the last ones, touch people anew."""
    flagged: Int32
    """Registry ids of numbers with flags that came or went since the full look, ascending."""
    flagged_anew: Int32
    """Those whose flags touch people anew."""


@dataclass(frozen=True)
class Glance:
    """What a glance found of the people touched."""

    people: Int32
    """Registry ids of everybody touched, ascending."""
    exposures: pa.Table
    """EXPOSURES of those who met a suspect, with `since` and `newest`."""


def glance(before: Verdicts, snapshot: Snapshot, strangers: Strangers, news: News, facts: Facts) -> Glance:
    """Who is exposed among the people touched, at `facts.as_of`. All but news and facts are of the full look."""
    known = _Known.of(snapshot, news, before, _witnesses(facts))
    people = known.touched(news)
    old = known.contacts_of(people)
    part = with_newer(snapshot, old, known.newer_of(people), as_of=facts.as_of)
    facts = dated(_about(facts, np.union1d(part.numbers, news.flagged)), snapshot, [news.events])
    population = Population.of(part, facts)
    ids = population.ids
    probability, flagged = _suspicion(population, facts, before, news.flagged)
    measured = Measured(part, ArrayFeatures(part), population)
    met = exposure.meetings(measured, probability)
    met = met.of(np.flatnonzero(np.isin(ids, people)).astype(np.int32))
    pairs = Pairs.of(met)
    begun = _begun(strangers, population, old, pairs, met.at[pairs.first])
    held = exposure.Suspects(probability, before.network_of(ids), before.acquaintances(ids, begun))
    exposed = exposure.exposed(measured, facts, met, pairs, held)
    labels = _labels(ids, probability, flagged, before)
    events = report.key_events(measured, exposed)
    return Glance(people, report.dated_exposures(measured, facts, exposed.rows, events, labels))


@dataclass(frozen=True)
class _Known:
    """All contacts known, by registry id: those of the snapshot, and the newer events beside."""

    snapshot: Snapshot
    newer: pa.RecordBatch
    a: Int32
    b: Int32
    suspect: Bool
    """By registry id: suspect in the full look, or with flags that changed since."""
    witness: Bool
    """By registry id: with a public role."""

    @classmethod
    def of(cls, snapshot: Snapshot, news: News, before: Verdicts, witnesses: Int32) -> "_Known":
        a, b = (np.asarray(news.events.column(name), dtype=np.int32) for name in ("a", "b"))
        ends = (a, b, news.flagged, snapshot.numbers[-1:])
        count = max(before.count, 1 + max(int(ids.max(initial=-1)) for ids in ends))
        suspect, witness = np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
        suspect[: before.count] = before.probability >= parameters.EXPOSING_FROM
        suspect[news.flagged] = True
        witness[witnesses[witnesses < count]] = True
        return cls(snapshot, news.events, a, b, suspect, witness)

    def touched(self, news: News) -> Int32:
        """Whoever met a suspect or a witness in the newest events, or ever met a number whose flags changed."""
        since = len(self.a) - news.anew
        a, b = self.a[since:], self.b[since:]
        telling, everybody = self.suspect | self.witness, np.zeros_like(self.suspect)
        everybody[np.concatenate([a[telling[b]], b[telling[a]]])] = True
        everybody &= ~self.suspect  # exposed are persons
        everybody[news.flagged_anew] = True  # one of whom the flag was taken back is a person again
        everybody[self._met_by(news.flagged_anew)] = True
        return np.flatnonzero(everybody & ~self.witness).astype(np.int32)

    def contacts_of(self, people: Int32) -> Int64:
        """Every contact of these people with suspects and witnesses in the full look, ascending."""
        telling = self.suspect | self.witness
        contact, numbers = _contacts_of(self.snapshot, people), self.snapshot.numbers
        ends = [numbers[end[contact]] for end in (self.snapshot.contact_from, self.snapshot.contact_to)]
        return _distinct(contact[telling[ends[0]] | telling[ends[1]]])

    def newer_of(self, people: Int32) -> list[pa.RecordBatch]:
        """Their newer events with suspects and witnesses."""
        within, telling = np.zeros_like(self.suspect), self.suspect | self.witness
        within[people] = True
        newer = (within[self.a] & telling[self.b]) | (telling[self.a] & within[self.b])
        return [self.newer.filter(pa.array(newer))]

    def _met_by(self, ids: Int32) -> Int32:
        """Whom these are in contact with."""
        mine = np.zeros_like(self.suspect)
        mine[ids] = True
        contact, numbers = _contacts_of(self.snapshot, ids), self.snapshot.numbers
        ends = [numbers[end[contact]] for end in (self.snapshot.contact_from, self.snapshot.contact_to)]
        return np.concatenate([*ends, self.b[mine[self.a]], self.a[mine[self.b]]])


def _contacts_of(snapshot: Snapshot, ids: Int32) -> Int64:
    """Contacts that start or end at one of these numbers; twice those that do both."""
    dense = snapshot.dense(ids)
    dense = dense[dense >= 0]
    found = [contact for side in (True, False) for _, contact in contacts_at(snapshot, dense, originated=side)]
    return np.concatenate([np.empty(0, np.int64), *found])


def _distinct(values: Int64) -> Int64:
    """Ascending, each once: by sorting, for `np.unique` hashes, which takes far longer where there are many."""
    values = np.sort(values)
    return np.asarray(values[np.append(True, values[1:] != values[:-1])[: len(values)]])


def _among(values: Int64, others: Int64) -> Bool:
    """Which of the values are among the others: as above, without hashing."""
    if not len(others):
        return np.zeros(len(values), dtype=np.bool_)
    others = np.sort(others)
    found = np.minimum(np.searchsorted(others, values), len(others) - 1)
    return np.asarray(others[found] == values)


def _begun(strangers: Strangers, population: Population, old: Int64, pairs: Pairs, met_at: Int64) -> Beginnings:
    """Contacts that the suspects of `pairs` began with strangers: with the people touched as of now (when they first
    met is `met_at`), with all others as of the full look. `old` are contacts of the full look, all those of the people
    touched with these suspects among them."""
    ids, suspects = population.ids, np.unique(pairs.suspect)
    count, snapshot = len(ids), strangers.snapshot
    now = ~pairs.mutual & ~pairs.began
    ends = [population.index_of(snapshot.numbers[end[old]]) for end in (snapshot.contact_from, snapshot.contact_to)]
    suspect, person = (np.zeros(count, dtype=np.bool_) for _ in range(2))
    suspect[suspects], person[pairs.person] = True, True
    begun, answered = (np.flatnonzero(suspect[a] & person[b]) for a, b in (ends, ends[::-1]))
    there = ends[0][begun].astype(np.int64) * count + ends[1][begun]
    back = ends[1][answered].astype(np.int64) * count + ends[0][answered]
    before = begun[~_among(there, back)]
    return Corrected(
        full=strangers.begun_by(ids[suspects], suspects, count),
        less=Begun.of(ends[0][before], snapshot.began(old[before]), count),
        beside=Begun.of(pairs.suspect[now], met_at[now], count),
    )


def _witnesses(facts: Facts) -> Int32:
    """Whoever has a public role: nobody's victim, and what people do with them says how far they are."""
    return np.unique(facts.directory.column("number").to_numpy()).astype(np.int32)


def _about(facts: Facts, ids: npt.NDArray[np.int32]) -> Facts:
    """The facts about these numbers, and the cases of their flags; of entities none."""
    wanted = pa.array(ids, pa.int32())
    names = ("flags", "links", "subscribers", "directory", "releases")
    tables = {name: getattr(facts, name) for name in names}
    kept = {name: table.filter(pc.is_in(table.column("number"), wanted)) for name, table in tables.items()}
    # What a flag speaks of is known by whoever lost money in its case, touched or not.
    cases = facts.cases
    theirs = pc.is_in(cases.column("case_id"), kept["flags"].column("case_id").combine_chunks().drop_null())
    kept["cases"] = cases.filter(pc.or_(pc.is_in(cases.column("number"), wanted), theirs))
    return replace(facts, outcomes=facts.outcomes.slice(0, 0), **kept)


def _suspicion(
    population: Population, facts: Facts, before: Verdicts, changed: Int32
) -> tuple[Float64, dict[int, str]]:
    """How suspect each number is now, and by index the kind of scam that the surest flag of a changed one names."""
    ids = population.ids
    theirs = pc.is_in(facts.flags.column("number"), pa.array(changed))
    about = replace(facts, flags=facts.flags.filter(theirs))
    said = flags.read(about, population, behaviour.activated_at(facts, population))
    at = np.flatnonzero(np.isin(ids, changed))
    probability = before.probability_of(ids)
    confidence = np.where(population.cleared, 0.0, said.of_number)
    probability[at] = before.with_flags(ids[at], confidence[at])
    kinds = {i: str(said.rows_of_number(i)[0]["scam_type"]) for i in at.tolist() if said.of_number[i] > 0}
    return probability, kinds


def _labels(ids: Int32, probability: Float64, flagged: dict[int, str], before: Verdicts) -> report.Labels:
    kinds = before.scam_types_of(ids)
    for index, kind in flagged.items():
        if kind != ScamType.OTHER.value:
            kinds[index] = kind
    unsaid = np.full(len(ids), "unknown", dtype=object)
    named = np.array([*before.network_ids, None], dtype=object)[before.network_of(ids)]  # -1 takes the last
    return report.Labels(probability, unsaid, unsaid, kinds, np.asarray(named))
