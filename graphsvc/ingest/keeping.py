"""A batch of a feed on its way into the store: checked, then kept, with what was refused of it written down first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphsvc.ingest.events import NewEvents, new_events
from graphsvc.ingest.facts import new_facts
from graphsvc.ingest.faults import Fault, Faults
from graphsvc.ingest.feeds import EVENTS, Feed
from graphsvc.ingest.read import Batch
from graphsvc.ingest.rejects import Rejects, broken_rows
from graphsvc.ingest.rows import Intake, check_rows
from graphsvc.ingest.stores import Added, Appended, Stores
from graphsvc.store.positions import Step


@dataclass
class FeedCounts:
    """What became of the rows of a feed: `read` is the sum of the other three."""

    read: int = 0
    accepted: int = 0
    duplicate: int = 0
    rejected: int = 0

    def add(self, other: "FeedCounts") -> None:
        """Count more rows."""
        self.read += other.read
        self.accepted += other.accepted
        self.duplicate += other.duplicate
        self.rejected += other.rejected


@dataclass(frozen=True)
class Kept:
    """What became of a batch."""

    counts: FeedCounts
    duplicates: NDArray[np.int64]
    """Of events, the record numbers of rows that were there already."""


@dataclass(frozen=True)
class Checked:
    """A checked batch, and where it came from."""

    place: str
    """What rejects call the file or line of messages that it is of."""
    feed: Feed
    batch: Batch
    """As far as its rejects are told by it."""
    faults: Faults
    rows: "NewEvents | pa.Table"
    """The good rows: events, or facts of another feed."""
    order: NDArray[np.int64]
    """Of events: their places by key."""

    @property
    def raised(self) -> int:
        """How many rows had their `known_at` raised."""
        return self.rows.raised if isinstance(self.rows, NewEvents) else 0


def check(place: str, feed: Feed, batch: Batch, intake: Intake, stores: Stores) -> Checked:
    """Check a batch. Its new numbers are registered, its rows are not kept yet."""
    checked = check_rows(batch, feed, intake)
    slim = _slim(batch, feed, checked.faults)
    if feed is not EVENTS:
        return Checked(place, feed, slim, checked.faults, new_facts(checked, intake), np.empty(0, dtype=np.int64))
    events = new_events(checked, intake)
    order = stores.ledger.places_by_key(events.table)  # here: keeping a batch takes longer than checking it
    return Checked(place, feed, slim, checked.faults, events, order)


def keep(checked: Checked, stores: Stores, rejects: Rejects, steps: Sequence[Step] = ()) -> Kept:
    """Keep a batch and the steps of its sources, all or nothing.

    What was refused is in the rejects file before anything counts: what is killed in between is refused again.
    """
    refused = 0

    def write_down() -> None:
        nonlocal refused
        broken = broken_rows(checked.batch, checked.feed, checked.faults)
        rejects.write(checked.place, broken)
        refused = len(broken)

    kept: Added
    duplicates = np.empty(0, dtype=np.int64)
    if isinstance(checked.rows, NewEvents):
        rows = checked.rows.rows

        def judged(appended: Appended) -> None:
            conflicts = np.zeros(len(checked.faults.fault), dtype=np.uint8)
            conflicts[rows[np.asarray(appended.conflicts)]] = Fault.CONFLICT
            checked.faults.note(EVENTS.names().index("event_id"), conflicts)
            write_down()

        kept = stores.ledger.append(checked.rows.table, checked.order, steps, judged)
        duplicates = checked.batch.lines[rows[np.asarray(kept.duplicates)]]
    else:
        write_down()
        kept = stores.add_facts(checked.feed.name, checked.rows, steps)
    return Kept(FeedCounts(checked.batch.rows, kept.accepted, len(kept.duplicates), refused), duplicates)


def _slim(batch: Batch, feed: Feed, faults: Faults) -> Batch:
    """The batch with those columns alone that its rejects will be told by."""
    names = {feed.fields[place].name for place in np.unique(faults.field[faults.bad()]).tolist()} | {"event_id"}
    return replace(batch, columns={name: column for name, column in batch.columns.items() if name in names})
