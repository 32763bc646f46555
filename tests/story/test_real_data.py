"""The whole journey on published data: counts are exact, the planted ring is found, time is respected."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.conftest import CommandLine

pytestmark = pytest.mark.data

SETS = ("reality_mining_calls", "copenhagen", "vast2008_mc3", "callmine_sample")
PREFIX = {"reality_mining_calls": "01", "copenhagen": "02", "vast2008_mc3": "03", "callmine_sample": "04"}


def number_of(data_set: str, node: int) -> str:
    """The synthetic number that stands for a node of a data set (see the data's own README)."""
    return f"+8613{PREFIX[data_set]}{(6180339 * node + 2718281) % 10_000_000:07d}"


def events_of(data: Path, data_set: str) -> pl.DataFrame:
    return pl.read_parquet(data / data_set / "feeds" / "events.parquet")


@pytest.mark.parametrize("data_set", SETS)
def test_counts_are_exact_against_the_file(graphsvc: CommandLine, data: Path, data_set: str) -> None:
    events = events_of(data, data_set)
    loaded = graphsvc("load", data / data_set / "feeds", "--json").json["feeds"]["events"]
    assert loaded == {"read": len(events), "accepted": len(events), "duplicate": 0, "rejected": 0}
    counts = graphsvc("analyse", "--json").json["counts"]
    others = events.filter(pl.col("a_number") != pl.col("b_number"))
    assert counts["events"] == len(events)
    assert counts["contacts"] == others.select("a_number", "b_number").n_unique()
    assert counts["numbers"] == pl.concat([events["a_number"], events["b_number"]]).n_unique()
    assert counts["networks"] == 0, "nobody is flagged and nothing is shared: no network may be named"
    assert counts["suspects"] == 0, "and nobody may be held suspect"


@pytest.mark.parametrize("data_set", SETS)
def test_the_busiest_number_is_reported_as_the_file_has_it(graphsvc: CommandLine, data: Path, data_set: str) -> None:
    events = events_of(data, data_set).filter(pl.col("a_number") != pl.col("b_number"))
    busiest = events["a_number"].value_counts().sort("count", "a_number").row(-1)[0]
    sent = events.filter(pl.col("a_number") == busiest)
    graphsvc("load", data / data_set / "feeds")
    graphsvc("analyse")
    contacts = graphsvc("number", busiest, "--json").json["contacts"]
    assert contacts["sent"]["events"] == len(sent)
    assert contacts["sent"]["contacts"] == sent["b_number"].n_unique()
    assert contacts["sent"]["talk_s"] == sent["duration_s"].sum()


def test_the_planted_ring_is_one_network_when_two_members_are_flagged(graphsvc: CommandLine, data: Path) -> None:
    ring = {number_of("callmine_sample", node) for node in range(250, 260)}
    graphsvc("load", data / "callmine_sample" / "feeds")
    for node in (251, 256):
        said = graphsvc("flag", number_of("callmine_sample", node), "--scam-type", "other")
        assert said.status == 0
    graphsvc("analyse")
    found = graphsvc("networks", "--json").json["networks"]
    assert len(found) == 1
    command = ("network", found[0]["network_id"], "--raw-numbers", "--purpose", "test", "--json")
    members = {member["number"] for member in graphsvc(*command).json["networks"][0]["members"]}
    assert members >= ring
    assert len(members - ring) <= 2


def earliest_arrival(events: pl.DataFrame, source: str, target: str) -> int | None:
    """Plain and slow: relax every event in order of time until nothing improves; the time the target is reached."""
    arrival = {source: -1}
    rows = events.sort("started_at").select("a_number", "b_number", "started_at", "duration_s").rows()
    changed = True
    while changed:
        changed = False
        for a, b, started_at, seconds in rows:
            if a in arrival and arrival[a] <= started_at:
                ends = started_at + 1000 * (seconds or 0)
                if ends < arrival.get(b, 1 << 62):
                    arrival[b] = ends
                    changed = True
    return arrival.get(target)


def test_time_respecting_paths_of_the_vast_world_agree_with_a_plain_computation(
    graphsvc: CommandLine, data: Path
) -> None:
    events = events_of(data, "vast2008_mc3")
    graphsvc("load", data / "vast2008_mc3" / "feeds")
    graphsvc("analyse")
    since, until = events["started_at"].min(), events["started_at"].max()
    middle = (since + until) // 2  # type: ignore[operator]
    for source, target in ((200, 1), (5, 300), (17, 42), (0, 399)):
        ends = [number_of("vast2008_mc3", node) for node in (source, target)]
        for first, last in ((since, until), (since, middle), (middle, until)):
            inside = events.filter(pl.col("started_at").is_between(first, last, closed="left"))
            arrival = earliest_arrival(inside, *ends)
            command = ("path", *ends, "--since", first, "--until", last, "--max-hops", 12, "--json")
            paths: list[dict[str, Any]] = graphsvc(*command).json["paths"]
            timed = [path for path in paths if path["time_respecting"]]
            assert bool(timed) == (arrival is not None)
