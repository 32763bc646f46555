"""A replay looks at nothing that was not known, repeats to the byte, goes on after a kill, keeps to the contract."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from graphsvc.cli.door import run
from tests.conftest import CommandLine
from tests.replay.conftest import FILES, OPTIONS, Replayed, replayed

DAY = 86_400_000
SINCE = 1_772_553_600_000
"""2026-03-04 00:00 in Shanghai."""

CONTRACT = {
    "warnings": {
        "warning_id": pl.String,
        "warned_at": pl.Int64,
        "number": pl.String,
        "channel": pl.String,
        "grade": pl.String,
        "stage": pl.String,
        "scam_type": pl.String,
        "probability": pl.Float64,
        "in_contact_probability": pl.Float64,
        "deadline_at": pl.Int64,
        "network_id": pl.Int64,
        "evidence": pl.String,
    },
    "networks": {
        "as_of": pl.Int64,
        "network_id": pl.Int64,
        "number": pl.String,
        "role": pl.String,
        "score": pl.Float64,
    },
    "numbers": {"as_of": pl.Int64, "number": pl.String, "fraud_probability": pl.Float64, "class": pl.String},
}


def test_the_files_are_those_of_the_contract(replay: Replayed, world: Path) -> None:
    for name, schema in CONTRACT.items():
        table = replay.table(name)
        assert dict(table.schema) == schema, name
        assert len(table), name
        assert os.stat(replay.folder / f"{name}.parquet").st_mode & 0o777 == 0o600, "numbers as they came are private"
    warnings = replay.table("warnings")
    assert warnings["warning_id"].is_unique().all()
    assert set(warnings["channel"]) <= {"sms", "call", "visit"}
    assert set(warnings["grade"]) <= {"high", "medium", "low"}
    known = set(pl.read_parquet(world / "feeds" / "subscribers.parquet")["number"])
    events = pl.read_parquet(world / "feeds" / "events.parquet", columns=["a_number", "b_number"])
    known |= set(events["a_number"]) | set(events["b_number"])
    for name in FILES:
        assert set(replay.table(name)["number"]) <= known, "numbers are written as they came"
    numbers = replay.table("numbers")
    assert numbers["fraud_probability"].is_between(0.01, 1.0).all()
    assert set(numbers["class"]) <= {"fraud", "tool", "spoofed", "benign_hub", "ordinary"}
    assert not (replay.folder / "work" / "data").exists(), "the loaded feeds go when the replay is done"


def test_capacity_since_and_cool_down_hold(crowded: Replayed) -> None:
    warnings = crowded.table("warnings")
    assert warnings["warned_at"].min() >= SINCE  # type: ignore[operator]
    a_day = warnings.group_by((pl.col("warned_at") + 8 * 3_600_000) // DAY, "channel").len()
    most = dict(a_day.group_by("channel").agg(pl.col("len").max()).iter_rows())
    assert most == {"sms": 12, "call": 3, "visit": 1}, "all is spent on some day, and never more"
    again = (
        warnings.sort("warned_at")
        .with_columns(before=pl.col("warned_at").shift().over("number", "network_id", "channel"))
        .filter(pl.col("before").is_not_null())  # nobody here has two lone suspects in a day
    )
    assert {"sms", "call"} <= set(again["channel"]), "somebody is warned again"
    assert (again["warned_at"] - again["before"] >= DAY).all()
    cuts = crowded.table("numbers")["as_of"].unique().sort().to_list()
    assert cuts[0] == SINCE
    assert {(at + 8 * 3_600_000) % DAY for at in cuts[:-1]} == {0}, "a cut is the first tick of the operator's day"


def test_the_summary_says_what_was_done(replay: Replayed) -> None:
    summary = replay.summary
    assert summary["settings"]["every_ms"] == 8 * 3_600_000
    assert summary["settings"]["sms_per_day"] == 12
    assert summary["counts"]["warnings"] == len(replay.table("warnings"))
    assert {"counts", "rates", "timings", "settings", "versions"} <= set(summary)


def test_it_repeats_to_the_byte(replay: Replayed, world: Path, home: Path, tmp_path: Path) -> None:
    other = replayed(world / "feeds", tmp_path / "other", "--raw-numbers", home=tmp_path / "other-home")
    for name in FILES:  # evidence names devices by their tokens, which another key makes others
        assert (
            other.table(name).drop("evidence", strict=False).equals(replay.table(name).drop("evidence", strict=False))
        )
    tokens = [replayed(world / "feeds", tmp_path / name, home=home) for name in ("one", "two")]
    assert tokens[0].bytes() == tokens[1].bytes()
    assert tokens[0].table("warnings")["number"].str.starts_with("v1.").all()
    text = b"".join((tokens[0].folder / f"{name}.parquet").read_bytes() for name in FILES)
    text += "".join(tokens[0].table("warnings")["evidence"]).encode()
    for number in replay.table("warnings")["number"].unique().to_list():
        assert number[3:].encode() not in text, "no number in a replay with tokens"


GLANCING = ("--every", "10m", "--since", str(SINCE + 2 * DAY), "--sms-per-day", "200")
"""Ticks of which five of six are glances."""


@pytest.mark.parametrize("options", [(), GLANCING], ids=["looks", "glances"])
def test_what_becomes_known_later_changes_nothing_before(
    replay: Replayed, world: Path, home: Path, eager: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    """Everything after T is taken away, changed, or made up; decisions up to T are the same."""
    at = SINCE + 2 * DAY + 16 * 3_600_000 + 25 * 60_000
    until = ("--raw-numbers", "--until", str(SINCE + 3 * DAY), *options)
    if options:
        until = (*until, "--policy", str(eager))
        replay = replayed(world / "feeds", tmp_path / "known", *until, home=home)
        instants = replay.table("warnings").filter(pl.col("warned_at") <= at)["warned_at"]
        assert (instants % 3_600_000 > 0).any(), "somebody is warned by a glance"
    for name, change in {"nothing more": _without, "another future": _otherwise}.items():
        feeds = tmp_path / name.replace(" ", "-")
        shutil.copytree(world / "feeds", feeds)
        for path in feeds.glob("*.parquet"):
            rows = pl.read_parquet(path)
            if "known_at" in rows.columns:
                change(path.stem, rows, at, world).write_parquet(path)
        other = replayed(feeds, tmp_path / f"out-{feeds.name}", *until, home=home)
        for file in FILES:
            column = "warned_at" if file == "warnings" else "as_of"
            before = [table.filter(pl.col(column) <= at) for table in (replay.table(file), other.table(file))]
            assert len(before[0]), file
            assert before[0].equals(before[1]), f"{name}: {file}"
        assert not replay.table("warnings").equals(other.table("warnings")), "the test changed nothing at all"


def _without(name: str, rows: pl.DataFrame, at: int, world: Path) -> pl.DataFrame:
    return rows.filter(pl.col("known_at") <= at)


def _otherwise(name: str, rows: pl.DataFrame, at: int, world: Path) -> pl.DataFrame:
    """The same rows up to `at`; later ones with other people, and everybody flagged."""
    before, after = rows.filter(pl.col("known_at") <= at), rows.filter(pl.col("known_at") > at)
    rng = random.Random(name)
    for column in ("a_number", "b_number", "number", "victim_number"):
        if column in after.columns:
            shuffled = after[column].to_list()
            rng.shuffle(shuffled)
            after = after.with_columns(pl.Series(column, shuffled, rows[column].dtype))
    if name == "flags":
        people = pl.read_parquet(world / "feeds" / "subscribers.parquet")["number"].head(50)
        made_up = pl.DataFrame({"number": people, "known_at": at + 1, "scam_type": "loan", "source": "police"})
        after = pl.concat([after, made_up], how="diagonal_relaxed")
    return pl.concat([before, after], how="diagonal_relaxed")


@pytest.mark.parametrize("days", [1, 3])
def test_it_goes_on_after_kill_9(replay: Replayed, world: Path, home: Path, tmp_path: Path, days: int) -> None:
    out = tmp_path / "killed"
    command = [sys.executable, "-m", "graphsvc", "--home", str(home), "replay", str(world / "feeds"), "--out", str(out)]
    child = subprocess.Popen([*command, *OPTIONS, "--raw-numbers"], stderr=subprocess.DEVNULL)
    until = time.monotonic() + 200
    while len(list((out / "work" / "days").glob("[0-9]*"))) < days and time.monotonic() < until:
        assert child.poll() is None
        time.sleep(0.01)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert not (out / "summary.json").exists()
    assert replayed(world / "feeds", out, "--raw-numbers", home=home).bytes() == replay.bytes()


def test_another_replay_is_not_written_over(
    graphsvc: CommandLine, world: Path, replay: Replayed, tmp_path: Path
) -> None:
    said = graphsvc("replay", world / "feeds", "--out", replay.folder, "--every", "1h")
    assert said.status == 2
    assert "holds another replay" in said.err
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    said = graphsvc("replay", world / "feeds", "--out", tmp_path / "mine")
    assert said.status == 2
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    ("options", "status"),
    [
        (("--every", "5"), 2),
        (("--every", "0m"), 2),
        (("--sms-per-day", "-1"), 2),
        (("--until", "2020-01-01T00:00:00Z"), 2),
    ],
)
def test_wrong_options_are_wrong_usage(
    graphsvc: CommandLine, world: Path, tmp_path: Path, options: tuple[str, ...], status: int
) -> None:
    assert graphsvc("replay", world / "feeds", "--out", tmp_path / "out", *options).status == status


def test_a_refused_file_stops_it(graphsvc: CommandLine, tmp_path: Path) -> None:
    feeds = tmp_path / "feeds"
    feeds.mkdir()
    (feeds / "events.csv").write_text("started_at,a_number\n1,2\n")
    said = graphsvc("replay", feeds, "--out", tmp_path / "out")
    assert said.status == 3
    assert "events.csv" in said.err


def test_numbers_come_out_in_the_form_in_which_they_came_in(world: Path, home: Path, tmp_path: Path) -> None:
    feeds = tmp_path / "feeds"
    shutil.copytree(world / "feeds", feeds)
    for path in feeds.glob("*.parquet"):
        rows = pl.read_parquet(path)
        named = [name for name in ("a_number", "b_number", "number", "victim_number") if name in rows.columns]
        rows.with_columns(pl.col(named).str.replace(r"^\+86(1\d{10})$", "$1")).write_parquet(path)
    national = replayed(feeds, tmp_path / "out", "--raw-numbers", "--until", str(SINCE + DAY), home=home)
    written = national.table("numbers")["number"]
    assert written.str.contains(r"^1\d{10}$").any()
    assert not written.str.starts_with("+86").any()


def test_evaluate_reads_it_with_tokens_and_without(replay: Replayed, world: Path, home: Path, tmp_path: Path) -> None:
    tokens = replayed(world / "feeds", tmp_path / "tokens", home=home)
    answers = []
    for one in (replay, tokens):
        page = tmp_path / f"{one.folder.name}.html"
        command = ["--home", str(home), "evaluate", str(world / "truth"), str(one.folder), "--report", str(page)]
        assert run(command) == 0
        answers.append(page.read_text().replace(one.folder.name, ""))
    assert answers[0] == answers[1]
    strangers = ["--home", str(tmp_path / "stranger"), "evaluate", str(world / "truth"), str(tokens.folder)]
    assert run(strangers) in (0, 3)


def test_every_warning_has_a_faithful_path(
    replay: Replayed, world: Path, home: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    command = ["--home", str(home), "evaluate", str(world / "truth"), str(replay.folder), "--json"]
    assert run([*command, "--report", str(tmp_path / "page.html")]) == 0
    assert json.loads(capfd.readouterr().out)["faithful_evidence"] >= 0.95
