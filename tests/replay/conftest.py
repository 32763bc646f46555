"""One small simulated world and its replay, made once for all tests of this folder."""

import json
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from graphsvc.cli.door import run
from graphsvc.model.progress import silent
from graphsvc.replay.timeline import Timeline, read_timeline
from graphsvc.settings import Settings
from graphsvc.simulate.world import simulate
from graphsvc.wiring import open_service

OPTIONS = ("--every", "8h", "--since", "2026-03-04T00:00:00+08:00", "--sms-per-day", "12", "--calls-per-day", "3")
FILES = ("warnings", "networks", "numbers")
EAGER = "[least]\nsms = 0.0001\ncall = 0.0001\nvisit = 0.0001\n"
"""A policy that calls and visits for little: so small a world has next to nobody for whom the default would."""


@dataclass(frozen=True)
class Replayed:
    """What a replay wrote."""

    folder: Path

    def table(self, name: str) -> pl.DataFrame:
        """One of FILES."""
        return pl.read_parquet(self.folder / f"{name}.parquet")

    @property
    def summary(self) -> dict[str, Any]:
        """summary.json."""
        found: dict[str, Any] = json.loads((self.folder / "summary.json").read_text())
        return found

    def bytes(self) -> dict[str, Any]:
        """Everything but the timings."""
        files: dict[str, Any] = {name: (self.folder / f"{name}.parquet").read_bytes() for name in FILES}
        return files | {"summary": {**self.summary, "timings": None}}


def replayed(feeds: Path, out: Path, *options: str, home: Path) -> Replayed:
    """The command, called in this process."""
    assert run(["--home", str(home), "replay", str(feeds), "--out", str(out), *OPTIONS, *options, "--json"]) == 0
    return Replayed(out)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Feeds and truth of 1,500 subscribers and six days."""
    folder = tmp_path_factory.mktemp("world")
    simulate(folder, subscribers=1500, days=6, seed=3, variant="plain", start=date(2026, 3, 2), progress=silent)
    return folder


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder whose keys make the tokens."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def replay(world: Path, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    """The world replayed, with numbers as they came."""
    return replayed(world / "feeds", tmp_path_factory.mktemp("out") / "replay", "--raw-numbers", home=home)


@pytest.fixture(scope="session")
def eager(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The policy EAGER as a file."""
    path = tmp_path_factory.mktemp("policy") / "eager.toml"
    path.write_text(EAGER)
    return path


@pytest.fixture(scope="session")
def crowded(world: Path, home: Path, eager: Path, tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    """The world replayed with that policy: more people are worth each channel than there is capacity."""
    out = tmp_path_factory.mktemp("crowded") / "replay"
    return replayed(world / "feeds", out, "--raw-numbers", "--policy", str(eager), home=home)


@pytest.fixture(scope="session")
def timeline(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    """What a larger world became, of 4,000 subscribers and eight days."""
    folder, home = tmp_path_factory.mktemp("larger"), tmp_path_factory.mktemp("loaded")
    simulate(folder, subscribers=4000, days=8, seed=5, variant="plain", start=date(2026, 3, 2), progress=silent)
    with open_service(Settings(home=home)) as service:
        service.load([folder / "feeds"], kind=None, feed_id="default")
        read = read_timeline(service)
    shutil.rmtree(home)
    return read
