"""The vault: opens for its key alone, and knows when a row is not its own."""

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from graphsvc.errors import NotFound, StorageFailed, Tampered
from graphsvc.model.words import NumberKind
from graphsvc.store import vault as vault_module
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.databases import engine_of
from graphsvc.store.registry import Registry
from graphsvc.store.row_keys import RowKeys
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
        Vault.open(folder.vault_at, bytes(32), folder.home.vault_keys)


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


def test_a_shredded_number_opens_in_no_copy_of_the_vault_and_the_others_do(file_folder: Folder, tmp_path: Path) -> None:
    folder = file_folder
    numbers = {f"t{k}": f"+86138{k:08d}" for k in range(50)}
    folder.vault.put(list(numbers), list(numbers.values()))
    backup = tmp_path / "backup"
    backup.mkdir()
    for file in folder.home.path.glob("vault.sqlite*"):
        shutil.copy(file, backup)
    gone = ["t3", "t7", "unknown"]
    assert folder.vault.shred(gone) == 2
    left = {token: number for token, number in numbers.items() if token not in gone}
    assert folder.vault.reveal(list(numbers)) == left
    # The thief has an old copy of the rows, today's row keys, and the vault's key.
    shutil.copy(folder.home.vault_keys, backup / "vault-keys")
    stolen = Vault.open(backup / "vault.sqlite", folder.keys.vault, backup / "vault-keys")
    assert stolen.reveal(list(numbers)) == left
    stolen.close()


def test_shredding_that_a_crash_cut_short_is_done_again(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.vault.put(["t1", "t2"], ["one", "two"])
    shred = RowKeys.shred

    def die(keys: RowKeys, slots: Sequence[int]) -> None:
        shred(keys, slots)
        raise KeyboardInterrupt

    monkeypatch.setattr(RowKeys, "shred", die)
    with pytest.raises(KeyboardInterrupt):
        folder.vault.shred(["t1"])
    monkeypatch.undo()
    assert folder.vault.reveal(["t1", "t2"]) == {"t2": "two"}
    assert folder.vault.shred(["t1"]) == 1
    folder.vault.put(["t1"], ["again"])
    assert folder.vault.reveal(["t1"]) == {"t1": "again"}


def old_vault(path: Path, key: bytes, numbers: dict[str, str]) -> None:
    """A vault of the first format, written by hand: one key for all rows, a random nonce each."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE vault (token TEXT NOT NULL PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID")
        for token, text in {"graphsvc vault 1": "graphsvc vault 1", **numbers}.items():
            nonce = os.urandom(12)
            sealed = nonce + AESGCM(key).encrypt(nonce, text.encode(), token.encode())
            connection.execute("INSERT INTO vault VALUES (?, ?)", (token, sealed))
        connection.commit()
    path.chmod(0o600)


def test_a_vault_of_the_first_format_is_brought_up_to_date_and_keeps_nothing_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault_module, "_AT_A_TIME", 7)
    path, key = tmp_path / "vault.sqlite", os.urandom(32)
    numbers = {f"t{k:03d}": f"+86138{k:08d}" for k in range(40)}
    old_vault(path, key, numbers)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        old = dict(connection.execute("SELECT token, sealed FROM vault WHERE token LIKE 't%'"))
    vault = Vault.open(path, key, tmp_path / "vault-keys")
    assert vault.reveal(list(numbers)) == numbers
    vault.shred(["t005"])
    assert vault.reveal(["t005"]) == {}
    vault.close()
    content = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert not [token for token, sealed in old.items() if sealed in content]
    again = Vault.open(path, key, tmp_path / "vault-keys")
    assert len(again.reveal(list(numbers))) == 39
    again.close()


MIGRATE = """
import os, signal, sys
from pathlib import Path
from graphsvc.store import row_keys, vault
vault._AT_A_TIME = 5
calls = iter(range(1, 10_000))
fsync = os.fsync
def fatal(handle):
    if next(calls) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    fsync(handle)
vars(os)["fsync"] = fatal
vault.Vault.open(Path(sys.argv[1]) / "vault.sqlite", bytes(32), Path(sys.argv[1]) / "vault-keys").close()
"""


def test_bringing_up_to_date_survives_being_killed_at_any_step(tmp_path: Path) -> None:
    numbers = {f"t{k:03d}": f"+86138{k:08d}" for k in range(12)}
    killed = 0
    for step in range(1, 20):
        folder = tmp_path / str(step)
        folder.mkdir()
        old_vault(folder / "vault.sqlite", bytes(32), numbers)
        command = [sys.executable, "-c", MIGRATE, str(folder), str(step)]
        status = subprocess.run(command, check=False, cwd=Path(__file__).parents[2]).returncode
        killed += status == -signal.SIGKILL
        vault = Vault.open(folder / "vault.sqlite", bytes(32), folder / "vault-keys")
        assert vault.reveal(list(numbers)) == numbers
        vault.close()
        if status == 0:
            break
    assert killed >= 5


def test_a_restore_without_row_keys_is_refilled_from_the_feeds(folder: Folder) -> None:
    registry = Registry(folder.catalogue, folder.vault, folder.keys)
    kinds = [NumberKind.MSISDN] * 2
    ids = registry.register_numbers(["+8613800000001", "+8613800000002"], kinds).tolist()
    folder.home.vault_keys.unlink()
    vault = Vault.open(folder.vault_at, folder.keys.vault, folder.home.vault_keys)
    assert vault.refilling
    restored = Registry(folder.catalogue, vault, folder.keys)
    with pytest.raises(NotFound, match="does not hold 2"):
        restored.reveal(ids)
    assert restored.register_numbers(["+8613800000001"], kinds[:1]).tolist() == ids[:1]
    assert restored.reveal(ids[:1]) == {ids[0]: "+8613800000001"}
    vault.close()


def test_row_keys_are_private_and_tell_nothing_without_the_vaults_key(folder: Folder) -> None:
    folder.vault.put(["t1"], ["one"])
    assert folder.home.vault_keys.stat().st_mode & 0o777 == 0o600
    mine, others = (RowKeys(folder.home.vault_keys, key) for key in (bytes(32), b"\x01" * 32))
    assert mine.read([1]) != others.read([1])
    assert mine.read([99]) == [None]
