"""Work for the kernels, always the same: `python -m tests.kernels.work` does each piece, in order.

Whoever counts instructions runs it: before each piece, and after the last, it calls `getloadavg` of the C library,
which nothing else here calls. Sizes are such that the interpreter around a kernel is a small part of its count.
"""

import os
from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa

from graphsvc.engine.co_recipients import Callers, reach_of
from graphsvc.engine.common_recipients import pairs_of
from graphsvc.engine.population import Population
from graphsvc.graph.fold import fold
from graphsvc.graph.leiden import communities
from graphsvc.graph.pagerank import personalised_pagerank
from graphsvc.graph.reached import reached
from graphsvc.graph.snapshot import Snapshot
from graphsvc.graph.timed_paths import time_respecting_paths
from graphsvc.graph.weighted import Weighted, undirected
from graphsvc.model.facts import Facts
from graphsvc.model.tables import EVENTS
from graphsvc.model.words import CALL

EVENT_COUNT, NUMBERS, GROUPS = 60_000, 6_000, 16
DAY_MS = 86_400_000
PIECES = (
    "fold",
    "undirected",
    "leiden",
    "personalised_pagerank",
    "common_recipients",
    "reached",
    "time_respecting_paths",
)
"""In this order."""


def events() -> pa.RecordBatch:
    """Calls of a month, most of them by a tenth of the numbers and within groups of a hundred."""
    dice = np.random.default_rng(7)
    caller = np.minimum((dice.random(EVENT_COUNT) ** 3 * NUMBERS).astype(np.int32), NUMBERS - 1)
    near = caller // 100 * 100 + dice.integers(0, 100, EVENT_COUNT, dtype=np.int32)
    called = np.where(dice.random(EVENT_COUNT) < 0.3, dice.integers(0, NUMBERS, EVENT_COUNT, dtype=np.int32), near)
    columns = {
        "seq": np.arange(EVENT_COUNT),
        "started_at": dice.integers(0, 30 * DAY_MS, EVENT_COUNT),
        "known_at": np.zeros(EVENT_COUNT, np.int64),
        "a": caller,
        "b": called.astype(np.int32),
        "channel": np.full(EVENT_COUNT, CALL, np.int8),
        "duration_s": dice.integers(0, 600, EVENT_COUNT, dtype=np.int32),
    }
    absent = {name: pa.nulls(EVENT_COUNT, EVENTS.field(name).type) for name in ("answered", "device", "cell")}
    return pa.RecordBatch.from_pydict({**{k: pa.array(v) for k, v in columns.items()}, **absent}, schema=EVENTS)


def rows_of(snapshot: Snapshot) -> Weighted:
    """Its contacts, each as an edge that weighs 1."""
    ones = np.ones(snapshot.contact_count, np.float32)
    return undirected(snapshot.number_count, snapshot.contact_from, snapshot.contact_to, ones)


def pieces() -> Mapping[str, Callable[[], object]]:
    """By name, what is done."""
    batch = events()
    snapshot = fold([batch], as_of=31 * DAY_MS, snapshot_id="work")
    rows = rows_of(snapshot)
    population = Population.of(snapshot, Facts.none(31 * DAY_MS))
    reach = reach_of(snapshot, population)
    who = np.flatnonzero(np.diff(snapshot.out_start))[:1_000].astype(np.int32)
    callers = Callers(who, np.ones(len(who), np.bool_), np.ones(len(who)))
    seeds = np.random.default_rng(3).random((GROUPS, snapshot.number_count)) < 0.01
    return {
        "fold": lambda: fold([batch], as_of=31 * DAY_MS, snapshot_id="work"),
        "undirected": lambda: rows_of(snapshot),
        "leiden": lambda: communities(rows),
        "personalised_pagerank": lambda: personalised_pagerank(rows, seeds),
        "common_recipients": lambda: pairs_of(snapshot, reach, callers, np.zeros(snapshot.number_count)),
        "reached": lambda: reached(snapshot, range(20), max_hops=3),
        "time_respecting_paths": lambda: time_respecting_paths(snapshot, 0, 5_000, max_hops=6),
    }


def main() -> None:
    """Do each piece, with the mark that parts it from the one before, once all kernels are at hand."""
    work = pieces()
    for name in PIECES:
        work[name]()
    for name in PIECES:
        os.getloadavg()
        work[name]()
    os.getloadavg()


if __name__ == "__main__":
    main()
