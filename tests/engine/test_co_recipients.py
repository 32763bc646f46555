"""Evidence counts on real labels, and what chance gives."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from graphsvc.engine.co_recipients import Reach, Ties, contribution, evidence_count, tie_strength
from graphsvc.engine.lists import of_shorter


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


def _of_shorter(mine: int, theirs: int, common: int, sure: float) -> float:
    """The ratio of number 1 by suspect 0's list, where lists go to 50,000 equally popular recipients."""
    none = np.empty(0, np.int32)
    reach = Reach(
        recipient_weight=np.ones(2),
        reached=np.array([theirs, mine], np.int32),
        caller=np.ones(2, dtype=bool),
        recipients=50_000.0,
        callers=none,
        first_at=none.astype(np.int64),
        last_at=none.astype(np.int64),
        called_by=none,
        listed=0.0,
    )
    one, other = np.zeros(1, np.int32), np.ones(1, np.int32)
    ties = Ties(one, other, np.array([common], np.int32), np.ones(1), np.array([common / min(mine, theirs)]))
    found = of_shorter(reach, ties, np.array([sure, 0.0]))
    assert found[0] == 0.0
    return float(found[1])


def test_a_flagged_cards_short_list_that_lies_within_a_long_one_speaks_for_the_long_one() -> None:
    """Half of 123 numbers among 1,842 of 50,000: chance gives four or five, a list bought of the same seller ten."""
    assert _of_shorter(mine=1842, theirs=123, common=64, sure=0.95) > 10
    assert _of_shorter(mine=1842, theirs=123, common=64, sure=0.1) < 0
    assert _of_shorter(mine=1842, theirs=123, common=10, sure=0.95) < 0
    assert _of_shorter(mine=123, theirs=1842, common=64, sure=0.95) == 0


def test_the_best_of_the_suspects_lists_counts() -> None:
    alone = _of_shorter(mine=1842, theirs=123, common=64, sure=0.95)
    assert alone > _of_shorter(mine=1842, theirs=123, common=50, sure=0.95) > 0
