"""The queue's contract is tested on each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from graphsvc.store.catalogue import Catalogue
from tests.dispatching.queue import Queue


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.xdist_group("postgres"))])
def catalogue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalogue]:
    if request.param == "sqlite":
        opened = Catalogue.open(tmp_path / "catalogue.sqlite")
    else:
        opened = Catalogue.open(request.getfixturevalue("postgres_catalogue_url"))
    yield opened
    opened.close()


@pytest.fixture
def queue(catalogue: Catalogue) -> Queue:
    return Queue.on(catalogue)
