"""Leiden of Graph Data Science on a graph that is given: ten attempts at once, the best by modularity is kept.

One attempt stays in a poor partition now and then, and another seed alone changes nothing on small graphs, for GDS
visits nodes in the order given. So each attempt is a copy of the graph with an order of its own. All lie side by side
in one projection, at as many times the resolution: then each move gains in its copy what it would gain alone.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from graphsvc.graph.leiden import connected_parts, undirected
from graphsvc.graph.neo4j.connection import Database
from graphsvc.graph.neo4j.projections import SECONDS, THREADS, projected
from graphsvc.graph.snapshot import Int32, Int64

Float64 = npt.NDArray[np.float64]

_ATTEMPTS: Final = 10
_EQUAL: Final = 1e-12
"""Of a weight, or of a modularity: less than that is rounding."""


def leiden(
    database: Database, node_count: int, edges: tuple[Int64, Int64, Float64], *, resolution: float = 1.0
) -> Int32:
    """[node_count] labels of connected communities, 0 … in the order of their smallest members; see graph.leiden."""
    graph = undirected(node_count, *edges)
    best = np.arange(node_count, dtype=np.int64)
    if _some_are_better_together(graph, resolution):
        attempts = _attempts(database, graph, resolution)
        best = max(attempts, key=lambda label: round(_modularity(graph, label, resolution) / _EQUAL))
    return connected_parts(graph, best)


def _some_are_better_together(graph: csr_array, resolution: float) -> bool:
    """Whether two nodes gain by being one community: else Leiden moves none, and each stays alone.

    GDS 2.26 answers such a graph with a NullPointerException: it reads what only a node that moved brings about.
    """
    ties, strength = graph.tocoo(), graph.sum(axis=1)
    if not graph.nnz:
        return False
    chance = resolution * strength[ties.row] * strength[ties.col] / strength.sum()
    return bool(np.any(ties.data - chance > _EQUAL * ties.data))


def _attempts(database: Database, graph: csr_array, resolution: float) -> list[Int64]:
    """A partition for each order; a node without ties is a community of its own."""
    nodes = np.flatnonzero(np.diff(graph.indptr))
    orders = [nodes, *(np.random.default_rng(seed).permutation(nodes) for seed in range(1, _ATTEMPTS))]
    order = np.concatenate([nodes * _ATTEMPTS + copy for copy, nodes in enumerate(orders)])
    once = graph.tocoo()
    upper = once.row < once.col
    columns = (once.row[upper].tolist(), once.col[upper].tolist(), once.data[upper].tolist())
    given = {"copies": _ATTEMPTS, "order": order.tolist(), "edges": [list(edge) for edge in zip(*columns, strict=True)]}
    with projected(database, "graph/leiden_project", **given) as name:
        asked = {"projection": name, "resolution": resolution * _ATTEMPTS, "threads": THREADS}
        found = database.columns("graph/leiden", seconds=SECONDS, **asked)
    node, community = (np.asarray(found[column], dtype=np.int64) for column in ("node", "community"))
    count = graph.shape[0]
    label = np.tile(order.max(initial=0) + 1 + np.arange(count, dtype=np.int64), (_ATTEMPTS, 1))
    label[node % _ATTEMPTS, node // _ATTEMPTS] = community
    return list(label)


def _modularity(graph: csr_array, label: Int64, resolution: float) -> float:
    """Newman & Girvan 2004, Phys. Rev. E 69:026113, with a resolution."""
    ties, strength, whole = graph.tocoo(), graph.sum(axis=1), float(graph.sum())
    _, label = np.unique(label, return_inverse=True)
    inside = float(ties.data[label[ties.row] == label[ties.col]].sum())
    of_community = np.bincount(label, strength)
    return inside / whole - resolution * float(np.square(of_community / whole).sum())
