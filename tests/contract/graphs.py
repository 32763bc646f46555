"""The graphs under contract, each made to hold a list of events. Cases never learn which one answers."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pyarrow as pa
import pytest

from graphsvc.graph.memory import MemoryGraph
from graphsvc.graph.port import Graph
from graphsvc.graph.values import Limits
from graphsvc.model.tables import MEMBERS
from tests.sketch import Row, snapshot_of

Holding = Callable[[Sequence[Row], Limits], Graph]
"""Makes a graph of all these events; one at a time."""


@contextmanager
def memory() -> Iterator[Holding]:
    """The graph in this process."""
    yield lambda rows, limits: MemoryGraph(lambda: snapshot_of(rows), _no_members, limits)


def _no_members(_: int) -> pa.Table:
    return MEMBERS.empty_table()


GRAPHS = [pytest.param(memory, id="memory")]
