"""Messages of a broker as rows of a feed: each is one row or several as NDJSON, and each row is judged by itself.

A file without a column that its feed needs is refused whole; here only the rows without it are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graphsvc.ingest.feeds import FEEDS
from graphsvc.ingest.keeping import FeedCounts, check, keep
from graphsvc.ingest.read import as_batch
from graphsvc.ingest.read_ndjson import read_lines
from graphsvc.ingest.rejects import RejectsFile
from graphsvc.ingest.rows import Intake
from graphsvc.ingest.stores import Stores
from graphsvc.store.positions import Step


@dataclass(frozen=True)
class Messages:
    """Messages of one source, in order."""

    place: str
    """What rejects call the source."""
    feed: str
    offsets: Sequence[int]
    """Ascending; rejects tell a row by its message's."""
    values: Sequence[bytes]
    """Rows as NDJSON; an empty one says nothing."""
    step: Step
    """From before the first to behind the last."""


def take(messages: Messages, stores: Stores, intake: Intake, rejects: RejectsFile) -> FeedCounts | None:
    """Keep the rows of these messages, and how far the source was read with them: all or nothing.

    None where there is no row in them: then nothing is kept, and the step is still to be noted.
    """
    feed = FEEDS[messages.feed]
    rows: list[bytes] = []
    offsets: list[int] = []
    for offset, value in zip(messages.offsets, messages.values, strict=True):
        lines = [line for line in value.split(b"\n") if line.strip()]
        rows += lines
        offsets += [offset] * len(lines)
    places = np.array(offsets, dtype=np.int64)
    batch = as_batch([read_lines(feed, rows, places)]) if rows else None
    if batch is None:
        return None
    return keep(check(messages.place, feed, batch, intake, stores), stores, rejects, [messages.step]).counts
