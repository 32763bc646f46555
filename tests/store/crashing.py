"""A writer that is killed: run as `python -m tests.store.crashing FOLDER MODE [N]`; never imported by a test.

`steps`: for n = 1, 2, 3 … a child is killed with SIGKILL at its n-th fsync, in the middle of its batches; the next one
goes on in the same folder. It ends when a child finishes unharmed, and prints how many were killed.
`until-killed`: appends batch after batch and says so, until somebody kills it.
"""

import itertools
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

from graphsvc.errors import Overtaken
from graphsvc.store import positions
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.home import Home
from graphsvc.store.ledger import Ledger
from graphsvc.store.positions import Step
from tests.store.events import HEAD, all_events, events

SIZES = (40, HEAD + 1, 30, HEAD + 2)
"""The batches, in order; the first is folded into the body after the third."""
SOURCE = "kafka/c/t/0"


def batches_in(ledger: Ledger) -> int:
    """How many of the batches the ledger has; each must be there whole or not at all, in order."""
    kept = all_events(ledger)
    done, rows = 0, 0
    while done < len(SIZES) and rows < kept.num_rows:
        given = events(SIZES[done], seed=done)
        part = kept.slice(rows, given.num_rows).drop_columns(["seq"])
        assert part.equals(given.select(part.column_names)), f"batch {done} is torn"
        rows += given.num_rows
        done += 1
    assert kept.column("seq").to_pylist() == list(range(rows)), "positions have gaps"
    assert ledger.count() == rows == kept.num_rows
    return done


def position(ledger: Ledger) -> int:
    """How many batches the source is said to have been read by: a step is part of each batch's commit."""
    return positions.positions(ledger._catalogue, [SOURCE]).get(SOURCE, 0)


def append_all(ledger: Ledger) -> None:
    """Append every batch, as a load that is run again does; say which are in."""
    for number, size in enumerate(SIZES):
        _append_from_here(ledger, number, size)
        print(number, flush=True)  # noqa: T201 - the test reads it
        if number == 2:
            ledger.fold_head()


def _append_from_here(ledger: Ledger, number: int, size: int) -> None:
    """Append a batch with its step, as a reader does: where a commit was found that a crash left, from behind it."""
    for _ in range(2):
        held = positions.positions(ledger._catalogue, [SOURCE]).get(SOURCE)
        try:
            ledger.append(events(size, seed=number), steps=[Step(SOURCE, held, number + 1)])
            return
        except Overtaken:
            continue
    raise AssertionError("a step was refused though nobody else reads")


def _open(path: Path) -> Ledger:
    home = Home.open(path)
    return Ledger.open(home, Catalogue.open(home.catalogue), head_events=HEAD)


def _kill_at_each_step(path: Path) -> None:
    Catalogue.open(Home.open(path / "fresh").catalogue).close()
    for step in itertools.count(1):
        status = os.waitpid(_child(path, step), 0)[1]
        if os.waitstatus_to_exitcode(status) == 0:
            print("killed", step - 1, flush=True)  # noqa: T201
            return
        assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL, status


def _child(path: Path, step: int) -> int:
    pid = os.fork()
    if pid:
        return pid
    calls = itertools.count(1)
    fsync = os.fsync

    def fatal(handle: Any) -> None:
        if next(calls) == step:
            os.kill(os.getpid(), signal.SIGKILL)
        fsync(handle)

    vars(os)["fsync"] = fatal
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    shutil.copytree(path / "fresh", path / str(step))
    append_all(_open(path / str(step)))
    os._exit(0)


if __name__ == "__main__":
    if sys.argv[2] == "steps":
        _kill_at_each_step(Path(sys.argv[1]))
    else:
        append_all(_open(Path(sys.argv[1])))
