"""Published call and message logs: counts, components, modularity and paths agree with plain computations."""

import json
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import polars as pl
import pytest

from graphsvc.graph.leiden import leiden
from graphsvc.graph.paths import shortest_paths
from graphsvc.graph.people import connected
from graphsvc.graph.snapshot import Snapshot
from graphsvc.graph.timed_paths import time_respecting_paths
from graphsvc.graph.values import TimedPath
from tests.sketch import Row, snapshot_of

pytestmark = pytest.mark.data

ORACLES = {
    "vast2008_mc3": "vast2008",
    "reality_mining_calls": "reality_mining",
    "copenhagen": "copenhagen_sms",
    "callmine_sample": "callmine",
}
NAMES = sorted(ORACLES)


@dataclass(frozen=True)
class Log:
    """A published feed: its rows with numbers as ids in order of their text, and the snapshot of them."""

    rows: tuple[Row, ...]
    snapshot: Snapshot
    oracle: dict[str, Any]


@cache
def read(data: Path, name: str) -> Log:
    events = pl.read_parquet(data / name / "feeds" / "events.parquet")
    texts = pl.concat([events["a_number"], events["b_number"]]).unique().sort().to_list()
    id_of = {text: i for i, text in enumerate(texts)}
    rows = tuple(
        (id_of[a], id_of[b], at, seconds, channel)
        for a, b, at, seconds, channel in events.select(
            "a_number", "b_number", "started_at", "duration_s", "channel"
        ).iter_rows()
    )
    oracle = json.loads((data / "reference" / f"{ORACLES[name]}.json").read_text())
    return Log(rows, snapshot_of(rows), oracle)


def undirected(rows: tuple[Row, ...] | list[Row]) -> nx.Graph:
    return nx.Graph((a, b) for a, b, *_ in rows if a != b)


@pytest.mark.parametrize("name", NAMES)
def test_counts_are_exact(data: Path, name: str) -> None:
    log = read(data, name)
    snapshot = log.snapshot
    pairs = Counter(row[:2] for row in log.rows)
    talk: Counter[tuple[int, int]] = Counter()
    for a, b, _, seconds, _ in log.rows:
        talk[a, b] += seconds or 0
    contacts = sorted(pair for pair in pairs if pair[0] != pair[1])
    assert snapshot.event_count == len(log.rows)
    assert snapshot.number_count == len({number for row in log.rows for number in row[:2]})
    assert int(snapshot.self_events.sum()) == sum(count for (a, b), count in pairs.items() if a == b)
    assert list(zip(snapshot.contact_from.tolist(), snapshot.contact_to.tolist(), strict=True)) == contacts
    assert snapshot.events.tolist() == [pairs[pair] for pair in contacts]
    assert snapshot.talk_s.tolist() == [talk[pair] for pair in contacts]
    assert Counter(snapshot.event_at.tolist()) == Counter(row[2] for row in log.rows if row[0] != row[1])


@pytest.mark.parametrize("name", NAMES)
def test_sizes_and_components_are_those_of_the_oracle(data: Path, name: str) -> None:
    log = read(data, name)
    ends = zip(log.snapshot.contact_from.tolist(), log.snapshot.contact_to.tolist(), strict=True)
    graph = nx.Graph(ends)
    components = sorted(map(len, nx.connected_components(graph)))
    assert (len(graph), graph.size()) == (log.oracle["n"], log.oracle["m"])
    assert (len(components), components[-1]) == (log.oracle["components"], log.oracle["giant"])


@pytest.mark.parametrize("name", NAMES)
def test_a_whole_component_is_connected_and_nothing_else(data: Path, name: str) -> None:
    log = read(data, name)
    graph = undirected(log.rows)
    seed = min(graph)
    near = connected(log.snapshot, [seed], max_hops=len(graph), limit=len(graph))
    hops = nx.single_source_shortest_path_length(graph, seed)
    assert {each.number: each.hops for each in near} == {n: hops[n] for n in hops if n != seed}


@pytest.mark.parametrize("name", NAMES)
def test_modularity_is_in_the_span_of_eight_runs_of_leidenalg_or_above(data: Path, name: str) -> None:
    log = read(data, name)
    graph = undirected(log.rows)
    one, other = np.array(list(graph.edges)).T
    labels = leiden(node_count=log.snapshot.number_count, source=one, target=other, weight=np.ones(len(one)), seed=1)
    parts: dict[int, set[int]] = {}
    for number in graph:
        parts.setdefault(int(labels[number]), set()).add(number)
    quality = nx.community.modularity(graph, parts.values())
    assert quality >= log.oracle["modularity_lowest_of_8_runs"]
    assert quality <= log.oracle["modularity_highest_of_8_runs"] + 0.01
    assert all(nx.is_connected(graph.subgraph(part)) for part in parts.values())


VAST_DAYS = [
    (None, None),
    (1_149_206_400_000 - 86_400_000, 1_149_206_400_000),
    (1_149_379_200_000, 1_149_552_000_000),
    (1_149_811_200_000, None),
]


@pytest.mark.parametrize("window", VAST_DAYS)
def test_vast_paths_in_windows_are_those_of_networkx(data: Path, window: tuple[int | None, int | None]) -> None:
    log = read(data, "vast2008_mc3")
    since, until = window
    known = [row for row in log.rows if (since or 0) <= row[2] < (until or 2**62)]
    graph = undirected(known)
    pairs = [(17 * i % 400, (17 * i + 13 * i * i + 7) % 400) for i in range(60)]
    found = 0
    for a, b in pairs:
        expected = []
        if a in graph and b in graph and a != b and nx.has_path(graph, a, b):
            expected = sorted(tuple(path) for path in nx.all_shortest_paths(graph, a, b))
        got = [
            path.numbers
            for path in shortest_paths(log.snapshot, a, b, max_hops=400, since=since, until=until, limit=10_000)
        ]
        assert a == b or got == expected
        found += bool(got)
    assert found > 10  # else the comparison above said nothing


def arrivals_event_by_event(rows: list[Row], a: int, max_hops: int) -> dict[int, list[int]]:
    """Earliest arrival at every number with at most 1, 2, … events: one pass over all events for each."""
    never = 2**62
    ready = {a: -never}
    arrivals: dict[int, list[int]] = {}
    for hops in range(max_hops):
        after = dict(ready)
        for one, other, at, seconds, _ in rows:
            if ready.get(one, never) <= at:
                after[other] = min(after.get(other, never), at + 1000 * (seconds or 0))
        ready = after
        for number, at in ready.items():
            arrivals.setdefault(number, [never] * max_hops)[hops] = at
    return arrivals


def steps_up(arrivals: list[int]) -> dict[int, int]:
    """Arrival by number of events, where one more event arrives earlier."""
    return {hops + 1: at for hops, at in enumerate(arrivals) if at < 2**62 and (hops == 0 or at < arrivals[hops - 1])}


def rests_on(path: TimedPath, rows: set[tuple[int, int, int, int]]) -> bool:
    steps = path.steps
    return all((step.a, step.b, step.started_at, step.ended_at) in rows for step in steps) and all(
        one.ended_at <= other.started_at for one, other in pairwise(steps)
    )


@pytest.mark.parametrize("window", VAST_DAYS)
def test_vast_time_respecting_paths_are_those_of_a_pass_over_all_events(
    data: Path, window: tuple[int | None, int | None]
) -> None:
    log = read(data, "vast2008_mc3")
    since, until = window
    known = [row for row in log.rows if (since or 0) <= row[2] < (until or 2**62)]
    events = {(a, b, at, at + 1000 * (seconds or 0)) for a, b, at, seconds, _ in known}
    found = 0
    busiest = Counter(row[0] for row in known).most_common(4)
    for a, _ in busiest:
        arrivals = arrivals_event_by_event(known, a, 5)
        for b in range(0, 400, 3):
            paths = time_respecting_paths(log.snapshot, a, b, max_hops=5, since=since, until=until)
            assert a == b or {p.hops: p.arrived_at for p in paths} == steps_up(arrivals.get(b, []))
            assert all(rests_on(path, events) for path in paths)
            found += len(paths)
    assert found > 10  # else the comparison above said nothing
