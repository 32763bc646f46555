"""Whom each of several policies would have warned: one row a person, and how many are whose."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from graphsvc.model.warnings import WarningChannel
from graphsvc.replay.pages import write_whole

COMPARISON: Final = "comparison.parquet"
_STRENGTH: Final = {WarningChannel.SMS.value: 1, WarningChannel.CALL.value: 2, WarningChannel.VISIT.value: 3}


def compared(out: Path, policies: Sequence[str], *, raw: bool) -> dict[str, Any]:
    """Write OUT/comparison.parquet from the folders of the policies, and say what it comes to.

    A row a person whom any of them warned: `number`; and for each policy `NAME_at`, its first warning (epoch ms),
    `NAME_channel`, its strongest channel, and `NAME_warnings`, how many; null and 0 where it did not warn.
    """
    found: pl.DataFrame | None = None
    for policy in policies:
        people = _people(pl.read_parquet(out / policy / "warnings.parquet"), policy)
        found = people if found is None else found.join(people, on="number", how="full", coalesce=True)
    assert found is not None
    counts = [pl.col(f"{policy}_warnings").fill_null(0) for policy in policies]
    table = found.with_columns(counts).sort("number")
    write_whole(out / COMPARISON, lambda path: table.write_parquet(path), private=raw)
    return _said(table, policies)


def _people(warnings: pl.DataFrame, policy: str) -> pl.DataFrame:
    strength = pl.col("channel").replace_strict(_STRENGTH, return_dtype=pl.Int8)
    strongest = pl.col("channel").sort_by(strength, "warned_at").last()
    return warnings.group_by("number").agg(
        pl.col("warned_at").min().alias(f"{policy}_at"),
        strongest.alias(f"{policy}_channel"),
        pl.len().cast(pl.Int64).alias(f"{policy}_warnings"),
    )


def _said(table: pl.DataFrame, policies: Sequence[str]) -> dict[str, Any]:
    warned = {policy: pl.col(f"{policy}_warnings") > 0 for policy in policies}
    strong = {policy: pl.col(f"{policy}_channel").is_in(["call", "visit"]).fill_null(False) for policy in policies}
    by_policy = {
        policy: {
            "people": table.filter(warned[policy]).height,
            "people_of_nobody_else": table.filter(warned[policy] & ~_any(warned, policy)).height,
            "called_or_visited": table.filter(strong[policy]).height,
            "called_or_visited_by_nobody_else": table.filter(strong[policy] & ~_any(strong, policy)).height,
        }
        for policy in policies
    }
    of_all = table.filter(pl.all_horizontal(warned.values())).height
    # Apart from the totals: a policy may be called anything, and one that comes with us is called `people`.
    return {"people": len(table), "people_of_all": of_all, "policies": by_policy}


def _any(those: dict[str, pl.Expr], but: str) -> pl.Expr:
    others = [one for policy, one in those.items() if policy != but]
    return pl.any_horizontal(others) if others else pl.lit(False)
