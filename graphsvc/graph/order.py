"""Stable order by whole-number keys in linear time: the one sort that folding needs.

Knows nothing of events or numbers.
"""

import numba
import numpy as np
import numpy.typing as npt

UInt64 = npt.NDArray[np.uint64]
Int32 = npt.NDArray[np.int32]

_DIGIT_BITS = 11
_DIGITS = 1 << _DIGIT_BITS


def sorted_with(key: UInt64, carried: Int32) -> tuple[UInt64, Int32]:
    """The keys in ascending order, and what each carries; equal keys keep their order.

    Least-significant-digit radix sort (Knuth, TAOCP 3, 5.2.5): linear, and one scan where the keys stand
    in order already. Both arguments may be overwritten.
    """
    sorted_key, sorted_carried = _radix_sort(key, carried)
    return sorted_key, sorted_carried


@numba.njit(cache=True, nogil=True)
def _radix_sort(key: UInt64, carried: Int32) -> tuple[UInt64, Int32]:
    highest = np.uint64(0)
    in_order = True
    for i in range(len(key)):
        highest |= key[i]
        if i and key[i] < key[i - 1]:
            in_order = False
    if in_order:
        return key, carried
    spare_key, spare_carried = np.empty_like(key), np.empty_like(carried)
    shift = np.uint64(0)
    while shift < 64 and highest >> shift:
        place = np.zeros(_DIGITS + 1, np.int64)
        for i in range(len(key)):
            place[((key[i] >> shift) & np.uint64(_DIGITS - 1)) + np.uint64(1)] += 1
        if place.max() < len(key):  # else all have the same digit here
            for digit in range(_DIGITS):
                place[digit + 1] += place[digit]
            for i in range(len(key)):
                digit_of = (key[i] >> shift) & np.uint64(_DIGITS - 1)
                at = place[digit_of]
                place[digit_of] = at + 1
                spare_key[at] = key[i]
                spare_carried[at] = carried[i]
            key, spare_key = spare_key, key
            carried, spare_carried = spare_carried, carried
        shift += np.uint64(_DIGIT_BITS)
    return key, carried
