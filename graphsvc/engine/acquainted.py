"""Whether somebody met a suspect because of fraud, or because the two know each other.

Borrowed cards, wrongly flagged neighbours and fraudsters' own lines have friends, who are nobody's victims.
"""

import numpy as np

from graphsvc.engine import parameters
from graphsvc.engine.meetings import Meetings
from graphsvc.engine.population import Bool, Float64
from graphsvc.engine.suspicion import World
from graphsvc.engine.traits import share
from graphsvc.graph.snapshot import Int32, Int64


def unasked(met: Meetings, first: Int64) -> Bool:
    """Pairs, by their first meeting, that no suspect can have brought about: the person began, and met none before."""
    before = np.maximum(first - 1, 0)
    told = (first > 0) & (met.person[before] == met.person[first])
    told &= met.at[first] - met.at[before] <= parameters.TOLD_WITHIN_MS
    return np.asarray(met.back[first] & ~told)


def at_work(world: World, suspect: Int32, stranger: Bool, met_at: Int64) -> Float64:
    """How many times as busy as usual each suspect was with strangers when a pair first met (`met_at`, epoch ms).

    Strangers are numbers that it contacted and that never contacted it; the person of the pair may be one (`stranger`).
    Counted are other strangers of the half day before and after, beside those it reaches in a day of activity;
    WORK_PRIOR more in both.
    """
    snapshot, traits = world.snapshot, world.traits
    wanted = np.zeros(len(traits.active_days), dtype=bool)
    wanted[suspect] = True
    begun = np.flatnonzero(wanted[snapshot.contact_from] & (traits.reverse < 0))
    start = int(min(snapshot.first_at.min(initial=0), met_at.min(initial=0))) - parameters.DAY_MS
    span = int(max(snapshot.first_at.max(initial=0), met_at.max(initial=0))) + parameters.DAY_MS - start
    keys = np.sort(snapshot.contact_from[begun].astype(np.int64) * span + (snapshot.first_at[begun] - start))
    near = suspect.astype(np.int64) * span + (met_at - start)
    half = parameters.DAY_MS // 2
    around = np.searchsorted(keys, near + half, side="right") - np.searchsorted(keys, near - half, side="left")
    all_ = np.bincount(snapshot.contact_from[begun], minlength=len(wanted))[suspect]
    usual = (all_ - stranger) / np.maximum(traits.active_days[suspect], 1)
    return np.asarray((around - stranger + parameters.WORK_PRIOR) / (usual + parameters.WORK_PRIOR))


def friends_of(suspect: Int32, person_began: Bool, alone: Bool) -> tuple[Float64, Float64]:
    """By pair, how many friends of its suspect rang it unasked, and the part of those it met that are friends.

    Friends ring each other; strangers do not know its number. So those who rang it unasked (`alone`), beyond
    STRAY_SHARE of all it met, are half of its friends; no more than it rang itself, for a number that people only ring
    was made known to them.
    """
    count = int(suspect.max(initial=0)) + 1
    met, rung = np.bincount(suspect, minlength=count), np.bincount(suspect[~person_began], minlength=count)
    by_themselves = np.bincount(suspect[alone], minlength=count) - parameters.STRAY_SHARE * met
    ringing = np.maximum(np.minimum(by_themselves, rung), 0)
    return ringing[suspect], np.minimum(2 * ringing / np.maximum(met, 1), 1.0)[suspect]


def approached(world: World, suspect: Int32, mutual: Bool, person_began: Bool, alone: Bool, met_at: Int64) -> Float64:
    """How probably each pair met because of fraud, and not because the person knows the suspect number's owner.

    A number with a life of its own (a borrowed card, a flagged neighbour, a fraudster's own line) has friends as well
    as leads: as many of its counterparts as its two-way contacts beyond a caller's few suggest, or those who ring it
    unasked; and leads when it is at work. Of a fresh card that nobody rings unasked, all are leads; of another, less
    surely those who do (`alone`).
    """
    two_way = share(world.traits.reciprocal, world.traits.counterparts)[suspect]
    mutually = (two_way - parameters.LEADS_MUTUAL) / (parameters.FRIENDS_MUTUAL - parameters.LEADS_MUTUAL)
    ringing, rung_by = friends_of(suspect, person_began, alone)
    friends = np.clip(np.maximum(mutually, rung_by), 0.0, parameters.FRIENDS_MOST)
    work = at_work(world, suspect, ~mutual & ~person_began, met_at)
    lead = (1 - friends) * np.where(mutual, parameters.LEADS_MUTUAL, 1 - parameters.LEADS_MUTUAL) * work
    lead = lead * np.where(person_began, parameters.LEAD_BEGINS, 1 - parameters.LEAD_BEGINS)
    friend = friends * np.where(mutual, parameters.FRIENDS_MUTUAL, 1 - parameters.FRIENDS_MUTUAL) * 0.5
    bought = world.fresh[suspect] * np.maximum(1 - ringing / parameters.KNOWN_TO, 0)
    fresh = bought * np.where(alone, parameters.UNASKED_FRESH, 1.0)
    return np.asarray(1 - (1 - fresh) * friend / (lead + friend))
