"""An undirected weighted graph in rows (CSR): each edge stands in the rows of both its ends, neighbours ascending."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graphsvc.compiling import kernel
from graphsvc.graph.snapshot import Int32, Int64

Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Weighted:
    """[n + 1] where each node's row begins; [2 m] the other end and the weight of every edge."""

    start: Int64
    far: Int32
    weight: Float32

    @property
    def node_count(self) -> int:
        """Nodes, those without an edge too."""
        return len(self.start) - 1

    @property
    def near(self) -> Int32:
        """[2 m] the node in whose row an edge stands."""
        return np.repeat(np.arange(self.node_count, dtype=np.int32), np.diff(self.start))

    @property
    def rows(self) -> tuple[Int64, Int32, Float32]:
        """As the loops take it."""
        return self.start, self.far, self.weight

    @property
    def edge_count(self) -> int:
        """Edges between two different nodes."""
        return len(self.far) // 2


def undirected(node_count: int, source: Int32, target: Int32, weight: Float32) -> Weighted:
    """The graph of these edges: parallel ones are summed, loops left out.

    ValueError for an end that is no node: the loops, compiled, would write beyond their arrays.
    """
    for ends in (source, target):
        if len(ends) and not 0 <= ends.min() <= ends.max() < node_count:
            raise ValueError(f"an edge ends outside of the {node_count} nodes")
    start, far, heavy = _turned(*_as_given(node_count, source, target, weight))
    return Weighted(start, far, heavy)


@kernel
def _as_given(node_count: int, source: Int32, target: Int32, weight: Float32) -> tuple[Int64, Int32, Float32]:
    """Rows whose neighbours stand in the order of the edges, with parallel ones."""
    start = np.zeros(node_count + 1, np.int64)
    for e in range(len(source)):
        if source[e] != target[e]:
            start[source[e] + 1] += 1
            start[target[e] + 1] += 1
    for i in range(node_count):
        start[i + 1] += start[i]
    place = start[:-1].copy()
    far, heavy = np.empty(start[-1], np.int32), np.empty(start[-1], np.float32)
    for e in range(len(source)):
        one, other = source[e], target[e]
        if one != other:
            far[place[one]], heavy[place[one]] = other, weight[e]
            far[place[other]], heavy[place[other]] = one, weight[e]
            place[one] += 1
            place[other] += 1
    return start, far, heavy


@kernel
def _turned(start: Int64, far: Int32, weight: Float32) -> tuple[Int64, Int32, Float32]:
    """The same symmetric graph read by columns, which puts neighbours in order; parallel edges become one."""
    count = len(start) - 1
    place = start[:-1].copy()
    near, heavy = np.empty(len(far), np.int32), np.empty(len(far), np.float32)
    for i in range(count):
        for k in range(start[i], start[i + 1]):
            j = far[k]
            at = place[j]
            if at > start[j] and near[at - 1] == i:
                heavy[at - 1] += weight[k]
            else:
                near[at], heavy[at] = i, weight[k]
                place[j] = at + 1
    packed = np.zeros(count + 1, np.int64)
    for j in range(count):
        packed[j + 1] = packed[j] + place[j] - start[j]
        for k in range(place[j] - start[j]):
            near[packed[j] + k], heavy[packed[j] + k] = near[start[j] + k], heavy[start[j] + k]
    return packed, near[: packed[-1]], heavy[: packed[-1]]
