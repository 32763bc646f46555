"""The three phases of Leiden, compiled: nodes move, communities are refined, refined communities become nodes.

Modularity of a partition, with resolution r, total weight m and strengths s (a node's weighted degree):

    Q = Σ over communities C of  (weight inside C) / m  -  r · (strength of C / 2 m)²

so a node v gains by moving into a community C, less what it gave up elsewhere,

    weight between v and C  -  r · s(v) · s(C without v) / 2 m        (times 1/m, which decides nothing)

`share` below is r / 2 m. A label names a community and is below the count of nodes.

Whether a neighbour's community is met for the first time no processor foretells: the loops write it down each time and
count it where it was new, which takes half of the time of asking first. They read by unsigned places, for numba asks of
a signed one each time whether it counts from the end.
"""

import numpy as np
import numpy.typing as npt

from graphsvc.compiling import kernel
from graphsvc.graph.snapshot import Int32, Int64
from graphsvc.graph.weighted import Float32, Float64

Bools = npt.NDArray[np.bool_]

_LEAST = 1e-9
"""A gain below this part of a node's strength is rounding, and moves nobody."""


@kernel
def _ties(neighbours: Int32, weight: Float32, label: Int32, tie: Float64, met: Int32) -> int:
    """Add up a node's ties to each community in `tie`, which was 0 there; note them in `met`, and count them."""
    mets = 0
    for k in range(len(neighbours)):
        c = np.uintp(label[np.uintp(neighbours[k])])
        before = tie[c]
        met[np.uintp(mets)] = c
        mets += before == 0.0
        tie[c] = before + weight[k]
    return mets


@kernel
def move_nodes(
    start: Int64, far: Int32, weight: Float32, strength: Float64, share: float, order: Int32, label: Int32
) -> int:
    """Move nodes to the neighbouring community that gains most until nobody gains; changes `label`, counts moves.

    Nodes wait in a queue, at first all in `order`; a move sends the neighbours outside the new community back to
    it (fast local move: Ozaki, Tezuka & Inaba 2016; Traag et al. 2019, algorithm A.2). A node that is better off
    alone takes a label that nobody has.
    """
    count = len(strength)
    total, size = np.zeros(count), np.zeros(count, np.int32)
    for v in range(count):
        total[label[v]] += strength[v]
        size[label[v]] += 1
    free = list(np.flatnonzero(size == 0))
    queue, waits = order.copy(), np.ones(count, np.bool_)
    tie, met = np.zeros(count), np.empty(count + 1, np.int32)
    head, waiting, moves = 0, count, 0
    while waiting:
        v, own = queue[head], label[queue[head]]
        head = head + 1 if head + 1 < count else 0
        waiting -= 1
        waits[v] = False
        total[own] -= strength[v]
        mets = _ties(far[start[v] : start[v + 1]], weight[start[v] : start[v + 1]], label, tie, met)
        pull = share * strength[v]
        best, gain = own, tie[own] - pull * total[own] + _LEAST * strength[v]
        for i in range(mets):
            c = np.uintp(met[np.uintp(i)])
            here = tie[c] - pull * total[c]
            tie[c] = 0.0
            if here > gain:
                best, gain = np.int32(c), here
        if gain < 0.0 and size[own] > 1:
            best = np.int32(free.pop())
        total[best] += strength[v]
        if best == own:
            continue
        moves += 1
        size[best] += 1
        size[own] -= 1
        if not size[own]:
            total[own] = 0.0
            free.append(own)
        label[v] = best
        for k in range(start[v], start[v + 1]):
            u = np.uintp(far[np.uintp(k)])
            if not waits[u] and label[u] != best:
                waits[u] = True
                tail = head + waiting
                queue[tail if tail < count else tail - count] = np.int32(u)
                waiting += 1
    return moves


@kernel
def refine(
    start: Int64, far: Int32, weight: Float32, strength: Float64, share: float, order: Int32, label: Int32
) -> Int32:
    """[n] parts of the communities of `label`, from 0 in the order of their first members.

    Every node begins alone. One that is still alone joins the part of its community that gains most, where both are
    well connected to the rest of the community (algorithm A.2, with the best part in place of a drawn one).
    """
    count = len(strength)
    whole, total, leaving = np.zeros(count), strength.copy(), np.zeros(count)
    for v in range(count):
        whole[label[v]] += strength[v]
        for k in range(start[v], start[v + 1]):
            if label[far[k]] == label[v]:
                leaving[v] += weight[k]
    part, alone = np.arange(count).astype(np.int32), np.ones(count, np.bool_)
    tie, met = np.zeros(count), np.empty(count + 1, np.int32)
    for v in order:
        around = whole[label[v]]
        if not alone[v] or leaving[v] < share * strength[v] * (around - strength[v]):
            continue
        mets = 0
        for k in range(start[v], start[v + 1]):
            u = np.uintp(far[np.uintp(k)])
            within = label[u] == label[v]
            p = np.uintp(part[u])
            before = tie[p]
            met[np.uintp(mets)] = p
            mets += within & (before == 0.0)
            tie[p] = before + within * weight[k]
        best, gain, shared = -1, _LEAST * strength[v], 0.0
        for i in range(mets):
            p = met[i]
            here = tie[p] - share * strength[v] * total[p]
            if here > gain and leaving[p] >= share * total[p] * (around - total[p]):
                best, gain, shared = p, here, tie[p]
            tie[p] = 0.0
        if best >= 0:
            part[v], alone[v], alone[best] = best, False, False
            total[best] += strength[v]
            leaving[best] += leaving[v] - 2.0 * shared
    return numbered(part)


@kernel
def numbered(label: Int32) -> Int32:
    """The labels (each below their count) anew, from 0 in the order of their first members."""
    anew, count = np.full(len(label), -1, np.int32), 0
    result = np.empty_like(label)
    for v in range(len(label)):
        if anew[label[v]] < 0:
            anew[label[v]] = count
            count += 1
        result[v] = anew[label[v]]
    return result


@kernel
def merged(start: Int64, far: Int32, weight: Float32, part: Int32, count: int) -> tuple[Int64, Int32, Float32]:
    """The graph whose nodes are the `count` parts, with the weights between them; what is inside a part is left out."""
    first, member = grouped(part, count)
    wide, heavy = np.empty(len(far), np.int32), np.empty(len(far), np.float32)
    rows = np.zeros(count + 1, np.int64)
    tie = np.zeros(count)
    used = 0
    for p in range(count):
        low = used
        for i in range(first[p], first[p + 1]):
            v = member[i]
            for k in range(start[v], start[v + 1]):
                other = np.uintp(part[np.uintp(far[np.uintp(k)])])
                before = tie[other]
                wide[np.uintp(used)] = other
                used += (before == 0.0) & (other != p)
                tie[other] = before + weight[k]
        tie[p] = 0.0
        for k in range(low, used):
            heavy[k] = tie[wide[k]]
            tie[wide[k]] = 0.0
        rows[p + 1] = used
    return rows, wide[:used].copy(), heavy[:used].copy()


@kernel
def grouped(label: Int32, count: int) -> tuple[Int64, Int32]:
    """[count + 1] where each label's nodes begin, and the nodes label by label (counting sort)."""
    first = np.zeros(count + 1, np.int64)
    for v in range(len(label)):
        first[label[v] + 1] += 1
    for c in range(count):
        first[c + 1] += first[c]
    place, member = first[:-1].copy(), np.empty(len(label), np.int32)
    for v in range(len(label)):
        member[place[label[v]]] = v
        place[label[v]] += 1
    return first, member


@kernel
def connected_parts(start: Int64, far: Int32, label: Int32) -> Int32:
    """Labels with each community split into its connected parts, numbered by smallest member."""
    result = np.full(len(label), -1, np.int32)
    reached = np.empty(len(label) + 1, np.int32)
    parts = 0
    for v in range(len(label)):
        if result[v] >= 0:
            continue
        result[v], reached[0], end, at = parts, v, 1, 0
        while at < end:
            near = reached[at]
            at += 1
            for k in range(start[near], start[near + 1]):
                u = np.uintp(far[np.uintp(k)])
                new = (result[u] < 0) & (label[u] == label[v])
                reached[np.uintp(end)] = u
                end += new
                result[u] = parts if new else result[u]
        parts += 1
    return result


@kernel
def quality(start: Int64, far: Int32, weight: Float32, share: float, label: Int32) -> float:
    """Twice the weight inside communities less what chance would put there: modularity times 2 m."""
    total = np.zeros(len(label))
    inside = 0.0
    for v in range(len(label)):
        for k in range(start[v], start[v + 1]):
            total[label[v]] += weight[k]
            if label[far[k]] == label[v]:
                inside += weight[k]
    by_chance = 0.0
    for each in total:
        by_chance += each * each
    return inside - share * by_chance


@kernel
def strengths(start: Int64, weight: Float32) -> Float64:
    """[n] weighted degrees."""
    result = np.zeros(len(start) - 1)
    for v in range(len(result)):
        for k in range(start[v], start[v + 1]):
            result[v] += weight[k]
    return result


@kernel
def sums(part: Int32, value: Float64, count: int) -> Float64:
    """[count] the values of each part's members together."""
    result = np.zeros(count)
    for v in range(len(part)):
        result[part[v]] += value[v]
    return result
