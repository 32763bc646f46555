"""Keyed 64-bit hashes (SipHash-2-4) of texts and rows, compiled.

Source: Aumasson and Bernstein, SipHash: a fast short-input PRF, INDOCRYPT 2012. Keyed, so that nobody who can
write a feed can choose colliding event ids.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphsvc.compiling import kernel
from graphsvc.ingest.text import Text

_BLOCK_ROWS: Final = 1 << 12
"""Rows that are hashed at a time: their words and states stay in the processor's cache."""


@dataclass(frozen=True)
class HashKey:
    """The two halves of a SipHash key."""

    low: np.uint64
    high: np.uint64

    @classmethod
    def of(cls, key: bytes) -> "HashKey":
        """From at least 16 secret bytes; those beyond are not used."""
        if len(key) < 16:
            raise ValueError("a hash key needs 16 bytes")
        return cls(*np.frombuffer(key[:16], dtype="<u8"))


def text_keys(key: HashKey, prefix: bytes, text: Text) -> NDArray[np.int64]:
    """SipHash of `prefix` followed by each text."""
    start = np.frombuffer(prefix, dtype=np.uint8)
    return _hash_texts(key.low, key.high, start, text.offsets, text.data).view(np.int64)


def row_keys(key: HashKey, prefix: int, columns: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """SipHash of `prefix` and each row of int64 values, as little-endian bytes."""
    rows = len(columns[0])
    keys = np.empty(rows, dtype=np.int64)
    words = np.full((len(columns) + 1, min(rows, _BLOCK_ROWS)), prefix, dtype=np.int64)
    for start in range(0, rows, _BLOCK_ROWS):
        stop = min(rows, start + _BLOCK_ROWS)
        for i, column in enumerate(columns, start=1):
            words[i, : stop - start] = column[start:stop]
        block = words[:, : stop - start].view(np.uint64)
        keys[start:stop] = _hash_rows(key.low, key.high, block).view(np.int64)
    return keys


def lookup_keys(key: HashKey, text: Text) -> NDArray[np.uint64]:
    """A key for each text that tells texts apart; 0 for an empty one.

    An optional plus and 1 to 16 digits are packed without loss, as value, length and plus; any other text is
    63 bits of SipHash under the top bit.
    """
    return _lookup_keys(key.low, key.high, text.offsets, text.data)


@kernel
def _lookup_keys(
    low: np.uint64, high: np.uint64, offsets: NDArray[np.int32], data: NDArray[np.uint8]
) -> NDArray[np.uint64]:
    rows = len(offsets) - 1
    keys = np.zeros(rows, dtype=np.uint64)
    nothing = np.zeros(0, dtype=np.uint8)
    for row in range(rows):
        start, end = offsets[row], offsets[row + 1]
        if start == end:
            continue
        plus = data[start] == 43
        first = start + 1 if plus else start
        packed = np.uint64(0)
        plain = 1 <= end - first <= 16
        if plain:
            for at in range(first, end):
                digit = np.uint64(data[at]) - np.uint64(48)
                if digit > np.uint64(9):
                    plain = False
                    break
                packed = packed * np.uint64(10) + digit
        if plain:
            length_and_plus = np.uint64((end - first) << 1) | np.uint64(plus)
            keys[row] = (packed << np.uint64(6)) | length_and_plus
        else:
            keys[row] = _sip(low, high, nothing, data, start, end) | np.uint64(1 << 63)
    return keys


@kernel
def _hash_texts(
    low: np.uint64,
    high: np.uint64,
    prefix: NDArray[np.uint8],
    offsets: NDArray[np.int32],
    data: NDArray[np.uint8],
) -> NDArray[np.uint64]:
    """As `_sip` of each text, but what the prefix comes to is worked out once, and texts are read in words."""
    rows = len(offsets) - 1
    hashes = np.empty(rows, dtype=np.uint64)
    left = len(prefix) % 8  # bytes of the prefix that share a word with the text
    p0, p1, p2, p3 = _start(low, high)
    for at in range(0, len(prefix) - left, 8):
        p0, p1, p2, p3 = _absorb(p0, p1, p2, p3, _word(prefix, at, 8))
    carried, shift = _word(prefix, len(prefix) - left, left), np.uint64(8 * left)
    for row in range(rows):
        v0, v1, v2, v3, rest = p0, p1, p2, p3, carried
        at, end = offsets[row], offsets[row + 1]
        length = len(prefix) + end - at
        while at + 8 <= end:
            word = _word(data, at, 8)
            v0, v1, v2, v3 = _absorb(v0, v1, v2, v3, rest | (word << shift))
            rest = word >> (np.uint64(64) - shift) if left else np.uint64(0)
            at += 8
        last = _word(data, at, end - at)
        rest |= last << shift
        if left + end - at >= 8:
            v0, v1, v2, v3 = _absorb(v0, v1, v2, v3, rest)
            rest = last >> (np.uint64(64) - shift)
        hashes[row] = _finish(v0, v1, v2, v3, rest | (np.uint64(length & 255) << np.uint64(56)))
    return hashes


@kernel
def _word(data: NDArray[np.uint8], start: int, count: int) -> np.uint64:
    """Up to eight bytes as a little-endian number."""
    word = np.uint64(0)
    if count == 8:  # written out, so that the compiler makes one read of it
        at = np.uint64(start)
        for i in range(8):
            word |= np.uint64(data[at + np.uint64(i)]) << np.uint64(8 * i)
        return word
    for i in range(count):
        word |= np.uint64(data[start + i]) << np.uint64(8 * i)
    return word


@kernel
def _hash_rows(low: np.uint64, high: np.uint64, words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Word by word for all rows, so that the processor works on several rows at once."""
    width, rows = words.shape
    v0, v1, v2, v3 = _start(low, high)
    s0, s1 = np.full(rows, v0, dtype=np.uint64), np.full(rows, v1, dtype=np.uint64)
    s2, s3 = np.full(rows, v2, dtype=np.uint64), np.full(rows, v3, dtype=np.uint64)
    for i in range(width):
        for row in range(rows):
            s0[row], s1[row], s2[row], s3[row] = _absorb(s0[row], s1[row], s2[row], s3[row], words[i, row])
    last = np.uint64((width * 8) & 255) << np.uint64(56)
    for row in range(rows):
        s0[row] = _finish(s0[row], s1[row], s2[row], s3[row], last)
    return s0


@kernel
def _sip(
    low: np.uint64,
    high: np.uint64,
    prefix: NDArray[np.uint8],
    data: NDArray[np.uint8],
    start: int,
    end: int,
) -> np.uint64:
    v0, v1, v2, v3 = _start(low, high)
    word = np.uint64(0)
    shift = np.uint64(0)
    before = len(prefix)
    length = before + (end - start)
    for i in range(length):
        byte = prefix[i] if i < before else data[start + i - before]
        word |= np.uint64(byte) << shift
        shift += np.uint64(8)
        if shift == np.uint64(64):
            v0, v1, v2, v3 = _absorb(v0, v1, v2, v3, word)
            word = np.uint64(0)
            shift = np.uint64(0)
    return _finish(v0, v1, v2, v3, word | (np.uint64(length & 255) << np.uint64(56)))


@kernel
def _start(low: np.uint64, high: np.uint64) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    return (
        low ^ np.uint64(0x736F6D6570736575),
        high ^ np.uint64(0x646F72616E646F6D),
        low ^ np.uint64(0x6C7967656E657261),
        high ^ np.uint64(0x7465646279746573),
    )


@kernel
def _turned(value: np.uint64, bits: int) -> np.uint64:
    return (value << np.uint64(bits)) | (value >> np.uint64(64 - bits))


@kernel
def _round(
    v0: np.uint64, v1: np.uint64, v2: np.uint64, v3: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    v0 += v1
    v1 = _turned(v1, 13) ^ v0
    v0 = _turned(v0, 32)
    v2 += v3
    v3 = _turned(v3, 16) ^ v2
    v0 += v3
    v3 = _turned(v3, 21) ^ v0
    v2 += v1
    v1 = _turned(v1, 17) ^ v2
    return v0, v1, _turned(v2, 32), v3


@kernel
def _absorb(
    v0: np.uint64, v1: np.uint64, v2: np.uint64, v3: np.uint64, word: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    v3 ^= word
    v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    return v0 ^ word, v1, v2, v3


@kernel
def _finish(v0: np.uint64, v1: np.uint64, v2: np.uint64, v3: np.uint64, last: np.uint64) -> np.uint64:
    v0, v1, v2, v3 = _absorb(v0, v1, v2, v3, last)
    v2 ^= np.uint64(0xFF)
    for _ in range(4):
        v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    return v0 ^ v1 ^ v2 ^ v3
