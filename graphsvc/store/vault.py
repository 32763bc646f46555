"""The vault: the only place where raw numbers rest, each sealed on its own under its token.

AES-256-GCM a row with a random nonce and the token as associated data, so that a row moved to another token
does not open. A file of its own, so that it can be taken away without losing the graph.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from graphsvc.errors import StorageFailed, Tampered
from graphsvc.store.catalogue import Catalogue, find_rows, hold_schema, hold_table, insert_rows
from graphsvc.store.databases import engine_of

_NONCE_BYTES: Final = 12
_CHECK: Final = "graphsvc vault 1"

_metadata: Final = sa.MetaData()
_rows: Final = sa.Table(
    "vault",
    _metadata,
    sa.Column("token", sa.Text(), primary_key=True),
    sa.Column("sealed", sa.LargeBinary(), nullable=False),
    sqlite_with_rowid=False,
)


class Vault:
    """An open vault. Its messages never hold what it keeps."""

    def __init__(self, database: Catalogue, key: bytes) -> None:
        """Take over an open database that has the vault's table."""
        self._database = database
        self._cipher = AESGCM(key)

    @classmethod
    def open(cls, url_or_path: str | Path, key: bytes) -> "Vault":
        """Open the vault, or make it on first use; refuses a key that is not the one it was made with."""
        database = Catalogue(*engine_of(url_or_path))
        vault = cls(database, key)
        try:
            vault._prepare()
        except BaseException:
            database.close()
            raise
        return vault

    def close(self) -> None:
        """Let go of all connections."""
        self._database.close()

    def put(self, tokens: Sequence[str], raw: Sequence[str]) -> None:
        """Seal raw numbers under their tokens, on disk when it returns; those already there stay."""
        with self._database.writing() as connection:
            hold_table(connection, _rows)  # another process may be about to put some of these
            there = {row.token for row in find_rows(connection, (_rows.c.token,), _rows.c.token, tokens)}
            pairs = sorted(pair for pair in zip(tokens, raw, strict=True) if pair[0] not in there)
            insert_rows(connection, _rows, [(token, self._seal(token, text)) for token, text in pairs])

    def reveal(self, tokens: Sequence[str]) -> dict[str, str]:
        """Raw numbers by token; tokens that the vault does not know are left out."""
        found: dict[str, str] = {}
        with self._database.reading() as connection:
            for token, sealed in find_rows(connection, tuple(_rows.c), _rows.c.token, tokens):
                found[token] = self._unseal(token, sealed)
        return found

    def _prepare(self) -> None:
        with self._database.reading() as connection:
            made = sa.inspect(connection).has_table(_rows.name)
        if not made:
            with self._database.writing() as connection:
                hold_schema(connection)
                if not sa.inspect(connection).has_table(_rows.name):  # another process may have been quicker
                    _metadata.create_all(connection)
                    insert_rows(connection, _rows, [(_CHECK, self._seal(_CHECK, _CHECK))])
        try:
            matches = self.reveal([_CHECK]) == {_CHECK: _CHECK}
        except Tampered:
            matches = False
        if not matches:
            raise StorageFailed(
                f"the vault key does not open {self._database.place}; restore the key file keys/vault.key "
                "or GRAPHSVC_VAULT_KEY that the vault was made with"
            )

    def _seal(self, token: str, text: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text.encode(), token.encode())

    def _unseal(self, token: str, sealed: bytes) -> str:
        nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, body, token.encode()).decode()
        except InvalidTag:
            raise Tampered(f"a row of {self._database.place} is not what was written (token {token})") from None
