"""Grade: likelihood and urgency together. Pure."""

from typing import Final

import polars as pl

from graphsvc.model.words import Grade, Stage

HIGH_FROM: Final = 0.10
HIGH_IF_URGENT_FROM: Final = 0.045
URGENT_WITHIN_MS: Final = 24 * 3_600_000
MEDIUM_FROM: Final = 0.015
"""[assumed] Of calibrated probabilities: a person's call or visit is worth it at one loss in ten calls, or in twenty
where it is urgent; a message at one in seventy."""


def grade(*, as_of: int) -> pl.Expr:
    """words.Grade of a row with `probability`, `deadline_at` and `stage`."""
    urgent = pl.col("deadline_at") - as_of <= URGENT_WITHIN_MS
    high = (pl.col("probability") >= HIGH_FROM) | (
        (pl.col("probability") >= HIGH_IF_URGENT_FROM) & urgent.fill_null(False)
    )
    return (
        pl.when(pl.col("stage") == Stage.LOST.value)
        .then(pl.lit(Grade.LOW.value))
        .when(high)
        .then(pl.lit(Grade.HIGH.value))
        .when(pl.col("probability") >= MEDIUM_FROM)
        .then(pl.lit(Grade.MEDIUM.value))
        .otherwise(pl.lit(Grade.LOW.value))
    )
