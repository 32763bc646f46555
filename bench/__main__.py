"""`python -m bench`: the main job beside DuckDB reading and grouping the same Parquet, at growing sizes.

Every measured piece runs in a process of its own, so that its CPU seconds and peak memory are its own. The floor is
measured beside each piece, and its median counts. What only a first run does (compiling kernels and modules, which are
kept on disk) is done before, on a small world, and told apart. Prints Markdown tables;
`--out FILE` writes them as well.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

PIECES = ("floor", "load", "floor", "analyse", "floor", "reload")
WARM_UP_SUBSCRIBERS = 500


@dataclass(frozen=True)
class Cost:
    """What one piece took."""

    wall_s: float
    cpu_s: float
    peak_mib: float
    events: int


def measure(piece: str, *, world: Path, home: Path) -> Cost:
    """Run one piece in a child and read what it cost from the kernel."""
    command = [sys.executable, "-m", "bench.pieces", piece, str(world), str(home)]
    # An installed program has its modules compiled; so have the pieces, also where the shell forbids to keep them.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    return Cost(**json.loads(run.stdout.splitlines()[-1]))


def measured(folder: Path, *, subscribers: int, days: int) -> dict[str, Cost]:
    """What each piece took on a simulated world, in order; of the floor, the median."""
    world, home = folder / "world", folder / "home"
    make_world(world, subscribers=subscribers, days=days)
    runs: dict[str, list[Cost]] = {}
    for piece in PIECES:
        runs.setdefault(piece, []).append(measure(piece, world=world, home=home))
    return {piece: typical(costs) for piece, costs in runs.items()}


def typical(costs: Sequence[Cost]) -> Cost:
    """The median of each figure of runs of one piece."""
    return Cost(
        median(cost.wall_s for cost in costs),
        median(cost.cpu_s for cost in costs),
        max(cost.peak_mib for cost in costs),
        costs[0].events,
    )


def make_world(folder: Path, *, subscribers: int, days: int) -> None:
    """A simulated world on disk; not timed."""
    command = [sys.executable, "-m", "graphsvc", "simulate", "--out", str(folder), "--json"]
    command += ["--subscribers", str(subscribers), "--days", str(days), "--seed", "7"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def together(costs: dict[str, Cost]) -> Cost:
    """From a file of events to ranked people: load and analyse."""
    load, analyse = costs["load"], costs["analyse"]
    return Cost(
        load.wall_s + analyse.wall_s,
        load.cpu_s + analyse.cpu_s,
        max(load.peak_mib, analyse.peak_mib),
        load.events,
    )


def table(rows: Sequence[dict[str, Cost]]) -> str:
    """Costs and ratios as Markdown."""
    lines = [
        "| events | piece | wall s | × floor | CPU s | × floor | peak MiB |",
        "|--:|---|--:|--:|--:|--:|--:|",
    ]
    for costs in rows:
        floor = costs["floor"]
        for name, cost in [*costs.items(), ("load + analyse", together(costs))]:
            lines.append(
                f"| {floor.events:,} | {name} | {cost.wall_s:.2f} | {cost.wall_s / floor.wall_s:.1f} "
                f"| {cost.cpu_s:.2f} | {cost.cpu_s / floor.cpu_s:.1f} | {cost.peak_mib:,.0f} |"
            )
    return "\n".join(lines)


def growth(rows: Sequence[dict[str, Cost]]) -> str:
    """What one more million events cost between a size and the next: the same everywhere if growth is linear."""
    lines = ["| events from | to | load + analyse, CPU s a million | floor, CPU s a million |", "|--:|--:|--:|--:|"]
    for small, large in pairwise(rows):
        millions = (large["floor"].events - small["floor"].events) / 1e6
        whole = (together(large).cpu_s - together(small).cpu_s) / millions
        floor = (large["floor"].cpu_s - small["floor"].cpu_s) / millions
        lines.append(f"| {small['floor'].events:,} | {large['floor'].events:,} | {whole:.2f} | {floor:.2f} |")
    return "\n".join(lines)


def main() -> None:
    """Measure at each size and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--subscribers", type=int, nargs="+", default=[5_000, 15_000, 50_000])
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        first = together(measured(Path(folder), subscribers=WARM_UP_SUBSCRIBERS, days=options.days))
    rows: list[dict[str, Cost]] = []
    for subscribers in options.subscribers:
        with tempfile.TemporaryDirectory() as folder:
            rows.append(measured(Path(folder), subscribers=subscribers, days=options.days))
    parts = [
        f"{os.cpu_count()} cores; floor: DuckDB reads events.parquet and groups it by (a_number, b_number)",
        f"First run on {first.events:,} events, with whatever had to be compiled: {first.cpu_s:.1f} CPU s",
        table(rows),
        *([growth(rows)] if len(rows) > 1 else []),
    ]
    text = "\n\n".join(parts)
    print(text)
    if options.out:
        options.out.write_text(text + "\n")


if __name__ == "__main__":
    main()
