"""Callers who reach the same people: the strongest sign of a gang, and of a bought lead list.

A tie between two callers counts common recipients, discounted where many call them, half where the two calls lie far
apart, against what chance gives two lists of that length. Ties to suspects make the evidence count of a caller. The
share of its list that suspects reach as well tells a den's number from one that bought some of the same leads. The
duration of calls says nothing and is not used.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from graphsvc.engine import parameters
from graphsvc.engine.population import Bool, Float64, Population
from graphsvc.graph.snapshot import Int32, Int64, Snapshot


@dataclass(frozen=True)
class Ties:
    """Pairs of callers with common recipients, by (suspect, other); indices of the population."""

    suspect: Int32
    other: Int32
    common: Int32
    """Recipients that both reached."""
    strength: Float64
    share: Float64
    """Common part of the shorter list."""


class Callers(NamedTuple):
    """Callers to compare with all others; parallel arrays."""

    who: Int32
    """Indices of seen numbers, ascending."""
    fresh: Bool
    """Was not compared before: its pairs are wanted."""
    step: Float64
    """By how much it counts in the company of whoever shares a recipient with it."""


class Pairs(NamedTuple):
    """Two callers and what their lists have in common; parallel arrays."""

    one: Int32
    other: Int32
    common: Int32
    """Recipients that both reached."""
    worth: Float64
    """The same, discounted where many call a recipient and where the two calls lie far apart."""


PairsOf = Callable[["Reach", Callers, Float64], tuple[Pairs, Float64]]
"""Compares callers: their pairs, and the company with their steps added (see engine.features)."""


@dataclass(frozen=True)
class Reach:
    """What each caller's recipients are worth for a comparison."""

    recipient_weight: Float64
    """[n] inverse document frequency in [0, 1]; 0 leaves a recipient out."""
    reached: Int32
    """[n] recipients with a weight that each caller reached."""
    caller: Bool
    """[n] may be tied: has no public role."""
    recipients: float
    """As many equally popular recipients would give chance the same overlaps: (Σd)² / Σd² over callers d."""
    callers: Int32
    """[m] who calls, by (recipient, caller), as in `Snapshot.in_contact`: neighbours in memory, since all are read."""
    first_at: Int64
    """[m] epoch ms of that contact's first event."""
    last_at: Int64
    """[m] epoch ms of its last event."""
    called_by: Int32
    """[n] how many call each recipient: in the whole world, whatever part of it the snapshot holds."""
    listed: float
    """Weights of recipients, summed over the lists of all callers of the whole world."""


@dataclass(frozen=True)
class Popularity:
    """How many call each number of the whole world, and what that makes of it as a common recipient."""

    called_by: Int32
    weight: Float64
    """Recipient r, reached by d of the callers C, weighs log(C/d) / log(C/2), at most 1; see Reach."""
    recipients: float
    listed: float

    @classmethod
    def of(cls, called_by: Int32, private: Bool, *, calling: int) -> "Popularity":
        """`called_by` and `private` of every number, in one order; `calling` of them contacted anybody."""
        calling = max(calling, 4)
        with np.errstate(divide="ignore"):
            weight = np.log(calling / called_by) / np.log(calling / 2)
        wanted = (called_by >= 1) & (called_by <= parameters.RECIPIENT_CALLERS_MOST) & private
        weight = np.where(wanted, np.clip(weight, 0, 1), 0.0)
        return cls(
            called_by,
            weight,
            recipients=_equally_popular(called_by[weight > 0].astype(np.float64)),
            listed=float((called_by * weight).sum()),
        )

    def at(self, places: Int32) -> "Popularity":
        """Of some of the numbers; figures of the whole world stay."""
        return replace(self, called_by=self.called_by[places], weight=self.weight[places])


def reach_of(snapshot: Snapshot, population: Population, popular: Popularity | None = None) -> Reach:
    """What recipients are worth. `popular`: of each seen number, where the snapshot is only a part of the world."""
    private = ~population.public[: population.seen]
    if popular is None:
        calling = int((np.diff(snapshot.out_start) > 0).sum())
        popular = Popularity.of(np.diff(snapshot.in_start).astype(np.int32), private, calling=calling)
    counts = popular.weight[snapshot.contact_to] > 0
    reached = np.bincount(snapshot.contact_from[counts], minlength=population.seen)
    return Reach(
        recipient_weight=popular.weight,
        reached=reached.astype(np.int32),
        caller=private,
        recipients=popular.recipients,
        callers=snapshot.contact_from[snapshot.in_contact],
        first_at=snapshot.first_at[snapshot.in_contact],
        last_at=snapshot.last_at[snapshot.in_contact],
        called_by=popular.called_by,
        listed=popular.listed,
    )


def _equally_popular(callers: Float64) -> float:
    return float(callers.sum() ** 2 / np.square(callers).sum()) if len(callers) else 1.0


@dataclass(frozen=True)
class Compared:
    """Suspects compared with all callers so far: what of it stands whatever suspicion does next."""

    ties: Ties
    """Of every number that was ever compared."""
    done: Bool
    """[n] was compared."""
    counted: Float64
    """[n] the probability by which each counts in `company`; 0 for one that is no suspect."""
    company: Float64
    """[n] Σ `counted` over the suspects that reached any of its recipients."""

    @classmethod
    def nobody(cls, count: int) -> "Compared":
        """Before the first comparison."""
        none = np.empty(0, np.int32)
        ties = Ties(none, none, none, np.empty(0), np.empty(0))
        return cls(ties, np.zeros(count, bool), np.zeros(count), np.zeros(count))

    def ties_to(self, suspects: Int32) -> Ties:
        """The ties of these numbers, by (suspect, other)."""
        wanted = np.zeros(len(self.done), dtype=bool)
        wanted[suspects] = True
        at = np.flatnonzero(wanted[self.ties.suspect])
        return _ties_at(self.ties, at[np.lexsort((self.ties.other[at], self.ties.suspect[at]))])


def compare(pairs_of: PairsOf, reach: Reach, before: Compared, suspects: Int32, probability: Float64) -> Compared:
    """Adds `suspects` (indices of seen numbers) to what was compared before, by whoever finds pairs.

    Ties do not depend on suspicion and are found once. The company that a number keeps does, and is counted again where
    a suspect came, went, or moved by more than COMPANY_STEP.
    """
    now = np.zeros(len(before.done))
    now[suspects] = probability[suspects]
    moved = (np.abs(now - before.counted) > parameters.COMPANY_STEP) | ((now > 0) != (before.counted > 0))
    moved[suspects] |= ~before.done[suspects]
    who = np.flatnonzero(moved).astype(np.int32)
    callers = Callers(who, ~before.done[who], now[who] - before.counted[who])
    pairs, company = pairs_of(reach, callers, before.company)
    found = _ties_of(reach, pairs)
    done = before.done.copy()
    done[who] = True
    return Compared(_both(before.ties, found), done, np.where(moved, now, before.counted), company)


def _both(one: Ties, other: Ties) -> Ties:
    return Ties(
        np.concatenate([one.suspect, other.suspect]),
        np.concatenate([one.other, other.other]),
        np.concatenate([one.common, other.common]),
        np.concatenate([one.strength, other.strength]),
        np.concatenate([one.share, other.share]),
    )


def _ties_at(ties: Ties, at: Int64) -> Ties:
    return Ties(ties.suspect[at], ties.other[at], ties.common[at], ties.strength[at], ties.share[at])


def _ties_of(reach: Reach, pairs: Pairs) -> Ties:
    """The pairs whose lists have more in common than chance gives them, strong enough to speak."""
    strength = tie_strength(
        common=pairs.common,
        worth=pairs.worth,
        reached_a=reach.reached[pairs.one],
        reached_b=reach.reached[pairs.other],
        recipients=reach.recipients,
    )
    strong = strength >= parameters.TIE_LEAST
    share = pairs.common / np.minimum(reach.reached[pairs.one], reach.reached[pairs.other])
    return _ties_at(Ties(pairs.one, pairs.other, pairs.common, strength, share), np.flatnonzero(strong))


def tie_strength(*, common: Int32, worth: Float64, reached_a: Int32, reached_b: Int32, recipients: float) -> Float64:
    """How much more two callers have in common than chance gives them, in [0, 1).

    `common` recipients of lists of `reached_a` and `reached_b` among `recipients`; `worth` is the discounted count.
    """
    expected = reached_a.astype(np.float64) * reached_b / max(recipients, 1)
    surprise = np.where(common > expected, common * np.log(common / expected) - (common - expected), 0.0)
    nats = surprise * worth / common
    beyond_chance = np.maximum(nats - parameters.CO_RECIPIENT_CHANCE_NATS, 0)
    return np.asarray(-np.expm1(-beyond_chance / parameters.CO_RECIPIENT_SCALE_NATS))


def evidence_count(known: Int32, other: Int32, weight: Float64, probability: Float64) -> Float64:
    """For each number, the suspects among its co-callers: Σ over ties of the suspect's probability × weight."""
    return np.bincount(other, weights=probability[known] * weight, minlength=len(probability)).astype(np.float64)


def contribution(evidence: Float64, ratio: Float64) -> Float64:
    """Log-odds: CO_RECIPIENT_MOST × (1 - 2^-evidence count), and no more than the list's share says."""
    counted = parameters.CO_RECIPIENT_MOST * (1 - np.exp2(-evidence))
    return np.asarray(np.minimum(counted, np.maximum(ratio, 0)))
