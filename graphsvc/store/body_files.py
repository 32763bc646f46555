"""The files of the ledger's body: one a day and batch, written with statistics and read again.

Statistics are of positions and times only, so that no log tells anything about a person.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from deltalake.transaction import AddAction

from graphsvc.errors import StorageFailed
from graphsvc.model.tables import EVENTS, NEW_EVENTS
from graphsvc.store.durable import disk_errors_explained, sync_file, sync_folder

STORED: Final = pa.schema([EVENTS.field("seq"), *NEW_EVENTS])
"""What the ledger keeps of an event: EVENTS and its two keys."""

KEY_COLUMNS: Final = ("event_key", "content_key")
COUNTED: Final = ("seq", "started_at", "known_at")
"""Columns with statistics."""

_AS_DIFFERENCES: Final = (*COUNTED, "a", "b", "duration_s", "device", "cell")
"""Columns written as differences in as few bits as these need: smaller, and sooner written and read, than packed."""
_BATCH_ROWS: Final = 262_144


def write_day(folder: Path, day: str, events: pa.Table, batch: int) -> AddAction:
    """Write the events (STORED columns) of a batch that began on a day; on disk when it returns, in no commit yet."""
    path = Path(f"day={day}") / f"batch-{batch:010d}.parquet"
    target = folder / path
    target.parent.mkdir(mode=0o700, exist_ok=True)
    pq.write_table(
        events,
        target,
        compression="NONE",
        use_dictionary=["channel"],
        column_encoding=dict.fromkeys(_AS_DIFFERENCES, "DELTA_BINARY_PACKED"),
        write_statistics=list(COUNTED),
    )
    sync_file(target)
    sync_folder(target.parent)
    return AddAction(
        path=str(path),
        size=target.stat().st_size,
        partition_values={"day": day},
        modification_time=pc.max(events.column("known_at")).as_py(),
        data_change=True,
        stats=json.dumps(_statistics(events)),
    )


def read_keys(paths: Sequence[Path]) -> pa.Table:
    """The two keys of the events in these files."""
    schema = pa.schema([STORED.field(name) for name in KEY_COLUMNS])
    return pa.Table.from_batches(read_files(paths, KEY_COLUMNS, None)).cast(schema)


def read_files(
    paths: Sequence[Path], columns: Sequence[str], known_until: int | None, seqs: tuple[int, int] | None = None
) -> Iterator[pa.RecordBatch]:
    """These columns of the files' events, a bounded part at a time."""
    if not paths:
        return
    chosen = pc.field("known_at") <= known_until if known_until is not None else None
    if seqs is not None:
        within = (pc.field("seq") >= seqs[0]) & (pc.field("seq") < seqs[1])
        chosen = within if chosen is None else chosen & within
    try:
        with disk_errors_explained("the ledger"):
            files = ds.dataset([str(path) for path in paths], format="parquet", schema=STORED)
            scanner = files.scanner(
                columns=list(columns), filter=chosen, batch_size=_BATCH_ROWS, batch_readahead=2, fragment_readahead=2
            )
            for batch in scanner.to_batches():
                if batch.num_rows:
                    yield batch
    except pa.ArrowInvalid:
        raise StorageFailed(
            "a file of the ledger is damaged; restore it from a backup, or load the feeds into a new folder"
        ) from None


def _statistics(events: pa.Table) -> dict[str, Any]:
    extremes = {name: pc.min_max(events.column(name)).as_py() for name in COUNTED}
    return {
        "numRecords": events.num_rows,
        "minValues": {name: found["min"] for name, found in extremes.items()},
        "maxValues": {name: found["max"] for name, found in extremes.items()},
        "nullCount": dict.fromkeys(COUNTED, 0),
    }
