"""Killed at any moment of intake, analysis or flip, the service loses nothing, doubles nothing and is not stuck."""

import json
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from graphsvc.analysing import folded
from graphsvc.graph.snapshot import ARRAYS
from graphsvc.model.progress import silent
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.live.pipeline import take_in
from tests.story.feeds import ANN, DAY, DEN, T0, call, write_world

BATCHES_A_KILL = 2
"""So many that none comes to the end before it is killed."""
SERVER = get_context("forkserver")
SERVER.set_forkserver_preload([take_in.__module__])


def batch(number: int) -> list[dict[str, Any]]:
    """Twelve calls that no other batch has."""
    return [
        call(DEN[k % 3], ANN if k == 0 else f"+86134{number:04d}{k:04d}", T0 + 4 * DAY + 60_000 * number + k, 60 * k)
        for k in range(12)
    ]


@contextmanager
def taking_in(home: Path, batches: Path, first: int) -> Iterator[tuple[BaseProcess, Callable[[], int | None]]]:
    """A process that takes the batches in, and what gives the number of the next one it has taken; None at its end."""
    receiving, sending = SERVER.Pipe(duplex=False)
    child = SERVER.Process(target=take_in, args=(home, batches, first, sending))
    child.start()
    sending.close()

    def said() -> int | None:
        try:
            number: int = receiving.recv()
        except EOFError:
            return None
        return number

    try:
        yield child, said
    finally:
        child.kill()
        child.join()
        receiving.close()


def killed_again_and_again(tmp_path: Path, kills: int, seed: int) -> None:
    """That many processes in a row are killed while they take batches in; then one comes to their end."""
    home, batches, count = tmp_path / "home", tmp_path / "batches", BATCHES_A_KILL * kills
    batches.mkdir()
    for number in range(count):
        rows = "".join(json.dumps(row) + "\n" for row in batch(number))
        (batches / f"{number:04d}").write_text(rows)
    write_world(tmp_path / "feeds")
    with open_service(Settings(home=home)) as service:
        service.load([tmp_path / "feeds"], kind=None, feed_id="default")
        service.analyse(as_of=None)
        before = service.ledger.count()
    chance = Random(seed)
    died = done = 0
    while died < kills:
        with taking_in(home, batches, done) as (child, said):
            answers = [said() for _ in range(chance.randrange(3))]
            time.sleep(chance.uniform(0, 0.3))  # where in its work it is then is left to chance; the end is the same
            child.kill()
            while (taken := said()) is not None:
                answers.append(taken)
            child.join()
            died += child.exitcode == -signal.SIGKILL
        done = max([done, *(taken + 1 for taken in answers if taken is not None)])
        assert done < count, "all was taken in: nothing is left to be killed at"
    with taking_in(home, batches, done) as (child, _):
        child.join(600)
        assert child.exitcode == 0
    with open_service(Settings(home=home)) as service:
        assert service.ledger.count() == before + count * len(batch(0))
        started = [at for found in service.ledger.events() for at in found.column("started_at").to_pylist()]
        times = Counter(started)
        assert all(times[row["started_at"]] == 1 for number in range(count) for row in batch(number))
        record, events, facts = service.freshness()
        assert record is not None
        assert not events
        assert not facts
        made = service.snapshots.open(record.snapshot_id)
        anew = folded(service.ledger, service.ledger.position(), record.as_of, silent)
        assert made is not None
        for name in ARRAYS:
            assert np.array_equal(getattr(made, name), getattr(anew, name)), name
        assert not [one for one in service.snapshots.folder.iterdir() if one.name.startswith(".")]


@pytest.mark.timeout(900)
def test_fifty_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    killed_again_and_again(tmp_path, kills=50, seed=1)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(20))
def test_a_thousand_kills_lose_and_double_nothing(tmp_path: Path, seed: int) -> None:
    killed_again_and_again(tmp_path, kills=50, seed=100 + seed)
