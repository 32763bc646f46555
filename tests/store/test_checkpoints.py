"""Signed checkpoints kept elsewhere: every kind of tampering is found, also by who holds the key and every file."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from graphsvc.errors import InputRefused, Tampered
from graphsvc.store.audit import AuditLog
from graphsvc.store.checkpoints import read
from graphsvc.store.tables import audit
from tests.conftest import CommandLine
from tests.store.folder import Folder

Rows = list[dict[str, Any]]
ENTRIES = 14
TIMES = 30


def log_of(folder: Folder) -> AuditLog:
    return AuditLog(folder.catalogue, folder.home, folder.keys.audit)


def record(log: AuditLog, count: int) -> None:
    for number in range(count):
        log.record(at=number, actor="ann", action="reveal", purpose=f"case {number}", subject_token=f"v1.{number}")


def rows_of(folder: Folder) -> Rows:
    with folder.catalogue.reading() as connection:
        return [dict(row) for row in connection.execute(sa.select(audit).order_by(audit.c.entry)).mappings()]


def put(folder: Folder, rows: Rows) -> None:
    with folder.catalogue.writing() as connection:
        connection.execute(sa.delete(audit))
        connection.execute(sa.insert(audit), rows)


def alter(rows: Rows, dice: Random) -> Rows:
    at, column = dice.randrange(len(rows)), dice.choice(["purpose", "actor", "action", "subject_token", "details"])
    return [{**row, column: "something else"} if k == at else row for k, row in enumerate(rows)]


def remove(rows: Rows, dice: Random) -> Rows:
    at = dice.randrange(len(rows) - 1)
    return numbered(rows[:at] + rows[at + 1 :])


def truncate(rows: Rows, dice: Random) -> Rows:
    return rows[: dice.randrange(1, len(rows) - 1)]


def reorder(rows: Rows, dice: Random) -> Rows:
    a, b = dice.sample(range(len(rows)), 2)
    moved = list(rows)
    moved[a], moved[b] = moved[b], moved[a]
    return numbered(moved)


def duplicate(rows: Rows, dice: Random) -> Rows:
    return numbered([*rows, dice.choice(rows)])


def numbered(rows: Rows) -> Rows:
    return [{**row, "entry": place} for place, row in enumerate(rows, 1)]


def restamped(folder: Folder, rows: Rows) -> None:
    """What somebody with the audit key and all files can do: another chain, whole in itself, checkpoint and all."""
    with folder.catalogue.writing() as connection:
        connection.execute(sa.delete(audit))
    folder.home.audit_head.unlink()
    for row in rows:
        said = {name: row[name] for name in ("at", "actor", "action", "purpose", "case_ref", "subject_token")}
        log_of(folder).record(**said)


@pytest.mark.parametrize("tamper", [alter, remove, truncate, reorder, duplicate])
def test_tampering_with_the_rows_is_found_each_time(
    file_folder: Folder, tamper: Callable[[Rows, Random], Rows]
) -> None:
    log, dice = log_of(file_folder), Random(tamper.__name__)
    record(log, ENTRIES)
    whole = rows_of(file_folder)
    for _ in range(TIMES):
        put(file_folder, tamper(whole, dice))
        assert not log.verify().ok
        put(file_folder, whole)
        assert log.verify().ok


@pytest.mark.parametrize("tamper", [alter, truncate, remove, reorder])
def test_a_chain_written_anew_with_the_key_disagrees_with_a_checkpoint_kept_elsewhere(
    file_folder: Folder, tamper: Callable[[Rows, Random], Rows]
) -> None:
    log, dice = log_of(file_folder), Random(tamper.__name__)
    record(log, ENTRIES)
    elsewhere, whole = log.signed(at=1), rows_of(file_folder)
    for _ in range(5):
        changed = [{**row, "purpose": f"{row['purpose']} changed"} for row in whole[:1]] + whole[1:]
        restamped(file_folder, tamper(changed, dice))
        assert log.verify().ok, "it is whole in itself"
        assert not log.verify([elsewhere]).ok


def test_old_copies_of_all_files_put_back_together_are_found(file_folder: Folder) -> None:
    log = log_of(file_folder)
    record(log, 5)
    old_rows, old_head, old_signed = rows_of(file_folder), file_folder.home.audit_head.read_bytes(), log.signed(at=1)
    record(log, 4)
    newer = log.signed(at=2)
    put(file_folder, old_rows)
    file_folder.home.audit_head.write_bytes(old_head)
    assert log.verify().ok
    assert log.verify([old_signed]).ok
    report = log.verify([old_signed, newer])
    assert not report.ok
    assert "4 entries that a signed checkpoint knows are missing" in str(report.reason)
    for number in range(6):
        log.record(at=number, actor="eve", action="reveal", purpose="nobody saw it")
    assert "written anew" in str(log.verify([newer]).reason)


def test_a_chain_that_went_on_agrees_with_every_checkpoint_before(file_folder: Folder) -> None:
    log, taken = log_of(file_folder), []
    for _ in range(4):
        taken.append(log.signed(at=0))
        record(log, 3)
    assert log.verify(taken).ok


def test_a_broken_chain_is_not_signed_and_another_folders_checkpoint_does_not_count(
    file_folder: Folder, tmp_path: Path
) -> None:
    log = log_of(file_folder)
    record(log, 3)
    other = AuditLog(file_folder.catalogue, file_folder.home, bytes(32))
    signed = replace(log.signed(at=0), public_key=other_key())
    assert "another data folder" in str(log.verify([signed]).reason)
    put(file_folder, rows_of(file_folder)[:2])
    with pytest.raises(Tampered):
        log.signed(at=0)
    with pytest.raises(Tampered):
        other.signed(at=0)


def other_key() -> str:
    from graphsvc.store.checkpoints import public_key

    return public_key(bytes(32))


def test_a_file_that_is_none_or_was_changed_is_refused(file_folder: Folder, tmp_path: Path) -> None:
    log = log_of(file_folder)
    record(log, 3)
    file = tmp_path / "checkpoint.json"
    file.write_bytes(log.signed(at=7).text())
    assert read(file) == log.signed(at=7)
    content = json.loads(file.read_text())
    for name, value in (("count", 2), ("seal", "0" * 64), ("at", 8), ("signature", content["signature"][::-1])):
        file.write_text(json.dumps({**content, name: value}))
        with pytest.raises(InputRefused):
            read(file)
    for text in ("", "{}", "[1]", "not json", '{"count": "x"}'):
        file.write_text(text)
        with pytest.raises(InputRefused):
            read(file)
    with pytest.raises(InputRefused):
        read(tmp_path / "missing")


def test_the_command_line_takes_and_checks_a_checkpoint(graphsvc: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "elsewhere.json"
    graphsvc("appeals", "list")
    graphsvc("measures")
    assert graphsvc("audit", "checkpoint", file, "--json").json["count"] >= 1
    assert graphsvc("audit", "verify", "--checkpoint", file).status == 0
    content = json.loads(file.read_text())
    file.write_text(json.dumps({**content, "count": content["count"] + 1}))
    assert graphsvc("audit", "verify", "--checkpoint", file).status == 3
