"""Sorted runs: immutable files of (event key, content key) in order of the event key.

Many keys are sought a slice at a time with plain reads, so that memory stays bounded whatever a run's size; a few
each by itself in the mapped file, so that a small batch does not read what a large ledger has. A run is three files
of little-endian int64: keys, contents, fences (each 4,096th key, kept in memory).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from graphsvc.store.durable import disk_errors_explained, sync_file
from graphsvc.store.ordering import Int64, ascending, positions

_BLOCK: Final = 4096  # keys between two fences: 32 KiB, one read
_SLICE_BLOCKS: Final = 256  # at most a million keys in one read
_GAP_BLOCKS: Final = 4  # a smaller hole is cheaper to read than to skip
_MERGE_KEYS: Final = 1_000_000  # keys of all runs together that a merge holds at a time
_FEW: Final = 64  # keys of the run for each one sought, from which on most pages need not be read
_DTYPE: Final = np.dtype("<i8")


@dataclass(frozen=True)
class Run:
    """One run: where its files are, how many keys it has, and its fences."""

    folder: Path
    name: str
    keys: int
    fences: Int64 = field(repr=False, compare=False)

    @classmethod
    def write(cls, folder: Path, name: str, keys: Int64, contents: Int64) -> "Run":
        """Write keys (ascending, distinct) and their contents; on disk when it returns."""
        return cls.write_slices(folder, name, iter([(keys, contents)]))

    @classmethod
    def write_slices(cls, folder: Path, name: str, slices: Iterator[tuple[Int64, Int64]]) -> "Run":
        """Write a run of slices that follow each other in order of the key; on disk when it returns."""
        count = 0
        fences: list[Int64] = []
        with disk_errors_explained(folder):
            with (
                _file(folder, name, "keys").open("wb") as key_file,
                _file(folder, name, "contents").open("wb") as file,
            ):
                for keys, contents in slices:
                    keys.astype(_DTYPE, copy=False).tofile(key_file)
                    contents.astype(_DTYPE, copy=False).tofile(file)
                    fences.append(keys[-count % _BLOCK :: _BLOCK].copy())
                    count += len(keys)
            fence = np.concatenate(fences) if fences else np.empty(0, dtype=np.int64)
            fence.astype(_DTYPE, copy=False).tofile(_file(folder, name, "fences"))
            for path in files_of(folder, name):
                sync_file(path)
        return cls(folder, name, count, fence)

    @classmethod
    def open(cls, folder: Path, name: str, keys: int) -> "Run | None":
        """The run of that name, or None where its files are missing or not of the right size."""
        expected = (keys, keys, -(-keys // _BLOCK))
        for path, count in zip(files_of(folder, name), expected, strict=True):
            if not path.is_file() or path.stat().st_size != count * _DTYPE.itemsize:
                return None
        with disk_errors_explained(folder):
            fences = np.fromfile(_file(folder, name, "fences"), dtype=_DTYPE)
        return cls(folder, name, keys, fences.astype(np.int64, copy=False))

    def delete(self) -> None:
        """Remove the files; nobody may name the run any more."""
        with disk_errors_explained(self.folder):
            for path in files_of(self.folder, self.name):
                path.unlink(missing_ok=True)

    def find(self, wanted: Int64) -> tuple[npt.NDArray[np.bool_], Int64]:
        """Which of these keys (ascending) the run has, and their contents (0 where it has not)."""
        found = np.zeros(len(wanted), dtype=np.bool_)
        contents = np.zeros(len(wanted), dtype=np.int64)
        if not self.keys or not len(wanted):
            return found, contents
        if _FEW * len(wanted) < self.keys:
            keys = self._mapped("keys")
            at = np.minimum(np.searchsorted(keys, wanted), self.keys - 1)
            found = keys[at] == wanted
            contents[found] = self._mapped("contents")[at[found]]
            return found, contents
        starts = np.searchsorted(wanted, self.fences)
        stops = np.append(starts[1:], len(wanted))  # keys wanted of block b: wanted[starts[b]:stops[b]]
        for first, last in _groups(np.flatnonzero(stops > starts)):
            start, stop = first * _BLOCK, min(self.keys, (last + 1) * _BLOCK)
            here = slice(int(starts[first]), int(stops[last]))
            at = positions(self._read("keys", start, stop), wanted[here])
            hit = at >= 0
            if hit.any():
                found[here] = hit
                contents[here][hit] = self._read("contents", start, stop)[at[hit]]
        return found, contents

    def position(self, key: int) -> int:
        """How many keys of the run are smaller than `key`."""
        block = int(np.searchsorted(self.fences, key, side="left")) - 1
        if block < 0:
            return 0
        start = block * _BLOCK
        return start + int(np.searchsorted(self._read("keys", start, min(self.keys, start + _BLOCK)), key))

    def slice(self, start: int, stop: int) -> tuple[Int64, Int64]:
        """Keys and contents of these positions."""
        return self._read("keys", start, stop), self._read("contents", start, stop)

    def _mapped(self, part: str) -> Int64:
        path = _file(self.folder, self.name, part)
        with disk_errors_explained(path):
            return np.asarray(np.memmap(path, dtype=_DTYPE, mode="r"))

    def _read(self, part: str, start: int, stop: int) -> Int64:
        path = _file(self.folder, self.name, part)
        with disk_errors_explained(path):
            values = np.fromfile(path, dtype=_DTYPE, count=stop - start, offset=start * _DTYPE.itemsize)
        return values.astype(np.int64, copy=False)


def merge(folder: Path, name: str, runs: Sequence[Run]) -> Run:
    """One run with the keys of all these; memory does not depend on their size."""
    fences = np.sort(np.concatenate([run.fences for run in runs]))
    step = max(1, _MERGE_KEYS // _BLOCK)
    bounds: list[list[int]] = [[0] * len(runs)]
    bounds += [[run.position(int(pivot)) for run in runs] for pivot in fences[step::step]]
    bounds.append([run.keys for run in runs])
    return Run.write_slices(folder, name, _merged(runs, bounds))


def files_of(folder: Path, name: str) -> list[Path]:
    """The files of a run: keys, contents, fences."""
    return [_file(folder, name, part) for part in ("keys", "contents", "fences")]


def _file(folder: Path, name: str, part: str) -> Path:
    return folder / f"{name}.{part}"


def _merged(runs: Sequence[Run], bounds: Sequence[Sequence[int]]) -> Iterator[tuple[Int64, Int64]]:
    for start, stop in pairwise(bounds):
        parts = [run.slice(a, b) for run, a, b in zip(runs, start, stop, strict=True)]
        keys = np.concatenate([part[0] for part in parts])
        order = ascending(keys)
        yield keys[order], np.concatenate([part[1] for part in parts])[order]


def _groups(blocks: npt.NDArray[np.intp]) -> Iterator[tuple[int, int]]:
    """First and last of blocks (ascending) that lie close together: each group is a bounded read."""
    if not len(blocks):
        return
    cut = np.flatnonzero((np.diff(blocks) > _GAP_BLOCKS) | (np.diff(blocks // _SLICE_BLOCKS) > 0))
    firsts, lasts = blocks[np.append(0, cut + 1)], blocks[np.append(cut, len(blocks) - 1)]
    yield from zip(firsts.tolist(), lasts.tolist(), strict=True)
