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


def approached(world: World, suspect: Int32, mutual: Bool, person_began: Bool, alone: Bool) -> Float64:
    """How probably each pair met because of fraud, and not because the person knows the suspect number's owner.

    A number with a life of its own (a borrowed card, a flagged neighbour, a fraudster's own line) has friends as well
    as leads: as many of its counterparts as its two-way contacts beyond a caller's few suggest. Of a fresh card, all
    are leads, less surely those who rang it unasked (`alone`).
    """
    traits = world.traits
    two_way = share(traits.reciprocal, traits.counterparts)[suspect]
    friends = (two_way - parameters.LEADS_MUTUAL) / (parameters.FRIENDS_MUTUAL - parameters.LEADS_MUTUAL)
    friends = np.clip(friends, 0.0, parameters.FRIENDS_MOST)
    answers, mutually = parameters.LEADS_MUTUAL, parameters.FRIENDS_MUTUAL
    lead = (1 - friends) * np.where(mutual, answers, 1 - answers)
    lead = lead * np.where(person_began, parameters.LEAD_BEGINS, 1 - parameters.LEAD_BEGINS)
    friend = friends * np.where(mutual, mutually, 1 - mutually) * 0.5
    fresh = world.fresh[suspect] * np.where(alone, parameters.UNASKED_FRESH, 1.0)
    return np.asarray(1 - (1 - fresh) * friend / (lead + friend))
