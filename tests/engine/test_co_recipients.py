"""Evidence counts on real labels, and what chance gives."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from graphsvc.engine.co_recipients import contribution, evidence_count, tie_strength


@pytest.mark.data
def test_with_one_percent_of_fraudsters_known_the_count_finds_the_others_on_real_subscribers(data: Path) -> None:
    edges = pl.read_parquet(data / "sichuan_telecom" / "edges.parquet")
    labels = pl.read_parquet(data / "sichuan_telecom" / "labels_dev.parquet")
    a, b = edges["src"].to_numpy(), edges["dst"].to_numpy()
    known = np.concatenate([a, b]).astype(np.int32)
    other = np.concatenate([b, a]).astype(np.int32)
    fraud = np.sort(labels.filter(pl.col("label") == 1)["node"].to_numpy())
    labelled = labels["node"].to_numpy()
    at_100, at_250 = [], []
    for seed in range(20):
        seeds = np.random.default_rng(seed).choice(fraud, 19, replace=False)
        sure = np.zeros(6106)
        sure[seeds] = 1.0
        count = evidence_count(known, other, np.ones(len(known)), sure)
        judged = np.setdiff1d(labelled, seeds)
        best = judged[np.lexsort((judged, -count[judged]))]
        at_100.append(np.isin(best[:100], fraud).mean())
        at_250.append(np.isin(best[:250], fraud).mean())
    # Half of the labels are published, so 250 of these are as deep as 500 of all: .97 there.
    assert np.mean(at_100) >= 0.97
    assert np.mean(at_250) >= 0.95


def test_what_chance_gives_two_long_lists_is_no_tie() -> None:
    strength = tie_strength(
        common=np.array([10, 60], np.int32),
        worth=np.array([10.0, 60.0]),
        reached_a=np.array([1000, 1000], np.int32),
        reached_b=np.array([1000, 1000], np.int32),
        recipients=100_000.0,
    )
    assert strength[0] == 0.0
    assert strength[1] > 0.9


def test_the_count_adds_less_and_less_and_never_more_than_the_share_of_the_list_says() -> None:
    counts = np.array([0.0, 1.0, 2.0, 50.0, 50.0])
    said = contribution(counts, np.array([9.0, 9.0, 9.0, 9.0, 1.5]))
    assert said.tolist() == pytest.approx([0.0, 3.5, 5.25, 7.0, 1.5])
