"""Killed at any moment of intake, analysis or flip, the service loses nothing, doubles nothing and is not stuck."""

import json
import signal
import subprocess
import sys
import time
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
from tests.story.feeds import ANN, DAY, DEN, T0, call, write_world

BATCHES = 8


def batch(number: int) -> list[dict[str, Any]]:
    """Twelve calls that no other batch has."""
    return [
        call(DEN[k % 3], ANN if k == 0 else f"+86134{number:04d}{k:04d}", T0 + 4 * DAY + 60_000 * number + k, 60 * k)
        for k in range(12)
    ]


def killed_again_and_again(tmp_path: Path, kills: int, seed: int) -> None:
    home, batches = tmp_path / "home", tmp_path / "batches"
    batches.mkdir()
    for number in range(BATCHES):
        rows = "".join(json.dumps(row) + "\n" for row in batch(number))
        (batches / f"{number:04d}").write_text(rows)
    write_world(tmp_path / "feeds")
    with open_service(Settings(home=home)) as service:
        service.load([tmp_path / "feeds"], kind=None, feed_id="default")
        service.analyse(as_of=None)
        before = service.ledger.count()
    chance = Random(seed)
    done = 0
    for _ in range(kills):
        command = [sys.executable, "-m", "tests.live.pipeline", str(home), str(batches), str(done)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            lines = [child.stdout.readline() for _ in range(chance.randrange(1, 3))]
            time.sleep(chance.uniform(0, 0.3))  # where in its work it is then is left to chance; the end is the same
            child.send_signal(signal.SIGKILL)
            lines += child.stdout.readlines()
        done = max([done, *(int(line) + 1 for line in lines if line.endswith("\n"))])
    subprocess.run(
        [sys.executable, "-m", "tests.live.pipeline", str(home), str(batches), str(done)], check=True, timeout=600
    )
    with open_service(Settings(home=home)) as service:
        assert service.ledger.count() == before + BATCHES * len(batch(0))
        started = [at for found in service.ledger.events() for at in found.column("started_at").to_pylist()]
        for number in range(BATCHES):
            for row in batch(number):
                assert started.count(row["started_at"]) == 1
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
def test_a_few_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    killed_again_and_again(tmp_path, kills=3, seed=1)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(10))
def test_hundreds_of_kills_lose_and_double_nothing(tmp_path: Path, seed: int) -> None:
    killed_again_and_again(tmp_path, kills=15, seed=100 + seed)
