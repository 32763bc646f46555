"""What people did right after they first talked with a number: rang police, enquiries or a bank, got codes, talked on.

The published rules of an operator start here: a stranger's long call, and then a call to an official number. No
flag is needed, so that a den's first victim is seen before anybody has reported it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from graphsvc.engine import parameters
from graphsvc.engine.handovers import events_of
from graphsvc.engine.population import Bool, Float64, Population
from graphsvc.engine.traits import Traits, talk_seconds
from graphsvc.graph.snapshot import Int32, Int64, Snapshot
from graphsvc.model.words import CALL, SMS

SIGNS: Final = ("asked", "rang_bank", "codes", "long_talk")
"""Police or directory enquiries; a bank; a bank's message; a talk of CHECKED_LONG_TALK_S."""


@dataclass(frozen=True)
class Strangers:
    """People whom a number approached, and who talked with it: one row a pair, by (number, person)."""

    number: Int32
    person: Int32
    signs: dict[str, Bool]
    """By sign, whether the person showed it after one of their talks."""


@dataclass(frozen=True)
class Checked:
    """What people's reactions say of each number."""

    says: Float64
    """[N] log-odds."""
    strangers: Strangers
    """Of the numbers that were looked at."""
    chance: dict[str, float]
    """By sign, the share of those who show it after talk with anybody whose line is settled (else, with anybody)."""


def weigh(
    snapshot: Snapshot,
    population: Population,
    traits: Traits,
    fresh: Float64,
    chance: dict[str, float] | None = None,
) -> Checked:
    """`fresh` as behaviour.freshness; `chance` as an earlier look at everybody found it, None to look now."""
    private = ~population.cleared[: population.seen]
    young = private & (fresh[: population.seen] > 0)
    reactions = _Reactions.of(snapshot, population)
    found = _strangers(snapshot, traits, reactions, young, private)
    if chance is None:
        others = _strangers(snapshot, traits, reactions, private & ~young, private, most=parameters.CHECKED_SAMPLE)
        # Where hardly any line is settled, what is usual there is seen on the young ones.
        chance = _chance([others] if len(others.number) >= parameters.CHECKED_PRIOR_PEOPLE else [others, found])
    people = np.bincount(found.number, minlength=len(population))
    total = np.zeros(len(population))
    for sign, there in found.signs.items():
        shown = np.bincount(found.number, weights=there, minlength=len(population))
        yes, no = parameters.CHECKED_IF_FRAUD[sign], chance[sign]
        if yes <= no:  # the others do so as well
            continue
        ratio = shown * np.log(yes / no) + (people - shown) * np.log((1 - yes) / (1 - no))
        total += np.where(shown > 0, np.maximum(ratio, 0), 0.0)
    says = np.where(population.cleared, 0.0, np.minimum(total, parameters.CHECKED_MOST) * fresh)
    return Checked(says, found, chance)


def _chance(others: Sequence[Strangers]) -> dict[str, float]:
    """Shares among talks with others, and of CHECKED_PRIOR_PEOPLE people who do as is assumed."""
    prior, people = parameters.CHECKED_PRIOR_PEOPLE, sum(len(some.number) for some in others)
    return {
        sign: (sum(float(some.signs[sign].sum()) for some in others) + prior * usual) / (people + prior)
        for sign, usual in parameters.CHECKED_BY_CHANCE.items()
    }


@dataclass(frozen=True)
class _Reactions:
    """Calls to official numbers, and messages of banks, by sign: sorted keys of (person, instant)."""

    keys: dict[str, Int64]
    start: int
    span: int

    @classmethod
    def of(cls, snapshot: Snapshot, population: Population) -> "_Reactions":
        verifying, bank = population.verifying[: population.seen], population.bank[: population.seen]
        source, target = snapshot.contact_from, snapshot.contact_to
        event, contact = events_of(snapshot, np.flatnonzero(verifying[target] | bank[source]))
        channel, at = snapshot.event_channel[event], snapshot.event_at[event]
        start, end = (
            int(edge()) if len(snapshot.event_at) else 0 for edge in (snapshot.event_at.min, snapshot.event_at.max)
        )
        # Wide enough that what follows the last talk of one person is no sign of the next one's.
        span = end - start + 2 * parameters.DAY_MS
        calls = (channel == CALL) & verifying[target[contact]]
        rang_bank = bank[target[contact]]

        def keys(chosen: Bool, who: Int32) -> Int64:
            return np.sort(who[contact[chosen]].astype(np.int64) * span + (at[chosen] - start))

        return cls(
            {
                "asked": keys(calls & ~rang_bank, source),
                "rang_bank": keys(calls & rang_bank, source),
                "codes": keys((channel == SMS) & bank[source[contact]], target),
            },
            start,
            span,
        )

    def followed(self, sign: str, person: Int32, since: Int64, until: Int64) -> Bool:
        """Whether each person showed the sign after `since` and not after `until`."""
        base = person.astype(np.int64) * self.span - self.start
        first = np.searchsorted(self.keys[sign], base + since, side="right")
        last = np.searchsorted(self.keys[sign], base + until, side="right")
        return np.asarray(last > first)


def _strangers(
    snapshot: Snapshot, traits: Traits, reactions: _Reactions, number: Bool, person: Bool, *, most: int | None = None
) -> Strangers:
    """Pairs that the number began, and their talks of CHECKED_TALK_S within CHECKED_NEW_MS of the first contact.

    `most`: at most so many pairs, spread evenly over all.
    """
    source, target, reverse = snapshot.contact_from, snapshot.contact_to, traits.reverse
    back = np.maximum(reverse, 0)
    began = (reverse < 0) | (snapshot.first_at <= snapshot.first_at[back])
    talk = traits.contact_talk_s + np.where(reverse >= 0, traits.contact_talk_s[back], 0)
    pair = np.flatnonzero(number[source] & person[target] & began & (talk >= parameters.CHECKED_TALK_S))
    if most is not None and len(pair) > most:
        pair = pair[np.arange(most) * len(pair) // most]
    both = np.concatenate([pair, reverse[pair][reverse[pair] >= 0]])
    row_of = np.concatenate([np.arange(len(pair)), np.flatnonzero(reverse[pair] >= 0)])
    event, _ = events_of(snapshot, both)
    row = np.repeat(row_of, snapshot.event_start[both + 1] - snapshot.event_start[both])
    seconds = talk_seconds(snapshot.event_answered[event], snapshot.event_duration_s[event])
    at = snapshot.event_at[event]
    talked = (snapshot.event_channel[event] == CALL) & (seconds >= parameters.CHECKED_TALK_S)
    talked &= at <= snapshot.first_at[pair][row] + parameters.CHECKED_NEW_MS
    row, at, seconds = row[talked], at[talked], seconds[talked]
    who, end = target[pair][row], at + 1000 * seconds
    shown = {
        sign: reactions.followed(sign, who, at, end + within)
        for sign, within in (
            ("asked", parameters.VERIFICATION_WITHIN_MS),
            ("rang_bank", parameters.VERIFICATION_WITHIN_MS),
            ("codes", parameters.CODE_WITHIN_MS),
        )
    } | {"long_talk": seconds >= parameters.CHECKED_LONG_TALK_S}
    here, inverse = np.unique(row, return_inverse=True)
    signs = {sign: np.bincount(inverse, weights=there, minlength=len(here)) > 0 for sign, there in shown.items()}
    return Strangers(source[pair][here], target[pair][here], signs)
