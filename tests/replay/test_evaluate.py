"""Every measure against a slow second reading of its definition, on tiny worlds; and the command as people use it."""

import json
import math
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from graphsvc.replay.evaluate import Evaluation, as_document, evaluate
from graphsvc.replay.intervals import Resamples, weighted_quantile
from tests.conftest import CommandLine
from tests.replay import slow
from tests.replay.slow import DAY, HOUR
from tests.replay.worlds import T0, World, dialler, made, person, write

SEEDS = range(8)


def measured(world: World, folder: Path, *, feeds: bool = True) -> Evaluation:
    truth, replay = write(world, folder)
    beside = folder / "feeds" if feeds else None
    return evaluate(truth, replay, beside, region="CN", tokens=list, now=T0 + 400 * DAY)


def value(found: Evaluation, name: str) -> float:
    figure = found.figures[name].value
    assert figure is not None
    return figure


@pytest.mark.parametrize("seed", SEEDS)
def test_precision_is_what_the_contract_says(seed: int, tmp_path: Path) -> None:
    world = made(seed)
    found = measured(world, tmp_path)
    rows = [(row["number"], row["warned_at"]) for row in world.warnings]
    contact = [slow.in_contact(who, at, world.events, world.fraud) for who, at in rows]
    loss = [slow.right_about_loss(who, at, world.victims) for who, at in rows]
    deep = [slow.deep(who, at, world.victims) for who, at in rows]
    assert 0 < sum(contact) < len(rows)
    assert value(found, "precision_contact") == pytest.approx(sum(contact) / len(rows))
    assert value(found, "precision_loss") == pytest.approx(sum(loss) / len(rows))
    assert value(found, "precision_deep") == pytest.approx(sum(deep) / len(rows))
    for channel, group in found.by["channel"].items():
        chosen = [hit for hit, row in zip(contact, world.warnings, strict=True) if row["channel"] == channel]
        assert group["precision_contact"].value == pytest.approx(sum(chosen) / len(chosen))


@pytest.mark.parametrize("seed", SEEDS)
def test_recall_in_time_and_lead(seed: int, tmp_path: Path) -> None:
    world = made(seed)
    found = measured(world, tmp_path)
    losses = [
        row
        for row in world.victims
        if row["lost_at"] is not None and world.since + 10 * 60_000 <= row["lost_at"] <= world.until
    ]
    every = [slow.warned_in_time(row, world.warnings, ("sms", "call", "visit")) for row in losses]
    strong = [slow.warned_in_time(row, world.warnings, ("call", "visit")) for row in losses]
    assert value(found, "warned_in_time_recall") == pytest.approx(sum(map(bool, every)) / len(losses))
    assert value(found, "warned_in_time_recall_calls_visits") == pytest.approx(sum(map(bool, strong)) / len(losses))
    hours = sorted((row["lost_at"] - at[0]) / HOUR for row, at in zip(losses, every, strict=True) if at)
    assert found.lead_hours == pytest.approx(hours)
    if hours:
        assert value(found, "lead_time_hours_median") == pytest.approx(hours[math.ceil(len(hours) / 2) - 1])


@pytest.mark.parametrize("seed", SEEDS)
def test_calibration(seed: int, tmp_path: Path) -> None:
    world = made(seed)
    found = measured(world, tmp_path)
    said = [row["probability"] for row in world.warnings]
    came = [
        any(
            row["number"] == warning["number"]
            and row["lost_at"] is not None
            and 0 < row["lost_at"] - warning["warned_at"] <= 7 * DAY
            for row in world.victims
        )
        for warning in world.warnings
    ]
    assert value(found, "ece") == pytest.approx(slow.calibration_error(said, came))
    brier = sum((p - c) ** 2 for p, c in zip(said, came, strict=True)) / len(said)
    assert value(found, "brier") == pytest.approx(brier)
    assert sum(group["warnings"] for group in found.reliability["probability"]) == len(said)


def _gang_at(world: World, as_of: int) -> dict[str, int]:
    """Whose each number is: a gang's own cards are from the beginning, borrowed ones from when they are used."""
    return {
        row["number"]: row["gang_id"] for row in world.fraud if row["class"] == "fraud" or row["fraud_from"] <= as_of
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_unflagged_numbers_and_networks(seed: int, tmp_path: Path) -> None:
    world = made(seed)
    found = measured(world, tmp_path)
    precisions, indices, kept = [], [], []
    by_cut: dict[int, dict[str, Any]] = {}
    for as_of in sorted({row["as_of"] for row in world.cuts}):
        flagged = {row["number"] for row in world.flags if row["known_at"] <= as_of}
        guilty = {row["number"] for row in world.fraud if row["fraud_from"] <= as_of} - flagged
        scores = {r["number"]: r["fraud_probability"] for r in world.cuts if r["as_of"] == as_of}
        precisions.append(
            slow.average_precision({n: s for n, s in scores.items() if n not in flagged}, guilty) if guilty else None
        )
        network = {row["number"]: row["network_id"] for row in world.networks if row["as_of"] == as_of}
        gang = _gang_at(world, as_of)
        both = sorted(network.keys() & gang.keys())
        if len(both) >= 2:
            indices.append(slow.adjusted_rand_index({n: network[n] for n in both}, {n: gang[n] for n in both}))
        by_cut[as_of] = network
    for before, after in zip(list(by_cut), list(by_cut)[1:], strict=False):
        kept += [by_cut[before][n] == by_cut[after][n] for n in by_cut[before].keys() & by_cut[after].keys()]
    told = [p for p in precisions if p is not None]
    assert value(found, "average_precision_unflagged") == pytest.approx(sum(told) / len(told))
    assert value(found, "adjusted_rand_index") == pytest.approx(sum(indices) / len(indices))
    assert value(found, "network_ids_kept") == pytest.approx(sum(kept) / len(kept))


@pytest.mark.parametrize("seed", SEEDS)
def test_purity_coverage_and_innocents_held(seed: int, tmp_path: Path) -> None:
    world = made(seed)
    found = measured(world, tmp_path)
    purities, coverages = [], []
    for as_of in sorted({row["as_of"] for row in world.networks}):
        gang = _gang_at(world, as_of)
        network = {row["number"]: row["network_id"] for row in world.networks if row["as_of"] == as_of}
        right = 0
        for one in set(network.values()):
            members = [gang.get(n) for n, k in network.items() if k == one]
            right += max((members.count(g) for g in set(members) if g is not None), default=0)
        purities.append(right / len(network))
        active = {row["number"] for row in world.fraud if row["fraud_from"] <= as_of}
        if active:
            coverages.append(len(active & network.keys()) / len(active))
    assert value(found, "purity") == pytest.approx(sum(purities) / len(purities))
    assert value(found, "coverage") == pytest.approx(sum(coverages) / len(coverages))
    held = {r["number"] for r in world.cuts if r["fraud_probability"] >= 0.5} & {r["number"] for r in world.hard}
    assert found.hard_negatives is not None
    assert found.hard_negatives.held == len(held)
    assert found.hard_negatives.innocent == len(world.hard)


def test_intervals_hold_the_value_widen_with_fewer_gangs_and_repeat(tmp_path: Path) -> None:
    found = measured(made(1), tmp_path / "one")
    again = measured(made(1), tmp_path / "two")
    assert found.figures == again.figures
    for name in ("precision_contact", "precision_loss", "warned_in_time_recall"):
        one = found.figures[name]
        assert one.value is not None
        assert one.low is not None
        assert one.high is not None
        assert one.low <= one.value <= one.high
    hit = pl.Series([1.0, 0.0] * 50).to_numpy()
    many = Resamples.of(100).share(hit, pl.Series(range(100)).to_numpy())
    few = Resamples.of(4).share(hit, pl.Series([k % 2 * 2 + k // 50 for k in range(100)]).to_numpy())
    assert many.high is not None and many.low is not None and few.high is not None and few.low is not None  # noqa: PT018
    assert few.high - few.low > many.high - many.low
    # Binomial: 1.96 × √(.25 / 100) on either side.
    assert many.high - many.low == pytest.approx(2 * 1.96 * 0.05, rel=0.25)


def test_a_quantile_of_equal_weights_is_an_order_statistic() -> None:
    values = pl.Series([5.0, 1.0, 4.0, 2.0, 3.0]).to_numpy()
    weights = pl.Series([1.0] * 5).to_numpy()
    assert [weighted_quantile(values, weights, part) for part in (0.1, 0.5, 1.0)] == [1.0, 3.0, 5.0]
    assert weighted_quantile(values, pl.Series([0.0, 9.0, 0.0, 0.0, 1.0]).to_numpy(), 0.5) == 1.0


def test_a_faithful_path_needs_every_step_in_the_feeds_and_in_time(tmp_path: Path) -> None:
    world = made(3)
    ann, guilty, at = person(1), dialler(0), T0 + 2 * DAY
    world.events.append(
        {
            "event_id": "cited",
            "started_at": at,
            "a_number": guilty,
            "b_number": ann,
            "channel": "call",
            "duration_s": 60,
            "answered": True,
        }
    )
    shown = {"token": "t", "number": guilty}

    def evidence(**changed: Any) -> str:
        met = {"number": shown, "flag_at": changed.pop("flag_at", T0 + 4 * DAY)}
        event = {"at": at, "what": "call", "number": shown, "seconds": 60} | changed
        rows = [
            {"rule": "met_flagged_number", "contribution": 1.0, "facts": met},
            {"rule": "stage_reached", "contribution": 1.0, "facts": {"events": [event]}},
        ]
        return json.dumps(rows)

    base = {**world.warnings[0], "number": ann, "warned_at": T0 + 5 * DAY}
    world.warnings = [
        {**base, "evidence": evidence()},
        {**base, "evidence": evidence(at=at + 1)},  # no such event
        {**base, "evidence": evidence(), "warned_at": at + 30_000},  # before it was over, and before the flag
        {**base, "evidence": evidence(flag_at=T0 + 3 * DAY)},  # no such flag
        {**base, "evidence": "[]"},
    ]
    found = measured(world, tmp_path)
    assert value(found, "faithful_evidence") == pytest.approx(1 / 5)


def test_a_truth_of_other_makers_may_lack_columns(tmp_path: Path) -> None:
    world = made(2)
    for rows, gone in (
        (world.victims, ("stage", "committed_at", "scam_type")),
        (world.numbers, ("fraud_from", "fraud_until", "recycled_at")),
    ):
        for row in rows:
            for name in gone:
                row.pop(name, None)
    found = measured(world, tmp_path, feeds=False)
    assert found.figures["precision_loss"].value is not None
    assert found.figures["scam_type_right"].value is None
    assert "average_precision_unflagged" not in found.figures
    assert any("committed" in note for note in found.notes)
    assert any("feeds" in note for note in found.notes)


def test_what_is_missing_is_refused_by_name(graphsvc: CommandLine, tmp_path: Path) -> None:
    world = made(2)
    for row in world.victims:
        row.pop("lost_at")
    truth, replay = write(world, tmp_path)
    said = graphsvc("evaluate", truth, replay)
    assert said.status == 3
    assert "victims.parquet lacks the columns: lost_at" in said.err
    (replay / "networks.parquet").unlink()
    world = made(2)
    truth, replay = write(world, tmp_path / "other")
    (replay / "networks.parquet").unlink()
    assert "holds no networks.parquet" in graphsvc("evaluate", truth, replay).err


def test_the_command_gives_the_keys_of_the_contract_and_a_page_without_addresses(
    graphsvc: CommandLine, tmp_path: Path
) -> None:
    truth, replay = write(made(1), tmp_path)
    answer = graphsvc("evaluate", truth, replay, "--json").json
    for name in ("precision_contact", "precision_loss", "warned_in_time_recall", "ece"):
        assert isinstance(answer[name], float)
    assert set(answer["lead_time_hours"]) == {"median", "p10", "by_scam_type"}
    assert answer["intervals"]["precision_contact"][0] <= answer["precision_contact"]
    html = (replay / "evaluation.html").read_text()
    assert html.count("<svg") == 4
    assert not re.search(r"https?://|<script|\bsrc=|@import|url\(", html)
    assert not re.search(r"\+86\d{6}", html), "a report names nobody"
    text = graphsvc("evaluate", truth, replay, "--keep", "as-made")
    assert text.status == 0
    assert "losses warned of in time" in text.out
    assert graphsvc("evaluate", truth, replay, "--keep", "../elsewhere").status == 2
    kept = [json.loads(path.read_bytes()) for path in tmp_path.rglob("evaluations/*.json")]
    assert [one["name"] for one in kept] == ["as-made"]
    values = {one["name"]: one["value"] for one in kept[0]["figures"]}
    assert values["precision_contact"] == answer["precision_contact"]


def test_figures_that_json_shows_are_those_of_the_value(tmp_path: Path) -> None:
    found = measured(made(4), tmp_path)
    document = as_document(found)
    assert document["precision_deep"] == found.figures["precision_deep"].value
    assert document["counts"]["warnings"] == 40
