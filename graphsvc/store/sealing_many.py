"""AES-SIV (RFC 5297) over many short texts of one length at once: every step of it is one call for all of them.

The bytes are those of the library's AES-SIV, with which they are opened; a test compares them. Only sealing needs this:
an answer may name ten thousand things, and nobody asks about that many.
"""

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.cmac import CMAC

Bytes = npt.NDArray[np.uint8]
_BLOCK = 16


class ManySealer:
    """Seals rows of bytes. `key`: the two keys of AES-SIV, 64 bytes."""

    def __init__(self, key: bytes) -> None:
        """Take over the key."""
        self._mac_key, self._text_key = key[:32], key[32:]

    def seal(self, rows: Bytes, use: bytes) -> Bytes:
        """Each row (of at least 16 bytes) sealed for one use: 16 bytes more."""
        tag = self._mac(self._mixed(rows, use))
        counter = tag & np.array([255] * 8 + [127, 255, 255, 255] * 2, dtype=np.uint8)
        blocks = -(-rows.shape[1] // _BLOCK)
        counters = np.repeat(counter[:, None, :], blocks, axis=1)
        low = counters[:, :, 12:].copy().view(">u4")[:, :, 0]  # its highest bit is 0: no carry from a short text
        counters[:, :, 12:] = (low + np.arange(blocks)).astype(">u4")[:, :, None].view(np.uint8)
        stream = _encrypted(_blocks(self._text_key), counters).reshape(len(rows), -1)
        return np.hstack([tag, rows ^ stream[:, : rows.shape[1]]])

    def _mixed(self, rows: Bytes, use: bytes) -> Bytes:
        """The rows with what is said beside them mixed into their ends (S2V)."""
        beside = _doubled(self._mac_of(bytes(_BLOCK))) ^ np.frombuffer(self._mac_of(use), dtype=np.uint8)
        mixed = rows.copy()
        mixed[:, -_BLOCK:] ^= beside
        return mixed

    def _mac(self, rows: Bytes) -> Bytes:
        """CMAC (NIST SP 800-38B) of each row."""
        encrypt = _blocks(self._mac_key)
        subkey = _doubled(encrypt.update(bytes(_BLOCK)))
        whole, rest = divmod(rows.shape[1], _BLOCK)
        if rest:
            subkey = _doubled(subkey.tobytes())
            padding = np.zeros((len(rows), _BLOCK - rest), dtype=np.uint8)
            padding[:, 0] = 0x80
            rows = np.hstack([rows, padding])
        blocks = rows.reshape(len(rows), -1, _BLOCK).copy()
        blocks[:, -1] ^= subkey
        chained = np.zeros((len(rows), _BLOCK), dtype=np.uint8)
        for place in range(whole + bool(rest)):
            chained = _encrypted(encrypt, chained ^ blocks[:, place])
        return chained

    def _mac_of(self, text: bytes) -> bytes:
        mac = CMAC(AES(self._mac_key))
        mac.update(text)
        return mac.finalize()


def _blocks(key: bytes) -> CipherContext:
    """The block cipher itself, which SIV is made of."""
    return Cipher(AES(key), ECB()).encryptor()  # noqa: S305


def _encrypted(cipher: CipherContext, blocks: Bytes) -> Bytes:
    return np.frombuffer(cipher.update(blocks.tobytes()), dtype=np.uint8).reshape(blocks.shape)


def _doubled(block: bytes) -> Bytes:
    """Twice a block in the field of 2^128 elements."""
    value = int.from_bytes(block, "big") << 1
    if value >> 128:
        value = (value & ((1 << 128) - 1)) ^ 0x87
    return np.frombuffer(value.to_bytes(_BLOCK, "big"), dtype=np.uint8)
