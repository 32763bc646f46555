"""Whether somebody met a suspect because of fraud, or because the two know each other.

Borrowed cards, wrongly flagged neighbours and fraudsters' own lines have friends, who are nobody's victims.
"""

from dataclasses import dataclass

import numpy as np

from graphsvc.engine import parameters
from graphsvc.engine.begun import Beginnings, Begun
from graphsvc.engine.meetings import Pairs
from graphsvc.engine.population import Float64
from graphsvc.engine.traits import Traits, share
from graphsvc.graph.snapshot import Int32, Int64, Snapshot


@dataclass(frozen=True)
class Acquaintances:
    """What is known of suspects that tells their owners' friends from their leads. Arrays are [N], but for `begun`."""

    two_way: Float64
    """Share of its counterparts with contact in both directions."""
    ringing: Float64
    """How many friends rang it unasked: see friends_of."""
    friends: Float64
    """The part of those it met that are friends: see friends_of."""
    fresh: Float64
    """See behaviour.freshness."""
    active_days: Int32
    begun: Beginnings

    @classmethod
    def of(cls, snapshot: Snapshot, traits: Traits, fresh: Float64, pairs: Pairs) -> "Acquaintances":
        """From all that everybody did."""
        suspect = np.zeros(len(fresh), dtype=np.bool_)
        suspect[pairs.suspect] = True
        ringing, friends = friends_of(pairs, len(fresh))
        two_way, begun = (
            share(traits.reciprocal, traits.counterparts),
            Begun.in_whole(snapshot, traits.reverse, suspect),
        )
        return cls(two_way, ringing, friends, fresh, traits.active_days, begun)


def at_work(known: Acquaintances, pairs: Pairs, met_at: Int64) -> Float64:
    """How many times as busy as usual each suspect was with strangers when a pair first met (`met_at`, epoch ms).

    Strangers are numbers that it contacted and that never contacted it; the person of the pair may be one. Counted are
    other strangers of the half day before and after, beside those it reaches in a day of activity; WORK_PRIOR more in
    both.
    """
    begun, suspect, stranger = known.begun, pairs.suspect, ~pairs.mutual & ~pairs.began
    half = parameters.DAY_MS // 2
    around, all_ = begun.between(suspect, met_at - half, met_at + half), begun.total(suspect)
    usual = (all_ - stranger) / np.maximum(known.active_days[suspect], 1)
    return np.asarray((around - stranger + parameters.WORK_PRIOR) / (usual + parameters.WORK_PRIOR))


def friends_of(pairs: Pairs, count: int) -> tuple[Float64, Float64]:
    """[N] how many friends rang each suspect unasked, and the part of those it met that are friends.

    Friends ring each other; strangers do not know its number. So those who rang it unasked, beyond
    STRAY_SHARE of all it met, are half of its friends; no more than it rang itself, for a number that people only ring
    was made known to them.
    """
    suspect = pairs.suspect
    met, rung = np.bincount(suspect, minlength=count), np.bincount(suspect[~pairs.began], minlength=count)
    by_themselves = np.bincount(suspect[pairs.unasked], minlength=count) - parameters.STRAY_SHARE * met
    ringing = np.maximum(np.minimum(by_themselves, rung), 0)
    return ringing, np.minimum(2 * ringing / np.maximum(met, 1), 1.0)


def approached(known: Acquaintances, pairs: Pairs, met_at: Int64) -> Float64:
    """How probably each pair met because of fraud, and not because the person knows the suspect number's owner.

    A number with a life of its own (a borrowed card, a flagged neighbour, a fraudster's own line) has friends as well
    as leads: as many of its counterparts as its two-way contacts beyond a caller's few suggest, or those who ring it
    unasked; and leads when it is at work. Of a fresh card that nobody rings unasked, all are leads; of another, less
    surely those who do. `met_at`: when each pair first met, epoch ms.
    """
    suspect = pairs.suspect
    two_way = known.two_way[suspect]
    mutually = (two_way - parameters.LEADS_MUTUAL) / (parameters.FRIENDS_MUTUAL - parameters.LEADS_MUTUAL)
    friends = np.clip(np.maximum(mutually, known.friends[suspect]), 0.0, parameters.FRIENDS_MOST)
    answers = np.where(pairs.mutual, parameters.LEADS_MUTUAL, 1 - parameters.LEADS_MUTUAL)
    lead = (1 - friends) * answers * at_work(known, pairs, met_at)
    lead = lead * np.where(pairs.began, parameters.LEAD_BEGINS, 1 - parameters.LEAD_BEGINS)
    friend = friends * np.where(pairs.mutual, parameters.FRIENDS_MUTUAL, 1 - parameters.FRIENDS_MUTUAL) * 0.5
    bought = known.fresh[suspect] * np.maximum(1 - known.ringing[suspect] / parameters.KNOWN_TO, 0)
    fresh = bought * np.where(pairs.unasked, parameters.UNASKED_FRESH, 1.0)
    return np.asarray(1 - (1 - fresh) * friend / (lead + friend))
