"""The vault: opens for its key alone, and knows when a row is not its own."""

import pytest
import sqlalchemy as sa

from graphsvc.errors import StorageFailed, Tampered
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.databases import engine_of
from graphsvc.store.vault import Vault
from tests.store.folder import Folder


def test_what_is_put_in_comes_out_by_its_token(folder: Folder) -> None:
    folder.vault.put(["t1", "t2"], ["+8613800000000", "中国银行"])
    assert folder.vault.reveal(["t2", "t1", "t3"]) == {"t1": "+8613800000000", "t2": "中国银行"}
    assert folder.vault.reveal([]) == {}


def test_a_token_that_is_there_keeps_its_row(folder: Folder) -> None:
    folder.vault.put(["t1"], ["first"])
    folder.vault.put(["t1", "t2"], ["second", "third"])
    assert folder.vault.reveal(["t1", "t2"]) == {"t1": "first", "t2": "third"}


def test_another_key_is_refused_on_opening(folder: Folder) -> None:
    with pytest.raises(StorageFailed, match="vault key"):
        Vault.open(folder.vault_at, bytes(32))


def test_rows_that_were_swapped_do_not_open(folder: Folder) -> None:
    folder.vault.put(["t1", "t2"], ["one", "two"])
    database = Catalogue(*engine_of(folder.vault_at))
    with database.writing() as connection:
        swap = "UPDATE vault SET sealed = (SELECT sealed FROM vault WHERE token = 't2') WHERE token = 't1'"
        connection.execute(sa.text(swap))
    database.close()
    assert folder.vault.reveal(["t2"]) == {"t2": "two"}
    with pytest.raises(Tampered, match="t1"):
        folder.vault.reveal(["t1"])


def test_the_vault_is_private(file_folder: Folder) -> None:
    assert file_folder.home.vault.stat().st_mode & 0o777 == 0o600
