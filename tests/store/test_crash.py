"""A writer killed at any moment leaves each batch whole or absent, and running it again completes it."""

import errno
import itertools
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from graphsvc.errors import StorageFailed
from graphsvc.model.tables import EVENTS
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.home import Home
from graphsvc.store.ledger import Ledger
from tests.store.crashing import SIZES, append_all, batches_in, position
from tests.store.events import HEAD, all_events, events, opened
from tests.store.folder import Folder

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def folder(file_folder: Folder) -> Folder:
    """Files are what these tests look at."""
    return file_folder


@pytest.mark.timeout(900)  # some forty processes, one after another: only a hang shall end it
def test_killed_at_each_of_its_steps_a_writer_loses_and_doubles_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.store.crashing", str(tmp_path), "steps"],
        cwd=CHECKOUT, capture_output=True, text=True, check=True, timeout=800,
    )  # fmt: skip
    killed = int(done.stdout.split()[-1])
    assert killed > 30
    for step in range(1, killed + 1):
        _complete_and_check(tmp_path / str(step), at_least=0)


@pytest.mark.parametrize("seed", range(6))
def test_killed_at_a_random_moment_a_writer_keeps_what_it_said_was_in(tmp_path: Path, seed: int) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.store.crashing", str(tmp_path / "data"), "until-killed"],
        cwd=CHECKOUT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert writer.stdout is not None
    with writer, writer.stdout:
        said = [writer.stdout.readline()]
        time.sleep(random.Random(seed).uniform(0, 0.12))
        writer.send_signal(signal.SIGKILL)
        said += writer.stdout.readlines()
    _complete_and_check(tmp_path / "data", at_least=len([line for line in said if line.endswith("\n")]))


@pytest.mark.parametrize("size", [SIZES[0], SIZES[1]])
def test_a_disk_that_fails_at_any_step_is_reported_and_nothing_is_half_there(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    fsync = os.fsync
    ledger = opened(folder)
    given = events(size, seed=0)
    failures = 0
    for step in itertools.count(1):
        monkeypatch.setattr(os, "fsync", _failing_at(step, fsync))
        with suppress(StorageFailed):
            ledger.append(given)
            break
        failures += 1
        assert ledger.count() == all_events(ledger).num_rows
        assert ledger.count() in (0, size)
    monkeypatch.setattr(os, "fsync", fsync)
    assert failures >= (10 if size > HEAD else 0)
    ledger.append(given)
    assert all_events(ledger).drop_columns(["seq"]).equals(given.select(EVENTS.names[1:]))


def test_a_full_disk_is_told_with_advice(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = opened(folder)
    monkeypatch.setattr(os, "fsync", _failing_at(1, os.fsync))
    with pytest.raises(StorageFailed, match="free some space"):
        ledger.append(events(SIZES[1], seed=0))


FULL = """
import resource, sys
from pathlib import Path
from graphsvc.errors import StorageFailed
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.home import Home
from graphsvc.store.ledger import Ledger
from tests.store.events import HEAD, events
home = Home.open(Path(sys.argv[1]))
ledger = Ledger.open(home, Catalogue.open(home.catalogue), head_events=HEAD)
ledger.append(events(HEAD, seed=0))
for limit in (50_000, 200, 1):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        ledger.append(events(HEAD * 20, seed=1))
    except StorageFailed as error:
        print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(ledger.count(), ledger.append(events(HEAD * 20, seed=1)).accepted)
"""


def test_files_that_cannot_grow_stop_a_load_and_it_completes_when_they_can(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FULL, str(tmp_path / "data")]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True, timeout=60)
    *failures, last = done.stdout.splitlines()
    assert len(failures) == 3
    assert all("free some space" in failure for failure in failures)
    assert last == f"{HEAD} {HEAD * 20}"


def _failing_at(step: int, fsync: Callable[[int], None]) -> Callable[[int], None]:
    calls = itertools.count(1)

    def failing(handle: int) -> None:
        if next(calls) == step:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(handle)

    return failing


def _complete_and_check(path: Path, *, at_least: int) -> None:
    home = Home.open(path)
    catalogue = Catalogue.open(home.catalogue)
    ledger = Ledger.open(home, catalogue, head_events=HEAD)
    assert batches_in(ledger) >= at_least
    assert position(ledger) == batches_in(ledger)
    append_all(ledger)
    assert position(ledger) == batches_in(ledger) == len(SIZES)
    assert sorted(path.name for path in home.index.glob("*.keys")) == sorted(
        f"{run.name}.keys" for run in ledger._index.runs
    )
    catalogue.close()
