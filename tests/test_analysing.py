"""What is made side by side for an analysis is all there before anybody sees the analysis."""

import shutil
from pathlib import Path

import pytest

from graphsvc.errors import NothingYet, StorageFailed
from graphsvc.graph.snapshots import Snapshots
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.story.feeds import write_world


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


def _full(*_: object) -> None:
    raise StorageFailed("no space is left")
