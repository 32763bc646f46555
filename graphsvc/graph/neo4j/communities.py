"""Communities of the whole contact graph by Leiden of Graph Data Science, which depend on the graph alone."""

from typing import Final

import numpy as np
import pyarrow as pa

from graphsvc.graph.neo4j.connection import Database
from graphsvc.graph.neo4j.leiden import leiden
from graphsvc.graph.neo4j.projections import SECONDS, THREADS, projected
from graphsvc.graph.snapshot import Int32, Int64
from graphsvc.graph.values import LABELS, SHOWN_MEMBERS, Community

_ATTEMPTS_CONTACTS_MAX: Final = 200_000
"""Graphs of at most so many contacts get several attempts, of which the best is kept. Big ones get one, and stay in
the server."""


def communities(database: Database, *, limit: int, containing: int | None) -> list[Community]:
    """The `limit` biggest communities, biggest first, then by smallest member; or that of one number."""
    if containing is not None and not database.read("graph/numbers_seen", ids=[containing]):
        return []
    found = labels(database)
    number, label = found["number"].to_numpy(), found["label"].to_numpy()
    sizes = np.bincount(label)
    wanted = np.lexsort((np.arange(len(sizes)), -sizes)).tolist()
    if containing is not None:
        wanted = label[number == containing].tolist()
    return [_described(database, each, number[label == each].tolist()) for each in wanted[: max(0, limit)]]


def labels(database: Database) -> pa.Table:
    """LABELS: the connected community of every number, numbered in the order of their smallest members."""
    contacts = int(database.read("graph/contacts_held")[0]["contacts"])
    number, label = _in_the_server(database) if contacts > _ATTEMPTS_CONTACTS_MAX else _of_attempts(database)
    return pa.table({"number": number.astype(np.int32), "label": label.astype(np.int32)}, schema=LABELS)


def _of_attempts(database: Database) -> tuple[Int64, Int64 | Int32]:
    """Every number and its label; the best of several attempts."""
    numbers = database.columns("graph/communities_numbers", seconds=SECONDS)["number"]
    contacts = database.columns("graph/communities_ties", seconds=SECONDS)
    one, other, events = (np.asarray(contacts[name], dtype=np.int64) for name in ("one", "other", "events"))
    number = np.asarray(numbers, dtype=np.int64)
    ends = np.searchsorted(number, np.sort(np.column_stack((one, other)), axis=1))
    ties, which = np.unique(ends, axis=0, return_inverse=True)
    weight = np.log1p(np.bincount(which.ravel(), events, len(ties)))
    return number, leiden(database, len(number), (ties[:, 0], ties[:, 1], weight))


def _in_the_server(database: Database) -> tuple[Int64, Int64 | Int32]:
    """The same of one attempt, for which no contact leaves the server. There must be one: GDS 2.26 fails without."""
    with projected(database, "graph/communities_project") as name:
        database.read("graph/communities", seconds=SECONDS, projection=name, threads=THREADS)
        with projected(database, "graph/communities_inside", whole=name) as inside:
            columns = database.columns("graph/communities_parts", seconds=SECONDS, inside=inside, threads=THREADS)
    order = np.argsort(columns["number"])
    number, community = (np.asarray(columns[name], dtype=np.int64)[order] for name in ("number", "community"))
    _, first, which = np.unique(community, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return number, rank[which]


def _described(database: Database, label: int, members: list[int]) -> Community:
    row = database.read("graph/communities_members", seconds=SECONDS, members=members, limit=SHOWN_MEMBERS)[0]
    return Community(
        label=label,
        size=len(members),
        members=tuple(row["busiest"]),
        events_inside=row["insideTwice"] // 2,
        events_outside=row["outside"],
    )
