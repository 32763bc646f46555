"""Folding agrees with a plain dictionary of events, whatever the order and the cut of the batches."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from random import Random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphsvc.graph import fold as fold_module
from graphsvc.graph.fold import fold
from graphsvc.graph.snapshot import ARRAYS, Snapshot
from graphsvc.model.tables import EVENTS
from graphsvc.model.words import CALL, SMS

Event = dict[str, int | bool | None]

few = st.integers(0, 6)
events = st.lists(
    st.fixed_dictionaries(
        {
            "started_at": st.integers(0, 5) | st.integers(-(2**40), 2**41),
            "known_at": st.integers(0, 9),
            "a": few | st.just(2**31 - 1),
            "b": few | st.just(100_000),
            "channel": st.sampled_from([CALL, SMS]),
            "duration_s": st.none() | st.integers(0, 3) | st.integers(0, 604_800),
            "answered": st.none() | st.booleans(),
            "device": st.none() | few,
            "cell": st.none() | few,
        }
    ),
    max_size=40,
)


def batches(rows: Sequence[tuple[int, Event]], sizes: Sequence[int]) -> Iterator[pa.RecordBatch]:
    cuts = sorted({0, len(rows), *(size for size in sizes if size < len(rows))})
    for begin, end in pairwise(cuts):
        part = [{"seq": seq, **event} for seq, event in rows[begin:end]]
        yield pa.RecordBatch.from_pylist(part, schema=EVENTS)


def folded_plainly(rows: Sequence[Event], as_of: int) -> dict[tuple[int, int], list[tuple[int, int, Event]]]:
    """Events by (a, b), in order of (started_at, seq)."""
    contacts: dict[tuple[int, int], list[tuple[int, int, Event]]] = {}
    for seq, event in enumerate(rows):
        if event["known_at"] is not None and event["known_at"] <= as_of:
            pair = (int(event["a"] or 0), int(event["b"] or 0))
            contacts.setdefault(pair, []).append((int(event["started_at"] or 0), seq, event))
    return {pair: sorted(contacts[pair], key=lambda item: item[:2]) for pair in sorted(contacts)}


def is_answered(event: Event) -> bool:
    if event["channel"] != CALL:
        return False
    return bool((event["duration_s"] or 0) > 0) if event["answered"] is None else bool(event["answered"])


def contact_row(snapshot: Snapshot, c: int) -> dict[str, object]:
    event = slice(int(snapshot.event_start[c]), int(snapshot.event_start[c + 1]))
    names = ("events", "calls", "messages", "answered", "talk_s", "longest_s", "first_at", "last_at")
    return {name: int(getattr(snapshot, name)[c]) for name in names} | {
        "at": snapshot.event_at[event].tolist(),
        "duration_s": snapshot.event_duration_s[event].tolist(),
        "channel": snapshot.event_channel[event].tolist(),
        "answer": snapshot.event_answered[event].tolist(),
        "device": snapshot.event_device[event].tolist(),
        "cell": snapshot.event_cell[event].tolist(),
    }


def plain_row(items: list[tuple[int, int, Event]]) -> dict[str, object]:
    each = [event for _, _, event in items]
    calls = [event for event in each if event["channel"] == CALL]
    seconds = [int(event["duration_s"] or 0) for event in calls if event["answered"] is not False]
    return {
        "events": len(each),
        "calls": len(calls),
        "messages": len(each) - len(calls),
        "answered": sum(is_answered(event) for event in each),
        "talk_s": sum(seconds),
        "longest_s": max(seconds, default=0),
        "first_at": items[0][0],
        "last_at": items[-1][0],
        "at": [at for at, _, _ in items],
        "duration_s": [event["duration_s"] or 0 for event in each],
        "channel": [event["channel"] for event in each],
        "answer": [-1 if event["answered"] is None else int(event["answered"]) for event in each],
        "device": [-1 if event["device"] is None else event["device"] for event in each],
        "cell": [-1 if event["cell"] is None else event["cell"] for event in each],
    }


@settings(deadline=None)  # the first example compiles kernels
@given(events, st.integers(0, 9), st.lists(st.integers(0, 40), max_size=3), st.randoms(), st.booleans())
def test_every_contact_agrees_with_a_dictionary_of_events(
    rows: list[Event], as_of: int, sizes: list[int], shuffler: Random, in_threads: bool
) -> None:
    numbered = list(enumerate(rows))
    shuffler.shuffle(numbered)
    with pytest.MonkeyPatch.context() as patch:
        if in_threads:
            patch.setattr(fold_module, "_ALONE", 0)
        snapshot = fold(batches(numbered, sizes), as_of=as_of, snapshot_id="s")
    plain = folded_plainly(rows, as_of)
    ids = sorted({number for pair in plain for number in pair})
    assert snapshot.numbers.tolist() == ids
    assert snapshot.event_count == sum(map(len, plain.values()))
    assert snapshot.self_events.tolist() == [len(plain.get((number, number), [])) for number in ids]
    contacts = {pair: items for pair, items in plain.items() if pair[0] != pair[1]}
    pairs = zip(snapshot.numbers[snapshot.contact_from], snapshot.numbers[snapshot.contact_to], strict=True)
    assert [(int(a), int(b)) for a, b in pairs] == list(contacts)
    for c, items in enumerate(contacts.values()):
        assert contact_row(snapshot, c) == plain_row(items)


@given(events)
def test_both_directions_list_the_same_contacts(rows: list[Event]) -> None:
    snapshot = fold(batches(list(enumerate(rows)), []), as_of=9, snapshot_id="s")
    for i in range(snapshot.number_count):
        out = range(int(snapshot.out_start[i]), int(snapshot.out_start[i + 1]))
        assert [int(c) for c in np.flatnonzero(snapshot.contact_from == i)] == list(out)
        coming = snapshot.in_contact[snapshot.in_start[i] : snapshot.in_start[i + 1]]
        assert coming.tolist() == np.flatnonzero(snapshot.contact_to == i).tolist()


@given(events)
def test_types_are_those_of_the_snapshot_even_without_events(rows: list[Event]) -> None:
    snapshot = fold(batches(list(enumerate(rows)), []), as_of=9, snapshot_id="s")
    empty = fold([], as_of=9, snapshot_id="s")
    assert [getattr(snapshot, name).dtype for name in ARRAYS] == [getattr(empty, name).dtype for name in ARRAYS]


def test_batches_that_do_not_say_when_they_were_known_are_taken_whole() -> None:
    row: Event = dict.fromkeys(EVENTS.names, None) | {
        "started_at": 5,
        "known_at": 99,
        "a": 1,
        "b": 2,
        "channel": CALL,
    }
    batch = pa.RecordBatch.from_pylist([row | {"seq": 0}], schema=EVENTS)
    without = batch.drop_columns(["known_at"])
    assert fold([batch], as_of=9, snapshot_id="s").event_count == 0
    assert fold([without], as_of=9, snapshot_id="s").event_count == 1


def test_progress_ends_with_the_number_of_events() -> None:
    heard: list[tuple[str, int, int | None]] = []
    row: Event = {"started_at": 5, "known_at": 1, "a": 1, "b": 2, "channel": CALL}
    rows = [(seq, dict.fromkeys(EVENTS.names, None) | row) for seq in range(3)]
    fold(batches(rows, [1]), as_of=9, snapshot_id="s", progress=lambda *heard_now: heard.append(heard_now))
    assert heard == [("fold", 1, None), ("fold", 3, None), ("fold", 3, 3)]
