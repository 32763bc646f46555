"""Whom several given numbers know: the numbers in contact with at least two of them, whoever called whom.

Only events in the window count. A given number is no answer, and neither is a closed one, such as a hotline.
"""

from collections.abc import Collection, Sequence

import numpy as np
import pyarrow as pa

from graphsvc.graph.neighbours import steps_from
from graphsvc.graph.snapshot import Snapshot
from graphsvc.graph.values import COMMON, COMMON_TIES, CommonContacts

KNOWN_TO_LEAST = 2
"""To how many of the given numbers a common contact is known, at least."""

_NEVER, _ALWAYS = np.iinfo(np.int64).max, np.iinfo(np.int64).min


def common_contacts(
    snapshot: Snapshot,
    ids: Sequence[int],
    *,
    since: int | None = None,
    until: int | None = None,
    limit: int = 100,
    closed: Collection[int] = (),
) -> CommonContacts:
    """Numbers in contact with two of these (registry ids) at least: known to most first, then by events, then by id."""
    given = np.unique(snapshot.dense(np.unique(np.asarray(ids, dtype=np.int32))))
    given = given[given >= 0]
    left_aside = np.zeros(snapshot.number_count, dtype=np.bool_)
    shut = snapshot.dense(sorted(closed))
    left_aside[given] = True
    left_aside[shut[shut >= 0]] = True
    owner, far, sent, received, first, last = (np.empty(0, np.int64) for _ in range(6))
    for one in given.tolist():
        mine = _ties_of(snapshot, one, since, until)
        mine = mine[:, ~left_aside[mine[0]]]
        owner = np.append(owner, np.full(mine.shape[1], one))
        far, sent, received = np.append(far, mine[0]), np.append(sent, mine[1]), np.append(received, mine[2])
        first, last = np.append(first, mine[3]), np.append(last, mine[4])
    number, which = np.unique(far, return_inverse=True)
    known_to = np.bincount(which, minlength=len(number))
    events = np.bincount(which, sent + received, len(number)).astype(np.int64)
    found = np.flatnonzero(known_to >= KNOWN_TO_LEAST)
    best = found[np.lexsort((number[found], -events[found], -known_to[found]))][: max(0, limit)]
    first_of, last_of = np.full(len(number), _NEVER), np.full(len(number), _ALWAYS)
    np.minimum.at(first_of, which, first)
    np.maximum.at(last_of, which, last)
    shown = np.flatnonzero(np.isin(which, best))
    shown = shown[np.lexsort((owner[shown], far[shown]))]
    return CommonContacts(
        numbers=pa.table(
            {
                "number": snapshot.numbers[number[best]],
                "known_to": known_to[best].astype(np.int32),
                "events": events[best],
                "first_at": first_of[best],
                "last_at": last_of[best],
            },
            schema=COMMON,
        ),
        ties=pa.table(
            {
                "given": snapshot.numbers[owner[shown]],
                "number": snapshot.numbers[far[shown]],
                "sent": sent[shown],
                "received": received[shown],
                "first_at": first[shown],
                "last_at": last[shown],
            },
            schema=COMMON_TIES,
        ),
        left_out=len(found) - len(best),
    )


def _ties_of(
    snapshot: Snapshot, one: int, since: int | None, until: int | None
) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Rows: the numbers in contact with one in the window, events sent to each, received, the first, the last."""
    columns = []
    for steps in steps_from(snapshot, np.array([one], dtype=np.int32), since=since, until=until):
        events = steps.end_event - steps.first_event
        out = snapshot.contact_from[steps.contact] == one
        first, last = snapshot.event_at[steps.first_event], snapshot.event_at[steps.end_event - 1]
        columns.append(np.vstack([steps.far, np.where(out, events, 0), np.where(out, 0, events), first, last]))
    ties = np.hstack([np.empty((5, 0), dtype=np.int64), *columns])
    far, which = np.unique(ties[0], return_inverse=True)
    first, last = np.full(len(far), _NEVER), np.full(len(far), _ALWAYS)
    np.minimum.at(first, which, ties[3])
    np.maximum.at(last, which, ties[4])
    sums = [np.bincount(which, ties[row], len(far)).astype(np.int64) for row in (1, 2)]
    return np.vstack([far, *sums, first, last])
