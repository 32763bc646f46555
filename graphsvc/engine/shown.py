"""Complaints about calls that somebody else made and only showed the number: they say nothing of its owner.

A gang can have any number shown as caller. Such calls reach the operator over another network, so that no device of
their caller is known, while the calls of the number's own SIM carry one. Where all of a number's events do, but for
those of a few days on which it is said to have rung strangers by the dozen, whoever was rung by it complains of these.
"""

from typing import Final

import numpy as np

from graphsvc.engine.parameters import DAY_MS, HOUR_MS
from graphsvc.engine.population import Bool
from graphsvc.engine.releases import COMPLAINTS
from graphsvc.graph.snapshot import Int64, Snapshot
from graphsvc.model.facts import Facts

COMPLAINT_WITHIN_MS: Final = 7 * DAY_MS
"""Calls that a complaint can be about: of so long before it became known. [assumed: reports come days late, S49]"""
SHOWN_CALLS_FROM: Final = 20
"""Strangers rung without a device from which somebody else showed the number. [assumed]"""
SHOWN_ITSELF_MOST: Final = 0.1
"""The part of the strangers rung lately whom its own SIM may have rung. [assumed]"""
SHOWN_DAYS_MOST: Final = 3
"""Days on which most of its events may lack a device. [doc S23: a storm is of one campaign; assumed]"""
TRACED_DAYS_FROM: Final = 2
"""Days with events that carry one, from which it is known that they do. [assumed]"""
TRACED_ELSE: Final = 0.95
"""Share of its events of all other days that must carry one. [assumed]"""
ABOUT_THEN_MS: Final = HOUR_MS
"""Others' events are looked at from so long before to so long after."""
EVENTS_SAMPLED: Final = 50_000
"""Events by which it is seen whether anybody's carried a device then."""


def complaints(facts: Facts, snapshot: Snapshot) -> list[bool]:
    """By row of the flags, whether it is a complaint of the public about calls that the number's SIM did not make."""
    numbers, sources, known_at = (facts.flags[name].to_pylist() for name in ("number", "source", "known_at"))
    return [
        number is not None and source in COMPLAINTS and _about_shown_calls(snapshot, number, at)
        for number, source, at in zip(numbers, sources, known_at, strict=True)
    ]


def _about_shown_calls(snapshot: Snapshot, number: int, complained_at: int) -> bool:
    me = int(snapshot.dense(np.array([number], dtype=np.int32))[0])
    if me < 0:
        return False
    contacts = np.arange(snapshot.out_start[me], snapshot.out_start[me + 1])
    events = slice(*snapshot.event_start[snapshot.out_start[[me, me + 1]]].tolist())
    at, traced = snapshot.event_at[events], snapshot.event_device[events] >= 0
    contact = np.repeat(np.arange(len(contacts)), snapshot.sizes(contacts))
    lately = (at <= complained_at) & (at > complained_at - COMPLAINT_WITHIN_MS)
    if (lately & ~traced).sum() < SHOWN_CALLS_FROM:
        return False
    stranger = _strangers(snapshot, me, contacts, complained_at - COMPLAINT_WITHIN_MS)[contact]
    rung = np.unique(contact[lately & stranger])
    itself = np.unique(contact[lately & stranger & traced])
    if len(rung) < SHOWN_CALLS_FROM or len(itself) > SHOWN_ITSELF_MOST * len(rung):
        return False
    return _carries_a_device_else(at, traced) and not _devices_missing(snapshot, events, at[~traced])


def _strangers(snapshot: Snapshot, me: int, contacts: Int64, since: int) -> Bool:
    """By contact that a number began, whether it was its first with the other, and since an instant."""
    began = snapshot.began(contacts)
    back = snapshot.in_contact[snapshot.in_start[me] : snapshot.in_start[me + 1]]
    who, their = snapshot.contact_from[back], snapshot.began(back)
    place = np.minimum(np.searchsorted(who, snapshot.contact_to[contacts]), max(len(who) - 1, 0))
    answered = who[place] == snapshot.contact_to[contacts] if len(who) else np.zeros(len(contacts), dtype=np.bool_)
    first = ~answered | (began <= (their[place] if len(who) else began))
    return np.asarray(first & (began > since))


def _carries_a_device_else(at: Int64, traced: Bool) -> bool:
    """Whether a number's events carry a device on several days, and lack one on those alone on which most lack it."""
    day = at // DAY_MS
    _, place = np.unique(day, return_inverse=True)
    events, with_device = np.bincount(place), np.bincount(place, weights=traced)
    shown = (events - with_device) > events / 2
    usual = ~shown
    return bool(
        (with_device > 0).sum() >= TRACED_DAYS_FROM
        and shown.sum() <= SHOWN_DAYS_MOST
        and usual.any()
        and with_device[usual].sum() >= TRACED_ELSE * events[usual].sum()
    )


def _devices_missing(snapshot: Snapshot, own: slice, at: Int64) -> bool:
    """Whether hardly any event of others carried a device about then: a feed that lost them says nothing of one number.

    `own` are the number's events, `at` when those without a device began.
    """
    some = np.arange(0, len(snapshot.event_at), max(len(snapshot.event_at) // EVENTS_SAMPLED, 1))
    some = some[(some < own.start) | (some >= own.stop)]
    when, traced = snapshot.event_at[some], snapshot.event_device[some] >= 0
    then = (when >= at.min() - ABOUT_THEN_MS) & (when <= at.max() + ABOUT_THEN_MS)
    return bool(then.any() and traced[then].mean() < traced.mean() / 2)
