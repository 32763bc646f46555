"""Loops over sorted keys, compiled: sorting them, and finding many in many."""

import numpy as np
import numpy.typing as npt

from graphsvc.compiling import kernel

Int64 = npt.NDArray[np.int64]


_DIGIT_BITS = 11
_DIGITS = 3  # the highest 33 bits; keys are hashes, of which hardly two have these in common


@kernel
def ascending(keys: Int64) -> Int64:
    """The places of the keys in ascending order; equal keys keep theirs.

    A radix sort by the highest bits; then each run of keys that have these in common is sorted by insertion.
    """
    rows = len(keys)
    places, moved_places = np.arange(rows), np.empty(rows, dtype=np.int64)
    # With its sign bit turned, a signed integer sorts as an unsigned one.
    left, moved = keys.view(np.uint64) ^ np.uint64(1 << 63), np.empty(rows, dtype=np.uint64)
    lowest = 64 - _DIGITS * _DIGIT_BITS
    for shift in range(lowest, 64, _DIGIT_BITS):
        starts = np.zeros((1 << _DIGIT_BITS) + 1, dtype=np.int64)
        for row in range(rows):
            starts[((left[row] >> np.uint64(shift)) & np.uint64((1 << _DIGIT_BITS) - 1)) + np.uint64(1)] += 1
        for digit in range(1 << _DIGIT_BITS):
            starts[digit + 1] += starts[digit]
        for row in range(rows):
            bits = (left[row] >> np.uint64(shift)) & np.uint64((1 << _DIGIT_BITS) - 1)
            to = starts[bits]
            starts[bits] += 1
            moved[to] = left[row]
            moved_places[to] = places[row]
        left, moved = moved, left
        places, moved_places = moved_places, places
    for row in range(1, rows):
        key, place, to = left[row], places[row], row
        while to > 0 and left[to - 1] > key:  # all before it with less in the highest bits stay before it
            left[to], places[to] = left[to - 1], places[to - 1]
            to -= 1
        left[to], places[to] = key, place
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
