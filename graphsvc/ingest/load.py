"""Load feed files: read, check, tokenise, keep; and say exactly what became of each row.

Batches are committed in order and whole, so a load that is killed leaves the first so many batches, and loading
again completes it: rows that are there already count as duplicates. While one batch is committed the next is
checked and the one after that is read; a checked one may wait for its turn.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyarrow as pa

from graphsvc.errors import InputRefused, UsageError
from graphsvc.ingest.ahead import AtOnce, Behind
from graphsvc.ingest.feeds import FEEDS, Feed
from graphsvc.ingest.files import FeedFile, feed_files
from graphsvc.ingest.ids import Met
from graphsvc.ingest.keeping import FeedCounts, check, keep
from graphsvc.ingest.read import Batch, batches, open_feed
from graphsvc.ingest.rejects import RejectsFile
from graphsvc.ingest.rows import Intake
from graphsvc.ingest.stores import Stores
from graphsvc.model.progress import Progress, silent

_REGION: Final = "CN"
_SMALL_BYTES: Final = 1024 * 1024
"""Files that are smaller together are not read, checked and kept side by side. [assumed: some 4,000 events]"""


@dataclass(frozen=True)
class RefusedFile:
    """A file that was refused, why, and how many of its rows had been read before that: mostly none."""

    file: str
    reason: str
    rows_read: int = 0


@dataclass
class LoadReport:
    """The whole story of a load."""

    feeds: dict[str, FeedCounts] = field(default_factory=dict)
    refused: list[RefusedFile] = field(default_factory=list)
    rejects_file: Path | None = None
    notes: list[str] = field(default_factory=list)


def load(
    paths: Sequence[Path],
    stores: Stores,
    *,
    now: int,
    kind: str | None = None,
    feed_id: str = "default",
    met: Met | None = None,
    batch_rows: int = 500_000,
    events_from: int = 0,
    facts_from: int = 0,
    progress: Progress = silent,
) -> LoadReport:
    """Load feed folders and files. A file that is refused does not keep the others from being loaded.

    `now` in epoch ms decides which instants are plausible; events that began before `events_from`, and facts known
    before `facts_from`, are refused as expired. `met` holds the ids of earlier loads and takes on those of this one;
    without it national forms are Chinese. Raises InputRefused where a path holds no feed.
    """
    if not feed_id or "\0" in feed_id:
        raise UsageError("a feed id is a short name, such as the name of the operator")
    files = feed_files(paths, kind)
    met = Met(stores.registry, _REGION) if met is None else met
    intake = Intake(met, feed_id=feed_id, now=now, events_from=events_from, facts_from=facts_from)
    report = LoadReport()
    small = sum(map(_bytes_of, files)) < _SMALL_BYTES
    with RejectsFile(stores.rejects, now) as rejects, AtOnce() if small else Behind() as behind:
        loading = _Loading(stores, intake, report, rejects, progress, behind)
        for file in files:
            loading.file(file, batch_rows)
        report.rejects_file = rejects.path
    return report


def _bytes_of(file: FeedFile) -> int:
    try:
        return file.path.stat().st_size
    except FileNotFoundError:  # opening it says so
        return 0


@dataclass(frozen=True)
class _Loading:
    """One load under way."""

    stores: Stores
    intake: Intake
    report: LoadReport
    rejects: RejectsFile
    progress: Progress
    behind: Behind | AtOnce

    def file(self, file: FeedFile, batch_rows: int) -> None:
        """Load one file, or note why it is refused."""
        feed = FEEDS[file.feed]
        counts = self.report.feeds.setdefault(feed.name, FeedCounts())
        before = counts.read
        raised = kept = 0
        try:
            reading = open_feed(file, feed)
            self.progress(feed.name, 0, reading.rows)
            if reading.unknown:
                self._note(feed.name, f"unknown columns are ignored: {', '.join(reading.unknown)}")
            with closing(self.behind.ahead(batches(reading, batch_rows))) as coming:
                for batch in coming:
                    raised += self._batch(file, feed, batch, counts)
                    self.progress(feed.name, kept, reading.rows)  # this batch is still under way
                    kept += batch.rows
                    del batch
                    pa.default_memory_pool().release_unused()
        except InputRefused as refusal:
            self.behind.finish()
            self.report.refused.append(RefusedFile(file.name, str(refusal), counts.read - before))
            return
        self.behind.finish()
        self.progress(feed.name, counts.read - before, reading.rows)
        if counts.read == before:
            self._note(file.name, "has no rows")
        if raised:
            self._note(file.name, f"{raised} rows said they were known before their end, which was taken instead")

    def _batch(self, file: FeedFile, feed: Feed, batch: Batch, counts: FeedCounts) -> int:
        """Check a batch and have it kept; how many of its rows had their `known_at` raised."""
        checked = check(file.name, feed, batch, self.intake, self.stores)
        self.behind.start(lambda: counts.add(keep(checked, self.stores, self.rejects).counts))
        return checked.raised

    def _note(self, what: str, text: str) -> None:
        """Add a note, unless it has been made already: parts of a feed share their unknown columns."""
        note = f"{what}: {text}"
        if note not in self.report.notes:
            self.report.notes.append(note)
