"""`python -m bench.engines`: one analysis in this process, the same on Neo4j with Graph Data Science, and networkx.

The world is simulated. What is compared: from events in the ledger to findings. On Neo4j that is the import of the
graph and `analyse --engine gds`, which shares the scoring code. networkx does one part of it, communities of the
contact graph, on the largest part that it does in about a minute. One run, with CPU seconds and sizes.
"""

import argparse
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import networkx as nx
import numpy as np

from bench.__main__ import make_world
from bench.graph import cpu_of
from graphsvc.graph.leiden import leiden
from graphsvc.graph.snapshot import Int32, Snapshot
from graphsvc.graph.weighted import Float64
from graphsvc.local_neo4j.server import LocalServer
from graphsvc.model.progress import silent
from graphsvc.service import Service
from graphsvc.settings import Settings
from graphsvc.wiring import open_service

MINUTE = 60.0


@dataclass
class Cost:
    """Wall and CPU seconds of a step, all processes together."""

    wall_s: float = 0.0
    cpu_s: float = 0.0


@contextmanager
def measured(server: LocalServer | None = None) -> Iterator[Cost]:
    """What the block takes in this process, in those that it starts and ends, and in a server that goes on running."""
    cost, began, before = Cost(), time.perf_counter(), _cpu(server)
    yield cost
    cost.wall_s, cost.cpu_s = time.perf_counter() - began, _cpu(server) - before


def _cpu(server: LocalServer | None) -> float:
    own = os.times()
    pid = server.status().pid if server is not None else None
    return own.user + own.system + own.children_user + own.children_system + (cpu_of(pid) if pid else 0.0)


def compared(service: Service) -> Iterator[str]:
    """Rows of the table: each step with its cost and its ratio to the embedded analysis."""
    service.analyse(as_of=None, progress=silent)  # compiles kernels
    service.snapshots.sweep(keep=())
    with measured() as embedded:
        record = service.analyse(as_of=None, engine="local", progress=silent)
    counts = record.counts
    yield f"{counts['events']:,} events, {counts['contacts']:,} contacts, {counts['numbers']:,} numbers, 2 cores\n"
    yield "| | wall s | × | CPU s | × |\n|---|--:|--:|--:|--:|"
    local = service.projecting.servers.local
    with measured() as imported:  # the importer, and the server's start, are processes of their own
        done = service.projecting.load(silent)
    start_cpu = _cpu(local) - _cpu(None)
    with measured(local) as there:
        found = service.analyse(as_of=None, engine="gds", progress=silent)
    both = Cost(imported.wall_s + there.wall_s, imported.cpu_s + start_cpu + there.cpu_s)
    rows = {
        "embedded: fold, features, networks, exposure": embedded,
        f"Neo4j: import of {done.nodes:,} nodes and {done.relationships:,} relationships": imported,
        "Neo4j + GDS: features, networks, exposure": there,
        "Neo4j + GDS together, with the server's start": both,
    }
    differ = {name: (counts[name], found.counts[name]) for name in counts if found.counts[name] != counts[name]}
    for name, cost in rows.items():
        yield (
            f"| {name} | {cost.wall_s:.1f} | {cost.wall_s / embedded.wall_s:.1f} "
            f"| {cost.cpu_s:.1f} | {cost.cpu_s / embedded.cpu_s:.1f} |"
        )
    yield f"\ncounts that differ (embedded, Neo4j), since communities of evidence may: {differ or 'none'}"


def beside_networkx(snapshot: Snapshot) -> str:
    """Louvain of networkx and our Leiden on the same part of the contact graph, the largest done in about a minute."""
    size = 2_000
    while True:
        source, target, weight = _part(snapshot, size)
        began = time.process_time()
        parts = _louvain(source, target, weight)
        middle = time.process_time()
        labels = leiden(node_count=size, source=source, target=target, weight=weight)
        theirs, ours = middle - began, time.process_time() - middle
        if theirs > MINUTE / 2 or size >= snapshot.number_count:
            return (
                f"networkx Louvain on {size:,} numbers and {len(source):,} contacts: {theirs:.1f} CPU s, "
                f"{len(parts):,} communities; embedded Leiden {ours:.2f} CPU s, {len(np.unique(labels)):,}; "
                f"× {theirs / ours:.0f}"
            )
        size = min(2 * size, snapshot.number_count)


def _part(snapshot: Snapshot, size: int) -> tuple[Int32, Int32, Float64]:
    """Ties among the first numbers, in order of first appearance."""
    inside = (snapshot.contact_from < size) & (snapshot.contact_to < size)
    return snapshot.contact_from[inside], snapshot.contact_to[inside], np.log1p(snapshot.events[inside])


def _louvain(source: Int32, target: Int32, weight: Float64) -> list[set[int]]:
    graph = nx.Graph()
    graph.add_weighted_edges_from(zip(source.tolist(), target.tolist(), weight.tolist(), strict=True))
    return list(nx.community.louvain_communities(graph, seed=1))


def main() -> None:
    """Make the world, analyse it both ways, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.engines", description=__doc__)
    parser.add_argument("--subscribers", type=int, default=20_000)
    parser.add_argument("--days", type=int, default=14)
    options = parser.parse_args()
    with TemporaryDirectory() as place:
        world = Path(place) / "world"
        make_world(world, subscribers=options.subscribers, days=options.days)
        settings = Settings(home=Path(place) / "home", neo4j_events="all", neo4j_events_days=400)
        with open_service(settings) as service:
            service.load([world / "feeds"], kind=None, feed_id="default", progress=silent)
            try:
                for line in compared(service):
                    print(line, flush=True)
            finally:
                service.projecting.servers.local.stop()
            print("\n" + beside_networkx(service.snapshot(service.current().as_of)))


if __name__ == "__main__":
    main()
