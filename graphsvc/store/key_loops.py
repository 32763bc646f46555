"""Loops over sorted keys, compiled: sorting them, and finding many in many."""

import numpy as np
import numpy.typing as npt

from graphsvc.compiling import kernel

Int64 = npt.NDArray[np.int64]


@kernel
def ascending(keys: Int64) -> Int64:
    """The places of the keys in ascending order; equal keys keep theirs. A radix sort, 11 bits at a time."""
    rows = len(keys)
    places, moved_places = np.arange(rows), np.empty(rows, dtype=np.int64)
    # With its sign bit turned, a signed integer sorts as an unsigned one.
    left, moved = keys.view(np.uint64) ^ np.uint64(1 << 63), np.empty(rows, dtype=np.uint64)
    for shift in range(0, 64, 11):
        starts = np.zeros(2049, dtype=np.int64)
        for row in range(rows):
            starts[((left[row] >> np.uint64(shift)) & np.uint64(2047)) + np.uint64(1)] += 1
        starts = np.cumsum(starts)
        for row in range(rows):
            digit = (left[row] >> np.uint64(shift)) & np.uint64(2047)
            to = starts[digit]
            starts[digit] += 1
            moved[to] = left[row]
            moved_places[to] = places[row]
        left, moved = moved, left
        places, moved_places = moved_places, places
    return places


@kernel
def positions(keys: Int64, wanted: Int64) -> Int64:
    """Where each wanted key is among the keys, -1 where it is not; both ascending, and read side by side."""
    found = np.full(len(wanted), -1, dtype=np.int64)
    at = 0
    for row in range(len(wanted)):
        while at < len(keys) and keys[at] < wanted[row]:
            at += 1
        if at < len(keys) and keys[at] == wanted[row]:
            found[row] = at
    return found
