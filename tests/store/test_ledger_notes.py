"""What the catalogue notes of the ledger."""

from dataclasses import replace

import pytest

from graphsvc.errors import FolderHeld
from graphsvc.store import ledger_notes as notes
from tests.store.events import events
from tests.store.folder import Folder


def test_two_writers_cannot_both_go_on_from_one_state(folder: Folder) -> None:
    with folder.catalogue.writing() as connection:
        start = notes.read_state(connection)
        first = start.after(events(5, seed=1), "Asia/Shanghai")
        notes.write_state(connection, before=start, after=first)
    with pytest.raises(FolderHeld, match="meanwhile"), folder.catalogue.writing() as connection:
        notes.write_state(connection, before=start, after=first)
    tidied = replace(first, body_version=3)
    with folder.catalogue.writing() as connection:
        notes.write_state(connection, before=first, after=tidied)
    with pytest.raises(FolderHeld, match="meanwhile"), folder.catalogue.writing() as connection:
        notes.write_state(connection, before=first, after=replace(first, batch=2))
    with folder.catalogue.reading() as connection:
        assert notes.read_state(connection) == tidied


def test_a_state_counts_batches_events_and_the_newest_news(folder: Folder) -> None:
    with folder.catalogue.reading() as connection:
        start = notes.read_state(connection)
    assert start == notes.State(0, 0, None, None, None)
    after = start.after(events(5, seed=1), "Europe/Paris").after(events(7, seed=2), "Europe/Paris")
    assert (after.batch, after.events, after.timezone) == (2, 12, "Europe/Paris")
    newest = max(max(events(n, seed=s).column("known_at").to_pylist()) for n, s in ((5, 1), (7, 2)))
    assert after.newest_known_at == newest
