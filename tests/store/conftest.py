"""Fixtures of the store's tests: a data folder and what is opened in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from graphsvc.store.catalogue import Catalogue
from graphsvc.store.home import Home
from graphsvc.store.keys import Keys
from graphsvc.store.vault import Vault
from tests.store.folder import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    home = Home.open(tmp_path / "data")
    keys = Keys.open(home, None, None)
    catalogue = Catalogue.open(home.catalogue)
    vault = Vault.open(home.vault, keys.vault)
    yield Folder(home, catalogue, keys, vault)
    vault.close()
    catalogue.close()
