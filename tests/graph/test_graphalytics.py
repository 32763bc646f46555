"""The exact cases of LDBC Graphalytics for breadth-first search and connected components."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from graphsvc.graph.leiden_loops import connected_parts
from graphsvc.graph.people import connected
from graphsvc.graph.weighted import undirected
from tests.sketch import snapshot_of


def edges_of(folder: Path, case: str) -> tuple[list[int], list[tuple[int, int]], dict[int, int], int]:
    """Vertices, edges, what is expected of each vertex, and where a search begins."""
    tables = {name: pl.read_parquet(folder / f"{name}.parquet") for name in ("cases", "vertices", "edges", "expected")}
    about = tables["cases"].row(by_predicate=pl.col("case") == case, named=True)
    vertices = tables["vertices"].filter(graph=about["graph"])["vertex"].to_list()
    edges = tables["edges"].filter(graph=about["graph"]).select("src", "dst").rows()
    expected = tables["expected"].filter(case=case).select("vertex", "value_int").rows()
    return vertices, edges, dict(expected), about["source_vertex"]


@pytest.mark.parametrize("case", ["bfs_undirected", "example_undirected_bfs"])
def test_hops_are_those_of_breadth_first_search(data: Path, case: str) -> None:
    vertices, edges, expected, source = edges_of(data / "graphalytics_validation", case)
    snapshot = snapshot_of([(a, b, 0, 10, "call") for a, b in edges])
    found = {one.number: one.hops for one in connected(snapshot, [source], max_hops=100, limit=10_000)}
    unreachable = max(expected.values()) if max(expected.values()) > len(vertices) else None
    assert found == {v: hops for v, hops in expected.items() if hops not in (0, unreachable)}
    assert len(found) > 3


@pytest.mark.parametrize("case", ["wcc_directed", "wcc_undirected", "example_directed_wcc", "example_undirected_wcc"])
def test_connected_parts_are_the_weakly_connected_components(data: Path, case: str) -> None:
    vertices, edges, expected, _ = edges_of(data / "graphalytics_validation", case)
    place = {vertex: k for k, vertex in enumerate(vertices)}
    source, target = np.array([[place[a], place[b]] for a, b in edges], dtype=np.int32).T
    graph = undirected(len(vertices), source, target, np.ones(len(edges), dtype=np.float32))
    parts = connected_parts(graph.start, graph.far, np.zeros(len(vertices), dtype=np.int32))
    pairs = {(part, expected[vertex]) for part, vertex in zip(parts.tolist(), vertices, strict=True)}
    assert len(pairs) == len(set(expected.values())) == parts.max() + 1
