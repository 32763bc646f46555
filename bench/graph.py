"""`python -m bench.graph`: each question to the graph, in memory and in Neo4j, on one world with a hub that all know.

Some questions are about random numbers, some touch the hub. Prints p50 and p99 and their ratios, in one run, with sizes
and the CPU seconds that both sides took. `--numbers 1000000 --contacts 10000000` is the proof at size.
"""

import argparse
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl

from graphsvc.errors import GraphsvcError
from graphsvc.graph.memory import MemoryGraph
from graphsvc.graph.port import Graph
from graphsvc.model.progress import silent
from graphsvc.service import Service
from graphsvc.settings import Settings
from graphsvc.wiring import open_service

HUB = "+8613800000000"
START = 1_770_000_000_000
DAY = 86_400_000
DAYS = 30
NEAR = 100
"""Most people know whom they know among so many."""


def write_events(path: Path, *, numbers: int, contacts: int, seed: int = 1) -> int:
    """A feed in which every number rings the hub and some others, mostly nearby; how many events it has."""
    dice = np.random.default_rng(seed)
    each = max(contacts // numbers - 1, 1)
    a = np.repeat(np.arange(numbers), each)
    near = dice.random(len(a)) < 0.8
    b = np.where(near, a + dice.integers(1, NEAR, len(a)), dice.integers(0, numbers, len(a))) % numbers
    pair = np.unique(a * numbers + b)
    a, b = pair // numbers, pair % numbers
    times = dice.integers(1, 3, len(a))
    a, b = np.repeat(a, times), np.repeat(b, times)
    a, b = np.concatenate([a, np.arange(numbers)]), np.concatenate([b, np.full(numbers, -1)])
    at = START + dice.integers(0, DAYS * DAY // 1000, len(a)) * 1000
    call = dice.random(len(a)) < 0.6
    pl.DataFrame({"a": a, "b": b, "at": at, "call": call, "s": dice.integers(5, 600, len(a))}).select(
        event_id=pl.int_range(pl.len()).cast(pl.String),
        started_at=pl.col("at"),
        a_number=_number("a"),
        b_number=pl.when(pl.col("b") < 0).then(pl.lit(HUB)).otherwise(_number("b")),
        channel=pl.when("call").then(pl.lit("call")).otherwise(pl.lit("sms")),
        duration_s=pl.when("call").then(pl.col("s")),
    ).write_parquet(path)
    return len(a)


def _number(column: str) -> pl.Expr:
    return pl.format("+86139{}", pl.col(column).cast(pl.String).str.zfill(8))


@dataclass
class Clock:
    """Wall seconds of each question, by verb."""

    taken: dict[str, list[float]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    """What was not answered, and why."""

    def time(self, verb: str, ask: Callable[[], Any]) -> None:
        """Ask once and note how long it took."""
        began = time.perf_counter()
        try:
            ask()
        except GraphsvcError as error:
            self.refused[verb] = str(error)
        self.taken.setdefault(verb, []).append(time.perf_counter() - began)


def ask_everything(graph: Graph, ids: list[int], hub: int, *, rounds: int, whole: bool) -> Clock:
    """The same questions to whichever graph; ids are those of ordinary numbers."""
    dice, clock = Random(5), Clock()
    week = {"since": START + 10 * DAY, "until": START + 17 * DAY}
    for _ in range(rounds):
        one, other = dice.sample(ids, 2)
        few = dice.sample(ids, 20)
        clock.time("number", partial(graph.number, one))
        clock.time("neighbourhood, 2 hops", partial(graph.neighbourhood, [one], hops=2))
        clock.time("neighbourhood of a week", partial(graph.neighbourhood, [one], hops=2, **week))
        clock.time("people near 20", partial(graph.people_near, few, max_hops=2, closed=[hub]))
        clock.time("shortest paths", partial(graph.shortest_paths, one, other, max_hops=6))
        clock.time("paths in time", partial(graph.time_respecting_paths, one, other, max_hops=3))
        clock.time("common contacts", partial(graph.common_contacts, [one, one + 1]))
    for _ in range(max(rounds // 5, 2)):
        one, other = dice.sample(ids, 2)
        clock.time("hub: number", partial(graph.number, hub))
        clock.time("hub: neighbourhood, 1 hop", partial(graph.neighbourhood, [hub], hops=1))
        clock.time("hub: neighbourhood of a week", partial(graph.neighbourhood, [hub], hops=1, **week))
        clock.time("hub: people near one, through it", partial(graph.people_near, [one], max_hops=2))
        clock.time("hub: shortest paths to it", partial(graph.shortest_paths, one, hub, max_hops=6))
        clock.time("hub: common contacts with it", partial(graph.common_contacts, [one, hub]))
    if whole:
        clock.time("communities of the whole graph", partial(graph.communities, limit=20))
    return clock


def table(memory: Clock, neo4j: Clock) -> str:
    """p50 and p99 of both, in milliseconds, and how many times longer Neo4j takes."""
    lines = [
        "| question | memory p50 ms | p99 | Neo4j p50 ms | p99 | × p50 |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for asked, here in memory.taken.items():
        there = neo4j.taken[asked]
        (a, b), (c, d) = np.percentile(here, [50, 99]) * 1000, np.percentile(there, [50, 99]) * 1000
        verb = f"{asked} (refused: {neo4j.refused[asked]})" if asked in neo4j.refused else asked
        lines.append(f"| {verb} | {a:,.1f} | {b:,.1f} | {c:,.1f} | {d:,.1f} | {c / a:,.0f} |")
    return "\n".join(lines)


def loaded(service: Service, folder: Path, *, numbers: int, contacts: int) -> str:
    """Fill the ledger and a Neo4j with the world; what it took, in words."""
    events = write_events(folder / "events.parquet", numbers=numbers, contacts=contacts)
    began = time.perf_counter()
    service.load([folder / "events.parquet"], kind="events", feed_id="bench", progress=silent)
    ledger = time.perf_counter()
    service.analyse(as_of=None, progress=silent)
    analysed = time.perf_counter()
    done = service.projecting.load(silent)
    steps = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in done.timings.items())
    return (
        f"{events:,} events, {done.numbers:,} numbers, {done.contacts:,} contacts, a hub with {numbers:,} of them; "
        f"load {ledger - began:.1f} s, analyse {analysed - ledger:.1f} s, into Neo4j ({done.nodes:,} nodes, "
        f"{done.relationships:,} relationships) {time.perf_counter() - analysed:.1f} s ({steps})"
    )


def cpu_of(process: int) -> float:
    """CPU seconds that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Make the world, ask both graphs, print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.graph", description=__doc__)
    parser.add_argument("--numbers", type=int, default=50_000)
    parser.add_argument("--contacts", type=int, default=500_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--no-communities", action="store_true", help="they need heap for the whole graph")
    parser.add_argument("--heap-mib", type=int, default=1024)
    options = parser.parse_args()
    with TemporaryDirectory() as place:
        settings = Settings(
            home=Path(place) / "home",
            neo4j_events="all",
            neo4j_events_days=10 * DAYS,
            neo4j_heap_mib=options.heap_mib,
            graph="neo4j",
        )
        with open_service(settings) as service:
            local = service.projecting.servers.local
            try:
                print(loaded(service, Path(place), numbers=options.numbers, contacts=options.contacts), flush=True)
                compare(service, local.status().pid or 0, options, settings)
            finally:
                local.stop()


def compare(service: Service, server: int, options: argparse.Namespace, settings: Settings) -> None:
    """Ask both graphs the same questions and print what they took."""
    record, whole = service.current(), not options.no_communities
    hub = service.registry.find_number(HUB)
    assert hub is not None
    in_neo4j = service._graph(record)
    with open_service(replace(settings, graph="memory")) as other:
        in_memory = other._graph(record)
        assert isinstance(in_memory, MemoryGraph)
        snapshot = in_memory.snapshot  # opened before anything is timed
        ids = [int(number) for number in snapshot.numbers if number != hub]
        in_memory.number(hub)
        ask_everything(in_memory, ids, hub, rounds=1, whole=False)  # compiled kernels, warm caches
        ask_everything(in_neo4j, ids, hub, rounds=1, whole=False)
        began, server_began = cpu_of(os.getpid()), cpu_of(server)
        memory = ask_everything(in_memory, ids, hub, rounds=options.rounds, whole=whole)
        middle = cpu_of(os.getpid())
        neo4j = ask_everything(in_neo4j, ids, hub, rounds=options.rounds, whole=whole)
        ended, server_ended = cpu_of(os.getpid()), cpu_of(server)
    print()
    print(table(memory, neo4j))
    print(
        f"\nCPU seconds: memory {middle - began:.1f}; Neo4j {server_ended - server_began:.1f} in the server and "
        f"{ended - middle:.1f} in the client"
    )


if __name__ == "__main__":
    main()
