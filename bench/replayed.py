"""`python -m bench.replayed`: our warnings against simpler rules and an oracle, at the same capacity, by variant.

Makes a world, replays its second part (the first week is history), and measures everybody's warnings with
`graphsvc evaluate`. The oracle is graphsvc with every fraud number flagged, with its kind of scam, from the moment its
first contact was known: it knows the gangs, not the future. Prints a Markdown table with 95 % intervals over gangs.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from bench.baselines import HOUR_MS, Moment, Scores, all_baselines
from graphsvc.dispatch.capacity import day_ends, default_per_day, period_starts
from graphsvc.dispatch.pacing import released
from graphsvc.model.warnings import WarningChannel
from graphsvc.model.words import NumberKind
from graphsvc.replay.pages import TABLES
from graphsvc.replay.plan import CHANNELS
from graphsvc.replay.shown import Renamed
from graphsvc.replay.timeline import Timeline, read_timeline
from graphsvc.settings import Settings
from graphsvc.wiring import open_service

HISTORY_DAYS = 7
ZONE = ZoneInfo("Asia/Shanghai")
FIGURES = {
    "warned_in_time_recall": "recall in time",
    "warned_in_time_recall_calls_visits": "… calls and visits",
    "precision_contact": "in contact",
    "precision_deep_calls_visits": "deep, calls and visits",
    "average_precision_unflagged": "AP unflagged",
    "adjusted_rand_index": "ARI",
    "purity": "purity",
    "network_ids_kept": "ids kept",
    "ece": "ECE",
    "ece_in_contact": "ECE contact",
    "scam_type_right": "scam type",
    "faithful_evidence": "evidence",
}
NUMBERS_ONLY = {"average_precision_unflagged", "adjusted_rand_index", "purity", "network_ids_kept"}


def main() -> None:
    """Every variant and seed asked for; one table each."""
    parser = argparse.ArgumentParser(prog="python -m bench.replayed", description=__doc__)
    parser.add_argument("--subscribers", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=21)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--variants", nargs="+", default=["plain", "camouflage", "rotation", "sparse", "storm"])
    parser.add_argument("--every", default="1h")
    parser.add_argument("--only", choices=["graphsvc", "oracle", "baselines"], nargs="+", default=None)
    parser.add_argument("--out", type=Path, help="Keep worlds, replays and figures (JSON) here.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        place = options.out or Path(scratch)
        for variant in options.variants:
            for seed in options.seeds:
                print(
                    f"\n### {variant}, seed {seed}, {options.subscribers:,} subscribers, {options.days} days\n",
                    flush=True,
                )
                rows = of_world(place / f"{variant}-{seed}", variant, seed, options)
                print(table(rows), flush=True)


def of_world(place: Path, variant: str, seed: int, options: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """Figures by rule, for one world."""
    world = place / "world"
    if not world.exists():
        size = ["--subscribers", str(options.subscribers), "--days", str(options.days)]
        graphsvc("simulate", "--out", world, "--seed", seed, "--variant", variant, *size)
    first = pl.scan_parquet(world / "feeds" / "events.parquet").select(pl.col("known_at").min()).collect().item()
    since = period_starts(first + HISTORY_DAYS * 24 * HOUR_MS, ZONE)["day"]
    wanted = options.only or ["graphsvc", "oracle", "baselines"]
    found: dict[str, dict[str, Any]] = {}
    if "graphsvc" in wanted:
        found["graphsvc"] = replayed(place / "graphsvc", world / "feeds", world, since, options.every)
    if "baselines" in wanted:
        found |= baselines(place, world, since, seed)
    if "oracle" in wanted:
        found["oracle"] = replayed(place / "oracle", oracle_feeds(place, world), world, since, options.every)
    return found


def replayed(out: Path, feeds: Path, world: Path, since: int, every: str) -> dict[str, Any]:
    """What `graphsvc replay` and `evaluate` say, and the CPU seconds of the replay."""
    before = _cpu_s()
    graphsvc("replay", feeds, "--out", out, "--since", since, "--every", every, "--raw-numbers")
    return {**measured(out, world), "cpu_s": _cpu_s() - before}


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measured(out: Path, world: Path) -> dict[str, Any]:
    """What `graphsvc evaluate` says of a replay of the world's own feeds."""
    return graphsvc("evaluate", world / "truth", out, "--feeds", world / "feeds")


def graphsvc(*arguments: object) -> dict[str, Any]:
    """The command in a process of its own; its JSON."""
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "graphsvc", "--home", home, *map(str, arguments), "--json"]
        run = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    answer: dict[str, Any] = json.loads(run.stdout)
    return answer


def oracle_feeds(place: Path, world: Path) -> Path:
    """The feeds with a certain flag on every fraud number from the moment its first contact was known."""
    feeds = place / "oracle-feeds"
    if feeds.exists():
        return feeds
    shutil.copytree(world / "feeds", feeds, symlinks=True)
    truth = pl.read_parquet(world / "truth" / "numbers.parquet").filter(pl.col("gang_id").is_not_null())
    gangs = pl.read_parquet(world / "truth" / "gangs.parquet").select("gang_id", "scam_type")
    active = truth.filter(pl.col("fraud_from").is_not_null()).join(gangs, on="gang_id")
    flags = active.select(
        "number",
        "scam_type",
        known_at="fraud_from",
        source=pl.lit("police"),
        case_id=pl.format("gang-{}", "gang_id"),
        confidence=pl.lit(1.0),
        valid_from="fraud_from",
        revoked_at="recycled_at",
    )
    flags.write_parquet(feeds / "flags.parquet")
    return feeds


def baselines(place: Path, world: Path, since: int, seed: int) -> dict[str, dict[str, Any]]:
    """Figures of every simpler rule."""
    home = place / "home"
    with open_service(Settings(home=home)) as service:
        service.load([world / "feeds"], kind=None, feed_id="default")
        timeline = read_timeline(service)
        subscribers = len(timeline.facts_held(since).subscribers)
        kinds = (NumberKind.SHORT_CODE, NumberKind.ALPHANUMERIC)
        nobody = timeline.numbers.here[service.registry.of_kinds(kinds)]
        per_day = {channel: default_per_day(channel, subscribers) for channel in CHANNELS}
        names = Renamed(service.registry, timeline)
        found = {}
        for name, scores in all_baselines(seed).items():
            rows = warned(timeline, scores, since, per_day, nobody)
            raw = names.reveal([int(row["number"]) for row in rows])
            out = place / name.replace(" ", "-")
            write(out, [{**row, "number": raw[row["number"]]} for row in rows], since, int(timeline.known_at[-1]))
            found[name] = measured(out, world)
    shutil.rmtree(home)
    return found


def warned(
    timeline: Timeline, scores: Scores, since: int, per_day: dict[WarningChannel, int], nobody: Any
) -> list[dict[str, Any]]:
    """Hour by hour, the best by score within what is released of the day's capacity."""
    rows: list[dict[str, Any]] = []
    last: dict[tuple[int, WarningChannel], int] = {}
    used: dict[tuple[int, WarningChannel], int] = {}
    for at in range(since, int(timeline.known_at[-1]) + 1, HOUR_MS):
        numbers = int(np.searchsorted(timeline.numbers.first_known, at, side="right"))
        now = Moment(timeline, at, timeline.facts_held(at), numbers)
        danger = scores(now)
        danger[now.public() | now.flagged()] = 0
        danger[nobody[nobody < numbers]] = 0
        order = np.argsort(-danger, kind="stable")[:2000]
        day, ends = period_starts(at, ZONE)["day"], day_ends(at, ZONE)
        for channel in CHANNELS:
            free = released(per_day[channel], begun=day, at=at + HOUR_MS, ends=ends) - used.get((day, channel), 0)
            for number in order.tolist():
                if free <= 0 or danger[number] <= 0:
                    break
                if at - last.get((number, channel), -(10**15)) >= 24 * HOUR_MS:
                    last[number, channel] = at
                    used[day, channel] = used.get((day, channel), 0) + 1
                    free -= 1
                    rows.append({"warned_at": at, "number": number, "channel": channel.value})
    return rows


def write(out: Path, rows: list[dict[str, Any]], since: int, until: int) -> None:
    """A replay's files with warnings alone; the probability of a rule that gives none is 0."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    warnings = pl.DataFrame([{"warning_id": str(k), "probability": 0.0, **row} for k, row in enumerate(rows)])
    for name, schema in TABLES.items():
        frame = warnings if name == "warnings" else schema.to_frame()
        missing = [pl.lit(None, kind).alias(column) for column, kind in schema.items() if column not in frame.columns]
        frame.with_columns(missing).select(schema.names()).write_parquet(out / f"{name}.parquet")
    settings = {"since": since, "until": until, "raw_numbers": True}
    (out / "summary.json").write_text(json.dumps({"settings": settings}))


def table(rows: dict[str, dict[str, Any]]) -> str:
    """Rules down, figures across, intervals below the figures."""
    lines = ["| rule | warnings | " + " | ".join(FIGURES.values()) + " |", "|---|--:|" + "--:|" * len(FIGURES)]
    for name, found in rows.items():
        own = name in ("graphsvc", "oracle")
        cells = [_cell(found, figure) if own or figure in _OF_WARNINGS else "–" for figure in FIGURES]
        lines.append(f"| {name} | {found['counts']['warnings']:,} | " + " | ".join(cells) + " |")
    losses = next(iter(rows.values()))["counts"]["losses"]
    return "\n".join([*lines, "", f"{losses} losses in the time replayed."])


_OF_WARNINGS = {
    "warned_in_time_recall",
    "warned_in_time_recall_calls_visits",
    "precision_contact",
    "precision_deep_calls_visits",
}


def _cell(found: dict[str, Any], figure: str) -> str:
    value = found.get(figure)
    low, high = found["intervals"].get(figure, [None, None])
    if value is None:
        return "–"
    return f"{value:.3f}" + ("" if low is None else f" ({low:.2f}–{high:.2f})")


if __name__ == "__main__":
    main()
