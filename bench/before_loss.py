"""`python -m bench.before_loss`: of the losses in a simulated world, how many victims stood high in the ranking before.

Analyses the world as of every few hours, exactly as `graphsvc analyse --as-of` does, and asks for each loss whether the
person was among the first K of the ranking at a cut at least ten minutes before it, after the first contact. Beside it,
with the same K, the one-hop rule of today's systems: the newest contacts of flagged numbers. A first figure, not the
replay with capacities that measures warnings.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import polars as pl

from graphsvc.model.progress import silent
from graphsvc.service import Service
from graphsvc.settings import Settings
from graphsvc.store import facts as fact_store
from graphsvc.store import results
from graphsvc.wiring import open_service

HOUR_MS = 3_600_000
BEFORE_MS = 10 * 60_000


def main() -> None:
    """Make a world, analyse it at every cut and print the shares."""
    parser = argparse.ArgumentParser(prog="python -m bench.before_loss", description=__doc__)
    parser.add_argument("--subscribers", type=int, default=20_000)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--variant", default="plain")
    parser.add_argument("--every-hours", type=int, default=6)
    options = parser.parse_args()
    rows = []
    for seed in options.seeds:
        with tempfile.TemporaryDirectory() as folder:
            world = Path(folder) / "world"
            command = [sys.executable, "-m", "graphsvc", "simulate", "--out", str(world), "--seed", str(seed)]
            command += ["--subscribers", str(options.subscribers), "--days", str(options.days)]
            subprocess.run([*command, "--variant", options.variant, "--json"], check=True, stdout=subprocess.DEVNULL)
            rows += judge(world, Path(folder) / "home", every_ms=options.every_hours * HOUR_MS)
    found = pl.DataFrame(rows)
    print(f"{options.variant}, {options.subscribers:,} subscribers, {options.days} days, seeds {options.seeds}")
    print(f"{len(found)} losses inside the window; share whose victim was among the first K at an earlier cut:\n")
    print("| K | graphsvc | one hop from flagged numbers |\n|--:|--:|--:|")
    for share in (0.001, 0.0025, 0.005, 0.01):
        k = round(options.subscribers * share)
        ours, one_hop = ((found[name] <= k).mean() for name in ("ranked", "one_hop"))
        print(f"| {k} ({share:.2%}) | {ours:.2f} | {one_hop:.2f} |")


def judge(world: Path, home: Path, *, every_ms: int) -> list[dict[str, float]]:
    """For each loss, the best rank that the victim had at a cut in time; infinite if never ranked."""
    victims = pl.read_parquet(world / "truth" / "victims.parquet")
    losses = victims.filter(pl.col("lost_at").is_not_null() & pl.col("number").is_not_null())
    with open_service(Settings(home=home)) as service:
        service.load([world / "feeds"], kind=None, feed_id="default", progress=silent)
        last = service.ledger.newest_known_at()
        first = losses["first_contact_at"].min()
        assert last is not None
        assert isinstance(first, int)
        best: dict[tuple[str, int], dict[str, float]] = {
            (number, lost_at): {"ranked": float("inf"), "one_hop": float("inf")}
            for number, lost_at in losses.filter(pl.col("lost_at") <= last).select("number", "lost_at").rows()
        }
        since = dict(zip(losses["number"], losses["first_contact_at"], strict=True))
        start = max(first, last - 10 * 24 * HOUR_MS)
        for cut in range(start + every_ms, last, every_ms):
            ranks = {"ranked": ranking_at(service, cut), "one_hop": one_hop_at(service, cut)}
            for (number, lost_at), found in best.items():
                if since[number] <= cut <= lost_at - BEFORE_MS:
                    for name, rank in ranks.items():
                        found[name] = min(found[name], rank.get(number, float("inf")))
    return [found for (_, lost_at), found in best.items() if lost_at > start]


def ranking_at(service: Service, cut: int) -> dict[str, int]:
    """Raw number → rank, for those ranked as of a cut."""
    record = service.analyse(as_of=cut)
    victims = results.victims(service.catalogue, record.analysis_id, limit=1000)
    raw = service.registry.reveal([one["number"] for one in victims])
    return {raw[one["number"]]: one["rank"] for one in victims}


def one_hop_at(service: Service, cut: int) -> dict[str, int]:
    """Raw number → place among the contacts of flagged numbers, the newest contact first."""
    snapshot = service.snapshot(cut)
    flags = fact_store.facts_at(service.catalogue, cut).flags["number"].drop_null().to_pylist()
    flagged = [i for i in snapshot.dense(flags).tolist() if i >= 0]
    newest: dict[int, int] = {}
    for i in flagged:
        for contact in range(snapshot.out_start[i], snapshot.out_start[i + 1]):
            person = int(snapshot.numbers[snapshot.contact_to[contact]])
            newest[person] = max(newest.get(person, 0), int(snapshot.last_at[contact]))
    order = sorted(newest, key=lambda person: (-newest[person], person))[:1000]
    raw = service.registry.reveal(order)
    return {raw[person]: place for place, person in enumerate(order, 1)}


if __name__ == "__main__":
    main()
