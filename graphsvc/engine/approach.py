"""Which kind of scam a number or network is about where nobody has named one: how it approaches people, what they do.

Of the kinds that begin with messages, that are announced by one, and that ring, the commonest of each.
"""

import numpy as np

from graphsvc.engine import parameters
from graphsvc.engine.suspicion import World
from graphsvc.graph.snapshot import Int64
from graphsvc.model.words import ScamType


def by_approach(world: World, members: Int64) -> ScamType:
    """`members`: indices of numbers that work together; OTHER where too little was seen of them.

    Of those that ring, whom people ask the police or enquiries about is one who told them to.
    """
    events = int(world.traits.events_out[members].sum())
    if events < parameters.APPROACH_EVENTS_LEAST:
        return ScamType.OTHER
    messages = int(world.traits.messages_out[members].sum()) / events
    if messages >= parameters.BY_MESSAGE_FROM:
        return ScamType.BRUSHING
    if messages >= parameters.ANNOUNCED_FROM or _announced_by_another(world, members):
        return ScamType.LOAN
    talked = world.checked.strangers
    asked = talked.signs["asked"][np.isin(talked.number, members)]
    told = len(asked) > 0 and float(asked.mean()) >= parameters.TOLD_TO_ASK_FROM
    return ScamType.POLICE_IMPERSONATION if told else ScamType.CUSTOMER_SERVICE


def _announced_by_another(world: World, members: Int64) -> bool:
    """Whether many of those whom they call first heard of one sender, who only writes, shortly before.

    A den that announces its calls lets one card write and others ring: whom a sender has written to for long, or who
    wrote to few of them, announced nothing.
    """
    snapshot, public = world.snapshot, world.population.public
    here = members[members < snapshot.number_count]
    called = np.concatenate(
        [np.arange(snapshot.out_start[i], snapshot.out_start[i + 1]) for i in here] or [np.empty(0, np.int64)]
    ).astype(np.int64)
    called = called[snapshot.calls[called] > 0]
    if len(called) < parameters.APPROACH_EVENTS_LEAST:
        return False
    person = snapshot.contact_to[called]
    times = snapshot.in_start[person + 1] - snapshot.in_start[person]
    total = int(times.sum())
    offset = np.arange(total) - np.repeat(np.cumsum(times) - times, times)
    heard = snapshot.in_contact[np.repeat(snapshot.in_start[person], times) + offset]
    before = np.repeat(snapshot.began(called), times) - snapshot.began(heard)
    sender = snapshot.contact_from[heard]
    announced = (snapshot.calls[heard] == 0) & (before > 0) & (before <= parameters.MESSAGE_THEN_CALL_MS)
    announced &= ~public[sender] & ~np.isin(sender, members)
    most = int(np.bincount(sender[announced]).max(initial=0))
    return most >= max(parameters.APPROACH_EVENTS_LEAST, parameters.ANNOUNCED_FROM * len(called))
