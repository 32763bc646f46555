"""The rejects file, and how it describes a value without telling it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphsvc.errors import StorageFailed
from graphsvc.ingest.faults import Broken, Fault, reason, value_class
from graphsvc.ingest.feeds import FEEDS
from graphsvc.ingest.files import FeedFile
from graphsvc.ingest.rejects import RejectsFile

FILE = FeedFile(Path("events.csv"), "events", "csv", None)


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        (None, "empty"),
        ("", "empty"),
        ("13800138000", "11 digits"),
        (13800138000, "11 digits"),
        ("+8613800138000", "plus and 13 digits"),
        ("-5", "negative number"),
        ("1.5", "decimal number"),
        ("2026-01-31T08:00:00", "date or time"),
        ("138 0013 8000", "text of 13 characters"),
        ("x" * 100_000, "text of 100000 characters"),
        ("1" * 100_000, "100000 digits"),
    ],
)
def test_a_value_class_says_what_a_value_looks_like(value: object, shape: str) -> None:
    assert value_class(value) == shape


@given(st.text(min_size=1).filter(lambda text: len(text) > 4))
def test_a_value_class_never_holds_the_value(value: str) -> None:
    assert value not in value_class(value) or value in "text of characters digits plus and date or time empty"


def test_every_fault_of_every_field_has_a_reason() -> None:
    for feed in FEEDS.values():
        for field in feed.fields:
            assert all(reason(fault, field) for fault in Fault if fault is not Fault.NONE)


def test_no_file_is_made_while_nothing_is_refused(tmp_path: Path) -> None:
    with RejectsFile(tmp_path, 1) as rejects:
        rejects.write(FILE.name, [])
        assert rejects.path is None
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_a_clear_failure(tmp_path: Path) -> None:
    with RejectsFile(tmp_path / "gone", 1) as rejects, pytest.raises(StorageFailed, match="cannot be written"):
        rejects.write(FILE.name, [Broken(2, "a_number", "empty", "is required")])


def test_a_full_disk_is_a_clear_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    (tmp_path / "rejects-1.ndjson").symlink_to(full)
    monkeypatch.setattr("graphsvc.ingest.rejects.os.O_EXCL", 0)
    with RejectsFile(tmp_path, 1) as rejects, pytest.raises(StorageFailed, match="No space left"):
        rejects.write(FILE.name, [Broken(2, "a_number", "empty", "is required")])
