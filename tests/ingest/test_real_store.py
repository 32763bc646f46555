"""The whole of ingest on the real store: exact counts, a restart in the middle, and no raw number anywhere."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from graphsvc.ingest.keeping import FeedCounts
from graphsvc.ingest.load import LoadReport, load
from graphsvc.ingest.stores import Stores
from graphsvc.model.progress import Progress, silent
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.facts import add_facts, facts_at
from graphsvc.store.home import Home
from graphsvc.store.keys import Keys
from graphsvc.store.ledger import Ledger
from graphsvc.store.registry import Registry
from graphsvc.store.vault import Vault
from tests.ingest.conftest import NOW
from tests.ingest.test_load import HEADER, ROW, T0

CANARIES = ("13912345678", "13987654321", "01087651234")


class Folder:
    """A data folder, opened."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.home = Home.open(path)
        keys = Keys.open(self.home, None, None)
        self.catalogue = Catalogue.open(self.home.catalogue)
        self.vault = Vault.open(self.home.vault, keys.vault, self.home.vault_keys)
        self.registry = Registry(self.catalogue, self.vault, keys)
        self.ledger = Ledger.open(self.home, self.catalogue)

    def load(self, *paths: Path, batch_rows: int = 1000, progress: Progress = silent) -> LoadReport:
        rejects = self.home.folder(self.home.rejects)
        stores = Stores(self.registry, self.ledger, partial(add_facts, self.catalogue), rejects)
        return load(paths, stores, now=NOW, batch_rows=batch_rows, progress=progress)

    def close(self) -> None:
        self.vault.close()
        self.catalogue.close()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    opened = Folder(tmp_path / "home")
    yield opened
    opened.close()


def test_loading_again_or_in_part_gives_the_same_ledger(tmp_path: Path, folder: Folder) -> None:
    path = tmp_path / "events.csv"
    rows = [ROW.replace("e1", f"e{i}").replace("13800138000", f"1380013{i % 100:04d}") for i in range(2500)]
    path.write_text(HEADER + "".join(rows[:1300]))
    assert folder.load(path).feeds["events"] == FeedCounts(1300, 1300, 0, 0)
    path.write_text(HEADER + "".join(rows))
    assert folder.load(path).feeds["events"] == FeedCounts(2500, 1200, 1300, 0)
    assert folder.load(path).feeds["events"] == FeedCounts(2500, 0, 2500, 0)
    assert folder.ledger.count() == 2500
    number = folder.registry.find_number("+8613800130042")
    events = [batch.to_pylist() for batch in folder.ledger.events()]
    assert sum(row["a"] == number for batch in events for row in batch) == 25


def test_a_folder_opened_again_gives_rows_the_same_keys(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text(HEADER.replace("event_id,", "") + ROW.replace("e1,", ""))
    for accepted in (1, 0):
        folder = Folder(tmp_path / "home")
        assert folder.load(path).feeds["events"].accepted == accepted
        folder.close()


def test_flags_that_agree_in_all_but_an_absent_case_are_facts_once(tmp_path: Path, folder: Folder) -> None:
    path = tmp_path / "flags.ndjson"
    row = f'{{"number": "13800138000", "known_at": {T0}, "scam_type": "loan"'
    path.write_text(f'{row}}}\n{row}, "case_id": ""}}\n')
    assert folder.load(path).feeds["flags"] == FeedCounts(2, 1, 1, 0)
    flags = facts_at(folder.catalogue, T0).flags.to_pylist()
    assert [flag["number"] for flag in flags] == [folder.registry.find_number("+8613800138000")]


def test_no_raw_number_rests_anywhere_but_in_the_vault(tmp_path: Path) -> None:
    feeds = tmp_path / "feeds"
    feeds.mkdir()
    one, other, landline = CANARIES
    (feeds / "events.csv").write_text(
        HEADER
        + ROW.replace("13800138000", one)
        + ROW.replace("95588", other)
        + ROW.replace("e1", "e3").replace("call", one)
        + ROW.replace("e1", "e4").replace(",60,", f",{one},")
        + ROW.replace("e1", "e5").replace("95588", f"{other}/?!#")
        + ROW.replace("e1", "e6").replace("2026-01-31T08:00:00+08:00", one)
        + f'e7,"{landline}\n'
    )
    (feeds / "directory.csv").write_text(f"number,role,label\n95588,bank,ring {landline} or {one}\n")
    folder = Folder(tmp_path / "home")
    report = folder.load(feeds)
    folder.close()
    assert report.feeds["events"].rejected >= 4
    said = repr(report)
    for canary in CANARIES:
        assert canary not in said
        for path in (tmp_path / "home").rglob("*"):
            if path.is_file():
                assert canary.encode() not in path.read_bytes(), path
