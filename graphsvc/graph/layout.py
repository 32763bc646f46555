"""Where to draw each number, so that numbers in contact lie near each other and two investigators see one picture.

Springs and charges (Fruchterman & Reingold 1991, Softw. Pract. Exper. 21:1129) with the masses of ForceAtlas2 (Jacomy
et al. 2014, PLoS ONE 9:e98679): a number with many contacts pushes harder, so that hubs stand apart. Far numbers push
as one mass a cell of a grid, near ones each for itself. Nothing is random: the same graph gives the same places.
"""

import math

import numpy as np
import numpy.typing as npt

from graphsvc.compiling import kernel
from graphsvc.graph.snapshot import Int32

Float64 = npt.NDArray[np.float64]

_STEPS_MOST, _STEPS_LEAST, _WORK = 120, 30, 300_000
"""A big graph gets fewer steps, so that it costs a second rather than five (10,000 numbers, 50,000 contacts)."""
_CELLS_MOST = 24
"""Cells a side; with more of them the far ones cost more than the near ones save."""
_NEAR_MOST = 64
"""Of a full cell so many are looked at, each for several: a hub's leaves all lie in one place at first."""
_GOLDEN_ANGLE = math.pi * (3.0 - math.sqrt(5.0))


def layout(node_count: int, a: Int32, b: Int32, weight: Float64) -> tuple[Float64, Float64]:
    """[node_count] x and y, around (0, 0), the farthest at a distance of 1. a, b: the ends of edges; weight above 0."""
    if node_count == 0:
        return np.zeros(0), np.zeros(0)
    order = np.arange(node_count, dtype=np.float64)
    x, y = np.sqrt(order) * np.cos(order * _GOLDEN_ANGLE), np.sqrt(order) * np.sin(order * _GOLDEN_ANGLE)
    proper = a != b
    a, b, pull = a[proper].astype(np.int32), b[proper].astype(np.int32), np.log1p(weight[proper])
    mass = 1.0 + np.bincount(np.concatenate((a, b)), minlength=node_count).astype(np.float64)
    steps = max(_STEPS_LEAST, min(_STEPS_MOST, _WORK // node_count))
    cells = min(_CELLS_MOST, max(1, math.isqrt(node_count) // 2))
    _settle(x, y, a, b, pull, np.sqrt(mass), steps, cells)
    x -= x.mean()
    y -= y.mean()
    farthest = float(np.sqrt(x * x + y * y).max()) or 1.0
    return x / farthest, y / farthest


@kernel
def _settle(x: Float64, y: Float64, a: Int32, b: Int32, pull: Float64, mass: Float64, steps: int, cells: int) -> None:
    count = len(x)
    push_x, push_y = np.empty(count), np.empty(count)
    heat = math.sqrt(count)
    for step in range(steps):
        _repel(x, y, mass, push_x, push_y, cells)
        for edge in range(len(a)):
            i, j = a[edge], b[edge]
            dx, dy = x[j] - x[i], y[j] - y[i]
            force = pull[edge] * math.sqrt(dx * dx + dy * dy)
            push_x[i] += force * dx / mass[i]
            push_y[i] += force * dy / mass[i]
            push_x[j] -= force * dx / mass[j]
            push_y[j] -= force * dy / mass[j]
        most = heat * (1.0 - step / steps) * 0.2 + 0.01
        for i in range(count):
            dx, dy = push_x[i] - 0.02 * x[i], push_y[i] - 0.02 * y[i]  # a little gravity: no part drifts away
            length = math.sqrt(dx * dx + dy * dy)
            share = min(1.0, most / length) if length > 0.0 else 0.0
            x[i] += dx * share
            y[i] += dy * share


@kernel
def _repel(x: Float64, y: Float64, mass: Float64, push_x: Float64, push_y: Float64, cells: int) -> None:
    """The push that each one gets from all others."""
    count = len(x)
    left, low = x.min(), y.min()
    side = max(x.max() - left, y.max() - low, 1e-9) / cells * (1.0 + 1e-9)
    cell_of = np.empty(count, np.int32)
    begin = np.zeros(cells * cells + 1, np.int32)
    sum_mass, sum_x, sum_y = np.zeros(cells * cells), np.zeros(cells * cells), np.zeros(cells * cells)
    for i in range(count):
        cell = int((y[i] - low) / side) * cells + int((x[i] - left) / side)
        cell_of[i] = cell
        begin[cell + 1] += 1
        sum_mass[cell] += mass[i]
        sum_x[cell] += mass[i] * x[i]
        sum_y[cell] += mass[i] * y[i]
    for cell in range(cells * cells):
        begin[cell + 1] += begin[cell]
    next_place = begin[:-1].copy()
    member = np.empty(count, np.int32)
    for i in range(count):
        member[next_place[cell_of[i]]] = i
        next_place[cell_of[i]] += 1
    for i in range(count):
        row, column = cell_of[i] // cells, cell_of[i] % cells
        total_x = total_y = 0.0
        for cell in range(cells * cells):
            size = begin[cell + 1] - begin[cell]
            if size == 0:
                continue
            if abs(cell // cells - row) > 1 or abs(cell % cells - column) > 1:
                dx, dy = x[i] - sum_x[cell] / sum_mass[cell], y[i] - sum_y[cell] / sum_mass[cell]
                strength = sum_mass[cell] / (dx * dx + dy * dy)
                total_x += dx * strength
                total_y += dy * strength
                continue
            stride = (size + _NEAR_MOST - 1) // _NEAR_MOST
            for place in range(begin[cell], begin[cell + 1], stride):
                j = member[place]
                if j == i:
                    continue
                dx, dy = x[i] - x[j], y[i] - y[j]
                if dx == 0.0 and dy == 0.0:
                    dx = 1e-3 * (1.0 if i > j else -1.0)  # two in one place part, and it is known which way
                strength = stride * mass[j] / max(dx * dx + dy * dy, 1e-4)
                total_x += dx * strength
                total_y += dy * strength
        push_x[i], push_y[i] = total_x, total_y
