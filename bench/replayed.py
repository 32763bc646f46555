"""`python -m bench.replayed`: our warnings against simpler rules and an oracle, at the same capacity, by variant.

Makes worlds, replays their second part (the first week is history) with `graphsvc replay`, and measures everybody's
warnings with `graphsvc evaluate --bounds`. Prints a Markdown table a world, with 95 % intervals over gangs, and at the
end one of means over seeds. Without options one seed at one size; `--whole` is five seeds at three sizes of every
variant, which takes most of a day on two cores.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from graphsvc.dispatch.capacity import period_starts
from graphsvc.simulate.variant import VARIANTS

HISTORY_DAYS = 7
DAY_MS = 86_400_000
ZONE = ZoneInfo("Asia/Shanghai")
WHOLE = {"subscribers": [10_000, 20_000, 50_000], "seeds": [1, 2, 3, 4, 5], "variants": list(VARIANTS)}
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
Found = dict[str, Any]
"""What `graphsvc evaluate` says, or of a bound the part of it."""


def main() -> None:
    """Every size, variant and seed asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.replayed", description=__doc__)
    parser.add_argument("--subscribers", type=int, nargs="+", default=[10_000])
    parser.add_argument("--days", type=int, default=21)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--variants", nargs="+", default=list(VARIANTS))
    parser.add_argument("--whole", action="store_true", help="Five seeds, three sizes, every variant.")
    parser.add_argument("--every", default="1h")
    parser.add_argument("--policy", default="worth")
    parser.add_argument("--no-bounds", action="store_true", help="Leave out simpler rules and the oracle.")
    parser.add_argument("--out", type=Path, help="Keep worlds, replays and figures (JSON) here.")
    options = parser.parse_args()
    if options.whole:
        vars(options).update(WHOLE)
    means: defaultdict[tuple[int, str], list[Found]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as scratch:
        for size in options.subscribers:
            for variant in options.variants:
                for seed in options.seeds:
                    place = (options.out or Path(scratch)) / f"{variant}-{size}-{seed}"
                    found = of_world(place, variant, size, seed, options)
                    print(f"\n### {variant}, seed {seed}, {size:,} subscribers, {options.days} days\n")
                    print(table(found), flush=True)
                    means[size, variant].append(found)
    if len(options.seeds) > 1:
        print(f"\n### Means over seeds {options.seeds}\n\n{of_seeds(means)}")


def of_world(place: Path, variant: str, size: int, seed: int, options: argparse.Namespace) -> Found:
    """Figures of one world, with what it is measured beside."""
    world, out = place / "world", place / options.policy
    if not world.exists():
        of = ["--subscribers", size, "--days", options.days, "--seed", seed, "--variant", variant]
        graphsvc(place, "simulate", "--out", world, *of)
    first = pl.scan_parquet(world / "feeds" / "events.parquet").select(pl.col("known_at").min()).collect().item()
    since = period_starts(first + HISTORY_DAYS * DAY_MS, ZONE)["day"]
    before = _cpu_s()
    asked = ["--since", since, "--every", options.every, "--policy", options.policy, "--raw-numbers"]
    graphsvc(place, "replay", world / "feeds", "--out", out, *asked)
    took = _cpu_s() - before
    bounds = [] if options.no_bounds else ["--bounds"]
    found = {**graphsvc(place, "evaluate", world / "truth", out, *bounds), "cpu_s": took}
    (place / f"{options.policy}.json").write_text(json.dumps(found))
    return found


def graphsvc(place: Path, *arguments: object) -> Found:
    """The command in a process of its own; its JSON."""
    command = [sys.executable, "-m", "graphsvc", "--home", str(place / "home"), *map(str, arguments), "--json"]
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    answer: Found = json.loads(run.stdout)
    return answer


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def table(found: Found) -> str:
    """Rules down, figures across, intervals beside the figures."""
    lines = ["| rule | warnings | " + " | ".join(FIGURES.values()) + " |", "|---|--:|" + "--:|" * len(FIGURES)]
    rules: dict[str, Found] = {"graphsvc": {**found, "warnings": found["counts"]["warnings"]}, **found["beside"]}
    for name, one in rules.items():
        lines.append(f"| {name} | {one['warnings']:,} | " + " | ".join(_cell(one, figure) for figure in FIGURES) + " |")
    if found["of_oracle"]:
        shares = (f"{found['of_oracle'][one]:.0%}" if one in found["of_oracle"] else "" for one in FIGURES)
        lines.append("| graphsvc, of the oracle | | " + " | ".join(shares) + " |")
    counts = found["counts"]
    return "\n".join([*lines, "", f"{counts['losses']} losses in the time replayed; {found['cpu_s']:.0f} CPU s."])


def of_seeds(means: dict[tuple[int, str], list[Found]]) -> str:
    """Of each size and variant, figures averaged over seeds, and as shares of the oracle's averages."""
    lines = ["| subscribers | variant | " + " | ".join(FIGURES.values()) + " |", "|--:|---|" + "--:|" * len(FIGURES)]
    for (size, variant), worlds in means.items():
        cells = []
        for figure in FIGURES:
            own = [one[figure] for one in worlds if one.get(figure) is not None]
            best = [value for one in worlds if (value := one["beside"].get("oracle", {}).get(figure)) is not None]
            share = f" ({sum(own) / len(own) / (sum(best) / len(best)):.0%})" if own and sum(best) > 0 else ""
            cells.append(f"{sum(own) / len(own):.3f}{share}" if own else "–")
        lines.append(f"| {size:,} | {variant} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(found: Found, figure: str) -> str:
    value = found.get(figure)
    low, high = found["intervals"].get(figure, [None, None])
    if value is None:
        return "–"
    return f"{value:.3f}" + ("" if low is None else f" ({low:.2f}–{high:.2f})")


if __name__ == "__main__":
    main()
