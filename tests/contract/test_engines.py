"""Suspicion, networks and exposure of small worlds with a den in them, on every engine, against slow readings."""

import networkx as nx
import numpy as np
import pytest

from graphsvc.engine import networks, suspicion
from graphsvc.engine.analysing import measured
from graphsvc.model.evidence import from_json
from tests.contract.graphs import Analysing
from tests.engine.plain import PlainWorld, random_world
from tests.engine.slow import Slow
from tests.engine.slow_exposure import exposures

WORLDS = {seed: random_world(seed) for seed in (0, 2, 4, 8)}
MODULARITY_LOSS = 0.005
"""How far below the best of eight runs of Louvain by networkx communities may be."""


@pytest.fixture(scope="module", params=sorted(WORLDS))
def world(request: pytest.FixtureRequest) -> PlainWorld:
    """Each world in turn, for all cases, so that a graph on a server is loaded once for it."""
    return WORLDS[request.param]


def test_suspicion_is_that_of_the_slow_reference(engine: Analysing, world: PlainWorld) -> None:
    measures = measured(world.snapshot, world.facts, engine.features(world), timezone="UTC")
    found = suspicion.assess(measures)
    slow = Slow(world)
    probability, tied = slow.assess()
    own, ids = slow.own(), measures.population.ids.tolist()
    for rule, values in found.own.items():
        expected = {number: own[number].get(rule, 0.0) for number in ids}
        assert dict(zip(ids, values.tolist(), strict=True)) == pytest.approx(expected, abs=1e-9), rule
    for rule, tie in found.tied.items():
        assert dict(zip(ids, tie.says.tolist(), strict=True)) == pytest.approx(tied[rule], abs=1e-9), rule
    assert dict(zip(ids, found.probability.tolist(), strict=True)) == pytest.approx(probability, abs=1e-9)


def test_whoever_met_a_suspect_is_exposed_as_the_slow_reference_says(engine: Analysing, world: PlainWorld) -> None:
    found = engine.findings(world)
    rows = found.suspicions.to_pylist()
    probability = {row["number"]: row["fraud_probability"] for row in rows}
    network = {row["number"]: row["network_id"] for row in rows}
    expected = exposures(world, probability, network)
    exposed = {row["number"]: row for row in found.exposures.to_pylist()}
    assert exposed.keys() == expected.keys()
    assert len(exposed) >= 5
    for person, columns in expected.items():
        assert {name: exposed[person][name] for name in columns} == pytest.approx(columns), person


def test_communities_of_evidence_are_as_good_as_those_of_networkx(engine: Analysing, world: PlainWorld) -> None:
    measures = measured(world.snapshot, world.facts, engine.features(world), timezone="UTC")
    evidence = networks.evidence_graph(measures, suspicion.assess(measures))
    plain = nx.Graph()
    plain.add_nodes_from(range(evidence.node_count))
    for a, b, weight in zip(evidence.source.tolist(), evidence.target.tolist(), evidence.weight.tolist(), strict=True):
        plain.add_edge(a, b, weight=weight + plain.get_edge_data(a, b, {"weight": 0.0})["weight"])
    assert plain.number_of_edges() >= 5
    for resolution in (0.5, 1.0):
        edges = (evidence.source, evidence.target, evidence.weight)
        labels = measures.features.communities(evidence.node_count, edges, resolution=resolution)
        parts = [set(np.flatnonzero(labels == label).tolist()) for label in range(int(labels.max()) + 1)]
        best = max(
            nx.community.modularity(
                plain, nx.community.louvain_communities(plain, seed=s, resolution=resolution), resolution=resolution
            )
            for s in range(8)
        )
        assert nx.community.modularity(plain, parts, resolution=resolution) >= best - MODULARITY_LOSS
        assert all(nx.is_connected(plain.subgraph(part)) for part in parts)


def test_every_tie_speaks_in_one_of_these_worlds(engine: Analysing) -> None:
    spoken = {
        item.rule for text in engine.findings(WORLDS[8]).suspicions["evidence"].to_pylist() for item in from_json(text)
    }
    assert spoken >= {"shared_device", "co_recipients", "in_flagged_network"}


def test_a_graph_of_evidence_falls_into_its_clusters(engine: Analysing) -> None:
    """Two cliques with one weak tie, a pair, and two nodes alone."""
    clique = [(i, j, 1.0) for i in range(5) for j in range(i)]
    edges = [*clique, *((i + 5, j + 5, w) for i, j, w in clique), (0, 5, 0.1), (10, 11, 0.5), (11, 10, 0.5)]
    source, target, weight = (np.array(column) for column in zip(*edges, strict=True))
    features = engine.features(PlainWorld())
    labels = features.communities(14, (source, target, weight.astype(np.float64)), resolution=1.0)
    assert labels.tolist() == [0] * 5 + [1] * 5 + [2, 2, 3, 4]
    nothing = np.empty(0, np.int64)
    assert features.communities(2, (nothing, nothing, np.empty(0)), resolution=1.0).tolist() == [0, 1]


def test_where_no_tie_holds_at_a_resolution_everybody_stays_alone(engine: Analysing) -> None:
    """Nine ties of a ring; two numbers with one tie, just below and just above where it holds."""
    ring = np.arange(9), np.roll(np.arange(9), -1), np.ones(9)
    features = engine.features(PlainWorld())
    assert features.communities(10, ring, resolution=9.0).tolist() == list(range(10))
    assert features.communities(9, ring, resolution=1.0).tolist() != list(range(9))
    pair = np.array([1]), np.array([0]), np.array([0.4659])
    assert features.communities(3, pair, resolution=2.5).tolist() == [0, 1, 2]
    assert features.communities(3, pair, resolution=1.5).tolist() == [0, 0, 1]
