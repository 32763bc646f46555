"""A watched folder: what is put there is taken once, whatever is done to it meanwhile."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from graphsvc.checks import examine
from graphsvc.errors import SourceFailed
from graphsvc.live.folder import SETTLED_MS, WatchedFolder
from graphsvc.live.source import Taken
from graphsvc.service import Service
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.story.feeds import ANN, DEN, T0, call


@dataclass
class Watch:
    """A clock that a test moves, and the folder watched by it."""

    service: Service
    path: Path
    at: int = 0
    files: list[Path] = field(default_factory=list)

    def source(self) -> WatchedFolder:
        return WatchedFolder(self.path, "default", self.service.loading, lambda: self.at)

    def put(self, name: str, rows: list[dict[str, Any]] | bytes) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(rows if isinstance(rows, bytes) else packed(rows))
        self.settle()
        return path

    def settle(self) -> None:
        newest = max((one.stat().st_mtime_ns for one in self.path.rglob("*")), default=0)
        self.at = newest // 1_000_000 + 1 + SETTLED_MS

    def take(self) -> list[Taken]:
        return self.source().step(lambda: False)

    def left(self) -> list[str]:
        return sorted(str(one.relative_to(self.path)) for one in self.path.rglob("*") if one.is_file())


def packed(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def calls(count: int, first: int = 0) -> list[dict[str, Any]]:
    return [call(DEN[0], f"+86135{k:08d}", T0 + k * 1000, 5) for k in range(first, first + count)]


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    with open_service(Settings(home=tmp_path / "home", watch_folder=inbox)) as service:
        yield Watch(service, inbox)


def test_files_are_taken_in_the_order_of_feeds_and_put_away(watch: Watch) -> None:
    watch.put("flags.ndjson", [{"number": DEN[0], "known_at": T0, "scam_type": "loan", "source": "police"}])
    watch.put("events/b.ndjson", calls(3, 5))
    watch.put("events/a.ndjson", calls(5))
    assert [(one.feed, one.accepted) for one in watch.take()] == [("flags", 1), ("events", 5), ("events", 3)]
    assert watch.left() == ["taken/events/a.ndjson", "taken/events/b.ndjson", "taken/flags.ndjson"]
    assert watch.take() == []
    assert watch.service.ledger.count() == 8


def test_a_file_that_is_still_being_written_is_left_alone(watch: Watch) -> None:
    watch.put("events.ndjson", calls(2))
    watch.at -= 10
    assert watch.take() == []
    watch.put("events/.half.ndjson", calls(1, 7))
    watch.put("events/half.ndjson.part", calls(1, 8))
    assert [one.accepted for one in watch.take()] == [2]
    assert watch.left() == ["events/.half.ndjson", "events/half.ndjson.part", "taken/events.ndjson"]


def test_a_file_that_grows_while_it_is_read_is_read_again(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    path = watch.put("events.ndjson", packed(calls(2))[:-10])  # the second row is half there
    files = type(watch.service.loading).files

    def growing(*given: Any, **named: Any) -> Any:
        report = files(*given, **named)
        if path.exists() and path.read_bytes() != packed(calls(3)):
            path.write_bytes(packed(calls(3)))
        return report

    monkeypatch.setattr(type(watch.service.loading), "files", growing)
    assert [(one.accepted, one.rejected) for one in watch.take()] == [(1, 1)]
    watch.settle()
    assert [(one.accepted, one.duplicate, one.rejected) for one in watch.take()] == [(2, 1, 0)]
    assert watch.left() == ["taken/events.ndjson"]


def test_a_crash_before_it_is_put_away_doubles_nothing(watch: Watch) -> None:
    path = watch.put("events.ndjson", calls(4))
    watch.service.loading.files([path], kind="events", feed_id="default")  # and then the process was killed
    assert [(one.accepted, one.duplicate) for one in watch.take()] == [(0, 4)]
    assert watch.left() == ["taken/events.ndjson"]


def test_a_file_that_cannot_be_read_is_put_aside_with_the_reason_and_the_rest_is_taken(watch: Watch) -> None:
    watch.put("events.parquet", b"no Parquet")
    watch.put("events/a.ndjson", calls(1))
    watch.put("flags.csv", b"number\n" + DEN[0].encode() + b"\n")
    watch.take()
    assert watch.left() == [
        "refused/events.parquet",
        "refused/events.parquet.reason",
        "refused/flags.csv",
        "refused/flags.csv.reason",
        "taken/events/a.ndjson",
    ]
    assert "known_at" in (watch.path / "refused/flags.csv.reason").read_text()
    assert DEN[0] not in (watch.path / "refused/flags.csv.reason").read_text()


def test_a_name_that_comes_again_is_kept_beside_the_first(watch: Watch) -> None:
    for first in (0, 1, 2):
        watch.put("events.ndjson", calls(1, first))
        watch.take()
    assert watch.left() == ["taken/1-events.ndjson", "taken/2-events.ndjson", "taken/events.ndjson"]
    assert watch.service.ledger.count() == 3


def test_it_stops_between_two_files_when_the_service_closes(watch: Watch) -> None:
    watch.put("events/a.ndjson", calls(1))
    watch.put("events/b.ndjson", calls(1, 1))
    answers = iter([False, True])
    assert len(watch.source().step(lambda: next(answers))) == 1
    assert watch.source().waiting() == 1


def test_a_folder_that_is_gone_is_said_and_doctor_says_what_waits(watch: Watch) -> None:
    watch.put("events.ndjson", [call(DEN[0], ANN, T0, 5)])

    def said() -> tuple[str, str]:
        check = next(one for one in examine(watch.service.settings) if one.name == "watched folder")
        return check.status, check.found.rpartition(", ")[2]

    assert said() == ("warn", "1 files wait")
    watch.take()
    assert said() == ("ok", "0 files wait")
    watch.path.rename(watch.path.with_name("elsewhere"))
    with pytest.raises(SourceFailed, match="cannot be read"):
        watch.take()
    assert said()[0] == "fail"
