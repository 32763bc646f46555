"""How much of a caller's list suspects reach too: what tells a den's number from one that bought some of its leads."""

import numba
import numpy as np

from graphsvc.engine import parameters
from graphsvc.engine.co_recipients import Reach, Ties
from graphsvc.engine.population import Float64
from graphsvc.graph.snapshot import Int32, Snapshot


def list_share(snapshot: Snapshot, reach: Reach, suspects: Int32, probability: Float64, company: Float64) -> Float64:
    """Log-likelihood ratio, by seen number, that its list is one with the suspects', against chance.

    Of n recipients (by weight), a suspect other than oneself reached k, each counted by the surest such suspect's
    probability; of everybody else's, a part `chance`. A den's number shares a part that grows with the suspects known
    to be in its company, up to CO_RECIPIENT_DEN_SHARE.
    """
    count = len(reach.caller)
    sure = np.zeros(count)
    sure[suspects] = probability[suspects]
    source, target = snapshot.contact_from, snapshot.contact_to
    weight = reach.recipient_weight[target]
    covered = weight * _surest_other_caller(sure, source, target)
    n = np.bincount(source, weights=weight, minlength=count)
    k = np.bincount(source, weights=covered, minlength=count)
    chance = _chance(snapshot, reach, sure)
    known = np.minimum(company / parameters.CO_RECIPIENT_COMPANY_FULL, 1)
    shared = chance + (1 - chance) * parameters.CO_RECIPIENT_DEN_SHARE * known
    return np.asarray(k * np.log(shared / chance) + (n - k) * np.log((1 - shared) / (1 - chance)))


def of_shorter(reach: Reach, ties: Ties, probability: Float64) -> Float64:
    """The same of the shorter list of a suspect, by seen number: the best ratio that its longer one reaches it.

    Of a list longer than all that is known of its den the known part says little; but a flagged card's own list lies
    within it, and within nobody else's. What chance brings among so many pairs is taken off.
    """
    mine = reach.reached[ties.other].astype(np.float64)
    theirs = reach.reached[ties.suspect].astype(np.float64)
    longer = mine > theirs
    chance = np.minimum(mine / max(reach.recipients, 1), parameters.CO_RECIPIENT_CHANCE_MOST)
    shared = chance + (1 - chance) * parameters.CO_RECIPIENT_DEN_SHARE
    k = ties.common * probability[ties.suspect]
    ratio = k * np.log(shared / chance) + (theirs - k) * np.log((1 - shared) / (1 - chance))
    ratio -= parameters.CO_RECIPIENT_CHANCE_NATS
    result = np.full(len(reach.caller), -np.inf)
    np.maximum.at(result, ties.other[longer], ratio[longer])
    return np.where(np.isfinite(result), result, 0.0)


def _chance(snapshot: Snapshot, reach: Reach, sure: Float64) -> float:
    """The part of everybody else's lists that the suspects reached, held within what means something.

    Of the suspects as they are thought of now, as `k` is: with more of them than that, no list would ever exceed
    chance, and none of them become suspect. The suspects' own contacts are in any snapshot, everybody else's counted.
    """
    count, weight = len(sure), reach.recipient_weight
    own = np.flatnonzero(sure[snapshot.contact_from] > 0)
    target, surest = snapshot.contact_to[own], np.zeros(count)
    np.maximum.at(surest, target, sure[snapshot.contact_from[own]])
    of_suspects = np.bincount(target, minlength=count)
    others = np.maximum(reach.called_by - of_suspects, 0)
    n = reach.listed - float((of_suspects * weight).sum())
    k = float((others * weight * surest).sum())
    chance = max(k / max(n, 1e-9), 1 / max(reach.recipients, 1))
    return min(chance, parameters.CO_RECIPIENT_CHANCE_MOST)


@numba.njit(cache=True, nogil=True)
def _surest_other_caller(sure: Float64, source: Int32, target: Int32) -> Float64:
    """By contact: of the numbers that also reached its recipient, how sure the surest is."""
    best, second = np.zeros(len(sure), np.float64), np.zeros(len(sure), np.float64)
    who = np.full(len(sure), -1, np.int32)
    for c in range(len(source)):
        value, r = sure[source[c]], target[c]
        if value > best[r]:
            second[r], best[r], who[r] = best[r], value, source[c]
        elif value > second[r]:
            second[r] = value
    result = np.empty(len(source), np.float64)
    for c in range(len(source)):
        result[c] = second[target[c]] if who[target[c]] == source[c] else best[target[c]]
    return result
