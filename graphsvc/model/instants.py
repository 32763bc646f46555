"""How an instant is written: ISO-8601 in UTC, to the millisecond."""

from datetime import date
from functools import cache, lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

_DAY_MS: Final = 24 * 3600 * 1000
_FIRST_DAY: Final = date(1970, 1, 1).toordinal()
_FORM: Final = b'"0000-00-00T00:00:00.000Z",'
_PARTS: Final = np.dtype(
    {
        "names": ["date", "time", "seconds"],
        "formats": ["V10", "V5", "V6"],
        "offsets": [1, 12, 18],
        "itemsize": len(_FORM),
    }
)
_MINUTES: Final = [f"{k // 60:02}:{k % 60:02}" for k in range(24 * 60)]
_TIMES: Final = np.array(_MINUTES, dtype="S5").view("V5")


@cache
def _seconds() -> npt.NDArray[np.void]:
    """Each millisecond of a minute, as it is written."""
    return np.array([f"{k // 1000:02}.{k % 1000:03}" for k in range(60_000)], dtype="S6").view("V6")


def iso(instant: int) -> str:
    """Epoch milliseconds as ISO-8601 in UTC."""
    day, of_day = divmod(instant, _DAY_MS)
    minute, rest = divmod(of_day, 60_000)
    seconds = f"{rest:05}"
    return f"{_date(day)}T{_MINUTES[minute]}:{seconds[:2]}.{seconds[2:]}Z"


@lru_cache(maxsize=1_000)
def _date(day: int) -> str:
    """The day so many days after 1970-01-01; a page of people names few."""
    return date.fromordinal(_FIRST_DAY + day).isoformat()


def iso_json(instants: npt.NDArray[np.int64]) -> bytes:
    """A JSON array of many instants (epoch ms, years 1 to 9999), each written as `iso` does."""
    if not len(instants):
        return b"[]"
    days, of_day = np.divmod(instants, _DAY_MS)
    minutes, rest = np.divmod(of_day.astype(np.int32), np.int32(60_000))
    low = int(days.min())
    dates = np.datetime_as_string(np.arange(low, int(days.max()) + 1).astype("datetime64[D]")).astype("S10")
    text = bytearray(b"[" + _FORM * len(instants))
    written = np.frombuffer(text, dtype=_PARTS, offset=1)
    written["date"], written["time"], written["seconds"] = (
        dates.view("V10")[days - low],
        _TIMES[minutes],
        _seconds()[rest],
    )
    text[-1:] = b"]"
    return bytes(text)
