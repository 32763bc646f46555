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

_TRIALS, _TRIALS_RELATIONSHIPS_MAX = 10, 200_000
"""Attempts on graphs of at most so many relationships (a tie counts twice), the best by modularity is kept: one attempt
stays in a poor partition now and then. Big graphs get one attempt, for its time."""

_projections = count(1)


def communities(
    database: Database, *, limit: int, containing: int | None, seed: int = 0, resolution: float = 1.0
) -> list[Community]:
    """The `limit` biggest communities, biggest first, then by smallest member; or that of one number."""
    found = labels(database, seed=seed, resolution=resolution)
    number, label = found["number"].to_numpy(), found["label"].to_numpy()
    sizes = np.bincount(label)
    wanted = np.lexsort((np.arange(len(sizes)), -sizes)).tolist()
    if containing is not None:
        wanted = label[number == containing].tolist()
    return [_described(database, each, number[label == each].tolist()) for each in wanted[: max(0, limit)]]


def labels(database: Database, *, seed: int = 0, resolution: float = 1.0) -> pa.Table:
    """LABELS: the community of every number, numbered in the order of their smallest members."""
    asked = {"resolution": resolution, "threads": 1}
    with _projection(database) as (name, nodes, relationships):
        if not nodes:
            return LABELS.empty_table()
        if relationships <= _TRIALS_RELATIONSHIPS_MAX:
            seeds = list(range(seed, seed + _TRIALS))
            seed = database.read("graph/communities_best_seed", projection=name, seeds=seeds, **asked)[0]["seed"]
        columns = database.columns("graph/communities", seconds=SECONDS, projection=name, seed=seed, **asked)
    order = np.argsort(columns["number"])
    number = np.asarray(columns["number"], dtype=np.int32)[order]
    community = np.asarray(columns["community"], dtype=np.int64)[order]
    _, first, which = np.unique(community, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int32)
    rank[np.argsort(first)] = np.arange(len(first), dtype=np.int32)
    return pa.table({"number": number, "label": rank[which]}, schema=LABELS)


@contextmanager
def _projection(database: Database) -> Iterator[tuple[str, int, int]]:
    """The contact graph in the server's memory: its name, how many numbers it has and how many relationships."""
    name = f"graphsvc-{os.getpid()}-{next(_projections)}"
    database.read("graph/communities_sweep")
    made = database.read("graph/communities_project", seconds=SECONDS, projection=name, threads=1)
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
