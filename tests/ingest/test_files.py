"""Which files a load means."""

from pathlib import Path

import pytest

from graphsvc.errors import InputRefused
from graphsvc.ingest.files import feed_files


def touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_a_feed_folder_is_loaded_feed_by_feed_and_part_by_part(tmp_path: Path) -> None:
    touch(
        *(tmp_path / name for name in ("events.parquet", "flags.csv.gz", "notes.txt", "truth.parquet", ".events.csv")),
        *(tmp_path / "events" / name for name in ("part-1.ndjson", "part-0.ndjson.zst", "_SUCCESS", "part.crc")),
        tmp_path / "other" / "events.csv",
    )
    found = feed_files([tmp_path], None)
    assert [(file.name, file.feed, file.format, file.compression) for file in found] == [
        ("flags.csv.gz", "flags", "csv", "gzip"),
        ("events/part-0.ndjson.zst", "events", "ndjson", "zstd"),
        ("events/part-1.ndjson", "events", "ndjson", None),
        ("events.parquet", "events", "parquet", None),
    ]


def test_a_part_and_a_folder_of_parts_know_their_feed_by_the_folder(tmp_path: Path) -> None:
    touch(tmp_path / "links" / "1.jsonl")
    assert [file.feed for file in feed_files([tmp_path / "links"], None)] == ["links"]
    assert [file.feed for file in feed_files([tmp_path / "links" / "1.jsonl"], None)] == ["links"]


def test_a_file_named_twice_is_loaded_once(tmp_path: Path) -> None:
    touch(tmp_path / "events.csv")
    assert len(feed_files([tmp_path, tmp_path / "events.csv"], None)) == 1


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("events.xlsx", "in no known format"),
        ("events.parquet.gz", "packed Parquet"),
        ("calls.csv", "does not say which feed"),
    ],
)
def test_a_file_that_cannot_be_placed_is_refused_with_advice(tmp_path: Path, name: str, message: str) -> None:
    touch(tmp_path / name)
    with pytest.raises(InputRefused, match=message):
        feed_files([tmp_path / name], None)
