"""`python -m bench.projection`: Neo4j filled in bulk, kept up, and followed while the service runs.

- load: `graphsvc neo4j load` whole, as a multiple of the importer alone on the same files;
- sync: events a second, as a multiple of a client that merges every event as it comes (bench/naive.cypher): the two in
  turn bring equal parts of the newest events into a graph that holds the older ones; the first pair, which warms the
  server up, does not count, and at the end the graph must be what the ledger says;
- follow: how long an event that `graphsvc serve` accepted over HTTP takes until Cypher finds it.

The world is simulated. One run, one local server; `--only` chooses a part.
"""

import argparse
import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import neo4j
import numpy as np
import polars as pl
import pyarrow as pa

from bench.__main__ import make_world
from bench.graph import cpu_of
from graphsvc.graph.neo4j.connection import Database
from graphsvc.graph.neo4j.position import Position
from graphsvc.local_neo4j.admin import Admin
from graphsvc.local_neo4j.server_home import Memory, Ports, ServerHome
from graphsvc.model.callers import Role
from graphsvc.model.progress import silent
from graphsvc.model.words import CALL
from graphsvc.projecting import bulk, contacts
from graphsvc.projecting.frames import INSTANT, frame_of
from graphsvc.projecting.state import Source
from graphsvc.projecting.syncing import Sync
from graphsvc.service import Service
from graphsvc.settings import Neo4jAddress, Settings
from graphsvc.wiring import open_service

NAIVE = Path(__file__).with_name("naive.cypher").read_text()
NAIVE_ROWS = 1_000
PARTS = ("load", "sync", "follow")
_HEAP_MIB = 1024
ARRIVED = "MATCH (b:Number {numberId: $id})<-[c:CONTACTED]-() RETURN c.events AS events"
HELD = """
MATCH ()-[r:CONTACTED]->() WITH count(r) AS contacts, sum(r.events) AS events, sum(r.talkSeconds) AS talk
MATCH ()-[u:USED_DEVICE]->() RETURN contacts, events, talk, count(u) AS used, sum(u.events) AS usedIn
"""
REACHED = "MATCH (s:Service) SET s.loadedTo = $to"


def load(service: Service, folder: Path) -> Iterator[str]:
    """The importer alone on the files that a load writes, then the load."""
    projecting = service.projecting
    java, jars = projecting.servers.runtime(silent)
    place = folder / "files"
    place.mkdir()
    files = bulk._image(projecting.source, service.home).write(place)
    alone = ServerHome(folder / "alone")
    alone.prepare(jars)
    alone.configure(Ports(1, 2), Memory(_HEAP_MIB, 512))
    began = time.perf_counter()
    Admin(java, jars, alone).run("database", "import", "full", "neo4j", *files.arguments(), heap_mib=_HEAP_MIB)
    importer = time.perf_counter() - began
    for left in (place, alone.path):
        shutil.rmtree(left)
    began = time.perf_counter()
    done = projecting.load(silent, replace=True)
    whole = time.perf_counter() - began
    steps = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in done.timings.items())
    yield (
        f"load: {done.nodes:,} nodes, {done.relationships:,} relationships ({done.contacts:,} contacts): "
        f"{whole:.1f} s ({steps}); importer alone {importer:.1f} s; × {whole / importer:.2f}"
    )


@dataclass(frozen=True)
class Upto(Source):
    """A data folder as it was before so many of its events."""

    events: int = 0

    def position(self) -> Position:
        """Where the graph should be then."""
        return replace(super().position(), loaded_to=self.events)


def sync(service: Service, further: Path, *, rounds: int, size: int) -> Iterator[str]:
    """Both ways in turn, each `size` events, on the graph of all events before."""
    address, server = service.projecting.servers.address(), service.projecting.servers.local.status().pid
    assert address is not None
    assert server is not None
    service.projecting.sync(silent)
    source, at = service.projecting.source, service.ledger.position()
    service.load([further], kind=None, feed_id="default", progress=silent)
    given = {name: getattr(source, name) for name in Source.__dataclass_fields__}
    database = Database.connect(address)
    _run(database, Upto(**given, events=at))  # numbers that are new
    walls: dict[str, list[float]] = {"merge": [], "sync": []}
    cpus: dict[str, list[float]] = {"merge": [], "sync": []}
    yield f"sync: {at:,} events there, {size:,} more each time, scope {source.scope}; wall s (CPU s of server, client)"
    for place, way in enumerate(("merge", "sync") * (rounds + 1)):
        to = at + size
        before, own, began = cpu_of(server), time.process_time(), time.perf_counter()
        if way == "sync":
            _run(database, Upto(**given, events=to))
        else:
            _merge_all(address, _naive_rows(source, at, to), everything=source.scope == "all")
        wall, there, here = time.perf_counter() - began, cpu_of(server) - before, time.process_time() - own
        if way == "merge":
            with _session(address) as session:
                session.run(REACHED, to=to).consume()
        if place >= 2:
            walls[way].append(wall)
            cpus[way].append(there + here)
            yield f"  {way}: {wall:.2f} ({there:.2f}, {here:.2f})"
        at = to
    database.close()
    assert _held(address) == _folded(source, at), (_held(address), _folded(source, at))
    yield (
        f"  sync is {sum(walls['merge']) / sum(walls['sync']):.2f} times as fast by wall time, "
        f"{sum(cpus['merge']) / sum(cpus['sync']):.2f} by CPU; the graph is what the ledger says"
    )


def _run(database: Database, source: Source) -> None:
    Sync(database, source, silent, 60.0, lambda: 1).run()


def _naive_rows(source: Source, first: int, below: int) -> list[dict[str, Any]]:
    columns = ["seq", "started_at", "a", "b", "channel", "duration_s", "answered", "device"]
    read = source.ledger.events(columns=columns, seqs=(first, below))
    seconds, call = pl.col("duration_s").fill_null(0).cast(pl.Int64), pl.col("channel") == CALL
    frame = frame_of(pa.Table.from_batches(read)).sort("seq").filter(pl.col("a") != pl.col("b"))
    return frame.select(
        "seq",
        "a",
        "b",
        "device",
        at=pl.col("started_at").cast(INSTANT),
        calls=call.cast(pl.Int64),
        messages=(~call).cast(pl.Int64),
        answered=(call & pl.col("answered").fill_null(seconds > 0)).cast(pl.Int64),
        talk=pl.when(call & pl.col("answered").fill_null(True)).then(seconds).otherwise(0),
        seconds="duration_s",
        taken="answered",
    ).to_dicts()


def _merge_all(address: Neo4jAddress, rows: list[dict[str, Any]], *, everything: bool) -> None:
    with _session(address) as session:
        for first in range(0, len(rows), NAIVE_ROWS):
            with session.begin_transaction() as transaction:
                part = rows[first : first + NAIVE_ROWS]
                transaction.run(NAIVE, rows=part, everything=everything).consume()
                transaction.commit()


def _held(address: Neo4jAddress) -> list[int]:
    """What a graph holds: contacts, their events and talk; uses of devices and their events."""
    with _session(address) as session:
        return list(session.run(HELD).single(strict=True).values())


def _folded(source: Source, position: int) -> list[int]:
    """The same of the ledger."""
    folded = contacts.of_snapshot(source.fold(position))
    sums = folded.contacts.select(pl.len(), pl.col("events").sum(), pl.col("talkSeconds").sum()).row(0)
    used = folded.devices.select(pl.len().alias("used"), pl.col("events").sum()).row(0)
    return [int(value) for value in (*sums, *used)]


@contextmanager
def _session(address: Neo4jAddress) -> Iterator[neo4j.Session]:
    with (
        neo4j.GraphDatabase.driver(address.bolt, auth=(address.user, address.password)) as driver,
        driver.session() as session,
    ):
        yield session


def follow(service: Service, times: int) -> Iterator[str]:
    """Events handed to a running service one after the other, each looked for in Cypher until it is there."""
    address = service.projecting.servers.address()
    assert address is not None
    service.projecting.sync(silent)
    newest, before = service.ledger.newest_known_at() or 0, service.ledger.position()
    token = service.access.create(role=Role.FEEDER, region="", expires_at=None, purpose="bench").token
    waited = []
    with _served(service.home.path) as url, _session(address) as session:
        for k in range(times):
            number = f"+861391234{k:04d}"
            _post(url, token, k, number, newest + k * 1000)
            accepted = time.perf_counter()
            asked = {"id": service.registry.find_number(number)}
            assert asked["id"] is not None
            while not session.run(ARRIVED, asked).peek():
                time.sleep(0.05)
            waited.append(time.perf_counter() - accepted)
    yield (
        f"follow: behind {before:,} events, {times} events one after the other: in Cypher after "
        f"{np.percentile(waited, 50):.1f} s (median), {min(waited):.1f} to {max(waited):.1f} s"
    )


def _post(url: str, token: str, k: int, number: str, at: int) -> None:
    event = {"event_id": f"follow-{k}", "started_at": at, "a_number": "+8613912345678", "b_number": number}
    event |= {"channel": "call", "duration_s": 60}
    headers = {"authorization": f"Bearer {token}", "content-type": "application/x-ndjson"}
    headers |= {"feed-id": "bench", "batch-id": str(k)}
    httpx.post(f"{url}/feeds/events", content=json.dumps(event), headers=headers, timeout=120).raise_for_status()


@contextmanager
def _served(home: Path) -> Iterator[str]:
    """Where `graphsvc serve` answers, in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "graphsvc", "--home", str(home), "serve", "--port", str(port)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        while process.poll() is None and not _lives(url):
            time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait()


def _lives(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz").is_success
    except httpx.TransportError:
        return False


def main() -> None:
    """Make the world, fill a server of its own, print the ratios."""
    parser = argparse.ArgumentParser(prog="python -m bench.projection", description=__doc__)
    parser.add_argument("--subscribers", type=int, default=20_000)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--events", choices=("suspects", "all", "none"), default="suspects", help="shown one by one")
    parser.add_argument("--rounds", type=int, default=3, help="of sync")
    parser.add_argument("--size", type=int, default=25_000, help="events that come in by sync each time")
    parser.add_argument("--times", type=int, default=10, help="events to follow")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS)
    options = parser.parse_args()
    with TemporaryDirectory() as place:
        world = Path(place) / "world"
        make_world(world, subscribers=options.subscribers, days=options.days)
        settings = Settings(
            home=Path(place) / "home", neo4j_events=options.events, neo4j_events_days=400, neo4j_heap_mib=_HEAP_MIB
        )
        with open_service(settings) as service:
            parted(world / "feeds", Path(place), 2 * (options.rounds + 1) * options.size)
            service.load([Path(place) / "begun"], kind=None, feed_id="default", progress=silent)
            service.analyse(as_of=None, progress=silent)
            print(f"{service.ledger.count():,} events, {service.registry.counts()[0]:,} numbers", flush=True)
            try:
                for line in measured(service, Path(place), options):
                    print(line, flush=True)
            finally:
                service.projecting.servers.local.stop()


def parted(feeds: Path, folder: Path, count: int) -> None:
    """All feeds in `begun`, but for the newest `count` events, which are in `further`."""
    (folder / "further").mkdir()
    shutil.copytree(feeds, folder / "begun")
    events = pl.read_parquet(feeds / "events.parquet").sort("started_at")
    # Some are refused or there twice: a few more than are asked for.
    events[: -count - count // 50].write_parquet(folder / "begun" / "events.parquet")
    events[-count - count // 50 :].write_parquet(folder / "further" / "events.parquet")


def measured(service: Service, folder: Path, options: argparse.Namespace) -> Iterator[str]:
    """The parts that were chosen; each leaves the server running for the next."""
    if "load" in options.only:
        yield from load(service, folder)
    else:
        service.projecting.load(silent, replace=True)
    if "follow" in options.only:
        yield from follow(service, options.times)
    if "sync" in options.only:
        yield from sync(service, folder / "further", rounds=options.rounds, size=options.size)


if __name__ == "__main__":
    main()
