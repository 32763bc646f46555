"""Whoever lost money and then got into touch with others is in a new affair: what went before is over.

Victims are sought out again: by whoever bought a list of them, and by those who promise to get the money back.
"""

from typing import Final

import numpy as np

from graphsvc.engine.meetings import Meetings, Pairs
from graphsvc.engine.population import Population
from graphsvc.graph.snapshot import Int32, Int64
from graphsvc.model.facts import Facts

NEVER: Final = np.iinfo(np.int64).min


def source_of(suspect: Int32, network: Int32) -> Int64:
    """One id for each network and each lone suspect, of suspects and the networks that they belong to, -1 for none."""
    return np.where(network >= 0, network, suspect.astype(np.int64) + 2**32)


def newest_losses(facts: Facts, population: Population) -> Int64:
    """[N] when each number's newest reported loss happened, epoch ms; NEVER without one."""
    result = np.full(len(population), NEVER)
    who = population.index_of(facts.cases.column("number").to_numpy())
    there = np.flatnonzero(who >= 0)
    np.maximum.at(result, who[there], facts.cases.column("lost_at").to_numpy()[there])
    return result


def of_now(met: Meetings, pairs: Pairs, network_of: Int32, lost_at: Int64) -> tuple[Meetings, Pairs]:
    """Of those who lost and since talked with networks or lone suspects whom they had not met before the loss, or
    turned to one, the meetings with these alone; of everybody else all. `lost_at` as newest_losses."""
    first, lost = met.at[pairs.first], lost_at[pairs.person]
    source = source_of(pairs.suspect, network_of[pairs.suspect])
    order = np.lexsort((source, pairs.person))
    begins = np.append(True, (np.diff(source[order]) != 0) | (np.diff(pairs.person[order]) != 0))[: len(order)]
    group = np.empty(len(order), dtype=np.int64)
    group[order] = np.cumsum(begins) - 1
    began = np.full(int(begins.sum()), np.iinfo(np.int64).max)
    np.minimum.at(began, group, first)
    since = (lost != NEVER) & (began[group] > lost)
    talked = np.bincount(pairs.of_meeting, weights=met.turned, minlength=len(first)) > 0
    anew = np.zeros(len(lost_at), dtype=np.bool_)
    anew[pairs.person[since & talked]] = True
    stays = since | ~anew[pairs.person]
    if stays.all():
        return met, pairs
    return met.at_places(np.flatnonzero(stays[pairs.of_meeting])), pairs.only(stays)
