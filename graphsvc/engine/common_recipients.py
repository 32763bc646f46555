"""Which callers reach the same people: the pairs that co_recipients weighs, found in the arrays of a snapshot."""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from graphsvc.compiling import kernel
from graphsvc.engine import parameters
from graphsvc.engine.co_recipients import Callers, Pairs, Reach
from graphsvc.engine.population import Bool, Float64
from graphsvc.graph.snapshot import Int32, Int64, Snapshot

Scalar = TypeVar("Scalar", bound=np.generic)


def pairs_of(snapshot: Snapshot, reach: Reach, callers: Callers, company: Float64) -> tuple[Pairs, Float64]:
    """The pairs of the fresh among `callers`, and the company with the steps of all of them added.

    Two threads find them, each those with its half of the others: so every sum is made in the order of one. Pairs are
    in no promised order.
    """
    out = _Contacts(snapshot.out_start, snapshot.contact_to, snapshot.first_at, snapshot.last_at)
    into = _Contacts(snapshot.in_start, reach.callers, reach.first_at, reach.last_at)
    limits = (
        parameters.CO_RECIPIENT_NEAR_MS,
        parameters.CO_RECIPIENT_FAR_WEIGHT,
        parameters.CO_RECIPIENT_LEAST,
    )
    added = company.copy()
    counting = (callers.step, callers.fresh, added)
    middle = int(np.searchsorted(snapshot.out_start, snapshot.contact_count // 2))

    def pairs_with(others: tuple[int, int]) -> tuple[Int32, Int32, Int32, Float64]:
        weighed = (reach.recipient_weight, reach.caller)
        return _common_recipients(callers.who, others, counting, weighed, (out, into), limits)

    with ThreadPoolExecutor(2, "compare") as threads:
        halves = threads.map(pairs_with, ((0, middle), (middle, snapshot.number_count)))
        pairs = [np.concatenate(parts) for parts in zip(*halves, strict=True)]
    return Pairs(*pairs), added


class _Contacts(NamedTuple):
    """Contacts of each number on one side: those of i are other[start[i]:start[i + 1]], with their first and last."""

    start: Int64
    other: Int32
    first_at: Int64
    last_at: Int64


@kernel
def _common_recipients(
    suspects: Int32,
    others: tuple[int, int],
    counting: tuple[Float64, Bool, Float64],
    reach: tuple[Float64, Bool],
    contacts: tuple[_Contacts, _Contacts],
    limits: tuple[int, float, int],
) -> tuple[Int32, Int32, Int32, Float64]:
    """Pairs of the fresh suspects with the others from one number to below another.

    `counting` holds each suspect's step and whether it is fresh, and the company.
    """
    (recipient_weight, caller), (near_ms, far_weight, least), (low, high) = reach, limits, others
    step, fresh, company = counting
    # Plain names, since the compiler does not lift a field of a tuple out of a loop.
    (out_start, contact_to, first_at, last_at), (in_start, in_caller, in_first_at, in_last_at) = contacts
    count, worth = np.zeros(high - low, np.int32), np.zeros(high - low, np.float64)
    touched = np.empty(high - low, np.int32)
    capacity, pairs = 1024, 0
    suspect, other = np.empty(capacity, np.int32), np.empty(capacity, np.int32)
    common, worths = np.empty(capacity, np.int32), np.empty(capacity, np.float64)
    for position in range(len(suspects)):
        s, touches = suspects[position], 0
        for c in range(out_start[s], out_start[s + 1]):
            weight = recipient_weight[contact_to[c]]
            if weight <= 0:
                continue
            first, end = in_start[contact_to[c]], in_start[contact_to[c] + 1]
            for k in range(first + np.searchsorted(in_caller[first:end], low), end):
                j = in_caller[k]
                if j >= high:
                    break
                if count[j - low] == 0:
                    touched[touches] = j
                    touches += 1
                gap = max(first_at[c], in_first_at[k]) - min(last_at[c], in_last_at[k])
                count[j - low] += 1
                worth[j - low] += weight if gap <= near_ms else weight * far_weight
        for j in touched[:touches]:
            tied = caller[j] and j != s  # looked at here, once for each, and not in the loop above
            if tied:
                company[j] += step[position]
            if tied and fresh[position] and count[j - low] >= least:
                if pairs == capacity:
                    capacity *= 2
                    suspect, other = _grown(suspect, capacity), _grown(other, capacity)
                    common, worths = _grown(common, capacity), _grown(worths, capacity)
                suspect[pairs], other[pairs] = s, j
                common[pairs], worths[pairs] = count[j - low], worth[j - low]
                pairs += 1
            count[j - low], worth[j - low] = 0, 0.0
    return suspect[:pairs].copy(), other[:pairs].copy(), common[:pairs].copy(), worths[:pairs].copy()


@kernel
def _grown(values: npt.NDArray[Scalar], capacity: int) -> npt.NDArray[Scalar]:
    result = np.empty(capacity, values.dtype)
    for i in range(len(values)):
        result[i] = values[i]
    return result
