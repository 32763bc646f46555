"""Small texts sealed with a key of the data folder, so that outside they can neither be read nor made up (AES-SIV)."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from graphsvc.store.sealing_many import Bytes, ManySealer


class Sealer:
    """Seals and opens. The same text for the same use is sealed to the same bytes."""

    def __init__(self, key: bytes) -> None:
        """`key` is a secret of 32 bytes; AES-SIV's two keys are derived from it."""
        # Two keys of 32 bytes: RFC 5297 wants one for the authentication and one for the encryption.
        keys = HKDF(SHA512(), 64, salt=None, info=b"graphsvc ids").derive(key)
        self._siv, self._many = AESSIV(keys), ManySealer(keys)

    def seal(self, content: bytes, use: bytes) -> bytes:
        """The content, sealed for one use."""
        return self._siv.encrypt(content, [use])

    def seal_rows(self, rows: Bytes, use: bytes) -> Bytes:
        """The same for many contents of one length, which is 16 at least: a row each."""
        return self._many.seal(rows, use)

    def open(self, sealed: bytes, use: bytes) -> bytes | None:
        """What was sealed for that use; None where it was not sealed here, for that use, with this key."""
        if len(sealed) <= 16:
            return None
        try:
            return self._siv.decrypt(sealed, [use])
        except InvalidTag:
            return None
