"""The vault: the only place where raw numbers rest, each sealed with a key of its own under its token.

AES-128-GCM a row, with the token as associated data, so that a row moved to another token does not open. The row's key
rests apart, in the file `vault-keys`, wrapped by the vault's key: whoever shreds it there has shredded the number in
every copy of the vault. Both files can be taken away without losing the graph. Why so:
docs/decisions/0004-row-keys.md.
"""

import hmac
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from graphsvc.errors import StorageFailed, Tampered
from graphsvc.store.catalogue import Catalogue, delete_rows, hold_schema, hold_table, insert_new_rows, insert_rows
from graphsvc.store.databases import engine_of
from graphsvc.store.finding import find_rows
from graphsvc.store.row_keys import RowKeys

_NONCE_BYTES: Final = 12
_ONCE: Final = bytes(_NONCE_BYTES)
"""The nonce of a key that seals one text in its life."""
_CHECK: Final = "graphsvc vault 1"
_REFILLING: Final = "graphsvc vault refilling"
"""Its row says that row keys were lost, so that every number of a feed is put in again."""
_SECOND_FORMAT: Final = "graphsvc vault 2"
"""Its row says that no row of the first format is left."""
_OWN: Final = (_CHECK, _REFILLING, _SECOND_FORMAT)
_AT_A_TIME: Final = 50_000
_TOKENS_AT_A_TIME: Final = 10_000

_metadata: Final = sa.MetaData()
_rows: Final = sa.Table(
    "vault",
    _metadata,
    sa.Column("token", sa.Text(), primary_key=True),
    sa.Column("sealed", sa.LargeBinary(), nullable=False),
    sa.Column("slot", sa.Integer()),  # of its key; null for the vault's own rows, which hold no number
    sqlite_with_rowid=False,
)


class Vault:
    """An open vault. Its messages never hold what it keeps."""

    def __init__(self, database: Catalogue, key: bytes, row_keys: RowKeys) -> None:
        """Take over an open database that has the vault's table."""
        self._database = database
        self._cipher = AESGCM(key)
        self._row_keys = row_keys
        self.refilling = False
        """Row keys were lost: numbers that are known may be missing here, and should be put in again."""

    @classmethod
    def open(cls, url_or_path: str | Path, key: bytes, row_keys: Path) -> "Vault":
        """Open the vault, or make it on first use; refuses a key that is not the one it was made with.

        `row_keys` is the file of row keys. Where it is missing, as after a restore, the numbers are lost, and the vault
        waits to be filled anew.
        """
        database = Catalogue(*engine_of(url_or_path))
        vault = cls(database, key, RowKeys(row_keys, hmac.digest(key, b"graphsvc row keys", "sha256")))
        try:
            vault._prepare()
        except BaseException:
            database.close()
            raise
        return vault

    def make_ready(self, connections: int) -> None:
        """Open so many connections, so that those who ask first do not wait for them."""
        self._database.make_ready(connections)

    def close(self) -> None:
        """Let go of all connections."""
        self._database.close()

    def put(self, tokens: Sequence[str], raw: Sequence[str]) -> None:
        """Seal raw numbers under their tokens, on disk when it returns; those already there stay."""
        pairs = sorted(zip(tokens, raw, strict=True))
        if not pairs:
            return
        with self._database.writing() as connection:
            hold_table(connection, _rows)  # another process may be about to put some of these
            insert_new_rows(connection, _rows, self._sealed(pairs))

    def reveal(self, tokens: Sequence[str]) -> dict[str, str]:
        """Raw numbers by token; tokens that the vault does not know, or that were shredded, are left out."""
        with self._database.reading() as connection:
            found = find_rows(connection, (_rows.c.token, _rows.c.sealed, _rows.c.slot), _rows.c.token, tokens)
        found = [row for row in found if row[2] is not None]
        keys = self._row_keys.read([slot for _, _, slot in found])
        return {
            token: self._unseal(token, sealed, key)
            for (token, sealed, _), key in zip(found, keys, strict=True)
            if key is not None
        }

    def tokens(self) -> Iterator[list[str]]:
        """The tokens of all numbers, some at a time, in order."""
        after = ""
        while True:
            query = sa.select(_rows.c.token).where(_rows.c.slot.is_not(None), _rows.c.token > after)
            with self._database.reading() as connection:
                found = list(connection.scalars(query.order_by(_rows.c.token).limit(_TOKENS_AT_A_TIME)))
            if not found:
                return
            yield found
            after = found[-1]

    def compact(self, *, others_wait: bool = True) -> bool:
        """Rewrite the database without what was deleted; see `Catalogue.compact`."""
        return self._database.compact(others_wait=others_wait)

    def shred(self, tokens: Sequence[str]) -> int:
        """Make these numbers unreadable for ever, in every copy of the vault; how many there were.

        The keys go first: after a crash the rows that are left open nothing, and shredding again removes them.
        """
        with self._database.writing() as connection:
            hold_table(connection, _rows)
            found = find_rows(connection, (_rows.c.token, _rows.c.slot), _rows.c.token, tokens)
            found = [row for row in found if row[1] is not None]
            self._row_keys.shred(sorted(slot for _, slot in found))
            delete_rows(connection, _rows.c.token, [token for token, _ in found])
        return len(found)

    def _prepare(self) -> None:
        with self._database.reading() as connection:
            made = sa.inspect(connection).has_table(_rows.name)
        if not made:
            with self._database.writing() as connection:
                hold_schema(connection)
                if not sa.inspect(connection).has_table(_rows.name):  # another process may have been quicker
                    _metadata.create_all(connection)
                    insert_rows(connection, _rows, [(_CHECK, self._seal_check(), None), (_SECOND_FORMAT, b"", None)])
        self._check_key()
        if not self._has(_SECOND_FORMAT):
            self._give_keys_to_rows()
        self._note_lost_keys()

    def _check_key(self) -> None:
        with self._database.reading() as connection:
            sealed = connection.scalar(sa.select(_rows.c.sealed).where(_rows.c.token == _CHECK))
        try:
            if sealed is not None and self._open_plain(_CHECK, sealed) == _CHECK:
                return
        except Tampered:
            pass
        raise StorageFailed(
            f"the vault key does not open {self._database.place}; restore the key file keys/vault.key "
            "or GRAPHSVC_VAULT_KEY that the vault was made with"
        )

    def _give_keys_to_rows(self) -> None:
        """Seal rows of the first format, which had one key for all, anew; run again after a crash, it goes on."""
        with self._database.writing() as connection:
            hold_schema(connection)
            if "slot" not in {column["name"] for column in sa.inspect(connection).get_columns(_rows.name)}:
                connection.execute(sa.text("ALTER TABLE vault ADD COLUMN slot INTEGER"))
        own = _rows.c.token.not_in(_OWN)
        query = sa.select(_rows.c.token, _rows.c.sealed).where(_rows.c.slot.is_(None), own).limit(_AT_A_TIME)
        while True:
            with self._database.writing() as connection:
                hold_table(connection, _rows)
                old = connection.execute(query).all()
                if not old:
                    break
                pairs = [(token, self._open_plain(token, sealed)) for token, sealed in old]
                change = sa.update(_rows).where(_rows.c.token == sa.bindparam("which"))
                change = change.values(sealed=sa.bindparam("sealed"), slot=sa.bindparam("slot"))
                anew = [{"which": row[0], "sealed": row[1], "slot": row[2]} for row in self._sealed(pairs)]
                connection.execute(change, anew)
        self._database.compact()  # else what was sealed the old way would still lie in free pages
        with self._database.writing() as connection:
            hold_table(connection, _rows)
            insert_new_rows(connection, _rows, [(_SECOND_FORMAT, b"", None)])

    def _has(self, token: str) -> bool:
        with self._database.reading() as connection:
            return connection.scalar(sa.select(_rows.c.token).where(_rows.c.token == token)) is not None

    def _note_lost_keys(self) -> None:
        """Rows without any key file open nothing any more: a backup has none."""
        self.refilling = self._has(_REFILLING)
        with self._database.reading() as connection:
            keyed = connection.scalar(sa.select(_rows.c.token).where(_rows.c.slot.is_not(None)).limit(1))
        if keyed is None or self._row_keys.exists():
            return
        with self._database.writing() as connection:
            hold_table(connection, _rows)
            connection.execute(sa.delete(_rows).where(_rows.c.slot.is_not(None)))
            insert_new_rows(connection, _rows, [(_REFILLING, b"", None)])
        self.refilling = True

    def _sealed(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[str, bytes, int]]:
        """Rows of (token, text), each with a new key. A key that is then not used stays behind, and opens nothing."""
        first, keys = self._row_keys.make(len(pairs))
        return [
            (token, AESGCM(key).encrypt(_ONCE, text.encode(), token.encode()), first + place)
            for place, ((token, text), key) in enumerate(zip(pairs, keys, strict=True))
        ]

    def _unseal(self, token: str, sealed: bytes, key: bytes) -> str:
        try:
            return AESGCM(key).decrypt(_ONCE, sealed, token.encode()).decode()
        except InvalidTag:
            raise self._tampered(token) from None

    def _seal_check(self) -> bytes:
        return _ONCE + self._cipher.encrypt(_ONCE, _CHECK.encode(), _CHECK.encode())

    def _open_plain(self, token: str, sealed: bytes) -> str:
        """What the vault's key itself sealed: its check row, and rows of the first format."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], token.encode()).decode()
        except InvalidTag:
            raise self._tampered(token) from None

    def _tampered(self, token: str) -> Tampered:
        return Tampered(f"a row of {self._database.place} is not what was written (token {token})")
