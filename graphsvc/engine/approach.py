"""Which kind of scam a number or network is about where nobody has named one: how it approaches people, what they do.

Of the kinds that begin with messages, that are announced by one, and that ring, the commonest of each.
"""

import numpy as np

from graphsvc.engine import parameters
from graphsvc.engine.handovers import events_of
from graphsvc.engine.suspicion import World
from graphsvc.engine.traits import share, talk_seconds
from graphsvc.graph.snapshot import Int32, Int64
from graphsvc.model.words import CALL, ScamType


def by_approach(world: World, members: Int64) -> ScamType:
    """`members`: indices of numbers that work together; OTHER where too little was seen of them.

    To those who are written to and then rung by others, calls were announced. Of those that ring, whom people ask the
    police or enquiries about is one who told them to, and who talks with the same people again on another day plays
    somebody they know.
    """
    events = int(world.traits.events_out[members].sum())
    if events < parameters.APPROACH_EVENTS_LEAST:
        return ScamType.OTHER
    messages = int(world.traits.messages_out[members].sum()) / events
    if messages >= parameters.BY_MESSAGE_FROM:
        return ScamType.LOAN if _announces(world, members) else ScamType.BRUSHING
    if messages >= parameters.ANNOUNCED_FROM or _announced_by_another(world, members):
        return ScamType.LOAN
    talked = world.checked.strangers
    asked = talked.signs["asked"][np.isin(talked.number, members)]
    told = len(asked) > 0 and float(asked.mean()) >= parameters.TOLD_TO_ASK_FROM
    if told:
        return ScamType.POLICE_IMPERSONATION
    return ScamType.ACQUAINTANCE if _comes_back(world, members) else ScamType.CUSTOMER_SERVICE


def _announced_by_another(world: World, members: Int64) -> bool:
    """Whether many of those whom they call first heard of one sender, who only writes, shortly before.

    A den that announces its calls lets one card write and others ring: whom a sender has written to for long, or who
    wrote to few of them, announced nothing.
    """
    snapshot, public = world.snapshot, world.population.public
    called = _contacts(world, members)
    called = called[snapshot.calls[called] > 0]
    if len(called) < parameters.APPROACH_EVENTS_LEAST:
        return False
    heard, times = _heard(world, snapshot.contact_to[called])
    before = np.repeat(snapshot.began(called), times) - snapshot.began(heard)
    sender = snapshot.contact_from[heard]
    announced = (snapshot.calls[heard] == 0) & (before > 0) & (before <= parameters.MESSAGE_THEN_CALL_MS)
    announced &= ~public[sender] & ~np.isin(sender, members)
    most = int(np.bincount(sender[announced]).max(initial=0))
    return most >= max(parameters.APPROACH_EVENTS_LEAST, parameters.ANNOUNCED_FROM * len(called))


def _announces(world: World, members: Int64) -> bool:
    """Whether most of those to whom their busiest writer wrote were rung soon by others who ring many of them.

    The other side of the same: a den's cards divide whom it announced to among them, and ring nearly all. Whoever only
    writes hears from few, and so do those who ring these.
    """
    snapshot, public = world.snapshot, world.population.public
    written = _contacts(world, members)
    written = written[snapshot.messages[written] > 0]
    busiest = int(np.argmax(np.bincount(snapshot.contact_from[written])))
    written = written[snapshot.contact_from[written] == busiest]
    heard, times = _heard(world, snapshot.contact_to[written])
    after = snapshot.began(heard) - np.repeat(snapshot.began(written), times)
    caller = snapshot.contact_from[heard]
    rung = (snapshot.calls[heard] > 0) & (after > 0) & (after <= parameters.MESSAGE_THEN_CALL_MS)
    rung &= ~public[caller] & (caller != busiest)
    many = np.bincount(caller[rung], minlength=snapshot.number_count) >= parameters.ANNOUNCED_TO_LEAST
    people = np.unique(np.repeat(np.arange(len(written)), times)[rung & many[caller]])
    return len(people) >= parameters.ANNOUNCED_TO_FROM * len(written)


def _comes_back(world: World, members: Int64) -> bool:
    """Whether people who listened to one of them for long talked with that same number again on another day.

    Of numbers that strangers hardly ring: whoever has friends talks with them on many days.
    """
    snapshot, traits = world.snapshot, world.traits
    called_back = share(traits.reciprocal, traits.contacts_out)[members] >= parameters.HUB_CALLED_BACK_FROM
    out = _contacts(world, members[~called_back])
    back = traits.reverse[out]
    both, pair = (
        np.concatenate([out, back[back >= 0]]),
        np.concatenate([np.arange(len(out)), np.flatnonzero(back >= 0)]),
    )
    event, _ = events_of(snapshot, both)
    pair = np.repeat(pair, snapshot.event_start[both + 1] - snapshot.event_start[both])
    seconds = talk_seconds(snapshot.event_answered[event], snapshot.event_duration_s[event])
    talk = (snapshot.event_channel[event] == CALL) & (seconds >= parameters.TALKED_FROM_S)
    pair, seconds, at = pair[talk], seconds[talk], snapshot.event_at[event][talk]
    order = np.lexsort((at, pair))
    pair, seconds, at = pair[order], seconds[order], at[order]
    first = np.append(True, pair[1:] != pair[:-1]) if len(pair) else np.zeros(0, dtype=bool)
    last = np.append(first[1:], True) if len(pair) else first
    listened = seconds[first] >= parameters.LISTENED_LONG_S
    again = listened & (at[last] - at[first] >= parameters.ANOTHER_DAY_MS)
    return int(again.sum()) >= max(parameters.APPROACH_EVENTS_LEAST, parameters.COMES_BACK_FROM * int(listened.sum()))


def _contacts(world: World, members: Int64) -> Int64:
    """All contacts that they began, by index."""
    snapshot = world.snapshot
    here = members[members < snapshot.number_count]
    start, end = snapshot.out_start[here], snapshot.out_start[here + 1]
    offset = np.arange(int((end - start).sum())) - np.repeat(np.cumsum(end - start) - (end - start), end - start)
    return np.asarray(np.repeat(start, end - start) + offset, dtype=np.int64)


def _heard(world: World, person: Int32) -> tuple[Int64, Int64]:
    """Contacts that reached each of these people, and how many each has."""
    snapshot = world.snapshot
    times = snapshot.in_start[person + 1] - snapshot.in_start[person]
    offset = np.arange(int(times.sum())) - np.repeat(np.cumsum(times) - times, times)
    return snapshot.in_contact[np.repeat(snapshot.in_start[person], times) + offset], times
