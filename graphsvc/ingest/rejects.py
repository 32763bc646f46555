"""The rejects file of a load: one JSON line a refused row, with its place and reason and never its value."""

import os
from collections.abc import Sequence
from io import FileIO
from pathlib import Path
from typing import Protocol

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray

from graphsvc.errors import StorageFailed
from graphsvc.ingest.faults import Broken, Fault, Faults, reason, value_class
from graphsvc.ingest.feeds import Feed
from graphsvc.ingest.read import Batch


def broken_rows(batch: Batch, feed: Feed, faults: Faults) -> list[Broken]:
    """The rows of a batch that were refused, as they go into the file."""
    bad = faults.bad()
    fields = faults.field[bad]
    told: dict[int, Broken] = {}
    for place in np.unique(fields).tolist():
        rows = bad[fields == place]
        classes = _classes(batch, feed.fields[place].name, rows)
        for row, shape in zip(rows.tolist(), classes, strict=True):
            words = reason(Fault(faults.fault[row]), feed.fields[place])
            told[row] = Broken(int(batch.lines[row]), feed.fields[place].name, shape, words)
    return sorted([*told.values(), *batch.broken], key=lambda broken: broken.line)


def _classes(batch: Batch, name: str, rows: NDArray[np.int64]) -> list[str]:
    if name not in batch.columns:
        return ["empty"] * len(rows)
    return [value_class(value) for value in batch.columns[name].take(pa.array(rows)).to_pylist()]


class Rejects(Protocol):
    """Where refused rows are written down."""

    def write(self, place: str, refused: Sequence[Broken]) -> None:
        """Add rows of a file or line of messages."""


class RejectsFile:
    """Made when the first row is refused; readable by its owner only."""

    def __init__(self, folder: Path, now: int) -> None:
        """`now` (epoch ms) is in its name; a number is added where there is one of that name."""
        self._folder = folder
        self._now = now
        self._file: FileIO | None = None
        self.path: Path | None = None

    def __enter__(self) -> "RejectsFile":
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, place: str, refused: Sequence[Broken]) -> None:
        """Add rows of a file or line of messages; they are on the disk when this returns."""
        lines = [
            orjson.dumps(
                {
                    "file": place,
                    "line": row.line,
                    "field": row.field,
                    "value_class": row.value_class,
                    "reason": row.reason,
                },
                option=orjson.OPT_APPEND_NEWLINE,
            )
            for row in refused
        ]
        if not lines:
            return
        try:
            stream = self._file or self._open()
            left = memoryview(b"".join(lines))
            while left:
                left = left[stream.write(left) :]
            os.fsync(stream.fileno())
        except OSError as error:
            raise StorageFailed(f"{self._folder} cannot be written: {os.strerror(error.errno or 0)}") from None

    def _open(self) -> FileIO:
        for attempt in range(10_000):
            path = self._folder / f"rejects-{self._now}{f'-{attempt}' if attempt else ''}.ndjson"
            try:
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                continue
            self._file, self.path = os.fdopen(descriptor, "wb", buffering=0), path
            return self._file
        raise StorageFailed(f"{self._folder} is full of rejects files; delete old ones")
