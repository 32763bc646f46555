"""`python -m bench`: the main job beside DuckDB reading and grouping the same Parquet, at growing sizes.

Every measured piece runs in a process of its own, so that its CPU seconds and peak memory are its own. Prints a
Markdown table; `--out FILE` writes it as well.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

PIECES = ("floor", "load", "analyse", "reload")


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
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    return Cost(**json.loads(run.stdout.splitlines()[-1]))


def make_world(folder: Path, *, subscribers: int, days: int) -> None:
    """A simulated world on disk; not timed."""
    command = [sys.executable, "-m", "graphsvc", "simulate", "--out", str(folder), "--json"]
    command += ["--subscribers", str(subscribers), "--days", str(days), "--seed", "7"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def table(rows: dict[int, dict[str, Cost]]) -> str:
    """Costs and ratios as Markdown."""
    lines = [
        "| events | piece | wall s | × floor | CPU s | × floor | peak MiB |",
        "|--:|---|--:|--:|--:|--:|--:|",
    ]
    for events, costs in rows.items():
        floor = costs["floor"]
        whole = Cost(
            costs["load"].wall_s + costs["analyse"].wall_s,
            costs["load"].cpu_s + costs["analyse"].cpu_s,
            max(costs["load"].peak_mib, costs["analyse"].peak_mib),
            events,
        )
        for name, cost in [*costs.items(), ("load + analyse", whole)]:
            lines.append(
                f"| {events:,} | {name} | {cost.wall_s:.2f} | {cost.wall_s / floor.wall_s:.1f} | {cost.cpu_s:.2f} "
                f"| {cost.cpu_s / floor.cpu_s:.1f} | {cost.peak_mib:,.0f} |"
            )
    return "\n".join(lines)


def main() -> None:
    """Measure at each size and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--subscribers", type=int, nargs="+", default=[5_000, 50_000])
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    rows: dict[int, dict[str, Cost]] = {}
    for subscribers in options.subscribers:
        with tempfile.TemporaryDirectory() as folder:
            world, home = Path(folder) / "world", Path(folder) / "home"
            make_world(world, subscribers=subscribers, days=options.days)
            costs = {piece: measure(piece, world=world, home=home) for piece in PIECES}
            rows[costs["floor"].events] = costs
    text = table(rows)
    print(f"{os.cpu_count()} cores; floor: DuckDB reads events.parquet and groups it by (a_number, b_number)\n")
    print(text)
    if options.out:
        options.out.write_text(text + "\n")


if __name__ == "__main__":
    main()
