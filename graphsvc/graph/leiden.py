"""Leiden communities of any undirected weighted graph (Traag, Waltman & van Eck 2019, Sci. Rep. 9:5233).

A cycle moves nodes, refines the communities found, makes every part a node, and goes on with the smaller graph until
nothing is left to merge; the next cycle begins from its partition. In the end every community is connected.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from graphsvc.graph import leiden_loops as loops
from graphsvc.graph.snapshot import Int32
from graphsvc.graph.weighted import Float64, Weighted, undirected

AnyInt = npt.NDArray[np.integer[Any]]

_CYCLES = 4
"""Full cycles at most, each from the partition before: with four, modularity is that of leidenalg (tests)."""
_TRIALS, _TRIALS_EDGES = 10, 100_000
"""Independent attempts, of which the best is kept: ten, or as many as come to so many edges, at least one. Small graphs
need them: one attempt stays in a poor partition now and then, and more cycles do not free it."""
_RUNS = 1_000
"""Nodes are visited in so many runs."""
_SETTLED = 0.03
"""A graph that gets one attempt is done when a cycle begins with moves of fewer than this part of its nodes."""


def leiden(
    *,
    node_count: int,
    source: npt.ArrayLike,
    target: npt.ArrayLike,
    weight: npt.ArrayLike,
    seed: int = 0,
    resolution: float = 1.0,
) -> Int32:
    """[node_count] community labels, 0 … in the order of their smallest members.

    An edge is given in either direction; parallel edges add up, loops are ignored. Weights are above 0.
    A node without edges is a community of its own. The same input and seed give the same labels.
    """
    graph = undirected(
        node_count,
        np.asarray(source, dtype=np.int32),
        np.asarray(target, dtype=np.int32),
        np.asarray(weight, dtype=np.float32),
    )
    return communities(graph, seed=seed, resolution=resolution)


def communities(graph: Weighted, *, seed: int = 0, resolution: float = 1.0) -> Int32:
    """`leiden` of a graph that stands in rows already."""
    strength = loops.strengths(graph.start, graph.weight)
    if not graph.edge_count:
        return np.arange(graph.node_count, dtype=np.int32)
    share = resolution / strength.sum()
    dice = np.random.default_rng(seed)
    trials = min(_TRIALS, max(1, _TRIALS_EDGES // graph.edge_count))
    settled = 0.0 if trials > 1 else _SETTLED
    found = [_attempt(graph, strength, share, dice, settled=settled) for _ in range(trials)]
    best = max(found, key=lambda label: loops.quality(*graph.rows, share, label)) if trials > 1 else found[0]
    return loops.connected_parts(graph.start, graph.far, best)


def _attempt(graph: Weighted, strength: Float64, share: float, dice: np.random.Generator, *, settled: float) -> Int32:
    """A partition after cycles until one changes nothing, or begins with moves of less than `settled` of the nodes."""
    label = np.arange(graph.node_count, dtype=np.int32)
    for _ in range(_CYCLES):
        before = label.copy()
        moves = loops.move_nodes(*graph.rows, strength, share, _order(graph.node_count, dice), label)
        if moves < settled * graph.node_count:
            break
        label = _merged(graph, strength, share, label, dice)
        if np.array_equal(before, label):
            break
    return label


def _merged(graph: Weighted, strength: Float64, share: float, label: Int32, dice: np.random.Generator) -> Int32:
    """The partition `label` after refining its communities, merging their parts to nodes, moving those, and so on."""
    within = np.arange(graph.node_count, dtype=np.int32)
    while True:
        label = loops.numbered(label)
        order = _order(graph.node_count, dice)
        part = loops.refine(*graph.rows, strength, share, order, label)
        count = int(part.max()) + 1
        if count == graph.node_count:
            return label[within]
        within = part[within]
        community = np.empty(count, dtype=np.int32)
        community[part] = label
        label = community
        graph = Weighted(*loops.merged(*graph.rows, part, count))
        strength = loops.sums(part, strength, count)
        loops.move_nodes(*graph.rows, strength, share, _order(count, dice), label)


def _order(count: int, dice: np.random.Generator) -> Int32:
    """The nodes in some 1,000 runs, the runs in random order: neighbours in memory are mostly visited together."""
    run = np.arange(count) * min(count, _RUNS) // count
    return np.argsort(dice.permutation(_RUNS)[run], kind="stable").astype(np.int32)
