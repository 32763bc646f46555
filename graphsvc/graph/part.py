"""A part of a snapshot: some of its contacts, with all their events."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graphsvc.graph.fold import fold
from graphsvc.graph.snapshot import Int64, Snapshot


def part_of(snapshot: Snapshot, wanted: npt.NDArray[np.bool_]) -> Snapshot:
    """Every contact that starts or ends at a wanted number ([n], dense), as a snapshot of its own.

    Events from a number to itself are not in it: a snapshot keeps no more of them than their count.
    """
    contact = np.flatnonzero(wanted[snapshot.contact_from] | wanted[snapshot.contact_to])
    return with_newer(snapshot, contact, (), as_of=snapshot.as_of)


def with_newer(snapshot: Snapshot, contact: Int64, newer: Iterable[pa.RecordBatch], *, as_of: int) -> Snapshot:
    """Some contacts, by index, and the events of `newer`, as a snapshot of its own.

    `newer` are batches of EVENTS, each with a higher seq than all in the snapshot; those known at `as_of` are taken.
    """
    first, many = snapshot.event_start[contact], snapshot.sizes(contact)
    before = np.cumsum(many) - many
    event = np.repeat(first - before, many) + np.arange(int(many.sum()))
    ends = (snapshot.contact_from[contact], snapshot.contact_to[contact])
    a, b = (np.repeat(snapshot.numbers[end], many) for end in ends)
    columns = {
        "a": a,
        "b": b,
        "started_at": snapshot.event_at[event],
        "seq": event,  # events of a contact stay in their order
        "duration_s": snapshot.event_duration_s[event],
        "device": snapshot.event_device[event],
        "cell": snapshot.event_cell[event],
        "channel": snapshot.event_channel[event],
        "answered": snapshot.event_answered[event],
    }
    batch = pa.RecordBatch.from_arrays([pa.array(values) for values in columns.values()], list(columns))
    return fold([batch, *newer], as_of=as_of, snapshot_id=f"part of {snapshot.snapshot_id}")
