"""The audit chain: seven kinds of tampering, each found."""

import hashlib
import hmac
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from graphsvc.errors import StorageFailed, Tampered
from graphsvc.store.audit import AuditLog
from graphsvc.store.tables import audit
from tests.store.folder import Folder

ENTRIES = 6
FORGED_KEY = b"not the key of this folder"


def _log(folder: Folder) -> AuditLog:
    return AuditLog(folder.catalogue, folder.home, folder.keys.audit)


def _record(log: AuditLog, count: int = 1) -> int:
    """The number of the last one."""
    last = 0
    for number in range(count):
        last = log.record(at=number, actor="ann", action="reveal", purpose="case 7", subject_token=f"v1.{number}")
    return last


@pytest.fixture
def log(folder: Folder) -> AuditLog:
    log = _log(folder)
    _record(log, ENTRIES)
    assert log.verify().ok
    return log


def test_a_whole_chain_is_whole(log: AuditLog, folder: Folder) -> None:
    report = log.verify()
    assert (report.entries, report.ok, report.first_bad, report.reason) == (ENTRIES, True, None, None)
    with folder.catalogue.reading() as connection:
        rows = connection.execute(sa.select(audit.c.entry, audit.c.subject_token)).all()
    assert [tuple(row) for row in rows] == [(n + 1, f"v1.{n}") for n in range(ENTRIES)]


def test_an_empty_chain_is_whole(folder: Folder) -> None:
    assert _log(folder).verify().ok


def _edit(connection: sa.Connection) -> None:
    connection.execute(sa.update(audit).where(audit.c.entry == 3).values(purpose="curiosity"))


def _delete(connection: sa.Connection) -> None:
    connection.execute(sa.delete(audit).where(audit.c.entry == 3))


def _delete_and_close_the_gap(connection: sa.Connection) -> None:
    _delete(connection)
    for entry in range(4, ENTRIES + 1):
        connection.execute(sa.update(audit).where(audit.c.entry == entry).values(entry=entry - 1))


def _reorder(connection: sa.Connection) -> None:
    for old, new in ((3, 99), (4, 3), (99, 4)):
        connection.execute(sa.update(audit).where(audit.c.entry == old).values(entry=new))


def _duplicate(connection: sa.Connection) -> None:
    last = dict(connection.execute(sa.select(audit).where(audit.c.entry == ENTRIES)).mappings().one())
    connection.execute(sa.insert(audit), {**last, "entry": ENTRIES + 1})


def _truncate(connection: sa.Connection) -> None:
    connection.execute(sa.delete(audit).where(audit.c.entry > 4))


def _restamp(connection: sa.Connection) -> None:
    """Edit an entry and seal the whole chain anew, as somebody would who knows the scheme but not the key."""
    _edit(connection)
    before = "0" * 64
    for row in connection.execute(sa.select(audit).order_by(audit.c.entry)).mappings().all():
        said = before.encode() + orjson.dumps([value for name, value in row.items() if name != "seal"])
        before = hmac.new(FORGED_KEY, said, hashlib.sha256).hexdigest()
        connection.execute(sa.update(audit).where(audit.c.entry == row["entry"]).values(seal=before))


def _restamp_and_truncate(connection: sa.Connection) -> None:
    _restamp(connection)
    _truncate(connection)


def _delete_all(connection: sa.Connection) -> None:
    connection.execute(sa.delete(audit))


@pytest.mark.parametrize(
    ("tamper", "first_bad"),
    [
        (_edit, 3),
        (_delete, 3),
        (_delete_and_close_the_gap, 3),
        (_reorder, 3),
        (_duplicate, ENTRIES + 1),
        (_truncate, 5),
        (_restamp, 1),
        (_restamp_and_truncate, 1),
        (_delete_all, 1),
    ],
)
def test_tampering_is_found_where_it_begins(
    log: AuditLog, folder: Folder, tamper: Callable[[sa.Connection], None], first_bad: int
) -> None:
    with folder.catalogue.writing() as connection:
        tamper(connection)
    report = log.verify()
    assert (report.ok, report.first_bad) == (False, first_bad)
    assert report.reason


@pytest.mark.parametrize("content", [b"", b"{}", b'{"count":4,"seal":"00","mac":"00"}'])
def test_a_forged_checkpoint_is_found(log: AuditLog, folder: Folder, content: bytes) -> None:
    folder.home.audit_head.write_bytes(content)
    assert not log.verify().ok
    with pytest.raises(Tampered):
        _record(log)


def test_a_lost_checkpoint_is_found(log: AuditLog, folder: Folder) -> None:
    folder.home.audit_head.unlink()
    assert log.verify().reason == "the checkpoint is missing"
    with pytest.raises(Tampered, match="audit verify"):
        _record(log)


def test_a_cut_chain_is_not_gone_on_with(log: AuditLog, folder: Folder) -> None:
    with folder.catalogue.writing() as connection:
        _truncate(connection)
    with pytest.raises(Tampered, match="2 entries are missing"):
        _record(log)


def test_a_checkpoint_that_a_crash_left_one_behind_is_no_tampering(log: AuditLog, folder: Folder) -> None:
    before = folder.home.audit_head.read_bytes()
    _record(log)
    folder.home.audit_head.write_bytes(before)
    assert log.verify().ok
    _record(log)
    assert (log.verify().ok, log.verify().entries) == (True, ENTRIES + 2)


WRITE = """
import sys
from pathlib import Path
from graphsvc.store.audit import AuditLog
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.home import Home
from graphsvc.store.keys import Keys
home = Home.open(Path(sys.argv[1]))
log = AuditLog(Catalogue.open(sys.argv[2]), home, Keys.open(home, None, None).audit)
for number in range(25):
    log.record(at=number, actor=sys.argv[3], action="reveal", purpose="p")
"""


def test_processes_that_write_at_once_make_one_chain(folder: Folder) -> None:
    command = [sys.executable, "-c", WRITE, str(folder.home.path), str(folder.catalogue_at)]
    writers = [subprocess.Popen([*command, name], cwd=Path(__file__).parents[2]) for name in ("ann", "bob")]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert (_log(folder).verify().entries, _log(folder).verify().ok) == (50, True)


def test_threads_that_write_at_once_share_what_is_waited_for(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the first one waits to write the others come; what they want written is one transaction, in one chain."""
    log, come = _log(folder), Event()
    count: list[int] = []
    writing = folder.catalogue.writing

    def counted() -> Any:
        count.append(1)
        assert come.wait(60)
        return writing()

    monkeypatch.setattr(folder.catalogue, "writing", counted)
    with ThreadPoolExecutor(9) as threads:
        first = threads.submit(_record, log)
        while not count:
            time.sleep(0.01)
        others = [threads.submit(_record, log) for _ in range(8)]
        while len(log._entries) < 9:
            time.sleep(0.01)
        come.set()
        places = [one.result(60) for one in (first, *others)]
    assert (places[0], sorted(places)) == (1, list(range(1, 10)))
    assert len(count) == 1
    assert (log.verify().ok, log.verify().entries) == (True, 9)


def test_nobody_is_told_that_an_entry_is_there_that_could_not_be_written(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = _log(folder)

    def full() -> Any:
        raise StorageFailed("no space is left")

    with monkeypatch.context() as patched:
        patched.setattr(folder.catalogue, "writing", full)
        with ThreadPoolExecutor(4) as threads:
            told = [threads.submit(_record, log) for _ in range(4)]
        assert all(isinstance(one.exception(60), StorageFailed) for one in told)
    assert _record(log) == 1
    assert (log.verify().ok, log.verify().entries) == (True, 1)


def _cut(log: AuditLog, before: int) -> int:
    return log.cut(before=before, at=100, actor="retention", purpose="policy")


def test_retention_cuts_the_beginning_off_and_the_rest_is_whole(log: AuditLog, folder: Folder) -> None:
    assert _cut(log, 3) == 3
    report = log.verify()
    assert (report.ok, report.entries, report.cut) == (True, ENTRIES - 3 + 1, 3)
    with folder.catalogue.reading() as connection:
        rows = connection.execute(sa.select(audit).order_by(audit.c.entry)).mappings().all()
    assert [row["entry"] for row in rows] == [4, 5, 6, 7]
    assert (rows[-1]["actor"], rows[-1]["action"]) == ("retention", "audit cut")
    assert orjson.loads(rows[-1]["details"])["to"] == 3
    _record(log)
    assert log.verify().ok
    assert _cut(log, 3) == 0, "once"
    assert _cut(log, 10**9) == 5, "the cut before it, too"
    report = log.verify()
    assert (report.ok, report.entries, report.cut) == (True, 1, 8)
    assert log.begins() == 100


def test_what_somebody_else_takes_away_after_a_cut_is_found(log: AuditLog, folder: Folder) -> None:
    before = folder.home.audit_head.read_bytes()
    _cut(log, 3)
    whole = folder.home.audit_head.read_bytes()
    forged = {**orjson.loads(whole), "cut": 4}
    for content in (before, orjson.dumps(forged)):
        folder.home.audit_head.write_bytes(content)
        assert not log.verify().ok
    folder.home.audit_head.write_bytes(whole)
    assert log.verify().ok
    with folder.catalogue.writing() as connection:
        connection.execute(sa.delete(audit).where(audit.c.entry == 4))
    report = log.verify()
    assert (report.ok, report.first_bad) == (False, 4)
    with pytest.raises(Tampered):
        _cut(log, 5)


def test_a_cut_that_is_told_by_no_entry_is_none_of_ours(log: AuditLog, folder: Folder) -> None:
    """A checkpoint from elsewhere with the right key says 3, and nobody in the chain says who did that."""
    with folder.catalogue.reading() as connection:
        seal = str(connection.scalar(sa.select(audit.c.seal).where(audit.c.entry == 3)))
    log._move_cut(3, seal)
    report = log.verify()
    assert not report.ok
    assert "none of those that are left says so" in str(report.reason)


@pytest.mark.parametrize("step", ["_move_cut", "_remove_to"])
def test_a_cut_that_is_cut_short_is_made_good(log: AuditLog, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(AuditLog, step, dies)
        with pytest.raises(KeyboardInterrupt):
            _cut(log, 3)
    assert log.verify().ok
    _record(log)
    assert log.verify().ok
    assert _cut(log, 3) == 3
    assert log.verify().ok


def test_a_signed_checkpoint_from_before_the_cut_is_no_reproach_and_one_from_after_it_still_holds(
    log: AuditLog, folder: Folder
) -> None:
    early = log.signed(at=1)
    _record(log, 2)
    late = log.signed(at=2)
    log.cut(before=1_000, at=100, actor="retention", purpose="policy")
    assert log.verify([early]).ok
    assert log.verify([early, late]).ok
    after = log.signed(at=3)
    _record(log)
    assert log.verify([after]).ok
    with folder.catalogue.writing() as connection:
        connection.execute(sa.delete(audit).where(audit.c.entry >= after.count))
    assert not log.verify([after]).ok


def test_whoever_waits_for_its_entry_to_be_written_reads_from_nothing_meanwhile(folder: Folder) -> None:
    """SQLite begins its log anew when nobody reads from it: among many that wait there would always be somebody."""
    log, catalogue = _log(folder), folder.catalogue

    def ask() -> int:
        with catalogue.one_state():
            assert log.verify().ok  # reads, in a transaction that goes on
            assert catalogue._engine.pool.checkedout() > 0  # type: ignore[attr-defined]
            return _record(log)

    with ThreadPoolExecutor(1) as threads:
        with log._turn:
            asking = threads.submit(ask)
            while not len(log._entries) or catalogue._engine.pool.checkedout():  # type: ignore[attr-defined]
                assert not asking.done()
                time.sleep(0.01)
        assert asking.result(60) == 1
