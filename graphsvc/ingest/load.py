"""Load feed files: read, check, tokenise, keep; and say exactly what became of each row.

Batches are committed in order and whole, so a load that is killed leaves the first so many batches, and loading
again completes it: rows that are there already count as duplicates. While one batch is committed the next is
checked and the one after that is read; a checked one may wait for its turn.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphsvc.errors import InputRefused, UsageError
from graphsvc.ingest.ahead import Behind, read_ahead
from graphsvc.ingest.events import NewEvents, new_events
from graphsvc.ingest.facts import new_facts
from graphsvc.ingest.faults import Fault, Faults
from graphsvc.ingest.feeds import EVENTS, FEEDS, Feed
from graphsvc.ingest.files import FeedFile, feed_files
from graphsvc.ingest.read import Batch, batches, open_feed
from graphsvc.ingest.rejects import RejectsFile, broken_rows
from graphsvc.ingest.rows import Intake, check_rows
from graphsvc.ingest.stores import Added, Appended, Stores
from graphsvc.model.progress import Progress, silent


@dataclass
class FeedCounts:
    """What became of the rows of a feed: `read` is the sum of the other three."""

    read: int = 0
    accepted: int = 0
    duplicate: int = 0
    rejected: int = 0


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
    region: str = "CN",
    batch_rows: int = 500_000,
    events_from: int = 0,
    facts_from: int = 0,
    progress: Progress = silent,
) -> LoadReport:
    """Load feed folders and files. A file that is refused does not keep the others from being loaded.

    `now` in epoch ms decides which instants are plausible; events that began before `events_from`, and facts known
    before `facts_from`, are refused as expired. Raises InputRefused where a path holds no feed.
    """
    if not feed_id or "\0" in feed_id:
        raise UsageError("a feed id is a short name, such as the name of the operator")
    files = feed_files(paths, kind)
    intake = Intake(
        stores.registry, region=region, feed_id=feed_id, now=now, events_from=events_from, facts_from=facts_from
    )
    report = LoadReport()
    with RejectsFile(stores.rejects, now) as rejects, Behind() as behind:
        loading = _Loading(stores, intake, report, rejects, progress, behind)
        for file in files:
            loading.file(file, batch_rows)
        report.rejects_file = rejects.path
    return report


@dataclass(frozen=True)
class _Read:
    """A checked batch on its way into the store, and where it came from."""

    file: FeedFile
    feed: Feed
    batch: Batch
    faults: Faults
    counts: FeedCounts


@dataclass(frozen=True)
class _Loading:
    """One load under way."""

    stores: Stores
    intake: Intake
    report: LoadReport
    rejects: RejectsFile
    progress: Progress
    behind: Behind

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
            with closing(read_ahead(batches(reading, batch_rows))) as coming:
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
        checked = check_rows(batch, feed, self.intake)
        raised = 0
        keep: Callable[[], Added]
        if feed is EVENTS:
            events = new_events(checked, self.intake)
            order = self.stores.ledger.places_by_key(
                events.table
            )  # here: keeping a batch takes longer than checking it
            raised, keep = events.raised, partial(self._append, checked.faults, events, order)
        else:
            keep = partial(self.stores.add_facts, feed.name, new_facts(checked, self.intake))
        read = _Read(file, feed, _slim(batch, feed, checked.faults), checked.faults, counts)
        self.behind.start(partial(self._keep, keep, read))
        return raised

    def _keep(self, keep: Callable[[], Added], read: "_Read") -> None:
        """Keep a batch, write down what was refused of it, and count."""
        kept = keep()
        refused = broken_rows(read.batch, read.feed, read.faults)
        self.rejects.write(read.file, refused)
        read.counts.read += read.batch.rows
        read.counts.accepted += kept.accepted
        read.counts.duplicate += len(kept.duplicates)
        read.counts.rejected += len(refused)

    def _append(self, faults: Faults, events: NewEvents, order: NDArray[np.int64]) -> Appended:
        """Keep events. Conflicts become faults."""
        appended = self.stores.ledger.append(events.table, order)
        conflicts = np.zeros(len(faults.fault), dtype=np.uint8)
        conflicts[events.rows[np.asarray(appended.conflicts)]] = Fault.CONFLICT
        faults.note(EVENTS.names().index("event_id"), conflicts)
        return appended

    def _note(self, what: str, text: str) -> None:
        """Add a note, unless it has been made already: parts of a feed share their unknown columns."""
        note = f"{what}: {text}"
        if note not in self.report.notes:
            self.report.notes.append(note)


def _slim(batch: Batch, feed: Feed, faults: Faults) -> Batch:
    """The batch with those columns alone that its rejects will be told by."""
    names = {feed.fields[place].name for place in np.unique(faults.field[faults.bad()]).tolist()} | {"event_id"}
    return replace(batch, columns={name: column for name, column in batch.columns.items() if name in names})
