"""Keyed stand-ins for numbers and entities: HMAC-SHA-256, so that nobody without the key can test a guess.

A plain hash would not do: all Chinese mobile numbers can be hashed in minutes.
"""

from collections.abc import Sequence

import numpy as np
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from graphsvc.store.keys import Keys

_DIGEST_BYTES = 15  # 120 bits are 24 characters of base32 without padding
_ALPHABET = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", dtype=np.uint8)
_SHIFTS = np.arange(35, -1, -5, dtype=np.uint64)  # eight characters of five bits in each five bytes


def number_tokens(keys: Keys, canonical: Sequence[str]) -> list[str]:
    """Tokens of numbers in canonical form, in the order given."""
    return _tokens(keys, [text.encode() for text in canonical])


def entity_tokens(keys: Keys, kind: str, values: Sequence[str]) -> list[str]:
    """Tokens of entities of one kind. Kind and NUL go first, so that no number shares an entity's token."""
    prefix = kind.encode() + b"\0"
    return _tokens(keys, [prefix + value.encode() for value in values])


def number_token(keys: Keys, canonical: str) -> str:
    """`v1.` and 24 characters: the token of one number in canonical form."""
    return number_tokens(keys, [canonical])[0]


def entity_token(keys: Keys, kind: str, value: str) -> str:
    """The token of one device, holder, account or other entity."""
    return entity_tokens(keys, kind, [value])[0]


def _tokens(keys: Keys, messages: Sequence[bytes]) -> list[str]:
    version, key = keys.token
    keyed = HMAC(key, SHA256())  # copied for each message: setting the key up costs more than a short message
    joined = b"".join([_digest(keyed, message) for message in messages])
    quintets = np.frombuffer(joined, dtype=np.uint8).reshape(-1, 5).astype(np.uint64)
    words = np.zeros(len(quintets), dtype=np.uint64)
    for column in range(5):
        words = (words << np.uint64(8)) | quintets[:, column]
    letters = _ALPHABET[(words[:, None] >> _SHIFTS) & np.uint64(31)]
    text = letters.tobytes().decode("ascii")
    size = _DIGEST_BYTES * 8 // 5
    return [f"v{version}.{text[i : i + size]}" for i in range(0, len(text), size)]


def _digest(keyed: HMAC, message: bytes) -> bytes:
    own = keyed.copy()
    own.update(message)
    return own.finalize()[:_DIGEST_BYTES]
