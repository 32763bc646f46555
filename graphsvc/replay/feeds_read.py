"""What the feeds show of given numbers, read anew from the files: nothing that a replay made of them is trusted."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from graphsvc.errors import InputRefused
from graphsvc.ingest.feeds import EVENTS, FEEDS, Feed
from graphsvc.ingest.files import feed_files
from graphsvc.ingest.ids import Met
from graphsvc.ingest.read import batches, open_feed
from graphsvc.ingest.rows import Intake, Rows, check_rows, settle_numbers
from graphsvc.model.words import CALL
from graphsvc.replay.naming import Naming

Bool = npt.NDArray[np.bool_]

_BATCH_ROWS = 500_000
_UNREAD = ("a_imei", "a_cell", "event_id")
SHOWN = {
    "a": pl.Int32,
    "b": pl.Int32,
    "at": pl.Int64,
    "seconds": pl.Int64,
    "call": pl.Boolean,
    "known_at": pl.Int64,
}


@dataclass(frozen=True)
class Shown:
    """What the feeds show. Numbers are indices of the Naming, instants epoch ms."""

    events: pl.DataFrame
    """Events with one of the wanted numbers, in the columns of SHOWN; seconds of talk: 0 where nobody answered."""
    flags: pl.DataFrame
    """number (NOBODY where an entity is flagged), known_at."""


def read_shown(folder: Path, naming: Naming, wanted: Callable[[], Bool], *, now: int) -> Shown:
    """Events of the wanted numbers, and all flags. `now` (epoch ms) decides which instants are plausible.

    `wanted` says of every index given so far whether its events are needed.

    Raises InputRefused where a file cannot be read.
    """
    intake = Intake(Met(naming, naming.region), feed_id="evaluate", now=now)
    flags = [pl.DataFrame(schema={"number": pl.Int32, "known_at": pl.Int64})]
    for rows, order in _rows(folder, FEEDS["flags"], intake):
        number = settle_numbers(rows, intake, order)["number"]
        flags.append(pl.DataFrame({"number": number, "known_at": rows.values["known_at"].integers[order]}))
    events = [pl.DataFrame(schema=SHOWN)]
    for rows, order in _rows(folder, EVENTS, intake):
        events.append(_events_of(rows, order, intake, wanted))
    return Shown(pl.concat(events), pl.concat(flags))


def _events_of(rows: Rows, order: npt.NDArray[np.int64], intake: Intake, wanted: Callable[[], Bool]) -> pl.DataFrame:
    ids = settle_numbers(rows, intake, order)
    is_wanted = wanted()
    here = np.flatnonzero(is_wanted[ids["a_number"]] | is_wanted[ids["b_number"]])
    at = order[here]
    started, duration, answered, known = (
        rows.values[name] for name in ("started_at", "duration_s", "answered", "known_at")
    )
    lasted = np.where(duration.missing[at], 0, duration.integers[at])
    silent = ~answered.missing[at] & (answered.integers[at] == 0)
    ended = started.integers[at] + 1000 * lasted
    return pl.DataFrame(
        {
            "a": ids["a_number"][here],
            "b": ids["b_number"][here],
            "at": started.integers[at],
            "seconds": np.where(silent, 0, lasted),
            "call": rows.values["channel"].integers[at] == CALL,
            "known_at": np.where(known.missing[at], ended, np.maximum(known.integers[at], ended)),
        },
        schema=SHOWN,
    )


def _rows(folder: Path, feed: Feed, intake: Intake) -> Iterator[tuple[Rows, npt.NDArray[np.int64]]]:
    """The good rows of a feed, batch by batch: checked rows and their places."""
    for file in feed_files([folder], None):
        if file.feed != feed.name:
            continue
        for batch in batches(open_feed(file, feed), _BATCH_ROWS):
            columns = {name: column for name, column in batch.columns.items() if name not in _UNREAD}
            rows = check_rows(replace(batch, columns=columns), feed, intake)
            yield rows, np.sort(rows.faults.good())


def feeds_beside(truth: Path) -> Path | None:
    """The folder `feeds` beside a truth, if it holds the events; our own worlds are made so."""
    folder = truth.resolve().parent / "feeds"
    try:
        return folder if any(file.feed == EVENTS.name for file in feed_files([folder], None)) else None
    except InputRefused:
        return None
