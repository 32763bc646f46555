"""Files taken together are kept as if they had come one by one, and each is told of its own rows alone."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from graphsvc.errors import InputRefused
from graphsvc.ingest.files import FeedFile
from graphsvc.ingest.ids import Met
from graphsvc.ingest.keeping import FeedCounts
from graphsvc.ingest.load import load
from graphsvc.ingest.rejects import RejectsFile
from graphsvc.ingest.rows import Intake
from graphsvc.ingest.together import Told, take
from tests.ingest.conftest import NOW
from tests.ingest.fakes import MemoryStore

T0 = NOW - 86_400_000
BODIES = 12


def _row(dice: Random, event: str) -> dict[str, Any]:
    a, b = dice.sample(range(30), 2)
    return {
        "event_id": event,
        "started_at": T0 + dice.randrange(3_600_000),
        "a_number": f"+86139{a:08d}",
        "b_number": f"+86138{b:08d}",
        "channel": "call",
        "duration_s": dice.randrange(1, 600),
        "answered": True,
    }


def _body(dice: Random, place: int) -> bytes:
    """Good rows, some of them twice; rows with a fault; lines that are no JSON."""
    rows = [_row(dice, f"e{place}-{k}") for k in range(dice.randrange(1, 20))]
    rows += dice.sample(rows, len(rows) // 3)
    rows += [{**_row(dice, f"f{place}-{k}"), "duration_s": -1} for k in range(dice.randrange(3))]
    rows += [{**rows[0], "duration_s": 601}] if dice.random() < 0.5 else []
    lines = [json.dumps(row) for row in rows] + ["{"] * dice.randrange(2)
    dice.shuffle(lines)
    return "".join(f"{line}\n" for line in lines).encode()


def _files(folder: Path, bodies: list[bytes]) -> list[FeedFile]:
    files = []
    for place, body in enumerate(bodies):
        path = folder / str(place) / "events.ndjson"
        path.parent.mkdir(parents=True)
        path.write_bytes(body)
        files.append(FeedFile(path, "events", "ndjson", None))
    return files


def _together(store: MemoryStore, files: list[FeedFile]) -> list[Told | InputRefused]:
    stores = store.stores()
    intake = Intake(Met(stores.registry, "CN"), feed_id="default", now=NOW, events_from=0, facts_from=0)
    with RejectsFile(stores.rejects, NOW) as rejects:
        return take(files, "events.ndjson", stores, intake, rejects)


def _one_by_one(store: MemoryStore, files: list[FeedFile]) -> list[tuple[FeedCounts, list[Any]]]:
    told = []
    for file in files:
        report = load([file.path], store.stores(), now=NOW)
        lines = report.rejects_file.read_text().splitlines() if report.rejects_file is not None else []
        told.append((report.feeds["events"], [json.loads(line) for line in lines]))
    return told


@pytest.mark.parametrize("seed", range(8))
def test_each_is_told_what_it_would_have_been_alone(seed: int, tmp_path: Path) -> None:
    dice = Random(seed)
    files = _files(tmp_path / "feeds", [_body(dice, place) for place in range(BODIES)])
    stores = [MemoryStore(tmp_path / name) for name in ("rejects", "alone")]
    for store in stores:
        store.stores().rejects.mkdir()
    found, alone = _together(stores[0], files), _one_by_one(stores[1], files)
    for one, (counts, rejects) in zip(found, alone, strict=True):
        assert isinstance(one, Told)
        assert one.counts == counts
        assert [(row.line, row.field, row.reason) for row in one.rejects] == [
            (row["line"], row["field"], row["reason"]) for row in rejects
        ]
    whole = [row for _, rejects in alone for row in rejects]
    written = [json.loads(line) for path in (tmp_path / "rejects").iterdir() for line in path.read_text().splitlines()]
    assert written == whole
    assert len({row["event_key"] for row in stores[0].ledger.rows()}) == len(stores[0].ledger.rows())
    kept = [{row["event_key"]: row["started_at"] for row in store.ledger.rows()} for store in stores]
    assert kept[0] == kept[1]


def test_a_row_of_one_is_known_to_the_next(tmp_path: Path, store: MemoryStore) -> None:
    row = json.dumps(_row(Random(1), "e1")).encode()
    first, second = _together(store, _files(tmp_path / "feeds", [row, row]))
    assert isinstance(first, Told)
    assert isinstance(second, Told)
    assert first.counts == FeedCounts(read=1, accepted=1)
    assert second.counts == FeedCounts(read=1, duplicate=1)


def test_one_that_cannot_be_read_leaves_the_others(tmp_path: Path, store: MemoryStore) -> None:
    row = json.dumps(_row(Random(1), "e1")).encode()
    files = _files(tmp_path / "feeds", [b"", row, b"\xff\xfe", b'{"a": 1}\n'])
    found = _together(store, files)
    assert [isinstance(one, InputRefused) for one in found] == [True, False, True, True]
    assert isinstance(found[1], Told)
    assert found[1].counts == FeedCounts(read=1, accepted=1)
    assert all(isinstance(one, InputRefused) for one in _together(store, files[:1]))
