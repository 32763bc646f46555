"""How well fraud numbers were known at the daily cuts, and how often innocents were held suspect. Pure."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from graphsvc.replay.intervals import Estimate, Float64, Int64, Resamples

HELD_FROM = 0.5
"""Suspicion from which a number is held for fraud. [doc, issue: hard negatives held suspect]"""


@dataclass(frozen=True)
class _Cut:
    """One cut's ranked numbers without a flag: whether each is fraud, and its gang; and who was missed."""

    guilty: Float64
    gang: Int64
    tied: Int64
    """[ranked] number of the group of equal suspicion."""
    missed: Int64
    """Gangs of the active fraud numbers that are not ranked."""


def average_precision(numbers: pl.DataFrame, fraud: pl.DataFrame, flags: pl.DataFrame, draws: Resamples) -> Estimate:
    """Of the ranking by suspicion of numbers that nobody had flagged, mean over the daily cuts.

    To be found are the gangs' numbers (Truth.fraud) active by the cut and not handed on; one not listed was missed.
    Equal suspicion is one threshold. `of` counts the fraud numbers over all cuts.
    """
    cuts = [cut for cut in _cuts(numbers, fraud, flags) if cut.guilty.sum() + len(cut.missed) > 0]
    if not cuts:
        return Estimate(None, of=0)
    found = int(sum(cut.guilty.sum() + len(cut.missed) for cut in cuts))
    every = np.arange(draws.times.shape[1] - 1)

    def mean(weights: Float64) -> float:
        by_gang = np.append(weights, 1.0)  # the last: fraud numbers of no named gang
        precisions = [_precision(cut, by_gang) for cut in cuts]
        known = [value for value in precisions if not np.isnan(value)]
        return float(np.mean(known)) if known else float("nan")

    estimate = draws.statistic(mean, every) if len(every) else Estimate(mean(np.ones(0)))
    return Estimate(estimate.value, estimate.low, estimate.high, found)


def _cuts(numbers: pl.DataFrame, fraud: pl.DataFrame, flags: pl.DataFrame) -> list[_Cut]:
    result = []
    for as_of in numbers["as_of"].unique().sort().to_list():
        flagged = flags.filter(pl.col("known_at") <= as_of)["number"]
        active = fraud.filter(
            (pl.col("since") <= as_of) & (pl.col("recycled_at") > as_of) & ~pl.col("number").is_in(flagged.implode())
        ).unique("number", keep="first", maintain_order=True)
        ranked = (
            numbers.filter((pl.col("as_of") == as_of) & ~pl.col("number").is_in(flagged.implode()))
            .join(active.select("number", "gang"), on="number", how="left")
            .sort("fraud_probability", descending=True)
        )
        score = ranked["fraud_probability"].to_numpy()
        result.append(
            _Cut(
                guilty=ranked["gang"].is_not_null().to_numpy().astype(np.float64),
                gang=ranked["gang"].fill_null(-1).to_numpy(),
                tied=np.cumsum(np.append(0, score[1:] != score[:-1])).astype(np.int64)[: len(score)],
                missed=active.filter(~pl.col("number").is_in(ranked["number"].implode()))["gang"].to_numpy(),
            )
        )
    return result


def _precision(cut: _Cut, by_gang: Float64) -> float:
    """Average precision, fraud numbers counted as often as their gang."""
    weight = np.where(cut.guilty > 0, by_gang[cut.gang], 1.0)
    hits = cut.guilty * weight
    everything = hits.sum() + by_gang[cut.missed].sum()
    if everything <= 0:
        return float("nan")
    if not len(weight):
        return 0.0
    last = np.append(np.flatnonzero(np.diff(cut.tied)), len(weight) - 1)
    found, seen = np.cumsum(hits)[last], np.cumsum(weight)[last]
    precision = np.divide(found, seen, out=np.zeros_like(found), where=seen > 0)
    return float((np.diff(found, prepend=0.0) * precision).sum() / everything)


@dataclass(frozen=True)
class HeldSuspect:
    """Innocents that look guilty and were held for fraud (HELD_FROM) at a cut, without a flag of their own."""

    innocent: int
    held: int
    share: float | None
    by_kind: dict[str, dict[str, int]]
    """For each kind: how many there are (`innocent`), how many were held at any cut (`held`)."""


def held_suspect(numbers: pl.DataFrame, hard: pl.DataFrame, flags: pl.DataFrame) -> HeldSuspect:
    """Every hard negative counts once, at any cut after it became innocent and before a flag of its own."""
    first_flag = flags.group_by("number").agg(flag_at=pl.col("known_at").min())
    held = (
        numbers.filter(pl.col("fraud_probability") >= HELD_FROM)
        .join(hard, on="number")
        .filter(pl.col("as_of") >= pl.col("from"))
        .join(first_flag, on="number", how="left")
        .filter(pl.col("flag_at").is_null() | (pl.col("flag_at") > pl.col("as_of")))
        .unique(["number", "kind"])
    )
    kinds = hard["kind"].unique().sort().to_list()
    counts = {
        kind: {
            "innocent": hard.filter(pl.col("kind") == kind)["number"].n_unique(),
            "held": held.filter(pl.col("kind") == kind).height,
        }
        for kind in kinds
    }
    innocent, guilty = hard["number"].n_unique(), held["number"].n_unique()
    return HeldSuspect(innocent, guilty, guilty / innocent if innocent else None, counts)
