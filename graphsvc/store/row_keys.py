"""Row keys of the vault: a key of its own for every row, in a file apart from the rows, wrapped by the vault's key.

Slot n is 16 bytes at n × 16: the row's key under AES-256-CTR at the counter of that place, so that a half million are
wrapped in one call. A slot is written once and never again, save with zeros: then its row is lost for ever, in every
copy of the vault that was ever made. That is why this file must not be in a backup.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from graphsvc.store.durable import disk_errors_explained, sync_folder

KEY_BYTES: Final = 16
"""AES-128: half the work of a row, and still out of reach; the key that wraps them has 256 bits."""
_HEADER: Final = b"graphsvc rows 1\n"
_SHREDDED: Final = bytes(KEY_BYTES)
_NEAR: Final = 16  # slots apart that are still read together
_RUN_MOST: Final = 65_536


class RowKeys:
    """The file of row keys. Whoever calls holds the vault's write lock while keys are added."""

    def __init__(self, path: Path, wrapping_key: bytes) -> None:
        """Nothing is made until a key is."""
        self._path = path
        self._key = wrapping_key

    def exists(self) -> bool:
        """Whether there is a file at all: a vault that came from a backup has none."""
        return self._path.exists()

    def make(self, count: int) -> tuple[int, list[bytes]]:
        """So many new keys and the slot of the first, wrapped and on disk when it returns."""
        fresh = os.urandom(KEY_BYTES * count)
        with disk_errors_explained(self._path):
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                first = max(1, -(-os.fstat(handle).st_size // KEY_BYTES))
                if first == 1:
                    _write(handle, _HEADER, 0)
                _write(handle, self._stream(first, fresh), first * KEY_BYTES)
                os.fsync(handle)
            finally:
                os.close(handle)
            sync_folder(self._path.parent)
        return first, [fresh[at : at + KEY_BYTES] for at in range(0, len(fresh), KEY_BYTES)]

    def read(self, slots: Sequence[int]) -> list[bytes | None]:
        """The keys in these slots; None for one that was shredded, or is not there."""
        if not slots or not self.exists():
            return [None] * len(slots)
        found: dict[int, bytes | None] = {}
        with disk_errors_explained(self._path), self._path.open("rb") as file:
            for run in _runs(sorted(set(slots))):
                first = run[0]
                wrapped = os.pread(file.fileno(), (run[-1] + 1 - first) * KEY_BYTES, first * KEY_BYTES)
                keys = self._stream(first, wrapped)
                for slot in run:
                    here = slice((slot - first) * KEY_BYTES, (slot + 1 - first) * KEY_BYTES)
                    there = len(wrapped) >= here.stop and wrapped[here] != _SHREDDED
                    found[slot] = keys[here] if there else None
        return [found[slot] for slot in slots]

    def shred(self, slots: Sequence[int]) -> None:
        """Overwrite these keys, on disk when it returns."""
        if not slots or not self.exists():
            return
        with disk_errors_explained(self._path):
            handle = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
            try:
                for slot in slots:
                    _write(handle, _SHREDDED, slot * KEY_BYTES)
                os.fsync(handle)
            finally:
                os.close(handle)

    def _stream(self, first: int, data: bytes) -> bytes:
        """Wraps and unwraps: CTR from a slot on, which is one block."""
        counter = first.to_bytes(16, "big")
        cipher = Cipher(AES(self._key), CTR(counter)).encryptor()
        return cipher.update(data) + cipher.finalize()


def _runs(slots: Sequence[int]) -> Iterator[Sequence[int]]:
    """Stretches of ascending slots that are quicker read in one go."""
    begin = 0
    for place in range(1, len(slots)):
        if slots[place] - slots[place - 1] > _NEAR or slots[place] - slots[begin] >= _RUN_MOST:
            yield slots[begin:place]
            begin = place
    yield slots[begin:]


def _write(handle: int, data: bytes, offset: int) -> None:
    left = memoryview(data)
    while left:
        written = os.pwrite(handle, left, offset)
        left, offset = left[written:], offset + written
