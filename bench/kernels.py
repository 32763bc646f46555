"""`python -m bench.kernels`: the kernels beside libraries that do the same, in CPU seconds of one process and one run.

Events → contacts: the ledger's own Parquet, folded by graphsvc (every event kept in order, contacts in both
directions with their aggregates), grouped by Polars and by DuckDB (contacts with count, seconds, first and last time;
no order, no ids made dense), and only decoded (the floor). Communities: Leiden of graphsvc, NetworKit and igraph on
the same graphs, with what each needs to take the edges in. Personalised PageRank: groups of seeds walked at once,
beside igraph and scikit-network one after the other. Every figure is the median of `ROUNDS`.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import duckdb
import igraph
import networkit
import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import csr_matrix
from sknetwork.ranking import PageRank

from bench.__main__ import make_world
from graphsvc.analysing import folded
from graphsvc.graph.leiden import communities
from graphsvc.graph.pagerank import personalised_pagerank
from graphsvc.graph.snapshot import ARRAYS, Int32, Snapshot
from graphsvc.graph.weighted import Weighted, undirected
from graphsvc.model.progress import silent
from graphsvc.settings import Settings
from graphsvc.wiring import open_service

ROUNDS = 3
SIZES = ((20_000, 90_000), (200_000, 910_000), (1_000_000, 5_000_000))
"""Nodes and edges, about, of planted graphs."""
GROUPS = 16
"""Groups of seeds."""
T = TypeVar("T")
Ends = tuple[Int32, Int32]
Labels = npt.NDArray[np.integer[Any]]


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """CPU seconds of all threads (median of the rounds, after one that compiles), and the result."""
    result = work()
    took = []
    for _ in range(ROUNDS):
        began = time.process_time()
        result = work()
        took.append(time.process_time() - began)
    return median(took), result


def events_to_contacts(folder: Path, *, subscribers: int) -> tuple[list[str], Snapshot]:
    """Rows of the first table, and the snapshot."""
    make_world(folder / "world", subscribers=subscribers, days=30)
    home = folder / "home"
    with open_service(Settings(home=home)) as service:
        service.load([folder / "world" / "feeds"], kind=None, feed_id="default", progress=silent)
        ledger = service.ledger
        ledger.fold_head()
        position = ledger.position()
        ours, snapshot = timed(lambda: folded(ledger, position, 2**62, silent))
    files = [str(path) for path in sorted((home / "ledger").rglob("*.parquet"))]
    columns = ["a", "b", "started_at", "duration_s"]
    scan = pl.scan_parquet(files).select(columns)
    floor, _ = timed(lambda: scan.select(pl.all().sum()).collect())
    sums = (pl.len(), pl.sum("duration_s"), pl.min("started_at").alias("first"), pl.max("started_at").alias("last"))
    polars, grouped = timed(lambda: scan.group_by("a", "b").agg(*sums).collect())
    query = "SELECT a, b, count(*), sum(duration_s), min(started_at), max(started_at) FROM read_parquet(?) GROUP BY ALL"
    ducks, _ = timed(lambda: duckdb.execute(query, [files]).to_arrow_table())
    loops = int((snapshot.self_events > 0).sum())
    assert grouped.height == snapshot.contact_count + loops, "not the same contacts"
    size = f"| {snapshot.event_count:,} | {snapshot.contact_count:,}"
    took = {"decoding only": floor, "graphsvc, whole": ours, "Polars group-by": polars, "DuckDB group-by": ducks}
    return [
        f"{size} | {name} | {cpu:.2f} | {cpu / ours:.2f} | {cpu / floor:.1f} |" for name, cpu in took.items()
    ], snapshot


def memory(snapshot: Snapshot) -> str:
    """Bytes of the arrays a contact and direction, with and without the events beneath."""
    size = {name: getattr(snapshot, name).nbytes for name in ARRAYS}
    ways = 2 * snapshot.contact_count
    beneath = sum(size[name] for name in ARRAYS if name.startswith("event_") and name != "event_start")
    adjacency = sum(size[name] for name in ("out_start", "contact_from", "contact_to", "in_start", "in_contact"))
    return (
        f"{snapshot.contact_count:,} contacts: {adjacency / ways:.1f} bytes a contact and direction for who reaches "
        f"whom, {(sum(size.values()) - beneath) / ways:.1f} with aggregates; {beneath / snapshot.event_count:.1f} "
        "bytes an event beneath"
    )


def planted(count: int, edges: int, *, seed: int = 1) -> Ends:
    """A heavy-tailed graph with groups of 20 to 5,000 nodes and 30 % of its edges between them; edges are distinct."""
    dice = np.random.default_rng(seed)
    sizes = np.minimum(5_000, 20 / (1 - dice.random(count // 20))).astype(np.int64)
    group = dice.permutation(np.repeat(np.arange(len(sizes)), sizes)[:count])
    popular = np.minimum((1 - dice.random(count)) ** (-1 / 1.5), 2_000)
    drawn = int(edges * 1.2)
    one = dice.choice(count, drawn, p=popular / popular.sum())
    other = dice.choice(count, drawn, p=popular / popular.sum())
    together = np.argsort(group, kind="stable")
    start = np.searchsorted(group[together], np.arange(len(sizes) + 1))
    sums = np.append(0.0, np.cumsum(popular[together]))
    low, high = sums[start[group[one]]], sums[start[group[one] + 1]]
    near = together[np.minimum(np.searchsorted(sums, low + dice.random(drawn) * (high - low), "right") - 1, count - 1)]
    other = np.where(dice.random(drawn) < 0.3, other, near)
    low, high = np.minimum(one, other), np.maximum(one, other)
    pair = np.unique((low * count + high)[low != high])
    return (pair // count).astype(np.int32), (pair % count).astype(np.int32)


def ties(snapshot: Snapshot) -> Ends:
    """Every two numbers in contact, once."""
    low = np.minimum(snapshot.contact_from, snapshot.contact_to).astype(np.int64)
    high = np.maximum(snapshot.contact_from, snapshot.contact_to)
    pair = np.unique(low * snapshot.number_count + high)
    return (pair // snapshot.number_count).astype(np.int32), (pair % snapshot.number_count).astype(np.int32)


def leiden(name: str, count: int, ends: Ends) -> Iterator[str]:
    """Rows of the second table for one graph of edges that weigh 1."""
    weight = np.ones(len(ends[0]), np.float32)
    taken, rows = timed(lambda: undirected(count, *ends, weight))
    ours, labels = timed(lambda: communities(rows))
    judge = igraph.Graph(n=count, edges=np.column_stack(ends).tolist())
    yield from _row(name, rows, "graphsvc", taken, ours, judge.modularity(labels.tolist()), ours)
    networkit.setNumberOfThreads(1)
    unsigned = tuple(each.astype(np.uint32) for each in ends)
    taken, other = timed(lambda: networkit.GraphFromCoo(unsigned, n=count))
    theirs, found = timed(lambda: networkit.community.ParallelLeiden(other, randomize=False).run().getPartition())
    yield from _row(name, rows, "NetworKit, 1 thread", taken, theirs, judge.modularity(found.getVector()), ours)
    taken, _ = timed(lambda: igraph.Graph(n=count, edges=np.column_stack(ends).tolist()))
    theirs, best = timed(lambda: judge.community_leiden("modularity", n_iterations=2))
    yield from _row(name, rows, "igraph, 2 iterations", taken, theirs, best.modularity, ours)


def _row(name: str, graph: Weighted, who: str, taken: float, cpu: float, quality: float, ours: float) -> Iterator[str]:
    size = f"| {name} | {graph.node_count:,} | {graph.edge_count:,}"
    yield f"{size} | {who} | {taken:.2f} | {cpu:.2f} | {cpu / ours:.1f} | {quality:.4f} |"


def pagerank(name: str, count: int, ends: Ends) -> Iterator[str]:
    """Rows of the third table: groups of 100 seeds on one graph of edges that weigh 1, to a tolerance of 1e-6."""
    graph = undirected(count, *ends, np.ones(len(ends[0]), np.float32))
    dice = np.random.default_rng(1)
    seeds = np.zeros((GROUPS, count))
    for group in seeds:
        group[dice.choice(count, 100, replace=False)] = 1.0
    one, _ = timed(lambda: personalised_pagerank(graph, seeds[:1]))
    ours, found = timed(lambda: personalised_pagerank(graph, seeds))
    judge = igraph.Graph(n=count, edges=np.column_stack(ends).tolist())
    theirs, wanted = timed(lambda: judge.personalized_pagerank(reset=seeds[0].tolist()))
    matrix = csr_matrix((np.ones(len(graph.far)), graph.far, graph.start), shape=(count, count))
    push, _ = timed(lambda: PageRank(n_iter=50, tol=1e-6).fit_predict(matrix, weights=seeds[0]))
    apart = float(np.abs(found[0] - np.array(wanted)).sum())
    size = f"| {name} | {graph.node_count:,} | {graph.edge_count:,}"
    yield f"{size} | graphsvc, {GROUPS} groups at once | {ours:.2f} | 1.0 | {apart:.0e} |"
    for who, cpu in (("graphsvc, one", one), ("igraph, one", theirs), ("scikit-network, one", push)):
        yield f"{size} | {who} | {cpu:.2f} | {cpu * GROUPS / ours:.1f} | |"


def main() -> None:
    """Measure at each size and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.kernels", description=__doc__)
    parser.add_argument("--subscribers", type=int, nargs="+", default=[5_000, 15_000, 50_000])
    options = parser.parse_args()
    print("| events | contacts | | CPU s | × graphsvc | × floor |\n|--:|--:|---|--:|--:|--:|")
    for subscribers in options.subscribers:
        with TemporaryDirectory() as folder:
            rows, snapshot = events_to_contacts(Path(folder), subscribers=subscribers)
        print("\n".join(rows), flush=True)
    print(f"\n{memory(snapshot)}\n")
    graphs = [("groups", count, planted(count, edges)) for count, edges in SIZES]
    graphs.append(("contacts", snapshot.number_count, ties(snapshot)))
    print("| graph | nodes | edges | | taking edges in, CPU s | Leiden, CPU s | × graphsvc | modularity |")
    print("|---|--:|--:|---|--:|--:|--:|--:|")
    for graph in graphs:
        for row in leiden(*graph):
            print(row, flush=True)
    print("\n| graph | nodes | edges | | PageRank, CPU s | × graphsvc, for as many groups | apart from igraph (L1) |")
    print("|---|--:|--:|---|--:|--:|--:|")
    for graph in graphs:
        for row in pagerank(*graph):
            print(row, flush=True)


if __name__ == "__main__":
    main()
