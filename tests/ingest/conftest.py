"""Stores and feed files for the tests of ingest."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graphsvc.ingest.load import LoadReport, load
from tests.ingest.fakes import MemoryStore

NOW = 1_780_000_000_000
"""The service time of these tests: 2026-05-28."""

LoadText = Callable[[str, str | bytes], LoadReport]


@pytest.fixture
def store(tmp_path: Path) -> MemoryStore:
    """An empty store."""
    folder = tmp_path / "rejects"
    folder.mkdir()
    return MemoryStore(folder)


@pytest.fixture
def load_text(tmp_path: Path, store: MemoryStore) -> LoadText:
    """Write a file of the given name and load it into `store`."""

    def write_and_load(name: str, content: str | bytes) -> LoadReport:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return load([path], store.stores(), now=NOW)

    return write_and_load
