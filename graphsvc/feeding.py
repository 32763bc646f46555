"""The desk of feeds over HTTP: a batch of rows is taken once, whatever becomes of the connection.

What came of a batch is kept under its feed, feed id and batch id: the same batch again gets the same answer, and the
rows are loaded as files are, so that a crash between the two loses and doubles nothing. Raw rows stay in memory.
Batches of events that come while others are taken wait, and are then taken together: most of what a small one costs is
there whatever its size.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from graphsvc.errors import Conflict, GraphsvcError, InputRefused, UsageError
from graphsvc.ingest.feeds import EVENTS, FEEDS
from graphsvc.ingest.files import FeedFile
from graphsvc.store import feed_batches
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.feed_batches import KeptAnswer, Key
from graphsvc.store.together import Take, Together
from graphsvc.tracing import traced

if TYPE_CHECKING:
    from graphsvc.ingest.load import LoadReport
    from graphsvc.ingest.together import Told

REJECTS_SHOWN: Final = 1000
TOGETHER_BYTES: Final = 4 * 1024 * 1024
"""Of batches that are loaded together; one may be larger by itself. [assumed: some 16,000 events, half a second]"""
_NAME: Final = re.compile(r"[A-Za-z0-9._:-]{1,100}")


class LoadEvents(Protocol):
    """The desk of loading's verb for NDJSON files of events that are taken together."""

    def __call__(self, files: Sequence[FeedFile], *, place: str, feed_id: str) -> "list[Told | InputRefused]":
        """Load files."""


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


@dataclass(frozen=True, eq=False)
class _Batch:
    """A batch that came."""

    key: Key
    digest: str
    """SHA-256 of the body."""
    body: bytes = field(repr=False)


@traced("feeding", "take")
@dataclass(frozen=True)
class Feeding:
    """Takes batches into one data folder."""

    catalogue: Catalogue
    load: Load
    events: LoadEvents
    wall: Callable[[], int]
    """Epoch ms."""
    waiting: Together[_Batch, BatchTaken] = field(default_factory=lambda: Together(apart=lambda batch: batch.key))
    """Batches of events."""

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
        batch = _Batch((feed, feed_id, batch_id), hashlib.sha256(body).hexdigest(), body)
        if feed == EVENTS.name and not arrow:
            return self.waiting.ask(batch, self._taken_together)
        return self._taken(batch, arrow)

    def _taken(self, batch: _Batch, arrow: bool) -> BatchTaken:
        """One batch by itself."""
        kept = feed_batches.answers_of(self.catalogue, [batch.key])
        if batch.key not in kept:
            feed, feed_id, _ = batch.key
            kept = self._kept({batch: self._load(feed, batch.body, arrow, feed_id)})
        answer = _answer(batch, kept)
        if isinstance(answer, Conflict):
            raise answer
        return answer

    def _taken_together(self, take: Take[_Batch]) -> list[BatchTaken | GraphsvcError]:
        """All batches of events that wait; where one is refused, why."""
        batches = take()
        kept = feed_batches.answers_of(self.catalogue, [batch.key for batch in batches])
        refused = dict[Key, InputRefused]()
        for some in _parted([batch for batch in batches if batch.key not in kept]):
            found = self._loaded(some)
            refused |= {one.key: told for one, told in zip(some, found, strict=True) if isinstance(told, InputRefused)}
            new = zip(some, found, strict=True)
            kept |= self._kept({one: told for one, told in new if not isinstance(told, InputRefused)})
        return [refused.get(batch.key) or _answer(batch, kept) for batch in batches]

    def _loaded(self, batches: Sequence[_Batch]) -> list[BatchTaken | InputRefused]:
        """Load batches of events of one feed id, all or none."""
        with ExitStack() as held:
            paths = [held.enter_context(_in_memory(batch.body)) for batch in batches]
            files = [FeedFile(path, EVENTS.name, "ndjson", None) for path in paths]
            found = self.events(files, place=f"{EVENTS.name}.ndjson", feed_id=batches[0].key[1])
        return [told if isinstance(told, InputRefused) else _batch_taken(told) for told in found]

    def _kept(self, taken: Mapping[_Batch, BatchTaken]) -> dict[Key, KeptAnswer]:
        """Keep answers; those that hold."""
        answers = {
            batch.key: KeptAnswer(batch.digest, orjson.dumps(asdict(one)).decode()) for batch, one in taken.items()
        }
        return feed_batches.keep(self.catalogue, answers, self.wall()) if answers else {}

    def _load(self, feed: str, body: bytes, arrow: bool, feed_id: str) -> BatchTaken:
        name = f"{feed}.{'parquet' if arrow else 'ndjson'}"
        with (
            _in_memory(_parquet(body) if arrow else body) as memory,
            tempfile.TemporaryDirectory(prefix="graphsvc-") as folder,
        ):
            path = Path(folder) / name
            path.symlink_to(memory)
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


def _parted(batches: Sequence[_Batch]) -> Iterator[list[_Batch]]:
    """Those of one feed id together, in order, as long as they are not too much together."""
    for _, theirs in groupby(sorted(batches, key=_feed_id), key=_feed_id):
        some, size = list[_Batch](), 0
        for batch in theirs:
            if some and size + len(batch.body) > TOGETHER_BYTES:
                yield some
                some, size = [], 0
            some.append(batch)
            size += len(batch.body)
        yield some


def _feed_id(batch: _Batch) -> str:
    return batch.key[1]


def _batch_taken(told: "Told") -> BatchTaken:
    counts = told.counts
    rejects = [Rejected(one.line, one.field, one.reason) for one in told.rejects[:REJECTS_SHOWN]]
    return BatchTaken(EVENTS.name, counts.read, counts.accepted, counts.duplicate, counts.rejected, rejects)


def _answer(batch: _Batch, kept: Mapping[Key, KeptAnswer]) -> BatchTaken | Conflict:
    """What is kept as the answer to this batch, if it had these rows."""
    if kept[batch.key].digest != batch.digest:
        return Conflict("this Batch-Id came with other rows before; a batch never changes")
    content = orjson.loads(kept[batch.key].answer)
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
def _in_memory(body: bytes) -> Iterator[Path]:
    """A file that is nowhere on disk: memory of this process."""
    descriptor = os.memfd_create("feed", os.MFD_CLOEXEC)
    try:
        with os.fdopen(os.dup(descriptor), "wb") as file:
            file.write(body)
        yield Path(f"/proc/{os.getpid()}/fd/{descriptor}")
    finally:
        os.close(descriptor)
