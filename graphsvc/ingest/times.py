"""Instants from text: ISO-8601 with an offset, or integer epoch milliseconds. An offset is never guessed.

The kernel and the scalar share one parser, so that a command line and a feed read a time alike.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphsvc.compiling import kernel
from graphsvc.errors import InvalidTime

EARLIEST_MS: Final = 631_152_000_000
"""1990-01-01T00:00:00Z: no operator's record is older."""
AHEAD_MS: Final = 366 * 86_400_000
"""How far after `now` an instant may lie before it is held to be a mistake."""

OK: Final = 0
NO_TIME: Final = 1
NO_OFFSET: Final = 2


def parse_instant(text: str) -> int:
    """The instant in epoch milliseconds; fractions beyond a millisecond are cut off.

    Raises InvalidTime for anything but ISO-8601 with an offset or integer epoch milliseconds.
    """
    data = np.frombuffer(text.encode("utf-8", "replace"), dtype=np.uint8)
    value, fault = _instant(data, 0, len(data))
    if fault == NO_OFFSET:
        raise InvalidTime("the time has no offset: write 2026-01-31T08:00:00+08:00, or end it with Z for UTC")
    if fault != OK:
        raise InvalidTime(
            "the time is not understood: write ISO-8601 with an offset, such as 2026-01-31T08:00:00+08:00, "
            "or integer epoch milliseconds"
        )
    return int(value)


@kernel
def instants(offsets: NDArray[np.int32], data: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Epoch ms and fault (OK, NO_TIME, NO_OFFSET) of each text; an empty text is 0 and OK."""
    rows = len(offsets) - 1
    values = np.zeros(rows, dtype=np.int64)
    faults = np.zeros(rows, dtype=np.uint8)
    for row in range(rows):
        if offsets[row + 1] > offsets[row]:
            value, fault = _instant(data, offsets[row], offsets[row + 1])
            values[row] = value
            faults[row] = fault
    return values, faults


@kernel
def _instant(data: NDArray[np.uint8], start: int, end: int) -> tuple[int, int]:
    while start < end and data[start] == 32:
        start += 1
    while end > start and data[end - 1] == 32:
        end -= 1
    if start == end:
        return 0, 1
    signed = data[start] == 45 and end - start > 1
    if (signed or _is_digit(data[start])) and _all_digits(data, start + 1, end):
        return _epoch(data, start, end)
    day_value, at, extended = _date(data, start, end)
    if at < 0:
        return 0, 1
    if at == end:
        return 0, 2
    if data[at] != 84 and data[at] != 116 and data[at] != 32:  # T, t or a space
        return 0, 1
    clock_ms, at = _clock(data, at + 1, end, extended)
    if at < 0:
        return 0, 1
    if at == end:
        return 0, 2
    minutes, at = _offset(data, at, end)
    if at != end:
        return 0, 1
    return day_value * 86_400_000 + clock_ms - minutes * 60_000, 0


@kernel
def _is_digit(byte: int) -> bool:
    return 48 <= byte <= 57


@kernel
def _all_digits(data: NDArray[np.uint8], start: int, end: int) -> bool:
    for at in range(start, end):  # noqa: SIM110  (numba runs loops, not generators)
        if not _is_digit(data[at]):
            return False
    return True


@kernel
def _epoch(data: NDArray[np.uint8], start: int, end: int) -> tuple[int, int]:
    negative = data[start] == 45
    if negative:
        start += 1
    if end - start > 17:
        return 0, 1
    value = _figure(data, start, end - start, end)
    return (-value if negative else value), 0


@kernel
def _figure(data: NDArray[np.uint8], at: int, count: int, end: int) -> int:
    """The value of exactly `count` digits at `at`, or -1."""
    if at + count > end:
        return -1
    value = 0
    for i in range(at, at + count):
        if not _is_digit(data[i]):
            return -1
        value = value * 10 + int(data[i] - 48)
    return value


@kernel
def _date(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int, bool]:
    """Days since 1970-01-01, where the date ends (-1: no date), and whether it is written with hyphens."""
    year = _figure(data, at, 4, end)
    extended = at + 4 < end and data[at + 4] == 45
    step = 1 if extended else 0
    month = _figure(data, at + 4 + step, 2, end)
    if extended and (at + 7 >= end or data[at + 7] != 45):
        return 0, -1, extended
    day = _figure(data, at + 6 + 2 * step, 2, end)
    if year < 1 or month < 1 or month > 12 or day < 1 or day > _days_in(year, month):
        return 0, -1, extended
    return _days_from_civil(year, month, day), at + 8 + 2 * step, extended


@kernel
def _days_in(year: int, month: int) -> int:
    if month == 2:
        leap = (year % 4 == 0 and year % 100 != 0) or year % 400 == 0
        return 29 if leap else 28
    return 30 if month in (4, 6, 9, 11) else 31


@kernel
def _days_from_civil(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 (Howard Hinnant, chrono-compatible low-level date algorithms)."""
    if month <= 2:
        year -= 1
        month += 12
    era = year // 400
    year_of_era = year - era * 400
    day_of_year = (153 * (month - 3) + 2) // 5 + day - 1
    return era * 146_097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719_468


@kernel
def _clock(data: NDArray[np.uint8], at: int, end: int, extended: bool) -> tuple[int, int]:
    """Milliseconds since midnight and where the clock ends (-1: no clock)."""
    hour = _figure(data, at, 2, end)
    at += 2
    if extended:
        if at >= end or data[at] != 58:
            return 0, -1
        at += 1
    minute = _figure(data, at, 2, end)
    at += 2
    second = 0
    if at < end and (data[at] == 58 if extended else _is_digit(data[at])):
        at += 1 if extended else 0
        second = _figure(data, at, 2, end)
        at += 2
    if hour < 0 or hour > 23 or minute < 0 or minute > 59 or second < 0 or second > 59:
        return 0, -1
    clock_ms = ((hour * 60 + minute) * 60 + second) * 1000
    if at < end and (data[at] == 46 or data[at] == 44):
        return _fraction(data, at + 1, end, clock_ms)
    return clock_ms, at


@kernel
def _fraction(data: NDArray[np.uint8], at: int, end: int, clock_ms: int) -> tuple[int, int]:
    weight = 100
    if at >= end or not _is_digit(data[at]):
        return 0, -1
    while at < end and _is_digit(data[at]):
        clock_ms += int(data[at] - 48) * weight
        weight //= 10
        at += 1
    return clock_ms, at


@kernel
def _offset(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """Minutes east of UTC and where the offset ends (-1: no offset)."""
    if data[at] == 32 and at + 1 < end:
        at += 1
    if data[at] == 90 or data[at] == 122:
        return 0, at + 1
    sign = 1 if data[at] == 43 else -1
    if data[at] != 43 and data[at] != 45:
        return 0, -1
    hours = _figure(data, at + 1, 2, end)
    at += 3
    minutes = 0
    if at < end:
        at += 1 if data[at] == 58 else 0
        minutes = _figure(data, at, 2, end)
        at += 2
    if hours < 0 or hours > 23 or minutes < 0 or minutes > 59:
        return 0, -1
    return sign * (hours * 60 + minutes), at
