"""Personalised PageRank is that of networkx, group by group, on any graph, and solves its equations."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix, eye
from scipy.sparse.linalg import spsolve

from graphsvc.graph.pagerank import personalised_pagerank
from graphsvc.graph.weighted import Float64, Weighted, undirected
from tests.graph.test_leiden import Edge, judged

worlds = st.integers(1, 15).flatmap(
    lambda n: st.tuples(
        st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1), st.integers(1, 9)), max_size=40),
        st.lists(
            st.lists(st.integers(0, 5), min_size=n, max_size=n).filter(any),
            min_size=1,
            max_size=4,
        ),
        st.sampled_from([0.0, 0.5, 0.85, 0.95]),
    )
)


def graph_of(count: int, edges: list[Edge]) -> Weighted:
    rows = np.array(edges, dtype=np.int32).reshape(-1, 3)
    return undirected(count, rows[:, 0], rows[:, 1], rows[:, 2].astype(np.float32))


@given(worlds)
def test_every_group_is_walked_as_networkx_walks_it_alone(
    world: tuple[list[Edge], list[list[int]], float],
) -> None:
    edges, groups, damping = world
    count = len(groups[0])
    judge = judged(count, edges)
    found = personalised_pagerank(graph_of(count, edges), groups, damping=damping, tolerance=1e-7)
    for row, group in zip(found, groups, strict=True):
        wanted = nx.pagerank(judge, damping, dict(enumerate(group)), max_iter=2_000, tol=1e-12)
        assert row == pytest.approx([wanted[node] for node in range(count)], abs=2e-5)
        assert row.sum() == pytest.approx(1.0)


def drawn() -> tuple[Weighted, Float64]:
    """A graph by chance, and sixteen groups of seeds."""
    dice = np.random.default_rng(5)
    source, target = dice.integers(0, 2_000, (2, 9_000), dtype=np.int32)
    groups = np.zeros((16, 2_000))
    for group in groups:
        group[dice.choice(2_000, 20, replace=False)] = 1
    return undirected(2_000, source, target, dice.random(9_000, dtype=np.float32) + 0.1), groups


@pytest.mark.parametrize("damping", [0.5, 0.85, 0.95, 0.99])
def test_it_comes_to_rest_at_what_the_equations_say(damping: float) -> None:
    graph, groups = drawn()
    edges = csr_matrix((graph.weight, graph.far, graph.start), shape=(2_000, 2_000), dtype=np.float64)
    walks = damping * edges / np.maximum(np.asarray(edges.sum(axis=0)), 1e-9)
    wanted = spsolve((eye(2_000) - csr_matrix(walks)).tocsc(), groups.T).T
    wanted /= wanted.sum(axis=1, keepdims=True)
    found = personalised_pagerank(graph, groups, damping=damping, tolerance=1e-7)
    assert np.abs(found - wanted).sum(axis=1).max() < 2e-5


def test_walked_together_or_alone_is_the_same() -> None:
    graph, groups = drawn()
    together = personalised_pagerank(graph, groups)
    alone = np.concatenate([personalised_pagerank(graph, group) for group in groups])
    assert np.abs(together - alone).sum(axis=1).max() < 1e-5


@pytest.mark.parametrize(
    ("seeds", "options"),
    [
        ([0, 0], {}),
        ([[1, 0], [0, 0]], {}),
        ([1, -1], {}),
        ([1, float("nan")], {}),
        ([1, 0, 0], {}),
        ([1, 0], {"damping": 1.0}),
        ([1, 0], {"tolerance": 0.0}),
    ],
)
def test_what_comes_to_no_rest_is_refused(seeds: object, options: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"seeds|damping"):
        personalised_pagerank(graph_of(2, [(0, 1, 1)]), seeds, **options)  # type: ignore[arg-type]
