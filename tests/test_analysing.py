"""What is made side by side for an analysis is all there before anybody sees the analysis."""

import json
import shutil
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from graphsvc.analysing import folded
from graphsvc.errors import NothingYet, StorageFailed
from graphsvc.graph.extend import extend
from graphsvc.graph.snapshot import ARRAYS, Snapshot
from graphsvc.graph.snapshots import Snapshots
from graphsvc.model.progress import silent
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.story.feeds import ANN, BANK, BOB, DAY, DEN, HOUR, MINUTE, call, write_world


def test_an_analysis_whose_snapshot_cannot_be_kept_is_not_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_world(tmp_path / "feeds")
    with open_service(Settings(home=tmp_path / "home")) as service:
        service.load([tmp_path / "feeds"], kind=None, feed_id="default")
        with monkeypatch.context() as context:
            context.setattr(Snapshots, "keep", _full)
            with pytest.raises(StorageFailed):
                service.analyse(as_of=None)
        with pytest.raises(NothingYet):
            service.current()
        record = service.analyse(as_of=None)
        assert service.current() == record
        assert [place.name for place in service.snapshots.folder.iterdir()] == [record.snapshot_id]


def test_an_analysis_on_a_kept_snapshot_is_the_same(tmp_path: Path) -> None:
    write_world(tmp_path / "feeds")
    with open_service(Settings(home=tmp_path / "home")) as service:
        service.load([tmp_path / "feeds"], kind=None, feed_id="default")
        at = service.time.now()
        folded, opened = service.analyse(as_of=at), service.analyse(as_of=at)
        shutil.rmtree(service.snapshots.folder / folded.snapshot_id)
        again = service.analyse(as_of=at)
        assert folded.snapshot_id == opened.snapshot_id == again.snapshot_id
        assert folded.counts == opened.counts == again.counts


def test_whatever_comes_in_batch_by_batch_the_snapshot_is_that_of_all_events_folded_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    extended: list[int] = []

    def counted(before: Snapshot, *given: Any, **named: Any) -> Snapshot:
        extended.append(before.event_count)
        return extend(before, *given, **named)

    monkeypatch.setattr("graphsvc.graph.extend.extend", counted)
    write_world(tmp_path / "feeds")
    chance = Random(7)
    with open_service(Settings(home=tmp_path / "home")) as service:
        service.load([tmp_path / "feeds"], kind=None, feed_id="default")
        now = service.analyse(as_of=None).as_of
        for batch in range(8):
            now += HOUR
            rows = [_some_event(chance, now) for _ in range(20)]
            path = tmp_path / "events.ndjson"
            path.write_text("".join(json.dumps(row) + "\n" for row in rows))
            service.load([path], kind="events", feed_id=f"batch {batch}")
            record = service.analyse(as_of=now)
            made = service.snapshots.open(record.snapshot_id)
            anew = folded(service.ledger, service.ledger.position(), now, silent)
            assert made is not None
            assert made.event_count == anew.event_count
            for name in ARRAYS:
                assert np.array_equal(getattr(made, name), getattr(anew, name)), name
    assert len(extended) >= 4, "most batches are to be added to what is there"


def _some_event(chance: Random, now: int) -> dict[str, Any]:
    """Between few numbers, now, a month late, or (now and then) known only in two hours."""
    a, b = chance.sample([*DEN, ANN, BOB, BANK, *(f"+86135000000{k:02d}" for k in range(30))], 2)
    at = now - chance.choice([0, 0, MINUTE, HOUR, 30 * DAY]) - 1000 * chance.randrange(60)
    late = {"known_at": now + 2 * HOUR} if chance.random() < 0.01 else {"known_at": now}
    return {**call(a, b, at - 1000 * 60, chance.randrange(60)), "event_id": f"{chance.random()}", **late}


def _full(*_: object) -> None:
    raise StorageFailed("no space is left")
