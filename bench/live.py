"""`python -m bench.live`: how soon the ranking knows what came in, beside recomputing all of it, in one run.

A simulated world is loaded without its last events; these then come in as batches of 1,000 by the verb behind
`POST /feeds/events`: each followed by a glance, then each by a full analysis. The reference is the same full analysis
with all events folded anew. Then batches alone, one after the other, each durable before the next; and flags on the
numbers with some 10,000 contacts, until a glance has the queue in order, and until a full analysis has.
"""

import argparse
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

import numpy as np
import polars as pl

from graphsvc.model.progress import silent
from graphsvc.model.words import FlagSource, ScamType
from graphsvc.service import Service
from graphsvc.settings import Settings
from graphsvc.stating import Stated
from graphsvc.store.results import AnalysisRecord
from graphsvc.wiring import open_service

BATCH = 1_000
GLANCES = 20
FLAGGED_REACH = 10_000
"""Contacts, or what comes nearest, of the numbers that are flagged."""
Found = TypeVar("Found")


@dataclass(frozen=True)
class Cost:
    """What something took."""

    cpu: float
    wall: float


def main() -> None:
    """Make a world, feed it, and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__)
    parser.add_argument("--subscribers", type=int, default=5_000)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--batches", type=int, default=5, help="Batches that an analysis follows.")
    parser.add_argument("--sustained", type=int, default=50, help="Batches without one.")
    parser.add_argument("--world", type=Path, help="One that `graphsvc simulate` made; without it one is made.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        world = options.world or Path(folder) / "world"
        if options.world is None:
            command = [sys.executable, "-m", "graphsvc", "simulate", "--out", str(world), "--json"]
            command += ["--subscribers", str(options.subscribers), "--days", str(options.days)]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        later = parted(world / "feeds", Path(folder) / "feeds", BATCH * (options.batches + options.sustained))
        with open_service(Settings(home=Path(folder) / "home")) as service:
            service.load([Path(folder) / "feeds"], kind=None, feed_id="default", progress=silent)
            _measure(service, later, options.batches)
        starts = [_restarted(Path(folder) / "home") for _ in range(4)][1:]  # the first one compiles modules
        print(f"`graphsvc serve`, killed before (SIGKILL), until it is ready: {median(starts):.2f} s.")


def _measure(service: Service, later: list[bytes], analysed: int) -> None:
    service.analyse(as_of=None)  # compiles what is not compiled yet
    _take(service, later.pop(0), 99_999)
    _glance(service)  # and makes what glances look from
    print(f"{service.ledger.count():,} events before, batches of {BATCH:,}\n")
    taken: list[Cost] = []
    glances: list[Cost] = []
    for place in range(min(GLANCES, len(later) - analysed)):
        taken.append(_timed(partial(_take, service, later.pop(0), 50_000 + place))[0])
        glances.append(_timed(partial(_glance, service))[0])
    made: list[Cost] = []
    stages: list[Any] = []
    analyse = partial(service.analyse, as_of=None)
    for place, body in enumerate(later[:analysed]):
        taken.append(_timed(partial(_take, service, body, place))[0])
        cost, record = _timed(analyse)
        made.append(cost)
        stages.append(record.timings)
    anew: list[tuple[Cost, AnalysisRecord]] = []
    for _ in range(3):
        shutil.rmtree(service.snapshots.folder)
        service.home.folder(service.home.snapshots)
        cost, record = _timed(analyse)
        anew.append((cost, record))
    full = Cost(median(cost.cpu for cost, _ in anew), median(cost.wall for cost, _ in anew))
    print("| what | CPU s | wall s |\n|---|--:|--:|")
    _row("a batch, until it is durable", taken[1:] or taken)
    _row("the glance after it, until ranking and queue know", glances)
    _row("the analysis after it, until it is current", made)
    print(f"| the same with all events folded anew | {full.cpu:.3f} | {full.wall:.3f} |")
    print(f"\nGlance: {full.cpu / median(cost.cpu for cost in glances):.1f} times less processor time than all anew.")
    print(f"Whole analysis: {full.cpu / median(cost.cpu for cost in made):.2f} times less.")
    print("Stages of it, wall s (added to / anew):")
    for stage in stages[0]:
        here = median(timings[stage] for timings in stages)
        print(f"- {stage}: {here:.3f} / {median(record.timings[stage] for _, record in anew):.3f}")
    rest = list(enumerate(later[analysed:]))
    began = time.process_time(), time.perf_counter()
    for place, body in rest:
        _take(service, body, 10_000 + place)
    cost = Cost(time.process_time() - began[0], time.perf_counter() - began[1])
    events = BATCH * len(rest)
    print(f"\nSustained: {events / cost.wall:,.0f} events/s of wall, {events / cost.cpu:,.0f} of processor time.")
    _flag(service)
    print(f"Peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB.")


def _flag(service: Service) -> None:
    """Flags on numbers that reached many others, until the queue knows what follows."""
    snapshot = service._open(service.analyse(as_of=None))
    reached = np.diff(snapshot.out_start)
    stated = Stated(ScamType.LOAN, FlagSource.POLICE)
    stating, errand = service.stating, service.errand
    for place in np.argsort(np.abs(reached - FLAGGED_REACH))[:3].tolist():
        token = service.registry.numbers([int(snapshot.numbers[place])])[0].token
        flagged, _ = _timed(partial(stating.flag, token, stated, kind=None, errand=errand))
        glance, made = _timed(service.glance)
        said = "too many for a glance"
        if made is not None:
            said = f"{flagged.wall + glance.wall:.3f} s, {flagged.cpu + glance.cpu:.3f} of processor time"
        print(
            f"A flag on a number with {int(reached[place]):,} contacts, until a glance has the queue in order: {said}."
        )
    cost, _ = _timed(lambda: service.analyse(as_of=None))
    print(f"Until a full analysis has: {cost.wall:.3f} s, {cost.cpu:.3f} of processor time.")


def _glance(service: Service) -> None:
    if service.glance() is None:
        raise SystemExit("there was nothing for a glance to say: the figures would mean nothing")


def _restarted(home: Path) -> float:
    """Seconds from the start of a service until it is ready; then it is killed."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "graphsvc", "--home", str(home), "serve", "--port", "0"]
    kept = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(home.parent / "compiled")}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=kept) as process:
        assert process.stderr is not None
        url = next(found[0] for line in process.stderr if (found := re.findall(r"serving (\S+)/graphql", line)))
        while not _ready(url):
            time.sleep(0.01)
        seconds = time.perf_counter() - began
        process.kill()
    return seconds


def _ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:  # noqa: S310  # our own server
            return bool(answer.status == 200)
    except OSError:
        return False


def _take(service: Service, body: bytes, place: int) -> None:
    taken = service.feeding.take("events", body, arrow=False, feed_id="live", batch_id=f"b{place}")
    assert taken.accepted, taken


def _timed(work: Callable[[], Found]) -> tuple[Cost, Found]:
    cpu, wall = time.process_time(), time.perf_counter()
    found = work()
    return Cost(time.process_time() - cpu, time.perf_counter() - wall), found


def _row(name: str, costs: list[Cost]) -> None:
    print(f"| {name} | {median(one.cpu for one in costs):.3f} | {median(one.wall for one in costs):.3f} |")


def parted(feeds: Path, out: Path, last: int) -> list[bytes]:
    """Write all feeds without the last events, and give these as NDJSON batches."""
    shutil.copytree(feeds, out)
    events = pl.read_parquet(feeds / "events.parquet").sort("started_at")
    events[:-last].write_parquet(out / "events.parquet")
    return [part.write_ndjson().encode() for part in events[-last:].iter_slices(BATCH)]


if __name__ == "__main__":
    main()
