"""How the ranks of an amended analysis follow from those of the full one: everybody has one, without gaps.

They are written down whole with each amendment: those of everybody amended move when one of them does.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Int64 = npt.NDArray[np.int64]

AMENDED: Final = pa.schema(
    [
        pa.field("number", pa.int32(), nullable=False),
        pa.field("rank", pa.int32()),
        pa.field("rank_before", pa.int32()),
    ]
)
"""Everybody whose rows are not those of the full analysis: the rank now and the rank there, null for who has none."""


@dataclass(frozen=True)
class Ranks:
    """Of one analysis; of a full one nobody is amended."""

    own: Int64
    """The numbers of those who are amended and ranked, best first."""
    taken: Int64
    """Their ranks now."""
    left: Int64
    """Ranks that people amended have in the full analysis, ascending."""

    @classmethod
    def read(cls, written: bytes | None) -> "Ranks":
        """From what `written` gave; None of a full analysis."""
        if written is None:
            return cls(*(np.empty(0, dtype=np.int64) for _ in range(3)))
        people = pa.ipc.open_stream(written).read_all()
        ranked = people.filter(pc.is_valid(people.column("rank"))).sort_by("rank")
        own, taken = (ranked.column(name).to_numpy().astype(np.int64) for name in ("number", "rank"))
        return cls(own, taken, np.sort(people.column("rank_before").drop_null().to_numpy()).astype(np.int64))

    def now(self, before: Int64) -> Int64:
        """The ranks of people who are not amended, by their ranks before."""
        return _nth_free(self.taken, before - np.searchsorted(self.left, before))

    def before(self, now: int) -> int:
        """The last rank before of those who are not amended and stand up to a rank now; 0 where nobody does."""
        count = now - int(np.searchsorted(self.taken, now, side="right"))
        return int(_nth_free(self.left, np.array([count], dtype=np.int64))[0]) if count > 0 else 0

    def of_own(self, numbers: Int64) -> Int64:
        """The ranks now of people who are amended and ranked."""
        by_number = np.argsort(self.own)
        return self.taken[by_number[np.searchsorted(self.own, numbers, sorter=by_number)]]


def written(people: pa.Table) -> bytes:
    """As bytes: AMENDED rows, in any order."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, AMENDED) as stream:
        stream.write_table(people)
    return bytes(sink.getvalue())


def _nth_free(taken: Int64, place: Int64) -> Int64:
    """The ranks that come at these places (from 1) among those that are not taken."""
    return np.asarray(place + np.searchsorted(taken - np.arange(len(taken)), place, side="right"), dtype=np.int64)
