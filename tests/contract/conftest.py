"""Every case of this folder runs on every graph, or on every engine."""

from collections.abc import Iterator

import pytest

from tests.contract.graphs import ENGINES, GRAPHS, Analysing, Holding


@pytest.fixture(scope="session", params=GRAPHS)
def holding(request: pytest.FixtureRequest) -> Iterator[Holding]:
    """Makes a graph of some events, on each implementation in turn."""
    with request.param(request) as made:
        yield made


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[Analysing]:
    """Each engine in turn."""
    with request.param(request) as made:
        yield made
