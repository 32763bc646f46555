"""The layout of a canvas: the same graph lies the same way, what is tied lies together, a hub loses nothing."""

import networkx as nx
import numpy as np
import pytest

from graphsvc.graph.layout import layout


def placed(graph: nx.Graph) -> np.ndarray:
    ends = np.array(list(graph.edges), dtype=np.int32).reshape(-1, 2)
    x, y = layout(len(graph), ends[:, 0], ends[:, 1], np.ones(len(ends)))
    return np.stack((x, y), axis=1)


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_small_graphs(count: int) -> None:
    places = placed(nx.path_graph(count))
    assert places.shape == (count, 2)
    assert np.isfinite(places).all()
    assert len({tuple(place) for place in places.round(6).tolist()}) == count


def test_the_same_graph_lies_the_same_way() -> None:
    graph = nx.karate_club_graph()
    assert (placed(graph) == placed(graph)).all()


def test_what_is_tied_lies_together() -> None:
    """Three cliques on a thin chain: every number is nearer to its own than to others, as networkx's layout has it."""
    graph = nx.connected_caveman_graph(3, 12)
    places = placed(graph)
    middle = [places[clique * 12 : clique * 12 + 12].mean(axis=0) for clique in range(3)]
    own = [int(np.argmin([np.hypot(*(place - centre)) for centre in middle])) for place in places]
    assert own == [node // 12 for node in range(36)]


def test_neighbours_are_nearer_than_strangers_in_a_published_shape() -> None:
    graph = nx.convert_node_labels_to_integers(nx.les_miserables_graph())
    places = placed(graph)
    tied = np.mean([np.hypot(*(places[a] - places[b])) for a, b in graph.edges])
    apart = np.mean([np.hypot(*(places[a] - places[b])) for a, b in nx.non_edges(graph)])
    assert tied < 0.6 * apart


def test_a_hub_with_its_leaves_fills_the_plane() -> None:
    places = placed(nx.star_graph(2000))
    assert np.isfinite(places).all()
    assert np.hypot(*places.T).max() <= 1.0 + 1e-9
    assert len(np.unique(places.round(4), axis=0)) > 1900
