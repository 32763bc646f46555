"""What groups of numbers did day by day: with how many others, how often, and who was new.

Only events between a member and somebody outside the group count, whoever originated them.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from graphsvc.graph.neighbours import steps_from
from graphsvc.graph.snapshot import Int32, Int64, Snapshot
from graphsvc.graph.values import ACTIVITY
from graphsvc.model.words import CALL

DAY_MS = 24 * 3600 * 1000


def activity(snapshot: Snapshot, groups: Sequence[Sequence[int]], *, offset_ms: int = 0) -> pa.Table:
    """ACTIVITY of these groups (registry ids), by group and day. A day begins `offset_ms` before midnight UTC."""
    return pa.concat_tables(
        [ACTIVITY.empty_table(), *(_of_group(snapshot, place, group, offset_ms) for place, group in enumerate(groups))]
    )


def _of_group(snapshot: Snapshot, place: int, group: Sequence[int], offset_ms: int) -> pa.Table:
    members = np.unique(snapshot.dense(sorted(set(group))))
    members = members[members >= 0].astype(np.int32)
    inside = np.zeros(snapshot.number_count, dtype=np.bool_)
    inside[members] = True
    steps = [step.where(~inside[step.far]) for step in steps_from(snapshot, members)]
    if not sum(len(step.near) for step in steps):
        return ACTIVITY.empty_table()
    near, far = (np.concatenate([getattr(step, end) for step in steps]) for end in ("near", "far"))
    first, last = (np.concatenate([getattr(step, end) for step in steps]) for end in ("first_event", "end_event"))
    many = last - first
    event = np.repeat(first - np.concatenate([[0], np.cumsum(many)[:-1]]), many) + np.arange(int(many.sum()))
    near, far = np.repeat(near, many), np.repeat(far, many)
    day = (snapshot.event_at[event] + offset_ms) // DAY_MS
    call = snapshot.event_channel[event] == CALL
    seconds = np.where(call & (snapshot.event_answered[event] != 0), snapshot.event_duration_s[event], 0)
    days, which = np.unique(day, return_inverse=True)
    _, begun = np.unique(far[np.argsort(day, kind="stable")], return_index=True)
    new = np.bincount(which[np.argsort(day, kind="stable")][begun], minlength=len(days))
    calls = np.bincount(which, weights=call, minlength=len(days)).astype(np.int64)
    events = np.bincount(which, minlength=len(days))
    columns = {
        "group": np.full(len(days), place),
        "day": days,
        "active": _distinct(which, near, len(days)),
        "events": events,
        "calls": calls,
        "messages": events - calls,
        "talk_s": np.bincount(which, weights=seconds, minlength=len(days)).astype(np.int64),
        "others": _distinct(which, far, len(days)),
        "new_others": new,
    }
    return pa.table({name: pa.array(values, ACTIVITY.field(name).type) for name, values in columns.items()}, ACTIVITY)


def _distinct(which: Int64, who: Int32, days: int) -> Int64:
    """How many different ones there are each day."""
    pairs = np.unique(np.stack([which, who]), axis=1)
    return np.bincount(pairs[0], minlength=days)
