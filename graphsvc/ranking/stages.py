"""How far a fraud has gone with a person, read off the facts of the exposure.

Thresholds: the published stage rules of an operator, see docs/definitions.md. Pure.
"""

from typing import Final

import polars as pl

from graphsvc.model.words import Stage

LISTENING_FROM_S: Final = 30
"""Longest call from which the person listened rather than hung up. [assumed funnel]"""
ENGAGED_FROM_S: Final = 180
"""Longest call from which the person is engaged. [assumed funnel]"""
COMMITTED_TALK_S: Final = 1200
"""Talk with suspects from which the person is committed. [doc: a 20-minute call is at least medium]"""


def stage() -> pl.Expr:
    """words.Stage of a row of EXPOSURES."""
    repeated = (pl.col("call_backs") >= 1) | (pl.col("events") >= 2)
    talked = pl.col("longest_call_s") >= LISTENING_FROM_S
    committed = (pl.col("talk_s") >= COMMITTED_TALK_S) | (
        (talked | (pl.col("call_backs") >= 1)) & repeated & (pl.col("verifications") >= 1)
    )
    engaged = (pl.col("longest_call_s") >= ENGAGED_FROM_S) | (pl.col("call_backs") >= 1)
    lost = pl.col("lost_at").is_not_null() & (pl.col("lost_at") >= pl.col("first_at"))
    return (
        pl.when(lost)
        .then(pl.lit(Stage.LOST.value))
        .when(committed)
        .then(pl.lit(Stage.COMMITTED.value))
        .when(engaged)
        .then(pl.lit(Stage.ENGAGED.value))
        .when(talked)
        .then(pl.lit(Stage.LISTENING.value))
        .otherwise(pl.lit(Stage.CONTACTED.value))
    )
