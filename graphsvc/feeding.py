"""The desk of feeds over HTTP: a batch of rows is taken once, whatever becomes of the connection.

What came of a batch is kept under its feed, feed id and batch id: the same batch again gets the same answer, and the
rows are loaded as files are, so that a crash between the two loses and doubles nothing. Raw rows stay in memory.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from graphsvc.errors import Conflict, InputRefused, UsageError
from graphsvc.ingest.feeds import FEEDS
from graphsvc.store import feed_batches
from graphsvc.store.catalogue import Catalogue
from graphsvc.tracing import traced

if TYPE_CHECKING:
    from graphsvc.ingest.load import LoadReport

REJECTS_SHOWN: Final = 1000
_NAME: Final = re.compile(r"[A-Za-z0-9._:-]{1,100}")


class Load(Protocol):
    """The service's verb."""

    def __call__(self, paths: Sequence[Path], *, kind: str | None, feed_id: str) -> "LoadReport":
        """Load files."""


@dataclass(frozen=True)
class Rejected:
    """A row that was refused: its number in the batch (from 1), and why."""

    row: int
    field: str
    reason: str


@dataclass(frozen=True)
class BatchTaken:
    """What came of a batch; all that was accepted is durable."""

    feed: str
    read: int
    accepted: int
    duplicate: int
    rejected: int
    rejects: list[Rejected]
    """The first thousand."""


@traced("feeding", "take")
@dataclass(frozen=True)
class Feeding:
    """Takes batches into one data folder."""

    catalogue: Catalogue
    load: Load
    wall: Callable[[], int]
    """Epoch ms."""

    def take(self, feed: str, body: bytes, *, arrow: bool, feed_id: str, batch_id: str) -> BatchTaken:
        """Load a batch of NDJSON rows, or of an Arrow stream; the answer that it got before, if it did.

        UsageError for an unknown feed or a bad id, Conflict where the batch id came with other rows before,
        InputRefused where nothing of it could be read.
        """
        if feed not in FEEDS:
            raise UsageError(f"there is no such feed; it is one of {', '.join(FEEDS)}")
        for name, text in (("Feed-Id", feed_id), ("Batch-Id", batch_id)):
            if not _NAME.fullmatch(text) or re.search(r"\d{7}", text):
                raise UsageError(f"{name} is 1 to 100 letters, digits and . _ : - without a number of seven digits")
        key = (feed, feed_id, batch_id)
        digest = hashlib.sha256(body).hexdigest()
        before = feed_batches.answer_of(self.catalogue, key)
        if before is not None:
            if before.digest != digest:
                raise Conflict("this Batch-Id came with other rows before; a batch never changes")
            return _told(before.answer)
        taken = self._load(feed, body, arrow, feed_id)
        kept = feed_batches.keep(self.catalogue, key, digest, orjson.dumps(asdict(taken)).decode(), self.wall())
        return _told(kept)

    def _load(self, feed: str, body: bytes, arrow: bool, feed_id: str) -> BatchTaken:
        with _in_memory(_parquet(body) if arrow else body, f"{feed}.{'parquet' if arrow else 'ndjson'}") as path:
            report = self.load([path], kind=feed, feed_id=feed_id)
        if report.refused:
            raise InputRefused(report.refused[0].reason)
        counts = report.feeds[feed]
        rejects = []
        if report.rejects_file is not None:
            with report.rejects_file.open("rb") as lines:
                told = [orjson.loads(line) for line, _ in zip(lines, range(REJECTS_SHOWN), strict=False)]
            rejects = [Rejected(row["line"], row["field"], row["reason"]) for row in told]
        return BatchTaken(feed, counts.read, counts.accepted, counts.duplicate, counts.rejected, rejects)


def _told(answer: str) -> BatchTaken:
    content = orjson.loads(answer)
    return BatchTaken(**{**content, "rejects": [Rejected(**row) for row in content["rejects"]]})


def _parquet(body: bytes) -> bytes:
    """An Arrow stream as Parquet, which loading reads."""
    try:
        table = pa.ipc.open_stream(body).read_all()
        packed = BytesIO()
        pq.write_table(table, packed)
    except (pa.ArrowException, OSError, ValueError):
        raise InputRefused("the body is no Arrow stream of plain columns") from None
    return packed.getvalue()


@contextmanager
def _in_memory(body: bytes, name: str) -> Iterator[Path]:
    """A file of that name that is nowhere on disk: a link to memory of this process."""
    descriptor = os.memfd_create(name, os.MFD_CLOEXEC)
    try:
        with os.fdopen(os.dup(descriptor), "wb") as file:
            file.write(body)
        with tempfile.TemporaryDirectory(prefix="graphsvc-") as folder:
            path = Path(folder) / name
            path.symlink_to(f"/proc/{os.getpid()}/fd/{descriptor}")
            yield path
    finally:
        os.close(descriptor)
