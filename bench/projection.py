"""`python -m bench.projection`: Neo4j filled in bulk, kept up, and followed while the service runs.

- load: `graphsvc neo4j load` whole, as a multiple of the importer alone on the same files;
- sync: events a second, as a multiple of a client that merges each batch of 1,000 events as it was accepted, in one
  statement (bench/naive.cypher), with the position in the same transaction: the two in turn bring equal parts of the
  newest events, and the numbers and devices that are new in them, into a graph that holds the older ones; the first
  pair, which warms the server up, does not count, and at the end the graph must be what the ledger says;
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

import httpx
import neo4j
import numpy as np
import polars as pl

from bench.__main__ import make_world
from bench.graph import cpu_of
from graphsvc.graph.neo4j.connection import Database
from graphsvc.graph.neo4j.position import Position
from graphsvc.local_neo4j.admin import Admin
from graphsvc.local_neo4j.server_home import Memory, Ports, ServerHome
from graphsvc.model.callers import Role
from graphsvc.model.progress import silent
from graphsvc.model.words import CALL
from graphsvc.projecting import bulk, contacts, facts
from graphsvc.projecting.frames import INSTANT, frame_of
from graphsvc.projecting.state import Source
from graphsvc.projecting.steps_of_events import read
from graphsvc.projecting.syncing import Sync
from graphsvc.service import Service
from graphsvc.settings import Neo4jAddress, Settings
from graphsvc.wiring import open_service

NAIVE = Path(__file__).with_name("naive.cypher").read_text()
NAIVE_ROWS = 1_000
"""Events in a batch, as `POST /feeds/events` takes them and Neo4j's own connector sends them (neo4j.batch-size)."""
PARTS = ("load", "sync", "follow")
_HEAP_MIB = 1024
ARRIVED = "MATCH (b:Number {numberId: $id})<-[c:CONTACTED]-() RETURN c.events AS events"
HELD = """
MATCH ()-[r:CONTACTED]->() WITH count(r) AS contacts, sum(r.events) AS events, sum(r.talkSeconds) AS talk
MATCH ()-[u:USED_DEVICE]->() WITH contacts, events, talk, count(u) AS used, sum(u.events) AS usedIn
RETURN contacts, events, talk, used, usedIn, COUNT { ()-[:CALLED]->() } AS called, COUNT { ()-[:TEXTED]->() } AS texted,
  COUNT { (:Number) } AS numbers, COUNT { (:Entity) } AS entities
"""
REACHED = "MATCH (s:Service {only: 0}) SET s.loadedTo = $to, s.numbersTo = $numbers, s.entitiesTo = $entities"


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
    """A data folder as it was before the event at `events`, with the numbers and entities that were registered then."""

    events: int = 0
    numbers: int = 0
    entities: int = 0

    def position(self) -> Position:
        """Where the graph should be then."""
        at = super().position()
        return replace(at, loaded_to=self.events, numbers_to=self.numbers, entities_to=self.entities)

    def after(self, events: pl.DataFrame) -> "Upto":
        """The same some events later: whoever is new in them is registered in their order."""
        numbers = max(self.numbers, 1 + int(events[["a", "b"]].to_numpy().max()))
        entities = max(self.entities, 1 + int(events["device"].fill_null(-1).to_numpy().max()))
        return replace(self, events=self.events + len(events), numbers=numbers, entities=entities)


def sync(service: Service, further: Path, *, rounds: int, size: int) -> Iterator[str]:
    """Both ways in turn, each `size` events, on the graph of all events before."""
    address, server = service.projecting.servers.address(), service.projecting.servers.local.status().pid
    assert address is not None
    assert server is not None
    service.projecting.sync(silent)
    source, before = service.projecting.source, service.projecting.source.position()
    service.load([further], kind=None, feed_id="default", progress=silent)
    given = {name: getattr(source, name) for name in Source.__dataclass_fields__}
    there = Upto(**given, events=before.loaded_to, numbers=before.numbers_to, entities=before.entities_to)
    database = Database.connect(address)
    walls: dict[str, list[float]] = {"merge": [], "sync": []}
    cpus: dict[str, list[float]] = {"merge": [], "sync": []}
    yield (
        f"sync: {there.events:,} events there, {size:,} more each time, scope {source.scope}; "
        "wall s (CPU s of server, client)"
    )
    for place, way in enumerate(("merge", "sync") * (rounds + 1)):
        events = read(source, there.events, there.events + size)
        then = there.after(events)
        accepted = _accepted(source, events)
        served, own, began = cpu_of(server), time.process_time(), time.perf_counter()
        if way == "sync":
            _run(database, then)
        else:
            _merge_all(address, accepted, there, then)
        wall, server_s, client_s = time.perf_counter() - began, cpu_of(server) - served, time.process_time() - own
        if place >= 2:
            walls[way].append(wall)
            cpus[way].append(server_s + client_s)
            yield f"  {way}: {wall:.2f} ({server_s:.2f}, {client_s:.2f})"
        there = then
    database.close()
    assert _held(address) == _folded(there), (_held(address), _folded(there))
    yield (
        f"  sync is {sum(walls['merge']) / sum(walls['sync']):.2f} times as fast by wall time, "
        f"{sum(cpus['merge']) / sum(cpus['sync']):.2f} by CPU; the graph is what the ledger says"
    )


def _run(database: Database, source: Source) -> None:
    Sync(database, source, silent, 60.0, lambda: 1).run()


def _accepted(source: Source, events: pl.DataFrame) -> pl.DataFrame:
    """Events as a dispatcher has them: each with all that is known of its ends and its device, which may be new."""
    seconds, call = pl.col("duration_s").fill_null(0).cast(pl.Int64), pl.col("channel") == CALL
    numbers = frame_of(source.registry.numbers_from(0, source.registry.next_ids()[0]))
    devices = frame_of(source.registry.entities_from(0, source.registry.next_ids()[1]))
    numbers = numbers.select(pl.col("number_id").cast(pl.Int32), "token", "kind", "masked")
    devices = devices.select(pl.col("entity_id").cast(pl.Int32).alias("device"), deviceToken="token")
    for end in ("a", "b"):
        named = {"number_id": end, "token": f"{end}Token", "kind": f"{end}Kind", "masked": f"{end}Masked"}
        events = events.join(numbers.rename(named), on=end, how="left", maintain_order="left")
    return events.join(devices, on="device", how="left", maintain_order="left").select(
        "seq",
        "a",
        "aToken",
        "aKind",
        "aMasked",
        "b",
        "bToken",
        "bKind",
        "bMasked",
        "device",
        "deviceToken",
        at=pl.col("started_at").cast(INSTANT),
        calls=call.cast(pl.Int64),
        messages=(~call).cast(pl.Int64),
        answered=(call & pl.col("answered").fill_null(seconds > 0)).cast(pl.Int64),
        talk=pl.when(call & pl.col("answered").fill_null(True)).then(seconds).otherwise(0),
        seconds="duration_s",
        taken="answered",
    )


def _merge_all(address: Neo4jAddress, events: pl.DataFrame, there: Upto, then: Upto) -> None:
    """One transaction a batch: its events, and the position, so that none comes twice after a crash."""
    with _session(address) as session:
        for first in range(0, len(events), NAIVE_ROWS):
            part = events[first : first + NAIVE_ROWS]
            between = part.filter(pl.col("a") != pl.col("b")).to_dicts()
            with session.begin_transaction() as transaction:
                transaction.run(NAIVE, rows=between, everything=there.scope == "all").consume()
                to = there.events + first + len(part)
                transaction.run(REACHED, to=to, numbers=then.numbers, entities=then.entities).consume()
                transaction.commit()


def _held(address: Neo4jAddress) -> list[int]:
    """What a graph holds: contacts, their events and talk; uses of devices and their events; single events; nodes."""
    with _session(address) as session:
        return list(session.run(HELD).single(strict=True).values())


def _folded(source: Upto) -> list[int]:
    """The same of the ledger, the analysis and the registry."""
    folded = contacts.of_snapshot(source.fold(source.events))
    sums = folded.contacts.select(pl.len(), pl.col("events").sum(), pl.col("talkSeconds").sum()).row(0)
    used = folded.devices.select(pl.len().alias("used"), pl.col("events").sum()).row(0)
    at = source.position()
    wanted = None if at.scope == "all" else source.found(at.analysis_id).detailed()
    shown = contacts.one_by_one(read(source, 0, source.events), since=at.since, detailed=wanted)
    entities = frame_of(source.registry.entities_from(0, source.entities)).filter(
        pl.col("kind").is_in(list(facts.LABELS))
    )
    return [int(value) for value in (*sums, *used, *map(len, shown), source.numbers, len(entities))]


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
