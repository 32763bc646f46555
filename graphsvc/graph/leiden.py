"""Leiden communities of any undirected weighted graph (Traag, Waltman & van Eck 2019, Sci. Rep. 9:5233).

The partition comes from graspologic-native; this module adds what it leaves open: parallel edges are summed,
every community is connected, and labels do not depend on the library's own numbering.
"""

from typing import Any

import graspologic_native
import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from graphsvc.graph.snapshot import Int32

AnyInt = npt.NDArray[np.integer[Any]]
Float64 = npt.NDArray[np.float64]

_ITERATIONS = 4
"""Full cycles, each from the partition before: with four, modularity is that of leidenalg (tests)."""
_TRIALS, _TRIALS_EDGES_MAX = 10, 100_000
"""Independent attempts on graphs of at most so many edges; the best is kept. Small graphs need them: one attempt
stays in a poor partition now and then, and more cycles do not free it. Big ones get one attempt, for its time."""


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
    graph = undirected(node_count, np.asarray(source), np.asarray(target), np.asarray(weight, dtype=np.float64))
    if not graph.nnz:
        return np.arange(node_count, dtype=np.int32)
    _, label_of = graspologic_native.leiden_csr(
        graph.indptr.astype(np.int64),
        graph.indices.astype(np.int32),
        graph.data,
        node_count,
        resolution=resolution,
        iterations=_ITERATIONS,
        trials=_TRIALS if graph.nnz <= 2 * _TRIALS_EDGES_MAX else 1,  # nnz counts an edge twice
        seed=seed,
    )
    labels = np.full(node_count, -1, dtype=np.int64)
    labels[np.fromiter(label_of.keys(), np.int64, len(label_of))] = np.fromiter(
        label_of.values(), np.int64, len(label_of)
    )
    return connected_parts(graph, labels)


def undirected(node_count: int, source: AnyInt, target: AnyInt, weight: Float64) -> csr_array:
    """The symmetric matrix of the edges: parallel ones are summed, loops left out."""
    proper = source != target
    low = np.minimum(source, target)[proper]
    high = np.maximum(source, target)[proper]
    once = coo_array((weight[proper], (low, high)), shape=(node_count, node_count)).tocsr()
    return (once + once.T).tocsr()


def connected_parts(graph: csr_array, labels: npt.NDArray[np.int64]) -> Int32:
    """Labels with each community split into its connected parts, numbered by smallest member."""
    edges = graph.tocoo()
    inside = labels[edges.row] == labels[edges.col]
    kept = (edges.row[inside], edges.col[inside])
    within = coo_array((np.ones(len(kept[0]), dtype=np.int8), kept), shape=graph.shape)
    _, part = connected_components(within, directed=False)
    _, first, inverse = np.unique(part, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int32)
    rank[np.argsort(first)] = np.arange(len(first), dtype=np.int32)
    return rank[inverse]
