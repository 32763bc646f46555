"""A saved snapshot opens as what it was, or not at all."""

import json
from pathlib import Path

import numpy as np
import pytest

from graphsvc.errors import StorageFailed, Tampered
from graphsvc.graph.snapshot import ARRAYS, Snapshot
from tests.sketch import draw, snapshot_of


def same(one: Snapshot, other: Snapshot) -> bool:
    plain = (one.snapshot_id, one.as_of, one.event_count) == (
        other.snapshot_id,
        other.as_of,
        other.event_count,
    )
    return plain and all(
        getattr(one, name).dtype == getattr(other, name).dtype
        and np.array_equal(getattr(one, name), getattr(other, name))
        for name in ARRAYS
    )


def test_an_opened_snapshot_is_the_saved_one(tmp_path: Path) -> None:
    snapshot = draw("gang! -3> ann -> bob\nann ~> gang\nbob -> bob").snapshot
    snapshot.save(tmp_path / "s1")
    assert same(Snapshot.open(tmp_path / "s1"), snapshot)


def test_an_empty_snapshot_opens_too(tmp_path: Path) -> None:
    snapshot = snapshot_of([])
    snapshot.save(tmp_path / "s1")
    opened = Snapshot.open(tmp_path / "s1")
    assert same(opened, snapshot)
    assert (opened.number_count, opened.contact_count, opened.event_count) == (0, 0, 0)


def test_opened_arrays_are_mapped_and_cannot_be_changed(tmp_path: Path) -> None:
    draw("ann -> bob").snapshot.save(tmp_path / "s1")
    opened = Snapshot.open(tmp_path / "s1")
    assert isinstance(opened.event_at.base, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        opened.event_at[0] = 1


def test_only_the_owner_may_read_the_files(tmp_path: Path) -> None:
    draw("ann -> bob").snapshot.save(tmp_path / "s1")
    assert (tmp_path / "s1").stat().st_mode & 0o077 == 0
    assert all(file.stat().st_mode & 0o077 == 0 for file in (tmp_path / "s1").iterdir())


def test_a_snapshot_is_never_written_over(tmp_path: Path) -> None:
    snapshot = draw("ann -> bob").snapshot
    snapshot.save(tmp_path / "s1")
    with pytest.raises(StorageFailed, match="exists"):
        snapshot.save(tmp_path / "s1")
    assert same(Snapshot.open(tmp_path / "s1"), snapshot)


@pytest.mark.parametrize("lost", ["meta.json", "event_at.npy"])
def test_an_unfinished_snapshot_does_not_open(tmp_path: Path, lost: str) -> None:
    draw("ann -> bob").snapshot.save(tmp_path / "s1")
    (tmp_path / "s1" / lost).unlink()
    with pytest.raises(Tampered, match="missing; run analyse again"):
        Snapshot.open(tmp_path / "s1")


@pytest.mark.parametrize("name", ["meta.json", "event_at.npy"])
def test_a_cut_off_file_is_found(tmp_path: Path, name: str) -> None:
    draw("ann -5> bob").snapshot.save(tmp_path / "s1")
    file = tmp_path / "s1" / name
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(Tampered, match="run analyse again"):
        Snapshot.open(tmp_path / "s1")


def test_an_array_of_another_snapshot_is_found(tmp_path: Path) -> None:
    draw("ann -> bob").snapshot.save(tmp_path / "s1")
    draw("ann -2> bob").snapshot.save(tmp_path / "s2")
    (tmp_path / "s1" / "event_at.npy").write_bytes((tmp_path / "s2" / "event_at.npy").read_bytes())
    with pytest.raises(Tampered):
        Snapshot.open(tmp_path / "s1")


@pytest.mark.parametrize("meta", ["[]", "{}", '{"format": 2}', "null"])
def test_a_foreign_meta_file_is_refused(tmp_path: Path, meta: str) -> None:
    draw("ann -> bob").snapshot.save(tmp_path / "s1")
    (tmp_path / "s1" / "meta.json").write_text(meta)
    with pytest.raises(Tampered):
        Snapshot.open(tmp_path / "s1")


def test_a_meta_file_that_lacks_a_key_is_refused(tmp_path: Path) -> None:
    draw("ann -> bob").snapshot.save(tmp_path / "s1")
    file = tmp_path / "s1" / "meta.json"
    meta = json.loads(file.read_text())
    del meta["as_of"]
    file.write_text(json.dumps(meta))
    with pytest.raises(Tampered):
        Snapshot.open(tmp_path / "s1")


def test_dense_indices_are_minus_one_for_numbers_without_events() -> None:
    snapshot = snapshot_of([(7, 3, 1000, None, "sms")])
    assert snapshot.dense([3, 7, 5, 8, -1]).tolist() == [0, 1, -1, -1, -1]
    assert snapshot_of([]).dense([3]).tolist() == [-1]
