"""Events parted by the days of the operator."""

from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Int64 = npt.NDArray[np.int64]

_MINUTE_MS: Final = 60_000


def by_day(started_at: pa.ChunkedArray, timezone: str) -> list[tuple[str, Int64]]:
    """The places of each day's events, in the order of the operator's days; within a day they keep their order."""
    days = _days(started_at, timezone)
    order = np.argsort(days, kind="stable")
    edges = [0, *(np.flatnonzero(np.diff(days[order])) + 1).tolist(), len(days)]
    return [
        (str(np.datetime64(int(days[order[start]]), "D")), order[start:stop]) for start, stop in pairwise(edges) if stop
    ]


def _days(instants: pa.ChunkedArray, timezone: str) -> npt.NDArray[np.int32]:
    """Days since 1970 in the operator's zone, worked out once for each minute: days change with a minute."""
    minutes = pc.divide(instants, _MINUTE_MS).combine_chunks().dictionary_encode()
    begins = pc.multiply(minutes.dictionary, _MINUTE_MS)
    local = pc.local_timestamp(begins.cast(pa.timestamp("ms", tz="UTC")).cast(pa.timestamp("ms", tz=timezone)))
    days: npt.NDArray[np.int32] = local.cast(pa.date32(), safe=False).cast(pa.int32()).to_numpy()
    return np.asarray(days[minutes.indices.to_numpy()])
