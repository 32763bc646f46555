"""How an instant is written: ISO-8601 in UTC, to the millisecond; and for people in their zone, to the minute."""

from datetime import date, datetime
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

_HOUR_MS: Final = 3600 * 1000
_DAY_MS: Final = 24 * _HOUR_MS
_FIRST_DAY: Final = date(1970, 1, 1).toordinal()
_SIZE: Final = len('"0000-00-00T00:00:00.000Z",')
_PARTS: Final = np.dtype(  # each overwrites what the one before it has too many of: 8 and 16 bytes are copied fast
    {"names": ["date", "minute", "rest"], "formats": ["V16", "V8", "V8"], "offsets": [1, 11, 17], "itemsize": _SIZE}
)
_QUOTE, _COMMA = b'",'
_MINUTES: Final = [f"{k // 60:02}:{k % 60:02}" for k in range(24 * 60)]
_SECONDS: Final = [f":{k:02}" for k in range(60)]
_MILLISECONDS: Final = [f".{k:03}Z" for k in range(1000)]
_OF_DAY: Final = np.array([f"T{minute}" for minute in _MINUTES], dtype="S8").view(np.uint64)


@cache
def _of_minute() -> npt.NDArray[np.uint64]:
    """Each millisecond of a minute, as it is written."""
    return np.array([f":{k // 1000:02}.{k % 1000:03}Z" for k in range(60_000)], dtype="S8").view(np.uint64)


def iso(instant: int) -> str:
    """Epoch milliseconds as ISO-8601 in UTC."""
    day, of_day = divmod(instant, _DAY_MS)
    minute, rest = divmod(of_day, 60_000)
    return f"{_date(day)}T{_MINUTES[minute]}{_SECONDS[rest // 1000]}{_MILLISECONDS[rest % 1000]}"


def local(instant: int, zone: ZoneInfo) -> str:
    """Epoch milliseconds as people of a zone write them, to the minute: 2026-03-01 16:00.

    A page of people names dozens of instants of a few days: the zone is asked once an hour that is named.
    """
    offset = _offset_of_hour(zone, instant // _HOUR_MS)
    if offset is None:
        return datetime.fromtimestamp(instant / 1000, zone).isoformat(" ", "minutes")[: len("2026-03-01 16:00")]
    day, of_day = divmod(instant + offset, _DAY_MS)
    return f"{_date(day)} {_MINUTES[of_day // 60_000]}"


@lru_cache(maxsize=1_000)
def _offset_of_hour(zone: ZoneInfo, hour: int) -> int | None:
    """By how many ms a zone is ahead of UTC in the hour so many hours after 1970; None where that changes within."""
    first, last = (_offset(zone, hour * 3600 + second) for second in (0, 3599))
    return first if first == last else None


def _offset(zone: ZoneInfo, second: int) -> int:
    ahead = datetime.fromtimestamp(second, zone).utcoffset()
    assert ahead is not None
    return round(ahead.total_seconds() * 1000)


@lru_cache(maxsize=1_000)
def _date(day: int) -> str:
    """The day so many days after 1970-01-01; a page of people names few."""
    return date.fromordinal(_FIRST_DAY + day).isoformat()


def iso_json(instants: npt.NDArray[np.int64]) -> bytes:
    """A JSON array of many instants (epoch ms, years 1 to 9999), each written as `iso` does."""
    if not len(instants):
        return b"[]"
    minutes = instants // 60_000
    days = minutes // (24 * 60)
    low = int(days.min())
    named = np.arange(low, int(days.max()) + 1).astype("datetime64[D]")
    dates = np.datetime_as_string(named).astype("S16").view(np.complex128)
    text = np.empty(1 + _SIZE * len(instants), dtype=np.uint8)
    rows, written = text[1:].reshape(-1, _SIZE), text[1:].view(_PARTS)
    written["date"] = dates[days - low].view("V16")
    written["minute"] = _OF_DAY[minutes - days * (24 * 60)].view("V8")
    written["rest"] = _of_minute()[instants - minutes * 60_000].view("V8")
    rows[:, 0] = rows[:, -2] = _QUOTE
    rows[:, -1] = _COMMA
    text[0], text[-1] = b"[]"
    return text.tobytes()
