"""The numbers around some numbers, for a canvas: level by level, the strongest first, and never more than asked for.

A contact *counts* if it has `min_events` events in the window. Level 0 are the given numbers that had an event at any
time. Level h + 1 are the numbers not taken yet that a counting contact, in either direction, joins to a walked number
of level h: those with most events in such contacts are taken first, then the smaller ids, until `limit` numbers are
there. A number with more contacts than Limits.hub_contacts is walked from only if it was given. The contacts of the
answer are all counting ones among the numbers taken, whether or not anybody was reached through them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graphsvc.graph.neighbours import contacts_at, events_in_window
from graphsvc.graph.snapshot import Int32, Int64, Snapshot
from graphsvc.graph.values import CONTACTS, NEIGHBOURS, Limits, Neighbourhood
from graphsvc.model.words import CALL

_NOT_TAKEN = -1
_FEW = 1_000
"""Up to so many events contacts are counted one number of events after the other."""


@dataclass(frozen=True)
class _Rule:
    """Which contacts count."""

    since: int | None
    until: int | None
    min_events: int
    limits: Limits


def neighbourhood(
    snapshot: Snapshot,
    ids: Sequence[int],
    *,
    hops: int,
    since: int | None = None,
    until: int | None = None,
    min_events: int = 1,
    limit: int = 300,
    limits: Limits = Limits(),  # noqa: B008  # frozen
) -> Neighbourhood:
    """The numbers within `hops` of these (registry ids), at most `limit`, with the contacts among them."""
    rule = _Rule(since, until, max(1, min_events), limits)
    given = np.unique(snapshot.dense(np.unique(np.asarray(ids, dtype=np.int32))))
    given = given[given >= 0]
    level_of = np.full(snapshot.number_count, _NOT_TAKEN, dtype=np.int32)
    levels, left_out = [given[: max(0, limit)]], max(0, len(given) - max(0, limit))
    level_of[levels[0]] = 0
    contacts = contact_counts(snapshot, np.arange(snapshot.number_count))
    levels_walked = 0
    for level in range(1, hops + 1):
        walked = levels[-1] if level == 1 else levels[-1][contacts[levels[-1]] <= limits.hub_contacts]
        if left_out or not len(walked):
            break
        found = _reached(snapshot, walked, level_of, rule)
        room = limit - sum(map(len, levels))
        levels.append(found[:room])
        level_of[levels[-1]] = level
        left_out, levels_walked = max(0, len(found) - room), level
    return _answer(snapshot, levels, contacts, rule, (levels_walked, levels_walked if left_out else hops), left_out)


def contact_counts(snapshot: Snapshot, numbers: npt.NDArray[np.integer]) -> Int64:
    """Of each number (dense), how many contacts start or end at it, at any time."""
    out = snapshot.out_start[numbers + 1] - snapshot.out_start[numbers]
    return np.asarray(out + snapshot.in_start[numbers + 1] - snapshot.in_start[numbers])


def _reached(snapshot: Snapshot, walked: Int32, level_of: Int32, rule: _Rule) -> Int32:
    """Numbers not taken yet next to the walked ones, those with most events first, then by index."""
    events, frontier = np.zeros(snapshot.number_count, dtype=np.float64), np.sort(walked)
    for originated in (True, False):
        far_end = snapshot.contact_to if originated else snapshot.contact_from
        for _, contact in contacts_at(snapshot, frontier, originated=originated):
            far = far_end[contact]
            fresh = np.flatnonzero(level_of[far] == _NOT_TAKEN)  # before events are counted: there are fewer of them
            far, counted = far[fresh], _counted(snapshot, contact[fresh], rule)
            counted[counted < rule.min_events] = 0
            events += np.bincount(far, weights=counted, minlength=len(events))  # exact below 2^53
    found = np.flatnonzero(events)
    return found[np.lexsort((found, -events[found]))].astype(np.int32)


def _counted(snapshot: Snapshot, contact: Int64, rule: _Rule) -> Int64:
    """Events of each of these contacts in the window."""
    if rule.since is None and rule.until is None:
        return snapshot.sizes(contact)
    first, end = events_in_window(snapshot, contact, since=rule.since, until=rule.until)
    return end - first


def _answer(
    snapshot: Snapshot, levels: list[Int32], contacts: Int64, rule: _Rule, walked_to: tuple[int, int], left_out: int
) -> Neighbourhood:
    """`walked_to`: how many levels were walked from, and how many would have been but for hubs."""
    levels_walked, but_for_hubs = walked_to
    taken = np.concatenate(levels)
    level = np.repeat(np.arange(len(levels)), [len(each) for each in levels])
    hub = (contacts[taken] > rule.limits.hub_contacts) & (level > 0)
    numbers = pa.table(
        {
            "number": snapshot.numbers[taken],
            "hops": level.astype(np.int32),
            "contacts": contacts[taken],
            "walked": ~hub & (level < levels_walked),
        },
        schema=NEIGHBOURS,
    )
    among, contacts_left_out = _among(snapshot, taken, contacts, rule)
    return Neighbourhood(
        numbers=numbers,
        contacts=among,
        numbers_left_out=left_out,
        contacts_left_out=contacts_left_out,
        hubs_not_walked=int((hub & (level < but_for_hubs)).sum()),
    )


def _among(snapshot: Snapshot, taken: Int32, contacts: Int64, rule: _Rule) -> tuple[pa.Table, int]:
    """The counting contacts among the numbers taken, and how many are more than an answer holds."""
    inside = np.zeros(snapshot.number_count, dtype=np.bool_)
    inside[taken] = True
    contact = _inside(snapshot, taken, inside, inside & (contacts > rule.limits.hub_contacts))
    if rule.since is None and rule.until is None:
        kept, left_out = _kept(snapshot.sizes(contact), rule)
        return _whole_contacts(snapshot, contact[kept]), left_out
    first, end = events_in_window(snapshot, contact, since=rule.since, until=rule.until)
    kept, left_out = _kept(end - first, rule)
    return _contacts_table(snapshot, contact[kept], first[kept], end[kept]), left_out


def _inside(snapshot: Snapshot, taken: Int32, inside: npt.NDArray[np.bool_], is_hub: npt.NDArray[np.bool_]) -> Int64:
    """The contacts whose both ends are taken, by index."""
    hubs, ordinary = np.sort(taken[is_hub[taken]]), np.sort(taken[~is_hub[taken]])
    if contact_counts(snapshot, ordinary).sum() > snapshot.contact_count:  # to look at all contacts takes less time
        return np.flatnonzero(inside[snapshot.contact_from] & inside[snapshot.contact_to])
    found = [each[inside[snapshot.contact_to[each]]] for _, each in contacts_at(snapshot, ordinary, originated=True)]
    if len(hubs):  # their own lists are too long: what they originated is found at its other end
        found.append(_between(snapshot, hubs))
        for _, each in contacts_at(snapshot, ordinary, originated=False):
            found.append(each[is_hub[snapshot.contact_from[each]]])
    return np.sort(np.concatenate([np.empty(0, dtype=np.int64), *found]))


def _kept(events: npt.NDArray[np.integer], rule: _Rule) -> tuple[Int64, int]:
    """Which of these contacts an answer holds, in their order, and how many that count are left out."""
    most = rule.limits.contacts_most
    counting = events >= rule.min_events
    left_out = max(0, int(np.count_nonzero(counting)) - most)
    return (_most(events, most) if left_out else np.flatnonzero(counting)), left_out


def _most(events: npt.NDArray[np.integer], count: int) -> Int64:
    """Which `count` have most events, of more than so many, by index; of equals, the first ones."""
    least = _least_of_most(events, count)
    among = np.flatnonzero(events >= least)
    equal = np.flatnonzero(events[among] == least)
    return np.delete(among, equal[len(equal) - (len(among) - count) :])


def _least_of_most(events: npt.NDArray[np.integer], count: int) -> int:
    """How many events the last of the `count` with most has: most contacts have few, so that they are counted."""
    up_to = np.cumsum(np.bincount(np.minimum(events, _FEW), minlength=_FEW + 1)[::-1])[::-1]
    least = int(np.flatnonzero(up_to >= count)[-1])  # so many have at least that many events
    if least < _FEW:
        return least
    return int(np.partition(events, len(events) - count)[len(events) - count])


def _whole_contacts(snapshot: Snapshot, contact: Int64) -> pa.Table:
    """Contacts with all their events, whose figures the snapshot holds."""
    events, calls = snapshot.sizes(contact), snapshot.calls[contact]
    arrays = {
        "a": snapshot.numbers[snapshot.contact_from[contact]],
        "b": snapshot.numbers[snapshot.contact_to[contact]],
        "events": events,
        "calls": calls,
        "messages": events - calls,
        "talk_s": snapshot.talk_s[contact],
        "first_at": snapshot.began(contact),
        "last_at": snapshot.ended(contact),
    }
    return pa.table([pa.array(arrays[field.name], field.type) for field in CONTACTS], schema=CONTACTS)


def _between(snapshot: Snapshot, hubs: Int32) -> Int64:
    """The contacts from one hub to another, found one by one: a hub's own list is too long to walk."""
    found = []
    for one in hubs.tolist():
        low, high = int(snapshot.out_start[one]), int(snapshot.out_start[one + 1])
        at = low + np.searchsorted(snapshot.contact_to[low:high], hubs)
        there = at < high
        at, wanted = at[there], hubs[there]
        found.append(at[snapshot.contact_to[at] == wanted])
    return np.concatenate([np.empty(0, dtype=np.int64), *found])


def _contacts_table(snapshot: Snapshot, contact: Int64, first: Int64, end: Int64) -> pa.Table:
    """Contacts as far as the events [first, end) of each, of which there is at least one."""
    length = end - first
    event = np.repeat(end - np.cumsum(length), length) + np.arange(int(length.sum()))
    start = np.cumsum(length) - length
    call = snapshot.event_channel[event] == CALL
    talk = np.where(snapshot.event_answered[event] == 0, 0, snapshot.event_duration_s[event]).astype(np.int64)

    def summed(values: npt.NDArray[np.generic]) -> Int64:
        return np.add.reduceat(values, start, dtype=np.int64) if len(start) else np.empty(0, dtype=np.int64)

    return pa.table(
        {
            "a": snapshot.numbers[snapshot.contact_from[contact]],
            "b": snapshot.numbers[snapshot.contact_to[contact]],
            "events": length,
            "calls": summed(call),
            "messages": summed(~call),
            "talk_s": summed(talk),
            "first_at": snapshot.event_at[first],
            "last_at": snapshot.event_at[end - 1],
        },
        schema=CONTACTS,
    )
