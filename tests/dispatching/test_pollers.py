"""Many pollers at once, killed at random: no warning with two live workers, none lost, and none settled twice."""

import itertools
import json
import subprocess
import sys
import time
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from graphsvc.model.warnings import WarningChannel
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.warning_tables import leases, warning_events, warnings
from tests.dispatching.filled import fill
from tests.dispatching.queue import Queue
from tests.servers.postgres import make_server, remove_server

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Size:
    """How much is tried."""

    warnings: int
    processes: int
    threads: int
    kills: int
    lease_seconds: int = 3
    outages: int = 0


SMALL = Size(warnings=600, processes=3, threads=4, kills=3)
WHOLE = Size(warnings=100_000, processes=8, threads=8, kills=60, lease_seconds=10, outages=2)


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.xdist_group("postgres"))])
def test_pollers_that_are_killed_lose_nothing_and_never_overlap(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    at = tmp_path / "catalogue.sqlite" if kind == "sqlite" else request.getfixturevalue("postgres_catalogue_url")
    _check(_work(str(at), tmp_path, SMALL, lambda: None), SMALL)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.xdist_group("postgres"))])
def test_the_same_with_64_pollers_over_100_000_warnings_and_a_database_that_goes_away(
    kind: str, tmp_path: Path
) -> None:
    if kind == "sqlite":
        _check(_work(str(tmp_path / "catalogue.sqlite"), tmp_path, WHOLE, lambda: None), WHOLE)
        return
    server = make_server(durable=True)

    def outage() -> None:
        server.stop()
        time.sleep(2)
        server.start()

    try:
        _check(_work(server.url(), tmp_path, WHOLE, outage), WHOLE)
    finally:
        remove_server(server)


@dataclass(frozen=True)
class Told:
    """What the diaries and the database say at the end."""

    diary: list[dict[str, Any]]
    catalogue: Path | str
    seconds: float
    killed: int


def _work(at: str, folder: Path, size: Size, outage: Any) -> Told:
    catalogue = Catalogue.open(at)
    fill(catalogue, size.warnings)
    Queue.on(catalogue).unbounded(WarningChannel.SMS)
    catalogue.close()
    chance, names = Random(7), itertools.count(1)
    diaries: dict[int, str] = {}

    def start() -> subprocess.Popen[bytes]:
        number = next(names)
        command = [sys.executable, "-m", "tests.dispatching.pollers", at, str(folder / f"diary{number}")]
        made = subprocess.Popen([*command, str(size.threads), str(size.lease_seconds), str(number)], cwd=ROOT)
        diaries[made.pid] = f"diary{number}-*"
        return made

    def at_work(one: subprocess.Popen[bytes]) -> bool:
        """Whether it has claimed: to kill one that still starts would show nothing."""
        return one.poll() is None and any(path.stat().st_size for path in folder.glob(diaries[one.pid]))

    began = time.monotonic()
    running = [start() for _ in range(size.processes)]
    killed = 0
    outages = size.outages
    while any(one.poll() is None for one in running):
        time.sleep(1.0 + chance.random())
        place = chance.randrange(len(running))
        if killed < size.kills and at_work(running[place]):
            running[place].kill()
            running[place].wait()
            running[place] = start()
            killed += 1
        if outages and killed > size.kills * (size.outages + 1 - outages) / (size.outages + 1):
            outages -= 1
            outage()
    assert [one.returncode for one in running] == [0] * size.processes
    diary = [json.loads(line) for path in folder.glob("diary*") for line in _whole_lines(path)]
    return Told(diary, at, time.monotonic() - began, killed)


def _whole_lines(path: Path) -> Iterator[str]:
    """A diary may end in the middle of a line: its writer was killed."""
    *whole, _ = path.read_text().split("\n")
    yield from whole


def _check(told: Told, size: Size) -> None:
    spans = _spans(told.diary)
    assert told.killed > 0
    for warning_id, times in spans.items():
        for (fence, _, until), (after, given, _) in itertools.pairwise(sorted(times.values())):
            assert given >= until, f"warning {warning_id}: lease {after} was given while {fence} was live"
    catalogue = Catalogue.open(told.catalogue)
    with catalogue.reading() as connection:
        states = Counter(connection.scalars(sa.select(warnings.c.state)))
        done = sa.select(warning_events.c.warning_id).where(warning_events.c.kind.in_(["handed_over", "dead"]))
        ends = Counter(connection.scalars(done))
        ids = list(connection.scalars(sa.select(warning_events.c.event_id).order_by(warning_events.c.event_id)))
        _each_lease_ends_before_the_next_begins(connection)
        acked = set(connection.execute(sa.select(leases.c.warning_id, leases.c.fence).where(leases.c.ended == "acked")))
    catalogue.close()
    assert set(states) <= {"handed_over", "dead"}, states
    assert sum(states.values()) == size.warnings
    assert set(ends.values()) == {1}
    assert len(ends) == size.warnings, "each warning came to its end, once"
    assert ids == list(range(1, len(ids) + 1)), "the log has no gap"
    said = {tuple(lease) for line in told.diary if line["what"] == "acked" for lease in line["leases"]}
    assert said <= {tuple(row) for row in acked}, "what was accepted is kept"
    refused = sum(len(line["leases"]) for line in told.diary if line["what"] == "refused")
    waits = sorted(line["ended"] - line["began"] for line in told.diary if line["what"] == "claimed")
    pollers, rate = size.processes * size.threads, len(waits) / told.seconds
    # SQLite has one writer, so that settlements stand in the same line; on PostgreSQL claims wait for claims alone.
    only_claims = str(told.catalogue).startswith("postgresql")
    meanwhile = _meanwhile([line for line in told.diary if not only_claims or line["what"] == "claimed"])
    assert meanwhile <= 2 * pollers, "a claim let more turns of others pass than there are others"
    print(  # noqa: T201  # the numbers of a soak
        f"\n{size.warnings} warnings, {pollers} pollers, {told.killed} kills, {told.seconds:.0f} s: "
        f"{rate:.0f} claims/s, "
        f"waited {waits[len(waits) // 2]:.3f} s (median), {waits[int(len(waits) * 0.99)]:.3f} s (p99), "
        f"{waits[-1]:.3f} s (most), at most {meanwhile} turns of others meanwhile, "
        f"{refused} stale tokens refused, {dict(states)}"
    )


def _each_lease_ends_before_the_next_begins(connection: sa.Connection) -> None:
    """In the order of the log, which is the order of commits; and none ran out before its time."""
    query = sa.select(warning_events.c.warning_id, warning_events.c.kind, warning_events.c.wall)
    until = {
        (row.warning_id, row.fence): row.lease_until
        for row in connection.execute(sa.select(leases.c.warning_id, leases.c.fence, leases.c.lease_until))
    }
    live: dict[int, bool] = {}
    fences: Counter[int] = Counter()
    for warning_id, kind, wall in connection.execute(query.order_by(warning_events.c.event_id)):
        if kind == "claimed":
            assert not live.get(warning_id), f"warning {warning_id} was given to two"
            live[warning_id] = True
            fences[warning_id] += 1
        elif kind in ("released", "failed", "handed_over", "lease_expired"):
            assert live[warning_id]
            live[warning_id] = False
            if kind == "lease_expired":
                assert wall >= until[warning_id, fences[warning_id]]


def _meanwhile(diary: list[dict[str, Any]]) -> int:
    """The longest wait of a claim, counted in what of these others came to its end meanwhile.

    So many are all that a claim waits for, whatever a turn takes on a machine: in a fair line, about as many as there
    are others (each process sends the one of its threads that asked first). Twice as many leave room for those that
    asked at the same moment and for the time between the look at the clock and the asking.
    """
    turns = sorted(line["ended"] for line in diary if "ended" in line)
    claims = [line for line in diary if line["what"] == "claimed"]
    return max(bisect_left(turns, one["ended"]) - bisect_right(turns, one["began"]) for one in claims)


def _spans(diary: list[dict[str, Any]]) -> dict[int, dict[int, tuple[int, int, int]]]:
    """Warning → fence → when the worker had the lease, and until when it could believe in it."""
    spans: dict[int, dict[int, tuple[int, int, int]]] = defaultdict(dict)
    for line in diary:
        if line["what"] == "claimed":
            for warning_id, fence, until in line["leases"]:
                spans[warning_id][fence] = (fence, line["at"], until)
    for line in diary:
        if line["what"] == "about to settle":
            for warning_id, fence in line["leases"]:
                _, given, until = spans[warning_id][fence]
                spans[warning_id][fence] = (fence, given, min(until, line["at"]))
    return spans
