"""Leiden of Graph Data Science on a graph that is given: ten attempts at once, the best by modularity is kept.

One attempt stays in a poor partition now and then, and another seed alone changes nothing on small graphs, for GDS
visits nodes in the order given. So each attempt is a copy of the graph with an order of its own. All lie side by side
in one projection, at as many times the resolution: then each move gains in its copy what it would gain alone.
"""

from typing import Final

import numpy as np

from graphsvc.graph import leiden_loops as loops
from graphsvc.graph.neo4j.connection import Database
from graphsvc.graph.neo4j.projections import SECONDS, THREADS, projected
from graphsvc.graph.snapshot import Int32, Int64
from graphsvc.graph.weighted import Float64, Weighted, undirected

_ATTEMPTS: Final = 10
_EQUAL: Final = 1e-12
"""Of a weight, or of a modularity: less than that is rounding."""


def leiden(
    database: Database, node_count: int, edges: tuple[Int64, Int64, Float64], *, resolution: float = 1.0
) -> Int32:
    """[node_count] labels of connected communities, 0 … in the order of their smallest members; see graph.leiden."""
    source, target, weight = edges
    graph = undirected(node_count, source.astype(np.int32), target.astype(np.int32), weight.astype(np.float32))
    strength = loops.strengths(graph.start, graph.weight)
    best = np.arange(node_count, dtype=np.int32)
    if _some_are_better_together(graph, strength, resolution):
        share, whole = resolution / strength.sum(), strength.sum()
        best = max(
            _attempts(database, graph, resolution),
            key=lambda label: round(loops.quality(*graph.rows, share, label) / whole / _EQUAL),
        )
    return loops.connected_parts(graph.start, graph.far, best)


def _some_are_better_together(graph: Weighted, strength: Float64, resolution: float) -> bool:
    """Whether two nodes gain by being one community: else Leiden moves none, and each stays alone.

    GDS 2.26 answers such a graph with a NullPointerException: it reads what only a node that moved brings about.
    """
    if not graph.edge_count:
        return False
    chance = resolution * strength[graph.near] * strength[graph.far] / strength.sum()
    return bool(np.any(graph.weight - chance > _EQUAL * graph.weight))


def _attempts(database: Database, graph: Weighted, resolution: float) -> list[Int32]:
    """A partition for each order, labels below the count of nodes; a node without ties is a community of its own."""
    nodes = np.flatnonzero(np.diff(graph.start))
    orders = [nodes, *(np.random.default_rng(seed).permutation(nodes) for seed in range(1, _ATTEMPTS))]
    order = np.concatenate([nodes * _ATTEMPTS + copy for copy, nodes in enumerate(orders)])
    upper = graph.near < graph.far
    columns = (graph.near[upper].tolist(), graph.far[upper].tolist(), graph.weight[upper].tolist())
    given = {"copies": _ATTEMPTS, "order": order.tolist(), "edges": [list(edge) for edge in zip(*columns, strict=True)]}
    with projected(database, "graph/leiden_project", **given) as name:
        asked = {"projection": name, "resolution": resolution * _ATTEMPTS, "threads": THREADS}
        found = database.columns("graph/leiden", seconds=SECONDS, **asked)
    node, community = (np.asarray(found[column], dtype=np.int64) for column in ("node", "community"))
    count = graph.node_count
    label = np.tile(order.max(initial=0) + 1 + np.arange(count, dtype=np.int64), (_ATTEMPTS, 1))
    label[node % _ATTEMPTS, node // _ATTEMPTS] = community
    return [np.unique(each, return_inverse=True)[1].astype(np.int32) for each in label]
