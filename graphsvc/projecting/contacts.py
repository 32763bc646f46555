"""Contact events as the model shows them: folded into contacts and devices used, and one by one in a window.

Two ways to the same figures: a snapshot holds all contacts already folded; what came since is folded here, as what is
to be added. An event of a number with itself is counted on the number and is in nothing else.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from graphsvc.graph.snapshot import Snapshot
from graphsvc.model.tables import EVENTS
from graphsvc.model.words import CALL
from graphsvc.projecting.frames import INSTANT

Ids = npt.NDArray[np.int32]

COUNTS: Final = ("events", "calls", "messages", "answered", "talkSeconds", "longestSeconds")
TIMES: Final = ("firstAt", "lastAt")

CONTACT_LAYOUT: Final = (
    *("lastAt", "events"),
    *("calls", "answered", "talkSeconds", "longestSeconds"),
    *("firstAt", "messages"),
)
"""In which order a contact's properties are written. Neo4j keeps them so, in records of four blocks, of which a whole
number takes one and an instant three: what a new event changes lies together, and a contact fills three records."""
DEVICE_LAYOUT: Final = ("lastAt", "events", "firstAt")
"""The same of the use of a device."""

EVENT_COLUMNS: Final = ("seq", "started_at", "a", "b", "channel", "duration_s", "answered", "device")
"""What of the ledger's events the projection reads."""

EVENT_SCHEMA: Final = pa.schema([EVENTS.field(name) for name in EVENT_COLUMNS])

_FOLDED: Final = {
    "events": "events",
    "calls": "calls",
    "messages": "messages",
    "answered": "answered",
    "talkSeconds": "talk_s",
    "longestSeconds": "longest_s",
    "firstAt": "first_at",
    "lastAt": "last_at",
}


@dataclass(frozen=True)
class Folded:
    """Events folded: whole contacts of a snapshot, or what a batch adds to them."""

    contacts: pl.DataFrame
    """a, b, COUNTS, TIMES, by (a, b)"""
    devices: pl.DataFrame
    """a, device, events, TIMES, by (a, device)"""
    selves: pl.DataFrame
    """a, events: with itself"""


def of_snapshot(snapshot: Snapshot) -> Folded:
    """What a snapshot holds, by registry ids."""
    numbers = snapshot.numbers
    columns = {name: np.asarray(getattr(snapshot, old)) for name, old in _FOLDED.items()}
    contacts = pl.DataFrame(
        {"a": numbers[snapshot.contact_from], "b": numbers[snapshot.contact_to], **columns}
    ).with_columns(pl.col(*TIMES).cast(INSTANT))
    selves = pl.DataFrame({"a": numbers, "events": np.asarray(snapshot.self_events)}).filter(pl.col("events") > 0)
    used = np.flatnonzero(snapshot.event_device >= 0)
    contact = np.searchsorted(snapshot.event_start, used, side="right") - 1
    events = pl.DataFrame(
        {
            "a": numbers[snapshot.contact_from[contact]],
            "device": snapshot.event_device[used],
            "started_at": snapshot.event_at[used],
        }
    )
    return Folded(contacts, _devices(events), selves)


def of_events(events: pl.DataFrame) -> Folded:
    """What these events (EVENT_COLUMNS) add."""
    between = events.filter(pl.col("a") != pl.col("b"))
    call = pl.col("channel") == CALL
    seconds = pl.col("duration_s").fill_null(0).cast(pl.Int64)
    talk = pl.when(call & pl.col("answered").fill_null(True)).then(seconds).otherwise(0)  # else it is ringing
    taken = call & pl.col("answered").fill_null(seconds > 0)
    contacts = (
        between.group_by("a", "b")
        .agg(
            events=pl.len(),
            calls=call.sum(),
            messages=(~call).sum(),
            answered=taken.sum(),
            talkSeconds=talk.sum(),
            longestSeconds=talk.max(),
            firstAt=pl.col("started_at").min().cast(INSTANT),
            lastAt=pl.col("started_at").max().cast(INSTANT),
        )
        .sort("a", "b")
    )
    selves = events.filter(pl.col("a") == pl.col("b")).group_by("a").agg(events=pl.len()).sort("a")
    return Folded(contacts, _devices(between.filter(pl.col("device").is_not_null())), selves)


def one_by_one(events: pl.DataFrame, *, since: int, detailed: pl.Series | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The calls (a, b, seq, at, seconds, answered) and messages (a, b, seq, at) among these events that are shown.

    From `since` (epoch ms) on; where `detailed` is given, those of which one end is among its ids. By (a, b, seq).
    """
    shown = (pl.col("a") != pl.col("b")) & (pl.col("started_at") >= since)
    if detailed is not None:
        wanted = detailed.implode()
        shown &= pl.col("a").is_in(wanted) | pl.col("b").is_in(wanted)
    chosen = events.filter(shown).sort("a", "b", "seq").with_columns(at=pl.col("started_at").cast(INSTANT))
    call = pl.col("channel") == CALL
    calls = chosen.filter(call).select("a", "b", "seq", "at", pl.col("duration_s").alias("seconds"), "answered")
    return calls, chosen.filter(~call).select("a", "b", "seq", "at")


def _devices(events: pl.DataFrame) -> pl.DataFrame:
    return (
        events.group_by("a", "device")
        .agg(
            events=pl.len(),
            firstAt=pl.col("started_at").min().cast(INSTANT),
            lastAt=pl.col("started_at").max().cast(INSTANT),
        )
        .sort("a", "device")
    )
