"""Numbers to which people are passed on: first contact, with a long talk, soon after a talk with a suspect.

This finds handlers, who call few and are reached only by those already engaged.
"""

from dataclasses import dataclass

import numba
import numpy as np

from graphsvc.engine import parameters
from graphsvc.engine.population import Bool, Float64
from graphsvc.engine.traits import Traits, talk_seconds
from graphsvc.graph.snapshot import Int32, Int64, Snapshot
from graphsvc.model.words import CALL, SMS


@dataclass(frozen=True)
class Handovers:
    """One row a person passed on; indices of the population, by (handler, person)."""

    handler: Int32
    person: Int32
    suspect: Int32
    """With whom the person had talked before."""
    at: Int64
    """First contact of handler and person, epoch ms."""


@dataclass(frozen=True)
class LongContacts:
    """Both readings (handler, person) of each pair of private numbers that talked long."""

    handler: Int32
    person: Int32
    first_at: Int64
    """Their first contact, epoch ms."""


def find(snapshot: Snapshot, contacts: LongContacts, probability: Float64, public: Bool) -> Handovers:
    """Every first contact with a long talk, within HANDOVER_WITHIN_MS of a talk with a suspect or an answer to one."""
    seen = probability[: snapshot.number_count]
    person, at, suspect = _suspicious_talks(snapshot, seen, public)
    handler, reached, first = contacts.handler, contacts.person, contacts.first_at
    concerned = np.zeros(len(seen), dtype=bool)
    concerned[person] = True
    wanted = concerned[reached] & (seen[reached] < parameters.SUSPECT_FROM)
    handler, reached, first = handler[wanted], reached[wanted], first[wanted]
    before = last_before(person, at, reached, first)
    fresh = np.zeros(len(before), dtype=bool)
    found = before >= 0
    fresh[found] = first[found] - at[before[found]] <= parameters.HANDOVER_WITHIN_MS
    handler, reached, first, before = handler[fresh], reached[fresh], first[fresh], before[fresh]
    order = np.lexsort((reached, handler))
    return Handovers(handler[order], reached[order], suspect[before[order]], first[order])


def contribution(handovers: Handovers, counterparts: Int32, probability: Float64, fresh: Float64) -> Float64:
    """Log-likelihood ratio of a handler against anybody, from the share of its counterparts handed to it.

    `fresh` as behaviour.freshness: who is passed on to a card that is to be burnt is seen with the first of its people.
    """
    count = len(probability)
    people = np.bincount(handovers.handler, minlength=count)
    hits = np.bincount(handovers.handler, weights=probability[handovers.suspect], minlength=count)
    yes, no = parameters.HANDOVER_IF_HANDLER, parameters.HANDOVER_IF_NOT
    ratio = hits * np.log(yes / no) + (counterparts - hits) * np.log((1 - yes) / (1 - no))
    ratio += parameters.HANDOVER_FRESH * fresh
    enough = (people >= parameters.HANDOVER_LEAST) | ((people > 0) & (fresh > 0))
    return np.where(enough, np.clip(ratio, 0, parameters.HANDOVER_MOST), 0.0)


@numba.njit(cache=True, nogil=True)
def last_before(group: Int32, at: Int64, wanted: Int32, instant: Int64) -> Int64:
    """Position of the last of (group, at), sorted so, before each (wanted, instant); -1 without one."""
    result = np.full(len(wanted), -1, np.int64)
    for q in range(len(wanted)):
        low, high = 0, len(group)
        while low < high:
            middle = (low + high) // 2
            if group[middle] < wanted[q] or (group[middle] == wanted[q] and at[middle] < instant[q]):
                low = middle + 1
            else:
                high = middle
        if low > 0 and group[low - 1] == wanted[q]:
            result[q] = low - 1
    return result


def _suspicious_talks(snapshot: Snapshot, seen: Float64, public: Bool) -> tuple[Int32, Int64, Int32]:
    """Calls of some length between suspects and others, and messages that others write to suspects, by (person, at)."""
    suspect = (seen >= parameters.HANDOVER_FROM) & ~public[: len(seen)]
    source, target = snapshot.contact_from, snapshot.contact_to
    contact = np.flatnonzero(suspect[source] != suspect[target])
    event, contact = events_of(snapshot, contact)
    seconds = talk_seconds(snapshot.event_answered[event], snapshot.event_duration_s[event])
    channel = snapshot.event_channel[event]
    wanted = (seconds >= parameters.HANDOVER_FIRST_TALK_S) & (channel == CALL)
    wanted |= (channel == SMS) & suspect[target[contact]]
    event, contact = event[wanted], contact[wanted]
    outgoing = suspect[source[contact]]
    person = np.where(outgoing, target[contact], source[contact])
    other = np.where(outgoing, source[contact], target[contact])
    at = snapshot.event_at[event]
    order = np.lexsort((event, at, person))
    return person[order], at[order], other[order]


def long_contacts(snapshot: Snapshot, traits: Traits, public: Bool) -> LongContacts:
    """Whoever talked long, whatever suspicion says of them."""
    source, target, reverse = snapshot.contact_from, snapshot.contact_to, traits.reverse
    back = np.maximum(reverse, 0)
    talk = traits.contact_talk_s + np.where(reverse >= 0, traits.contact_talk_s[back], 0)
    long = np.flatnonzero(talk >= parameters.HANDOVER_SECOND_TALK_S)
    source, target, reverse, back = source[long], target[long], reverse[long], back[long]
    once = (reverse < 0) | (source < target)
    once &= ~public[source] & ~public[target]
    first = snapshot.began(long)
    first = np.where(reverse >= 0, np.minimum(first, snapshot.began(back)), first)[once]
    source, target = source[once], target[once]
    return LongContacts(
        np.concatenate([source, target]), np.concatenate([target, source]), np.concatenate([first, first])
    )


def events_of(snapshot: Snapshot, contact: Int64) -> tuple[Int64, Int64]:
    """All events of some contacts, and the contact of each, in the snapshot's order."""
    start = snapshot.event_start[contact]
    times = snapshot.event_start[contact + 1] - start
    total = int(times.sum())
    offset = np.arange(total, dtype=np.int64) - np.repeat(np.cumsum(times) - times, times)
    return np.repeat(start, times) + offset, np.repeat(contact, times)
