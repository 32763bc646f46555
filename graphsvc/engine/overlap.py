"""How much two numbers' use of entities coincides: what rotating SIM cards over a few devices cannot hide.

A number's profile is its parts on the entities it used. Two profiles coincide, on devices, by the sum of the smaller
part on each; on anything else, where each part is the whole, by the best single one.
"""

from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from graphsvc.graph.snapshot import Int32, Int64

Float64 = npt.NDArray[np.float64]


class Uses(NamedTuple):
    """Rows (number, slot of an entity, part) of one kind, in order of slot, then number."""

    number: Int32
    slot: Int32
    part: Float64
    kept: Float64
    """What ordinary users of the entity leave of a row."""
    adds_up: bool
    """Parts of one number add up to 1 (devices), rather than being 1 each."""


def best_partner(uses: Uses, sure: Float64, least: float) -> tuple[Float64, Int64]:
    """For each number the greatest sure[j] × overlap with another number j, and the row that most of it lies in.

    Only numbers with `sure` of at least `least` are partners; -1 where there is none.
    """
    source = np.flatnonzero(sure[uses.number] >= least)
    source = source[np.lexsort((uses.slot[source], uses.number[source]))]
    slots = int(uses.slot.max(initial=-1)) + 1
    start = np.searchsorted(uses.slot, np.arange(slots + 1))
    return _best_partner(source, start, uses, sure)


@numba.njit(cache=True, nogil=True)
def _best_partner(source: Int64, start: Int64, uses: Uses, sure: Float64) -> tuple[Float64, Int64]:
    number, slot, part, kept, adds_up = uses
    count = len(sure)
    best, best_row = np.zeros(count, np.float64), np.full(count, -1, np.int64)
    total, most = np.zeros(count, np.float64), np.zeros(count, np.float64)
    row, touched = np.full(count, -1, np.int64), np.empty(count, np.int32)
    at = 0
    while at < len(source):
        j, touches = number[source[at]], 0
        while at < len(source) and number[source[at]] == j:
            mine = source[at]
            for r in range(start[slot[mine]], start[slot[mine] + 1]):
                i = number[r]
                common = kept[r] * min(part[r], part[mine])
                if i == j or common <= 0:
                    continue
                if row[i] < 0:
                    touched[touches] = i
                    touches += 1
                if common > most[i]:
                    most[i], row[i] = common, r
                total[i] = total[i] + common if adds_up else most[i]
            at += 1
        for i in touched[:touches]:
            value = sure[j] * min(total[i], 1.0)
            if value > best[i]:
                best[i], best_row[i] = value, row[i]
            total[i], most[i], row[i] = 0.0, 0.0, -1
    return best, best_row


def companions(uses: Uses, counted: Float64) -> Float64:
    """By row: Σ over the other numbers on the entity of the smaller of the two parts, as far as each is `counted`."""
    order = np.lexsort((uses.part, uses.slot))
    slot, part = uses.slot[order], uses.part[order]
    here = counted[uses.number[order]]
    smaller, others = np.cumsum(here * part), np.cumsum(here)
    slots = int(uses.slot.max(initial=-1)) + 1
    start = np.searchsorted(slot, np.arange(slots + 1))
    before = np.concatenate([[0.0], smaller])[start[:-1]][slot]
    end = np.concatenate([[0.0], others])[start[1:]][slot]
    result = np.empty(len(order))
    result[order] = np.maximum(smaller - before + part * (end - others) - here * part, 0)
    return result
