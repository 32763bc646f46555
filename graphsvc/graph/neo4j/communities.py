"""Communities of the whole contact graph by Graph Data Science: Leiden, with one thread and a seed for the same answer.

The graph is projected into the server's memory for one question and let go again.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import numpy as np
import pyarrow as pa

from graphsvc.graph.neo4j.connection import Database
from graphsvc.graph.values import LABELS, SHOWN_MEMBERS, Community

SECONDS = 3600.0
"""A whole graph takes its time."""

_STRIDES = (1, 16807, 39373, 48271, 69621, 630360016, 742938285, 950706376, 1226874159, 62089911)
"""Orders in which Leiden goes through the numbers: by id, and as known multipliers mix ids modulo the prime 2³¹ - 1
(Park & Miller 1988, Comm. ACM 31:1192; Fishman & Moore 1986, SIAM J. Sci. Stat. Comput. 7:24)."""
_TRIALS_RELATIONSHIPS_MAX = 200_000
"""Graphs of at most so many relationships (a tie counts twice) get an attempt in each order, and the best by modularity
is kept: one attempt stays in a poor partition now and then, and another seed alone changes little. Big ones get one."""

_EQUAL = 1e-12
_projections = count(1)


def communities(database: Database, *, limit: int, containing: int | None, resolution: float = 1.0) -> list[Community]:
    """The `limit` biggest communities, biggest first, then by smallest member; or that of one number."""
    found = labels(database, resolution=resolution)
    number, label = found["number"].to_numpy(), found["label"].to_numpy()
    sizes = np.bincount(label)
    wanted = np.lexsort((np.arange(len(sizes)), -sizes)).tolist()
    if containing is not None:
        wanted = label[number == containing].tolist()
    return [_described(database, each, number[label == each].tolist()) for each in wanted[: max(0, limit)]]


def labels(database: Database, *, resolution: float = 1.0) -> pa.Table:
    """LABELS: the connected community of every number, numbered in the order of their smallest members."""
    stride = _STRIDES[0]
    with _projection(database, stride) as (name, nodes, relationships):
        if not nodes:
            return LABELS.empty_table()
        best = _modularity(database, name, resolution)
        if relationships > _TRIALS_RELATIONSHIPS_MAX:
            return _parts(database, name)
    for other in _STRIDES[1:]:
        with _projection(database, other) as (name, _, _):
            reached = _modularity(database, name, resolution)
        if reached > best + _EQUAL:
            stride, best = other, reached
    with _projection(database, stride) as (name, _, _):
        _modularity(database, name, resolution)
        return _parts(database, name)


def _modularity(database: Database, name: str, resolution: float) -> float:
    """Find the communities of a projection; how good they are."""
    asked = {"projection": name, "resolution": resolution, "threads": 1}
    return float(database.read("graph/communities", seconds=SECONDS, **asked)[0]["modularity"])


def _parts(database: Database, name: str) -> pa.Table:
    """LABELS of a projection whose communities are found."""
    inside = f"{name}-inside"
    try:
        database.read("graph/communities_inside", seconds=SECONDS, projection=name, inside=inside, threads=1)
        columns = database.columns("graph/communities_parts", seconds=SECONDS, inside=inside, threads=1)
    finally:
        database.read("graph/communities_drop", projection=inside)
    order = np.argsort(columns["number"])
    number = np.asarray(columns["number"], dtype=np.int32)[order]
    community = np.asarray(columns["community"], dtype=np.int64)[order]
    _, first, which = np.unique(community, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int32)
    rank[np.argsort(first)] = np.arange(len(first), dtype=np.int32)
    return pa.table({"number": number, "label": rank[which]}, schema=LABELS)


@contextmanager
def _projection(database: Database, stride: int) -> Iterator[tuple[str, int, int]]:
    """The contact graph in the server's memory: its name, how many numbers it has and how many relationships."""
    name = f"graphsvc-{os.getpid()}-{next(_projections)}"
    database.read("graph/communities_sweep")
    made = database.read("graph/communities_project", seconds=SECONDS, projection=name, stride=stride, threads=1)
    try:
        yield name, *((made[0]["nodes"], made[0]["relationships"]) if made else (0, 0))
    finally:
        database.read("graph/communities_drop", projection=name)


def _described(database: Database, label: int, members: list[int]) -> Community:
    row = database.read("graph/communities_members", seconds=SECONDS, members=members, limit=SHOWN_MEMBERS)[0]
    return Community(
        label=label,
        size=len(members),
        members=tuple(row["busiest"]),
        events_inside=row["insideTwice"] // 2,
        events_outside=row["outside"],
    )
