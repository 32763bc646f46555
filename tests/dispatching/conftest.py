"""The queue's contract is tested on each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from graphsvc.store.catalogue import Catalogue
from tests.dispatching.queue import Queue


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    catalogue = Catalogue.open(tmp_path / "catalogue.sqlite")
    yield Queue.on(catalogue)
    catalogue.close()
