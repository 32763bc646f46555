"""What a snapshot knows of one number: whom it reached, who reached it, how much and when."""

import numpy as np

from graphsvc.graph.snapshot import Int64, Snapshot
from graphsvc.graph.values import Acquaintance, NumberSummary, Traffic

_NOTHING = np.empty(0, dtype=np.int64)


def summary_of(snapshot: Snapshot, number: int, *, limit: int = 10) -> NumberSummary:
    """What is known of one number (registry id), with its `limit` busiest acquaintances and as many of the latest.

    All counts are 0 for a number without any event.
    """
    i = int(snapshot.dense([number])[0])
    if i < 0:
        nothing = _traffic(snapshot, _NOTHING)
        return NumberSummary(number, nothing, nothing, 0, 0, None, None, (), ())
    sent = np.arange(snapshot.out_start[i], snapshot.out_start[i + 1])
    received = snapshot.in_contact[snapshot.in_start[i] : snapshot.in_start[i + 1]]
    both = np.concatenate([sent, received])
    others = np.concatenate([snapshot.contact_to[sent], snapshot.contact_from[received]])
    distinct, which = np.unique(others, return_inverse=True)
    busy = np.bincount(which, snapshot.sizes(both), len(distinct))
    met = np.full(len(distinct), np.iinfo(np.int64).min)
    np.maximum.at(met, which, snapshot.ended(both))
    top = distinct[np.lexsort((distinct, -busy))[: max(0, limit)]]
    latest = distinct[np.lexsort((distinct, -met))[: max(0, limit)]]
    return NumberSummary(
        number=number,
        sent=_traffic(snapshot, sent),
        received=_traffic(snapshot, received),
        self_events=int(snapshot.self_events[i]),
        acquaintances=len(distinct),
        first_at=int(snapshot.began(both).min()) if len(both) else None,
        last_at=int(snapshot.ended(both).max()) if len(both) else None,
        top=tuple(_acquaintance(snapshot, sent, received, int(other)) for other in top),
        latest=tuple(_acquaintance(snapshot, sent, received, int(other)) for other in latest),
    )


def _acquaintance(snapshot: Snapshot, sent: Int64, received: Int64, other: int) -> Acquaintance:
    to = sent[snapshot.contact_to[sent] == other]
    back = received[snapshot.contact_from[received] == other]
    both = np.concatenate([to, back])
    return Acquaintance(
        number=int(snapshot.numbers[other]),
        sent=_traffic(snapshot, to),
        received=_traffic(snapshot, back),
        first_at=int(snapshot.began(both).min()),
        last_at=int(snapshot.ended(both).max()),
    )


def _traffic(snapshot: Snapshot, contacts: Int64) -> Traffic:
    events, calls = int(snapshot.sizes(contacts).sum()), int(snapshot.calls[contacts].sum())
    return Traffic(
        contacts=len(contacts),
        events=events,
        calls=calls,
        messages=events - calls,
        answered=int(snapshot.answered[contacts].sum()),
        talk_s=int(snapshot.talk_s[contacts].sum()),
    )
