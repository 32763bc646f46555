"""Text columns as the kernels see them: offsets and bytes, where an empty value is a missing one.

The bytes are Arrow's own, not copied. Whoever makes a `Text` has checked that they are UTF-8.
"""

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graphsvc.compiling import kernel

Integer = TypeVar("Integer", bound=np.integer[Any])


@dataclass(frozen=True)
class Text:
    """A text column without nulls. `offsets` has one entry more than there are rows."""

    array: pa.Array  # pa.string(), no nulls
    offsets: NDArray[np.int32]
    data: NDArray[np.uint8]

    @classmethod
    def of(cls, array: pa.Array) -> "Text":
        """The column, with nulls as empty texts. `array` is of type pa.string()."""
        if array.null_count:
            array = _filled(array)
        rows = len(array)
        if rows == 0:
            return cls(array, _read_only(np.zeros(1, dtype=np.int32)), _read_only(np.zeros(0, dtype=np.uint8)))
        _, offsets, data = array.buffers()
        bytes_there = np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, dtype=np.uint8)
        return cls(
            array=array,
            offsets=_read_only(np.frombuffer(offsets, dtype=np.int32)[array.offset : array.offset + rows + 1]),
            data=_read_only(bytes_there),
        )

    @classmethod
    def missing(cls, rows: int) -> "Text":
        """A column of `rows` missing values."""
        return cls.of(pa.array([""], pa.string()).take(pa.array(np.zeros(rows, dtype=np.int64))))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def empty(self) -> NDArray[np.bool_]:
        """Where a value is missing."""
        return np.equal(self.offsets[1:], self.offsets[:-1])

    def take(self, rows: NDArray[np.int64]) -> "Text":
        """The rows named, in the order named."""
        return Text.of(self.array.take(pa.array(rows)))


def _read_only(values: NDArray[Integer]) -> NDArray[Integer]:
    """Whether Arrow lets its bytes be written depends on where they came from; kernels compile for each kind anew."""
    values.flags.writeable = False
    return values


def _filled(array: pa.Array) -> pa.Array:
    """Nulls as empty texts. Where their slots are empty already, as Arrow's own readers leave them, without a copy."""
    rows, start = len(array), array.offset
    _, offsets, data = array.buffers()
    if data is not None:
        ends = np.frombuffer(offsets, dtype=np.int32)[start : start + rows + 1]
        if not np.any((ends[1:] != ends[:-1]) & array.is_null().to_numpy(zero_copy_only=False)):
            return pa.StringArray.from_buffers(rows, offsets, data, None, 0, start)
    return pc.fill_null(array, "")


@kernel
def text_faults(offsets: NDArray[np.int32], data: NDArray[np.uint8], bytes_max: int) -> NDArray[np.uint8]:
    """0 for a good text, 1 for one longer than `bytes_max`, 2 for one with a control character."""
    rows = len(offsets) - 1
    faults = np.zeros(rows, dtype=np.uint8)
    longest, control = 0, np.uint8(0)
    for row in range(rows):
        longest = max(longest, offsets[row + 1] - offsets[row])
    for byte in data[offsets[0] : offsets[rows]]:
        control |= np.uint8(byte < 32) | np.uint8(byte == 127)  # without a branch, so that many are looked at at once
    if longest <= bytes_max and not control:
        return faults  # nearly always; the rows are only looked at one by one where there is something to find
    for row in range(rows):
        if offsets[row + 1] - offsets[row] > bytes_max:
            faults[row] = 1
            continue
        for at in range(offsets[row], offsets[row + 1]):
            if data[at] < 32 or data[at] == 127:
                faults[row] = 2
    return faults


@kernel
def whole_seconds(offsets: NDArray[np.int32], data: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """The value of texts such as 12, -3 or 12.0, and fault 1 for all others; an empty text is a good 0.

    Spaces around do not matter.
    """
    rows = len(offsets) - 1
    values = np.zeros(rows, dtype=np.int64)
    faults = np.zeros(rows, dtype=np.uint8)
    for row in range(rows):
        start, end = offsets[row], offsets[row + 1]
        if start == end:
            continue
        while start < end and data[start] == 32:
            start += 1
        while end > start and data[end - 1] == 32:
            end -= 1
        negative = start < end and data[start] == 45
        at = start + 1 if negative else start
        first = at
        value = np.int64(0)
        while at < end and 48 <= data[at] <= 57 and at - first < 15:
            value = value * 10 + np.int64(data[at] - 48)
            at += 1
        digits = at - first
        if at < end and data[at] == 46:
            at += 1
            while at < end and data[at] == 48:
                at += 1
        if digits == 0 or at != end:
            faults[row] = 1
        values[row] = -value if negative else value
    return values, faults


@kernel
def order_ties(
    order: NDArray[np.int64], known_at: NDArray[np.int64], offsets: NDArray[np.int32], data: NDArray[np.uint8]
) -> None:
    """Sort each run of equal `known_at` in `order` by text, bytewise, then by row. In place, by merging."""
    rows = len(order)
    spare = np.empty(rows, dtype=np.int64)
    start = 0
    while start < rows:
        end = start + 1
        while end < rows and known_at[order[end]] == known_at[order[start]]:
            end += 1
        if end - start > 1:
            _merge_sort(order, spare, start, end, offsets, data)
        start = end


@kernel
def _merge_sort(
    order: NDArray[np.int64],
    spare: NDArray[np.int64],
    start: int,
    end: int,
    offsets: NDArray[np.int32],
    data: NDArray[np.uint8],
) -> None:
    width = 1
    while width < end - start:
        for low in range(start, end, 2 * width):
            middle, high = min(low + width, end), min(low + 2 * width, end)
            left, right = low, middle
            for out in range(low, high):
                if left < middle and (right >= high or not _before(order[right], order[left], offsets, data)):
                    spare[out] = order[left]
                    left += 1
                else:
                    spare[out] = order[right]
                    right += 1
        for row in range(start, end):
            order[row] = spare[row]
        width *= 2


@kernel
def _before(one: int, other: int, offsets: NDArray[np.int32], data: NDArray[np.uint8]) -> bool:
    """Whether row `one` sorts before row `other`: by bytes, then shorter first, then by row."""
    at, and_at = offsets[one], offsets[other]
    while at < offsets[one + 1] and and_at < offsets[other + 1]:
        if data[at] != data[and_at]:
            return bool(data[at] < data[and_at])
        at += 1
        and_at += 1
    length, other_length = offsets[one + 1] - offsets[one], offsets[other + 1] - offsets[other]
    if length != other_length:
        return bool(length < other_length)
    return one < other
