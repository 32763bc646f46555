"""Loops over contacts and events, compiled: what NumPy alone would need many passes for.

Each takes the snapshot's arrays and returns plain arrays; none knows what its figures mean for suspicion.
"""

import numba
import numpy as np
import numpy.typing as npt

from graphsvc.graph.snapshot import Int8, Int32, Int64

Float64 = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]

DAY_MS = 86_400_000


@numba.njit(cache=True, nogil=True)
def reverse_contacts(out_start: Int64, contact_from: Int32, contact_to: Int32) -> Int64:
    """[m] index of the contact the other way round, or -1."""
    result = np.full(len(contact_from), -1, np.int64)
    for c in range(len(contact_from)):
        wanted = contact_from[c]
        low, high = out_start[contact_to[c]], out_start[contact_to[c] + 1]
        end = high
        while low < high:
            middle = (low + high) // 2
            if contact_to[middle] < wanted:
                low = middle + 1
            else:
                high = middle
        if low < end and contact_to[low] == wanted:
            result[c] = low
    return result


@numba.njit(cache=True, nogil=True)
def days_since_first(at: Int64, offset_ms: int) -> tuple[Int32, int]:
    """[e] days of instants (epoch ms) in a zone so far ahead of UTC, counted from the first of them; and how many."""
    day = np.empty(len(at), np.int32)
    if not len(at):
        return day, 0
    first, last = (at.min() + offset_ms) // DAY_MS, (at.max() + offset_ms) // DAY_MS
    for e in range(len(at)):
        day[e] = (at[e] + offset_ms) // DAY_MS - first
    return day, last - first + 1


@numba.njit(cache=True, nogil=True)
def talk_by_contact(event_start: Int64, answered: Int8, duration_s: Int32) -> Int64:
    """[m] seconds of talk of each contact: none where a call was not answered, whatever duration the feed gives it."""
    talk = np.zeros(len(event_start) - 1, np.int64)
    for c in range(len(talk)):
        for e in range(event_start[c], event_start[c + 1]):
            if answered[e] != 0:
                talk[c] += duration_s[e]
    return talk


@numba.njit(cache=True, nogil=True)
def active_days(out_start: Int64, in_start: Int64, in_contact: Int64, event_start: Int64, event_day: Int32) -> Int32:
    """[n] distinct days with an event, in either direction; `event_day` counts days from 0."""
    count = len(out_start) - 1
    days = 0
    for e in range(len(event_day)):
        days = max(days, event_day[e] + 1)
    result = np.zeros(count, np.int32)
    last_seen_by = np.full(days, -1, np.int32)
    for i in range(count):
        outgoing = out_start[i + 1] - out_start[i]
        for k in range(outgoing + in_start[i + 1] - in_start[i]):
            c = out_start[i] + k if k < outgoing else in_contact[in_start[i] + k - outgoing]
            for e in range(event_start[c], event_start[c + 1]):
                if last_seen_by[event_day[e]] != i:
                    last_seen_by[event_day[e]] = i
                    result[i] += 1
    return result


@numba.njit(cache=True, nogil=True)
def entities_used(out_start: Int64, event_start: Int64, event_entity: Int32) -> tuple[Int32, Int32, Int32, Int32]:
    """Distinct (number, entity) pairs of the events that a number originated, with their events.

    Returns numbers, entities and events of the pairs, in order of (number, first use), and [n] how many entities
    each number used.
    """
    count = len(out_start) - 1
    entities = 0
    for e in range(len(event_entity)):
        entities = max(entities, event_entity[e] + 1)
    used = np.zeros(count, np.int32)
    last_user = np.full(entities, -1, np.int32)
    for i in range(count):
        for e in range(event_start[out_start[i]], event_start[out_start[i + 1]]):
            x = event_entity[e]
            if x >= 0 and last_user[x] != i:
                last_user[x] = i
                used[i] += 1
    total = used.sum()
    number, entity, events = np.empty(total, np.int32), np.empty(total, np.int32), np.zeros(total, np.int32)
    slot = np.full(entities, -1, np.int64)
    last_user[:] = -1
    pairs = 0
    for i in range(count):
        for e in range(event_start[out_start[i]], event_start[out_start[i + 1]]):
            x = event_entity[e]
            if x < 0:
                continue
            if last_user[x] != i:
                last_user[x] = i
                slot[x] = pairs
                number[pairs], entity[pairs] = i, x
                pairs += 1
            events[slot[x]] += 1
    return number, entity, events, used


@numba.njit(cache=True, nogil=True)
def between(values: Int64, start: Int64, end: Int64, first: Int64, last: Int64) -> Int64:
    """[k] how many of the ascending values[start:end] are from first to last, both counted."""
    result = np.zeros(len(start), np.int64)
    for i in range(len(start)):
        part = values[start[i] : end[i]]
        result[i] = np.searchsorted(part, last[i], side="right") - np.searchsorted(part, first[i], side="left")
    return result
