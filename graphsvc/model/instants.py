"""How an instant is written: ISO-8601 in UTC, to the millisecond."""

from datetime import UTC, datetime
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

_DAY_MS: Final = 24 * 3600 * 1000
_FORM: Final = b'"0000-00-00T00:00:00.000Z",'
_PARTS: Final = np.dtype(
    {
        "names": ["date", "time", "seconds"],
        "formats": ["V10", "V5", "V6"],
        "offsets": [1, 12, 18],
        "itemsize": len(_FORM),
    }
)
_TIMES: Final = np.array([f"{k // 60:02}:{k % 60:02}" for k in range(24 * 60)], dtype="S5").view("V5")


@cache
def _seconds() -> npt.NDArray[np.void]:
    """Each millisecond of a minute, as it is written."""
    return np.array([f"{k // 1000:02}.{k % 1000:03}" for k in range(60_000)], dtype="S6").view("V6")


def iso(instant: int) -> str:
    """Epoch milliseconds as ISO-8601 in UTC."""
    return datetime.fromtimestamp(instant / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def iso_json(instants: npt.NDArray[np.int64]) -> bytes:
    """A JSON array of many instants (epoch ms, years 1 to 9999), each written as `iso` does."""
    if not len(instants):
        return b"[]"
    days, of_day = np.divmod(instants, _DAY_MS)
    minutes, rest = np.divmod(of_day.astype(np.int32), np.int32(60_000))
    low = int(days.min())
    dates = np.datetime_as_string(np.arange(low, int(days.max()) + 1).astype("datetime64[D]")).astype("S10")
    written = np.frombuffer(bytearray(_FORM * len(instants)), dtype=_PARTS)
    written["date"], written["time"], written["seconds"] = (
        dates.view("V10")[days - low],
        _TIMES[minutes],
        _seconds()[rest],
    )
    return b"[" + written.tobytes()[:-1] + b"]"
