"""A graph in which nobody was ever in contact with anybody else."""

from graphsvc.graph.values import Limits
from tests.contract.graphs import Holding
from tests.sketch import START


def test_where_everybody_only_called_itself_each_is_a_community(holding: Holding) -> None:
    graph = holding([(7, 7, START, 5, "call"), (9, 9, START, 5, "call")], Limits())
    assert graph.community_labels().to_pylist() == [{"number": 7, "label": 0}, {"number": 9, "label": 1}]
    assert [each.members for each in graph.communities(limit=5)] == [(7,), (9,)]
