"""Snapshots are made once, shared by name, mended when damaged, and swept when nobody needs them."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from graphsvc.graph.snapshot import Snapshot
from graphsvc.graph.snapshots import Snapshots
from tests.sketch import snapshot_of

EVENTS = [(1, 2, 1000, 60, "call"), (2, 3, 2000, 0, "sms")]


def made() -> Snapshot:
    return snapshot_of(EVENTS, as_of=100_000)


@pytest.fixture
def shelf(tmp_path: Path) -> Snapshots:
    return Snapshots(tmp_path)


def test_a_snapshot_is_made_once_and_then_opened(shelf: Snapshots) -> None:
    calls = []

    def make() -> Snapshot:
        calls.append(1)
        return made()

    name = made().snapshot_id
    first = shelf.open_or_make(name, make)
    again = shelf.open_or_make(name, make)
    assert len(calls) == 1
    assert np.array_equal(first.event_at, again.event_at)
    assert shelf.open("another") is None


def test_a_damaged_snapshot_is_made_again(shelf: Snapshots) -> None:
    name = made().snapshot_id
    shelf.open_or_make(name, made)
    (shelf.folder / name / "event_at.npy").write_bytes(b"rubbish")
    assert np.array_equal(shelf.open_or_make(name, made).event_at, made().event_at)


def test_another_process_may_have_been_quicker(shelf: Snapshots) -> None:
    name = made().snapshot_id

    def make_while_another_does() -> Snapshot:
        Snapshots(shelf.folder).open_or_make(name, made)
        return made()

    assert shelf.open_or_make(name, make_while_another_does).event_count == 2
    assert [place.name for place in shelf.folder.iterdir()] == [name]


def test_several_threads_that_want_the_same_one_make_it_once(shelf: Snapshots) -> None:
    """A page asks several questions of a past day at once."""
    name, calls = made().snapshot_id, []
    begun, go_on = Event(), Event()

    def make() -> Snapshot:
        calls.append(1)
        begun.set()
        assert go_on.wait(60)
        return made()

    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(shelf.open_or_make, name, make)
        assert begun.wait(60)
        others = [threads.submit(shelf.open_or_make, name, make) for _ in range(3)]
        go_on.set()
        found = [one.result(60) for one in (first, *others)]
    assert len(calls) == 1
    assert [one.event_count for one in found] == [2] * 4
    assert [place.name for place in shelf.folder.iterdir()] == [name]


def test_sweeping_keeps_what_is_named_and_what_others_are_making(shelf: Snapshots) -> None:
    name = made().snapshot_id
    shelf.open_or_make(name, made)
    made().save(shelf.folder / "old")
    mine = shelf.folder / f".unfinished-x-{os.getpid()}"
    dead = shelf.folder / ".unfinished-x-4194304"  # beyond the largest process id there can be
    mine.mkdir()
    dead.mkdir()
    opened = shelf.open("old")
    shelf.sweep(keep=[name])
    assert {place.name for place in shelf.folder.iterdir()} == {name, mine.name}
    assert opened is not None
    assert opened.event_at.tolist() == made().event_at.tolist()
