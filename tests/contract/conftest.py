"""Every case of this folder runs on every graph."""

from collections.abc import Iterator

import pytest

from tests.contract.graphs import GRAPHS, Holding


@pytest.fixture(scope="session", params=GRAPHS)
def holding(request: pytest.FixtureRequest) -> Iterator[Holding]:
    """Makes a graph of some events, on each implementation in turn."""
    with request.param() as made:
        yield made
