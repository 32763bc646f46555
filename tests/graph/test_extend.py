"""Extending a snapshot by what came in gives, array for array, what folding all events anew gives."""

from collections.abc import Sequence
from itertools import pairwise
from random import Random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graphsvc.graph.extend import extend
from graphsvc.graph.fold import fold
from graphsvc.graph.snapshot import ARRAYS, Snapshot
from graphsvc.model.tables import EVENTS
from graphsvc.model.words import CALL, SMS
from tests.graph.test_fold import Event, batches, events

AS_OF = 9


def all_at_once(rows: Sequence[Event], as_of: int = AS_OF) -> Snapshot:
    return fold(batches(list(enumerate(rows)), []), as_of=as_of, snapshot_id="all")


def same(one: Snapshot, other: Snapshot) -> None:
    assert one.event_count == other.event_count
    assert one.as_of == other.as_of
    for name in ARRAYS:
        mine, theirs = getattr(one, name), getattr(other, name)
        assert mine.dtype == theirs.dtype, name
        assert np.array_equal(mine, theirs), name


@given(events, st.lists(st.integers(0, 40), max_size=4), st.lists(st.integers(0, 40), max_size=3))
@example([], [0], [])
@settings(max_examples=150)
def test_any_sequence_of_batches_is_as_one_fold(rows: list[Event], cuts: list[int], sizes: list[int]) -> None:
    ends = sorted({min(cut, len(rows)) for cut in cuts} | {len(rows)})
    grown = all_at_once(rows[: ends[0]])
    for begin, end in pairwise(ends):
        new = list(enumerate(rows))[begin:end]
        grown = extend(grown, batches(new, sizes), as_of=AS_OF, snapshot_id="grown")
        same(grown, all_at_once(rows[:end]))


@given(events, events, st.integers(0, 9))
@settings(max_examples=60)
def test_new_events_that_are_not_known_yet_are_left_out(old: list[Event], new: list[Event], as_of: int) -> None:
    known = [row for row in old if int(row["known_at"] or 0) <= as_of]
    rows = [*known, *new]
    grown = extend(
        all_at_once(known, as_of), batches(list(enumerate(rows))[len(known) :], []), as_of=as_of, snapshot_id="grown"
    )
    same(grown, all_at_once(rows, as_of))


@pytest.mark.soak
def test_a_thousand_batches_one_after_the_other_are_as_one_fold() -> None:
    chance = Random(11)
    rows: list[Event] = []
    grown = all_at_once(rows)
    for count in range(1, 1_001):
        begin = len(rows)
        rows += [
            {
                "started_at": chance.randrange(10**6),
                "known_at": 0,
                "a": chance.randrange(500),
                "b": chance.randrange(500 if count % 10 else 10**6),
                "channel": chance.choice([CALL, SMS]),
                "duration_s": chance.choice([None, 0, 7, 900]),
                "answered": chance.choice([None, True, False]),
                "device": chance.choice([None, 3]),
                "cell": None,
            }
            for _ in range(chance.randrange(60))
        ]
        new = list(enumerate(rows))[begin:]
        grown = extend(grown, batches(new, []), as_of=AS_OF, snapshot_id="grown")
        if not count % 100:
            same(grown, all_at_once(rows))


@pytest.mark.soak
def test_a_hub_that_rings_a_million_numbers_in_a_minute_comes_in_at_once() -> None:
    count = 1_000_000
    before = all_at_once([])
    hub = pa.RecordBatch.from_pydict(
        {
            "seq": np.arange(count),
            "started_at": np.arange(count) % 60_000,
            "known_at": np.zeros(count, dtype=np.int64),
            "a": np.zeros(count, dtype=np.int32),
            "b": 1 + np.random.default_rng(5).permutation(count).astype(np.int32),
            "channel": np.full(count, CALL, dtype=np.int8),
            **{name: pa.nulls(count, EVENTS.field(name).type) for name in ("duration_s", "answered", "device", "cell")},
        },
    )
    same(
        extend(before, [hub], as_of=AS_OF, snapshot_id="grown"),
        fold([hub], as_of=AS_OF, snapshot_id="all"),
    )
