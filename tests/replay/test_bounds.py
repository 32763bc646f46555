"""Simpler rules and the oracle beside a replay: same time, same capacity, nothing known before its time."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from graphsvc.cli.door import run
from graphsvc.replay.baselines import all_baselines
from graphsvc.replay.evaluate import BOUNDED, ORACLE
from tests.replay.conftest import Replayed, replayed


@pytest.fixture(scope="module")
def bounded(world: Path, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A replay of its own, evaluated with its bounds."""
    out = tmp_path_factory.mktemp("bounded") / "replay"
    replayed(world / "feeds", out, "--raw-numbers", home=home)
    return out


@pytest.fixture(scope="module")
def found(bounded: Path, world: Path, home: Path) -> dict[str, Any]:
    page = bounded / "page.html"
    command = ["--home", str(home), "evaluate", str(world / "truth"), str(bounded), "--bounds", "--report", str(page)]
    assert run(command) == 0
    said = bounded / "said.json"
    with pytest.MonkeyPatch.context() as patch, said.open("w") as sink:
        patch.setattr("sys.stdout", sink)
        assert run([*command, "--json"]) == 0
    answer: dict[str, Any] = json.loads(said.read_text())
    return answer


def test_every_rule_is_measured_at_the_same_capacity(found: dict[str, Any], bounded: Path) -> None:
    assert list(found["beside"]) == [*all_baselines(1), ORACLE]
    for name, one in found["beside"].items():
        assert set(BOUNDED) <= set(one), name
        warnings = pl.read_parquet(bounded / "bounds" / name.replace(" ", "-") / "warnings.parquet")
        assert one["warnings"] == len(warnings)
        a_day = warnings.group_by((pl.col("warned_at") + 8 * 3_600_000) // 86_400_000, "channel").len()
        for channel, most in (("sms", 12), ("call", 3), ("visit", 1)):
            assert (a_day.filter(pl.col("channel") == channel)["len"] <= most).all(), (name, channel)
    own, best = found["warned_in_time_recall"], found["beside"][ORACLE]["warned_in_time_recall"]
    if best:
        assert found["of_oracle"]["warned_in_time_recall"] == pytest.approx(own / best)
    page = (bounded / "page.html").read_text()
    assert "Beside simpler rules and an oracle" in page
    assert "personalised PageRank" in page


def test_the_oracle_knows_a_number_from_its_first_event_on_and_no_sooner(
    found: dict[str, Any], bounded: Path, world: Path
) -> None:
    flags = pl.read_parquet(bounded / "bounds" / "oracle-feeds" / "flags.parquet")
    truth = pl.read_parquet(world / "truth" / "numbers.parquet").filter(pl.col("fraud_from").is_not_null())
    assert set(flags["number"]) <= set(truth["number"])
    assert len(flags) > 0.9 * len(truth)
    events = pl.read_parquet(world / "feeds" / "events.parquet")
    seen = pl.concat([events.select("known_at", number=side) for side in ("a_number", "b_number")])
    first = dict(seen.group_by("number").agg(pl.col("known_at").min()).iter_rows())
    assert all(at >= first[number] for number, at in flags.select("number", "known_at").iter_rows())
    kept = {path.name for path in (bounded / "bounds" / "oracle-feeds").iterdir()}
    assert kept == {path.name for path in (world / "feeds").iterdir()}


def test_a_replay_that_does_not_say_what_it_was_asked_for_has_no_bounds(
    replay: Replayed, world: Path, home: Path, tmp_path: Path
) -> None:
    for path in replay.folder.glob("*.parquet"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    command = ["--home", str(home), "evaluate", str(world / "truth"), str(tmp_path), "--bounds"]
    assert run(command) == 3
