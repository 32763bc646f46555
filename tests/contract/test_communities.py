"""Communities of published graphs: as good by modularity as eight runs of leidenalg, and as near to the known groups.

Each edge is one message, so that all weigh the same, as in the reference values beside the data.
"""

import json
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import networkx as nx
import polars as pl
import pytest

from graphsvc.graph.port import Graph
from graphsvc.graph.values import SHOWN_MEMBERS, Limits
from tests.contract.graphs import Holding
from tests.contract.judge import adjusted_rand
from tests.sketch import Row

pytestmark = pytest.mark.data

MODULARITY_LOSS = 0.01
"""How far below the worst of eight runs of leidenalg a partition may be."""
AGREEMENT_LOSS = 0.15
"""How far below leidenalg's partition the agreement with the known groups may be (adjusted Rand index)."""

ASKED_FOR_ONE = 5_000
"""Contacts of the largest graph that is also asked for the community of one number: each question finds all anew."""


@dataclass(frozen=True)
class Published:
    """A published graph, simple and undirected, with its reference values."""

    rows: tuple[Row, ...]
    oracle: dict[str, Any]
    groups: dict[int, str]
    """Known group of each node; empty where nobody knows."""

    @property
    def graph(self) -> nx.Graph:
        return nx.Graph((a, b) for a, b, *_ in self.rows)


@cache
def read(data: Path, name: str) -> Published:
    oracle = json.loads((data / "reference" / f"{name}.json").read_text())
    edges = pl.read_parquet(data / oracle["source"]).rename(
        lambda column: {"source": "src", "target": "dst"}.get(column, column)
    )
    texts = [(str(a), str(b)) for a, b in edges.select("src", "dst").iter_rows() if a != b]
    id_of = {text: i for i, text in enumerate(sorted({end for edge in texts for end in edge}))}
    pairs = sorted({tuple(sorted((id_of[a], id_of[b]))) for a, b in texts})
    rows = tuple((a, b, 1000 * i, None, "sms") for i, (a, b) in enumerate(pairs))
    groups = {}
    if oracle.get("labels"):
        labels = pl.read_parquet(data / oracle["labels"])
        groups = {id_of[str(node)]: str(label) for node, label in labels.iter_rows() if str(node) in id_of}
    return Published(rows, oracle, groups)


NAMES = [
    "karate",
    "football",
    "email_eu_core",
    "polblogs",
    "copenhagen_sms",
    "vast2008",
    "collegemsg",
    "reality_mining",
]


@pytest.fixture(scope="module", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def published(name: str) -> Published:
    from tests.conftest import DATA

    if not DATA.is_dir():
        pytest.skip("the data sets are not beside the checkout (../shared/data)")
    return read(DATA, name)


@pytest.fixture(scope="module")
def graph(holding: Holding, published: Published) -> Graph:
    return holding(published.rows, Limits(), events=False)


@pytest.fixture(scope="module")
def label_of(graph: Graph) -> dict[int, int]:
    """The community of every number."""
    return {row["number"]: row["label"] for row in graph.community_labels().to_pylist()}


def test_modularity_and_agreement_stay_within_their_bounds(label_of: dict[int, int], published: Published) -> None:
    plain = published.graph
    assert sorted(label_of) == sorted(plain)
    parts: dict[int, set[int]] = {}
    for number, label in label_of.items():
        parts.setdefault(label, set()).add(number)
    assert [min(parts[label]) for label in sorted(parts)] == sorted(min(part) for part in parts.values())
    assert sorted(parts) == list(range(len(parts)))
    assert all(nx.is_connected(plain.subgraph(part)) for part in parts.values())
    modularity = nx.community.modularity(plain, parts.values())
    assert modularity >= published.oracle["modularity_lowest_of_8_runs"] - MODULARITY_LOSS
    if published.groups:
        known = sorted(published.groups)
        agreement = adjusted_rand([label_of[n] for n in known], [hash(published.groups[n]) for n in known])
        assert agreement >= published.oracle["leiden_ari_vs_labels"] - AGREEMENT_LOSS


def test_a_second_answer_is_the_same(graph: Graph, label_of: dict[int, int]) -> None:
    assert {row["number"]: row["label"] for row in graph.community_labels().to_pylist()} == label_of


def test_the_biggest_are_described_as_their_members_are(
    graph: Graph, label_of: dict[int, int], published: Published
) -> None:
    sizes = Counter(label_of.values())
    found = graph.communities(limit=3)
    assert [each.label for each in found] == sorted(sizes, key=lambda label: (-sizes[label], label))[:3]
    for each in found:
        members = {number for number, label in label_of.items() if label == each.label}
        inside, outside = Counter[int](), 0
        for a, b, *_ in published.rows:
            outside += (a in members) != (b in members)
            if a in members and b in members:
                inside.update((a, b))
        assert each.size == len(members)
        assert (each.events_inside, each.events_outside) == (inside.total() // 2, outside)
        assert list(each.members) == sorted(members, key=lambda n: (-inside[n], n))[:SHOWN_MEMBERS]
    if len(published.rows) <= ASKED_FOR_ONE:
        one = found[-1]
        assert graph.communities(containing=one.members[-1]) == [one]
        assert graph.communities(containing=10**6) == []
