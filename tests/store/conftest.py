"""Fixtures of the store's tests: a data folder and what is opened in it, its databases SQLite files or PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from graphsvc.store.catalogue import Catalogue
from graphsvc.store.home import Home
from graphsvc.store.keys import Keys
from graphsvc.store.vault import Vault
from tests.store.folder import Folder

_POSTGRES = pytest.param("postgres", marks=pytest.mark.xdist_group("postgres"))


@pytest.fixture(params=["sqlite", _POSTGRES])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Folder]:
    home = Home.open(tmp_path / "data")
    if request.param == "sqlite":
        yield from _opened(home, home.catalogue, home.vault)
    else:
        catalogue, vault = (request.getfixturevalue(name) for name in ("postgres_catalogue_url", "postgres_vault_url"))
        yield from _opened(home, catalogue, vault)


@pytest.fixture
def file_folder(tmp_path: Path) -> Iterator[Folder]:
    """A folder whose databases are SQLite files, for tests that look at the files."""
    home = Home.open(tmp_path / "data")
    yield from _opened(home, home.catalogue, home.vault)


def _opened(home: Home, catalogue_at: str | Path, vault_at: str | Path) -> Iterator[Folder]:
    keys = Keys.open(home, None, None)
    catalogue = Catalogue.open(catalogue_at)
    vault = Vault.open(vault_at, keys.vault, home.vault_keys)
    yield Folder(home, catalogue, keys, vault, catalogue_at, vault_at)
    vault.close()
    catalogue.close()
