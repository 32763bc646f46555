"""A load that is killed leaves whole batches; run again it completes, and the ledger is that of one quiet load."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.conftest import CommandLine
from tests.story.feeds import T0

EVENTS = 260_000
BATCH_ROWS = 10_000  # small batches: the head, its folding and the body all take part
KILLS = 6


@pytest.fixture(scope="module")
def feeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Events of which a tenth is repeated further down in the same file."""
    folder = tmp_path_factory.mktemp("feeds")
    rows = [k if k % 10 else k // 2 for k in range(EVENTS)]
    table = pa.table(
        {
            "event_id": [f"e{k}" for k in rows],
            "started_at": [T0 + k * 7_000 for k in rows],
            "a_number": [f"+86139{k % 997:08d}" for k in rows],
            "b_number": [f"+86136{k * 31 % 4999:08d}" for k in rows],
            "channel": ["call" if k % 3 else "sms" for k in rows],
            "duration_s": pa.array([k % 600 if k % 3 else None for k in rows], pa.int32()),
        }
    )
    pq.write_table(table, folder / "events.parquet", row_group_size=50_000)
    return folder


def content(home: Path) -> Counter[tuple[Any, ...]]:
    """Every event of the ledger with the tokens' masks in place of ids, as a multiset."""
    with open_service(Settings(home=home)) as service:
        table = pa.Table.from_batches(service.ledger.events())
        ids = sorted({*table["a"].to_pylist(), *table["b"].to_pylist()})
        masked = {known.id: known.masked for known in service.registry.numbers(ids)}
        assert sorted(table["seq"].to_pylist()) == list(range(service.ledger.count()))
    columns = [table[name].to_pylist() for name in ("started_at", "channel", "duration_s", "known_at")]
    ends = [[masked[i] for i in table[name].to_pylist()] for name in ("a", "b")]
    return Counter(zip(*columns, *ends, strict=True))


def test_kills_at_any_moment_lose_nothing_and_double_nothing(
    graphsvc: CommandLine, feeds: Path, tmp_path: Path
) -> None:
    quiet = tmp_path / "quiet"
    assert graphsvc("load", feeds, home=quiet).status == 0
    killed = tmp_path / "killed"
    command = [sys.executable, "-m", "graphsvc", "--home", str(killed), "load", str(feeds)]
    environment = {**os.environ, "GRAPHSVC_BATCH_ROWS": str(BATCH_ROWS)}
    chance = random.Random(5)
    for kill in range(KILLS):
        load = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # However quick the machine: it dies while it works on what comes after some batches more.
        enough = kill * 3 * BATCH_ROWS
        while load.poll() is None and events_in(killed) < enough:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.1))
        load.send_signal(signal.SIGKILL)
        assert load.wait() == -signal.SIGKILL, "the load ended before it was killed: nothing was tested"
    last = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert last.returncode == 0, last.stderr
    assert content(killed) == content(quiet)


def test_an_interrupt_keeps_what_was_committed_and_says_130(feeds: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    command = [sys.executable, "-m", "graphsvc", "--home", str(home), "load", str(feeds)]
    environment = {**os.environ, "GRAPHSVC_BATCH_ROWS": "2000"}
    load = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while load.poll() is None and not (committed := events_in(home)):
        time.sleep(0.02)
    load.send_signal(signal.SIGINT)
    _, said = load.communicate()
    assert load.returncode == 130, said
    assert "interrupted" in said
    assert committed <= events_in(home) < EVENTS


def events_in(home: Path) -> int:
    """Events committed so far, read beside the writer; 0 while there is no catalogue yet."""
    if not (home / "catalogue.sqlite").exists():
        return 0
    with closing(sqlite3.connect(home / "catalogue.sqlite")) as catalogue:
        try:
            return sum(events for (events,) in catalogue.execute("SELECT events FROM ledger_state"))
        except sqlite3.OperationalError:
            return 0


def test_a_second_writer_is_told_who_holds_the_folder(
    graphsvc: CommandLine, feeds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graphsvc.store.home import Home
    from graphsvc.store.lock import hold_for_writing

    monkeypatch.setenv("GRAPHSVC_LOCK_WAIT_SECONDS", "0.2")
    with hold_for_writing(Home.open(tmp_path / "home"), purpose="another load", wait_seconds=0):
        said = graphsvc("load", feeds)
        assert said.status == 1
        assert str(os.getpid()) in said.err
        assert "another load" in said.err
        # Reading goes on beside a writer.
        assert "analysis" in graphsvc("victims").err
