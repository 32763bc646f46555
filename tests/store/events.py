"""Contact events for the store's tests, as the ledger takes them."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from graphsvc.model.tables import EVENTS, NEW_EVENTS
from graphsvc.store.ledger import Ledger
from tests.store.folder import Folder

START = 1_700_000_000_000  # 2023-11-15 06:13:20 in Shanghai
HEAD = 500  # events that go to the body at once, in tests
DAY = 86_400_000


def events(count: int, *, seed: int, days: int = 3) -> pa.Table:
    """Random events in order of `known_at`; the same seed gives the same events."""
    random = np.random.default_rng(seed)
    started = np.sort(random.integers(START, START + days * DAY, count))
    columns = {
        "started_at": started,
        "known_at": started + 60_000,
        "a": random.integers(0, 1000, count, dtype=np.int32),
        "b": random.integers(0, 1000, count, dtype=np.int32),
        "channel": random.integers(0, 2, count, dtype=np.int8),
        "duration_s": pa.array(random.integers(0, 600, count, dtype=np.int32), mask=random.random(count) < 0.2),
        "answered": pa.array(random.random(count) < 0.7, mask=random.random(count) < 0.2),
        "device": pa.array(random.integers(0, 99, count, dtype=np.int32), mask=random.random(count) < 0.2),
        "cell": pa.array(random.integers(0, 9, count, dtype=np.int32), mask=random.random(count) < 0.2),
        "event_key": random.integers(-(2**63), 2**63 - 1, count),
        "content_key": random.integers(-(2**63), 2**63 - 1, count),
    }
    return pa.table(columns, schema=NEW_EVENTS)


def keyed(pairs: Sequence[tuple[int, int]]) -> pa.Table:
    """Events that differ in nothing but their keys: (event key, content key)."""
    count = len(pairs)
    table = events(count, seed=0)
    for name, values in zip(("event_key", "content_key"), zip(*pairs, strict=True), strict=False):
        place = table.schema.get_field_index(name)
        table = table.set_column(place, NEW_EVENTS.field(name), pa.array(values, pa.int64()))
    return table


def opened(folder: Folder, timezone: str = "Asia/Shanghai") -> Ledger:
    """The folder's ledger, opened anew, with a small head."""
    return Ledger.open(folder.home, folder.catalogue, timezone=timezone, head_events=HEAD)


def all_events(ledger: Ledger) -> pa.Table:
    """Everything in the ledger, by position."""
    return pa.Table.from_batches(list(ledger.events()), schema=EVENTS).sort_by("seq")
