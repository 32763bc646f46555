"""`python -m bench.pollers [sqlite|postgres]`: many dispatchers at a real `graphsvc serve`, and how long a claim waits.

A data folder gets so many due warnings of as many people, whose numbers are in the vault. Then pollers over HTTP claim
25 at a time as fast as they are answered, with number, text and evidence, and acknowledge; some crash: they hang up
within a request, or never come back with what they were given, whose lease runs out. A wait is from the first byte
that a poller sends to the last of its answer. At the end it is looked at from outside whether two had a warning at the
same time, and whether any was lost.
"""

import argparse
import asyncio
import itertools
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

import orjson

from bench.graph import cpu_of
from graphsvc.dispatch.channels import stake_of
from graphsvc.dispatch.people import Occasion, Person
from graphsvc.dispatch.planning import new_warning
from graphsvc.model.callers import Role
from graphsvc.model.warnings import HOUR_MS, WarningChannel, WarningRow
from graphsvc.model.words import NumberKind
from graphsvc.service import Service
from graphsvc.settings import Settings
from graphsvc.store import warnings
from graphsvc.wiring import open_service
from tests.servers.postgres import make_server, remove_server

OPERATIONS = Path(__file__).parents[1] / "schema" / "operations"
REGIONS = ("110101", "310104", "330106", "440106", "440305", "440306", "510107", None)
SUSPECTS, LIMIT, AT_A_TIME = 997, 25, 5_000
HANG_UP, WALK_AWAY = 0.01, 0.02
"""Of all claims: how many are hung up on before the answer, and how many are answered and never settled."""
LATE_S, FIRST_S = 2.0, 3.0
"""What a claim may wait; and for how long it matters that all pollers began at the same moment, at a cold service."""
EVIDENCE = '[{{"rule": "met_suspect_number", "contribution": 5.1, "facts": {{"number": {0}, "count": 3}}}}]'


def fill(service: Service, count: int) -> None:
    """So many due warnings of as many people on SMS, and all the capacity that they need."""
    canonical = [f"+86139{number:08}" for number in range(count + SUSPECTS)]
    ids = [int(one) for one in service.registry.register_numbers(canonical, [NumberKind.MSISDN] * len(canonical))]
    now, chance = service.time.moment(), Random(1)
    service.dispatching.set_capacity(
        WarningChannel.SMS, region=None, per_hour=10 * count, per_day=10 * count, from_at=None, until_at=None, now=now
    )
    rows = list(_due(ids[:count], ids[count:], now.service, chance))
    for start in range(0, count, AT_A_TIME):
        with service.catalogue.writing() as connection:
            warnings.insert(connection, rows[start : start + AT_A_TIME])


def _due(people: Sequence[int], suspects: Sequence[int], service: int, chance: Random) -> Iterator[WarningRow]:
    occasion = Occasion(analysis_id="A1", as_of=service, service=service)
    for number in people:
        suspect = chance.choice(suspects)
        person = Person(
            number=number,
            network_id=suspect % 97,
            suspect=suspect,
            last_at=service - HOUR_MS,
            grade="medium",
            stage=chance.choice(["listening", "engaged", "committed"]),
            scam_type=chance.choice(["loan", "brushing", "investment"]),
            probability=chance.random() ** 3,
            in_contact_probability=0.8,
            deadline_at=service + chance.randrange(HOUR_MS, 100 * HOUR_MS) if chance.random() < 0.8 else None,
            region=chance.choice(REGIONS),
            evidence=EVIDENCE.format(suspect),
        )
        row = new_warning(person, WarningChannel.SMS, "ranked", occasion, stake_of(person, [], occasion))
        yield replace(row, helps_until=service + 1000 * HOUR_MS)


@dataclass
class Line:
    """One connection to the server, opened anew where it was hung up."""

    port: int
    token: str
    _streams: "tuple[asyncio.StreamReader, asyncio.StreamWriter] | None" = None

    async def ask(self, document: str, variables: dict[str, Any], *, hang_up: bool = False) -> Any:
        """The data of an answer; None where it was hung up on, or the server is not there."""
        body = orjson.dumps({"query": document, "variables": variables})
        head = f"POST /graphql HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {self.token}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 22)
        reader, writer = self._streams
        writer.write(head.encode() + body)
        await writer.drain()
        if hang_up:
            await asyncio.sleep(0.005)
            self.close()
            return None
        status, *headers = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        (length,) = [int(one.split(":")[1]) for one in headers if one.lower().startswith("content-length:")]
        found = orjson.loads(await reader.readexactly(length))
        if "OPERATION_TIMEOUT" in str(found.get("errors")):
            raise TimeoutError  # is asked again with the same key, as any dispatcher does
        if " 200 " not in status or "errors" in found:
            raise RuntimeError(f"{status}: {found}")
        return found["data"]

    def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()
        self._streams = None


@dataclass
class Diary:
    """What all pollers saw."""

    began: float = 0.0
    """When all of them began."""
    late: list[float] = field(default_factory=list)
    """Seconds from the beginning to each claim that was to wait longer than LATE_S."""
    waits: list[float] = field(default_factory=list)
    """Of claims that gave something."""
    empty: list[float] = field(default_factory=list)
    settled: list[float] = field(default_factory=list)
    spans: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    """Warning → from when and until when some poller had it."""
    accepted: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    refused: int = 0
    crashes: int = 0
    retried: int = 0
    """Requests that were asked again because the server was not there, or gave them up."""


@dataclass
class Poller:
    """A dispatcher with one connection."""

    name: str
    line: Line
    diary: Diary
    chance: Random
    lease_seconds: int
    lives: int = 0
    keys: int = 0

    async def run(self, until: float) -> None:
        """Claim and acknowledge until nothing was left for so long that what was dropped has come back."""
        idle_since = time.monotonic()
        while time.monotonic() < min(until, idle_since + 1.5 * self.lease_seconds):
            claimed = await self._claim()
            if claimed is None:
                continue
            if not claimed:
                await asyncio.sleep(0.2)
                continue
            idle_since = time.monotonic()
            if self.chance.random() < WALK_AWAY:
                self._crash()
            else:
                await self._settle(claimed)
        self.line.close()

    async def _claim(self) -> Any:
        self.keys += 1
        worker = f"{self.name} life {self.lives}"
        asked = {"channel": "SMS", "limit": LIMIT, "leaseSeconds": self.lease_seconds, "worker": worker}
        hang_up = self.chance.random() < HANG_UP
        began = time.monotonic()
        found = await self._until_there(CLAIM, {**asked, "idempotencyKey": str(self.keys)}, hang_up)
        ended = time.monotonic()
        if found is None:
            self._crash()
            return None
        claimed = found["claimWarnings"]
        (self.diary.waits if claimed else self.diary.empty).append(ended - began)
        if ended - began > LATE_S:
            self.diary.late.append(began - self.diary.began)
        for one in claimed:
            assert re.fullmatch(r"\+86139\d{8}", one["number"])
            assert one["text"]
            # When it was given lies between; it was had for certain from the answer on, and not before the question.
            self.diary.spans[one["id"]].append((ended, began + self.lease_seconds))
        return claimed

    async def _settle(self, claimed: Any) -> None:
        of = {one["leaseToken"]: one["id"] for one in claimed}
        began = time.monotonic()
        for warning in of.values():
            first, last = self.diary.spans[warning][-1]
            self.diary.spans[warning][-1] = (first, min(last, began))
        found = (await self._until_there(ACK, {"leaseTokens": list(of)}, hang_up=False))["ackWarnings"]
        self.diary.settled.append(time.monotonic() - began)
        for token in found["accepted"]:
            self.diary.accepted[of[token]] += 1
        self.diary.refused += len(found["refused"])

    async def _until_there(self, document: str, variables: dict[str, Any], hang_up: bool) -> Any:
        while True:
            try:
                return await self.line.ask(document, variables, hang_up=hang_up)
            except (OSError, asyncio.IncompleteReadError):  # the server was killed: the same question again
                self.line.close()
                self.diary.retried += 1
                await asyncio.sleep(0.1)

    def _crash(self) -> None:
        self.diary.crashes += 1
        self.lives += 1
        self.line.close()


CLAIM = (OPERATIONS / "dispatcher-claim.graphql").read_text()
ACK = (OPERATIONS / "dispatcher-ack.graphql").read_text()


async def poll(port: int, token: str, pollers: int, seconds: float, lease_seconds: int, diary: Diary) -> None:
    """All pollers at once, until nothing is left or the time is over."""
    diary.began = time.monotonic()
    until = diary.began + seconds
    working = [
        Poller(f"poller {place}", Line(port, token), diary, Random(place), lease_seconds) for place in range(pollers)
    ]
    await asyncio.gather(*(one.run(until) for one in working))


@contextmanager
def served(home: Path, environment: dict[str, str]) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """`graphsvc serve` on a free port."""
    command = [sys.executable, "-m", "graphsvc", "--home", str(home), "serve", "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment})
    assert process.stderr is not None
    port = 0
    for line in process.stderr:
        found = re.search(r"serving \S+:(\d+)/", line)
        port = int(found[1]) if found else port
        if "startup complete" in line:
            break
    stderr = process.stderr
    reader = Thread(target=lambda: [None for _ in stderr], daemon=True)
    reader.start()
    try:
        yield port, process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        reader.join(10)


def seconds_of(names: Sequence[str]) -> float:
    """Processor time that live processes of these names have taken (and what their children had that are gone)."""
    total = 0.0
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            name, _, rest = (place / "stat").read_text().partition("(")[2].rpartition(")")
            if name in names:
                total += sum(int(one) for one in rest.split()[11:15]) / os.sysconf("SC_CLK_TCK")
    return total


def measure(kind: str, count: int, pollers: int, seconds: float, lease_seconds: int) -> None:
    """One run, its row of the table, and what was seen of overlaps and losses."""
    server = make_server(durable=True) if kind == "postgres" else None
    environment = {"GRAPHSVC_API_BUDGET": str(10**9)}
    if server is not None:
        environment |= {"GRAPHSVC_CATALOGUE_URL": server.new_database(), "GRAPHSVC_VAULT_URL": server.new_database()}
    try:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "home"
            with open_service(Settings.from_environment({**environment, "GRAPHSVC_HOME": str(home)})) as service:
                fill(service, count)
                made = service.access.create(role=Role.DISPATCHER, region="", expires_at=None, purpose=None)
            diary = Diary()
            with served(home, environment) as (port, process):
                before, began = seconds_of(("postgres",)), time.monotonic()
                asyncio.run(poll(port, made.token, pollers, seconds, lease_seconds, diary))
                took = time.monotonic() - began
                spent = cpu_of(process.pid)
                database = seconds_of(("postgres",)) - before
            tell(kind, count, pollers, took, diary, (spent, database))
    finally:
        if server is not None:
            remove_server(server)


def tell(kind: str, count: int, pollers: int, took: float, diary: Diary, spent: tuple[float, float]) -> None:
    """The row, after what must be true of it was looked at."""
    overlaps = sum(
        later[0] < earlier[1] for spans in diary.spans.values() for earlier, later in itertools.pairwise(sorted(spans))
    )
    twice = sum(times > 1 for times in diary.accepted.values())
    waits = sorted(diary.waits)
    figures = [waits[int(len(waits) * share)] for share in (0.5, 0.99)] + [waits[-1]]
    settled = sorted(diary.settled)
    settling = [settled[len(settled) // 2], settled[-1]]
    first = sum(at < FIRST_S for at in diary.late)
    claims = (len(waits) + len(diary.empty)) / took
    print(
        f"| {kind} | {count:,} | {pollers} | {took:.0f} | {claims:.0f} | {len(diary.accepted) / took:.0f} "
        f"| {' | '.join(f'{one:.3f}' for one in figures)} | {max(diary.empty, default=0):.3f} "
        f"| {len(diary.late)} | {first} "
        f"| {' | '.join(f'{one:.3f}' for one in settling)} "
        f"| {diary.crashes} | {overlaps} | {twice} | {count - len(diary.accepted)} "
        f"| {spent[0] / len(waits) * 1000:.1f} | {spent[1] / len(waits) * 1000:.1f} |",
        flush=True,
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", default=["sqlite", "postgres"], choices=["sqlite", "postgres"])
    parser.add_argument("--warnings", type=int, default=100_000)
    parser.add_argument("--pollers", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=400.0)
    parser.add_argument("--lease-seconds", type=int, default=10)
    given = parser.parse_args()
    print(
        "| database | warnings | pollers | s | claims/s | warned/s | wait median s | p99 | most | most, empty "
        "| over 2 s | of these in the first 3 s | ack median s | most | crashes | overlaps | acknowledged twice | left "
        "| serve, CPU ms a claim | database |"
    )
    print("|---|" + "--:|" * 19)
    for kind in given.kinds:
        measure(kind, given.warnings, given.pollers, given.seconds, given.lease_seconds)


if __name__ == "__main__":
    main()
