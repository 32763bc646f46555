"""Personalised PageRank of any undirected weighted graph: who is near whom, by chance walks that return to their seeds.

A walker goes from a node to a neighbour with a probability proportional to the edge's weight; with probability
1 - damping, and where a node has no edge, it starts again at one of its seeds. The rank of a node is the share of time
it is there (Page et al. 1999; Haveliwala 2002). Several groups of seeds are walked at once: a neighbour's figures for
all of them stand in one place, and the memory is asked for it once instead of once a group.
"""

from math import sqrt

import numpy as np
import numpy.typing as npt

from graphsvc.compiling import kernel
from graphsvc.graph.leiden_loops import strengths
from graphsvc.graph.snapshot import Int32, Int64
from graphsvc.graph.weighted import Float32, Float64, Weighted

_TOLERANCE_LEAST = 1e-7
"""Below it the rounding of float32 keeps figures moving."""
_NEAR = 1e-6
"""Where less than this moves in a round, going farther than neighbours say makes rounding move it on and on."""


def personalised_pagerank(
    graph: Weighted, seeds: npt.ArrayLike, *, damping: float = 0.85, tolerance: float = 1e-6
) -> Float64:
    """[groups, nodes] the rank of every node for each group of seeds; each row sums to 1.

    `seeds` is [groups, nodes], not below 0: the share of restarts at a node, of any sum above 0. Figures are within
    `tolerance` (1e-7 or more) of the round before, summed over the nodes of a group.
    ValueError where a group is empty, and for a damping or tolerance with which nothing comes to rest.
    """
    wanted = np.atleast_2d(np.asarray(seeds, dtype=np.float64))
    if not (0 <= damping < 1 and tolerance >= _TOLERANCE_LEAST):
        raise ValueError(f"damping is from 0 to below 1, and tolerance {_TOLERANCE_LEAST} or more")
    if wanted.shape[1] != graph.node_count or not (wanted >= 0).all() or not (wanted.sum(axis=1) > 0).all():
        raise ValueError("each group of seeds has a figure of 0 or more for every node, and one above 0")
    shares: Float32 = (wanted / wanted.sum(axis=1, keepdims=True)).astype(np.float32)
    restart: Float32 = np.ascontiguousarray(shares.T)
    lonely = np.diff(graph.start) == 0
    strength = strengths(graph.start, graph.weight) + lonely  # what is divided by is not 0
    given = (restart / strength[:, None]).astype(np.float32)
    back = (1 - damping) / (1 - damping * restart[lonely].sum(axis=0, dtype=np.float64))
    best, moved = 2 / (1 + sqrt(1 - damping**2)), np.inf
    while moved > tolerance:
        farther = best if moved > _NEAR else 1.0
        moved = walk(*graph.rows, strength, restart, back, damping, farther, given).max()
    rank = given.T * strength
    return np.asarray(rank / rank.sum(axis=1, keepdims=True))


@kernel
def walk(
    start: Int64,
    far: Int32,
    weight: Float32,
    strength: Float64,
    restart: Float32,
    back: Float64,
    damping: float,
    farther: float,
    given: Float32,
) -> Float64:
    """One round: changes `given`, [nodes, groups] rank per strength, and tells how much rank moved in each group.

    A node is brought up to date from what its neighbours have by then, and goes `farther` times as far as they say
    (successive over-relaxation, Young 1954, with the factor that is best where the graph has two sides; edges without
    direction make a positive definite system, so that it comes to rest from any start with any factor from 0 to
    below 2). At a damping of .85 that takes half as many rounds as a factor of 1, which takes half as many as going by
    what all had before. `back` is what restarts in a round, with the walkers whom a node without edges sends home. A
    row holds whence walkers come; `strength` is of where they leave.
    """
    groups = given.shape[1]
    moved, coming = np.zeros(groups), np.empty(groups, np.float32)
    for v in range(len(strength)):
        coming[:] = 0.0
        for k in range(start[v], start[v + 1]):
            near, heavy = far[k], weight[k]
            for j in range(groups):
                coming[j] += heavy * given[near, j]
        for j in range(groups):
            wanted = (damping * coming[j] + back[j] * restart[v, j]) / strength[v]
            before = given[v, j]
            given[v, j] = before + farther * (wanted - before)
            moved[j] += abs(given[v, j] - before) * strength[v]
    return moved
