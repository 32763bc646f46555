"""Writes feeds and truth as Parquet. Knows columns and files, nothing of how a world comes about."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from graphsvc.model.progress import Progress
from graphsvc.simulate.chance import Bools, Int32, Int64, stream
from graphsvc.simulate.events import MESSAGE, Events
from graphsvc.simulate.hours import HOUR, Calendar
from graphsvc.simulate.making import World
from graphsvc.simulate.numbering import opaque
from graphsvc.simulate.population import NEVER
from graphsvc.simulate.traces import Traces

ROWS: Final = 500_000
"""Rows that are made into text and written at a time."""
LATE_SHARE: Final = 0.015
REPEATED_SHARE: Final = 0.003

_EVENTS: Final = pa.schema(
    [
        ("event_id", pa.string()),
        ("started_at", pa.int64()),
        ("a_number", pa.string()),
        ("b_number", pa.string()),
        ("channel", pa.string()),
        ("duration_s", pa.int32()),
        ("answered", pa.bool_()),
        ("a_imei", pa.string()),
        ("a_cell", pa.string()),
        ("known_at", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Texts:
    """What nodes, devices and cells are called."""

    numbers: pa.StringArray
    devices: pa.StringArray
    cells: pa.StringArray


def write_events(path: Path, world: World, traces: Traces, texts: Texts, progress: Progress) -> int:
    """Write the events feed in the order in which the rows arrive; gives back how many rows there are."""
    rng, events, days = stream(world.seed, "arrival"), world.events, world.days
    known_at = _arrivals(rng, events, days)
    repeated = np.flatnonzero(rng.random(len(events)) < REPEATED_SHARE)
    row = np.concatenate([np.arange(len(events)), repeated])
    again = known_at[repeated] + (rng.exponential(2, len(repeated)) * HOUR).astype(np.int64)
    known_at = np.concatenate([known_at, again])
    # Ties in a random order: ten random bits below the instant.
    order = np.argsort(known_at * 1024 + rng.integers(0, 1024, len(known_at)), kind="stable")
    order = order[: np.searchsorted(known_at[order], days.end)]  # later rows have not arrived yet
    with pq.ParquetWriter(path, _EVENTS, compression="zstd", compression_level=1, store_schema=False) as out:
        for start in range(0, len(order), ROWS):
            chosen = order[start : start + ROWS]
            out.write_table(_event_table(world, row[chosen], known_at[chosen], traces, texts))
            progress("write events", min(start + ROWS, len(order)), len(order))
    return len(order)


def _arrivals(rng: np.random.Generator, events: Events, days: Calendar) -> Int64:
    """When each row reaches the operator's service: seconds after its end, some hours later, and after outages."""
    known_at = events.ended + (rng.exponential(9_000, len(events))).astype(np.int64) + 200
    late = np.flatnonzero(rng.random(len(events)) < LATE_SHARE)
    hours = np.exp(0.7 + 0.9 * rng.standard_normal(len(late))).clip(0.2, 30)
    known_at[late] += (hours * HOUR).astype(np.int64)
    for _ in range(max(1, days.days // 6)):
        began = days.start + int(rng.random() * (days.days * 24 - 8)) * HOUR
        held = (events.at >= began) & (events.at < began + 2 * HOUR)
        held[held] = rng.random(int(held.sum())) < 0.12
        known_at[held] = np.maximum(known_at[held], began + int(rng.uniform(3, 8) * HOUR))
    return known_at


def _event_table(world: World, row: Int64, known_at: Int64, traces: Traces, texts: Texts) -> pa.Table:
    chosen = world.events.take(row)
    device, cell = traces.of(chosen, row)
    written = chosen.seconds == MESSAGE
    return pa.Table.from_arrays(
        [
            opaque(world.seed, "event", row),
            pa.array(chosen.at),
            _named(texts.numbers, chosen.a),
            _named(texts.numbers, chosen.b),
            _named(pa.array(["call", "sms"]), written.astype(np.int32)),
            pa.array(chosen.seconds, mask=written),
            pa.array(chosen.seconds > 0, mask=written),
            _named(texts.devices, device),
            _named(texts.cells, cell),
            pa.array(known_at),
        ],
        schema=_EVENTS,
    )


def _named(texts: pa.StringArray, places: Int32) -> pa.Array:
    """The texts at the places; null at -1."""
    missing = places < 0
    if missing.any():
        return texts.take(pa.array(places, mask=missing))
    return texts.take(pa.array(places))


def write_table(path: Path, columns: Mapping[str, object], *, sort_by: str | None = None) -> int:
    """Write a small table, in the order of one column if asked; gives back how many rows there are."""
    table = pa.table(dict(columns))
    if sort_by is not None:
        table = table.sort_by(sort_by)
    pq.write_table(table, path, compression="zstd", compression_level=1, store_schema=False)
    return int(table.num_rows)


def instants(values: Int64) -> pa.Array:
    """Epoch ms; null for NEVER."""
    return pa.array(values, mask=values == NEVER)


def present(values: npt.NDArray[np.generic], there: Bools) -> pa.Array:
    """Values, null where they are not there."""
    return pa.array(values, mask=~there)
