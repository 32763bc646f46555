"""The whole job on a world made on the spot: simulate, load, analyse, and what comes of it."""

import hashlib
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from graphsvc.cli.asking import show_networks, show_victims
from graphsvc.cli.desk import Desk, json_option, pass_desk
from graphsvc.cli.loading import FIRST_DAY, show_analysis, show_load
from graphsvc.cli.output import emit, listening, note
from graphsvc.errors import UsageError
from graphsvc.reports.values import Page
from graphsvc.settings import Settings

if TYPE_CHECKING:
    from graphsvc.ingest.load import LoadReport
    from graphsvc.model.progress import Progress
    from graphsvc.reports.values import NetworkReport, Ranking
    from graphsvc.store.results import AnalysisRecord

DEMO_HOME = Path("graphsvc-demo")
MARK = "made-by-graphsvc-demo"
_SHOWN = 15
_PAGE = "http://127.0.0.1:8000/"


@dataclass(frozen=True)
class DemoResult:
    """What the demo ends with."""

    home: Path
    loaded: "LoadReport"
    record: "AnalysisRecord"
    ranking: "Ranking"
    networks: "list[NetworkReport]"
    timings: dict[str, float]


@click.command(short_help="The whole job on a world made on the spot.")
@click.option("--subscribers", default=20_000, show_default=True, type=click.IntRange(1000, 1_000_000))
@click.option("--days", default=14, show_default=True, type=click.IntRange(3, 60))
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same world and the same ranking.")
@json_option
@pass_desk
def demo(desk: Desk, subscribers: int, days: int, seed: int, as_json: bool) -> None:
    """The main job on a world made on the spot: likely victims, ranked, and the networks behind them.

    Works in ./graphsvc-demo (or --home), which it makes afresh, and keeps the world's feeds and truth beside it in
    ./graphsvc-demo-world; it never touches a folder that it did not make.
    """
    home = DEMO_HOME if desk.settings.home == Settings.home else desk.settings.home
    note(f"an invented world of {subscribers:,} subscribers and {days} days, in {home}")
    with listening() as progress:
        made = run_demo(
            replace(desk.settings, home=home),
            subscribers=subscribers,
            days=days,
            seed=seed,
            progress=progress,
        )
    answer = {
        "victims": made.ranking.victims,
        "networks": made.networks,
        "timings": made.timings,
        "as_of": made.record.as_of,
        "counts": dict(made.record.counts),
        "home": str(home),
        "page": {"command": _command(home, "serve"), "address": _PAGE},
    }
    emit(answer, as_json=as_json, render=lambda console: _show(console, made, desk.settings.timezone))


def run_demo(settings: Settings, *, subscribers: int, days: int, seed: int, progress: "Progress") -> DemoResult:
    """Make the folder afresh, the world, the ledger and the analysis; raises UsageError on a folder of other use."""
    from graphsvc.simulate.world import simulate
    from graphsvc.wiring import open_service

    world = settings.home.with_name(f"{settings.home.name}-world")
    for folder in (settings.home, world):
        _make_afresh(folder)
    timings: dict[str, float] = {}
    with _timed(timings, "simulate"):
        simulate(
            world,
            subscribers=subscribers,
            days=days,
            seed=seed,
            variant="plain",
            start=FIRST_DAY,
            progress=progress,
        )
    _place_known_keys(settings.home, seed)
    with open_service(replace(settings, token_key=None, vault_key=None)) as service:
        with _timed(timings, "load"):
            loaded = service.load([world / "feeds"], kind=None, feed_id="default", progress=progress)
        with _timed(timings, "analyse"):
            record = service.analyse(as_of=None, progress=progress)
        ranking = service.victims(Page(limit=_SHOWN))
        networks = service.networks(limit=_SHOWN)
    return DemoResult(settings.home, loaded, record, ranking, networks, timings)


def _make_afresh(home: Path) -> None:
    if home.exists():
        if any(home.iterdir()) and not (home / MARK).exists():
            raise UsageError(f"{home} holds something that the demo did not make; name another folder with --home")
        shutil.rmtree(home)
    home.mkdir(mode=0o700, parents=True)
    (home / MARK).touch()


def _place_known_keys(folder: Path, seed: int) -> None:
    # The world is invented, so its keys need no secrecy; the same keys give the same tokens in every run.
    from graphsvc.store.home import Home
    from graphsvc.store.keys import place_keys

    token, vault = (hashlib.sha256(f"demo {name} {seed}".encode()).digest() for name in ("token", "vault"))
    place_keys(Home.open(folder), token=token, vault=vault)


@contextmanager
def _timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    timings[stage] = round(time.perf_counter() - began, 3)


def _show(console: Console, made: DemoResult, timezone: str) -> None:
    show_load(console, made.loaded)
    console.print()
    show_analysis(console, made.record, timezone)
    console.print()
    show_victims(console, made.ranking, timezone)
    console.print()
    show_networks(console, made.networks, timezone)
    times = " · ".join(f"{stage} {seconds:.1f} s" for stage, seconds in made.timings.items())
    console.print(f"\n{times}", style="dim")
    example = made.networks[0].reference if made.networks else "ID"
    token = made.ranking.victims[0].token if made.ranking.victims else "NUMBER"
    console.print("\nWhat to do next:", style="bold")
    for command, meaning in (
        (f"network {example}", "who is in the first network, with roles and devices"),
        (f"number {token}", "what is known of the person at the top, and whom to believe"),
        ("connected --flagged --limit 20", "who is near the flagged numbers"),
        (f"export --format graphml --network {example} network.graphml", "the same for other tools"),
    ):
        # Never broken into lines: people copy them.
        console.print(f"  {_command(made.home, command)}\n      {meaning}", markup=False, soft_wrap=True)
    console.print("\nThe page, for looking around:", style="bold")
    console.print(f"  {_command(made.home, 'serve')}", markup=False, soft_wrap=True)
    console.print(
        f"      serves it at {_PAGE} until Ctrl-C, and prints the link that lets you in", markup=False, soft_wrap=True
    )


def _command(home: Path, command: str) -> str:
    """A command as it can be copied; where graphsvc is not on the path (make demo), the program that runs here."""
    by_module = Path(sys.argv[0]).name == "__main__.py"
    program = "graphsvc" if shutil.which("graphsvc") else "python -m graphsvc" if by_module else sys.argv[0]
    return f"{program} --home {home} {command}"
