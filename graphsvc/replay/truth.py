"""What really happened in a world, read by column names, numbers as indices of a Naming.

Our own worlds are described in simulate/truth.py; those of other makers may have fewer columns. Needed are
`victims`: number, gang_id, first_contact_at, lost_at and `numbers`: number, class. Everything else may be missing: then
what needs it is measured without, or not at all, and the evaluation says so.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from graphsvc.model.words import NumberClass
from graphsvc.replay.naming import Naming
from graphsvc.replay.tables_read import read_needed, read_table

GUILTY: Final = (NumberClass.FRAUD.value, NumberClass.TOOL.value)
"""Classes of numbers that a gang works with."""
NO_GANG: Final = -1
FOREVER: Final = 2**62


@dataclass(frozen=True)
class Truth:
    """Frames with `number` as an index; gangs are numbered from 0 in order of their id."""

    victims: pl.DataFrame
    """number, gang, scam_type, first_at, committed_at, lost_at, committed (bool), subscriber; instants epoch ms."""
    fraud: pl.DataFrame
    """Numbers of gangs: number, gang; since, until: when it was used for fraud (0 … FOREVER where nobody says);
    recycled_at: when an innocent got it (FOREVER: never); borrowed: an innocent's, but for that time."""
    hard: pl.DataFrame | None
    """Innocents that look guilty: number, kind, from (only from then on innocent)."""
    gangs: int
    notes: list[str]


def read_truth(folder: Path, naming: Naming) -> Truth:
    """The truth of a world. Raises InputRefused where it lacks what cannot be done without."""
    victims = read_needed(
        folder,
        "victims",
        required={"number": pl.String, "gang_id": pl.String, "first_contact_at": pl.Int64, "lost_at": pl.Int64},
        optional={"scam_type": pl.String, "stage": pl.String, "committed_at": pl.Int64, "subscriber": pl.Boolean},
    )
    numbers = read_needed(
        folder,
        "numbers",
        required={"number": pl.String, "class": pl.String},
        optional={"gang_id": pl.String, "fraud_from": pl.Int64, "fraud_until": pl.Int64, "recycled_at": pl.Int64},
    )
    gangs = read_table(folder, "gangs", required={"gang_id": pl.String}, optional={"scam_type": pl.String})
    hard = read_table(folder, "hard_negatives", required={"number": pl.String, "kind": pl.String}, optional={})
    codes = _codes(victims, numbers, gangs)
    notes = _notes(victims, numbers, hard)
    return Truth(
        victims=_victims(victims, gangs, naming, codes),
        fraud=_fraud(numbers, naming, codes),
        hard=None if hard is None else _hard(hard, numbers, naming),
        gangs=len(codes),
        notes=notes,
    )


def _codes(*frames: pl.DataFrame | None) -> pl.DataFrame:
    """Each gang id with its number: as whole numbers where all are, else as texts."""
    ids = pl.concat([frame["gang_id"] for frame in frames if frame is not None]).drop_nulls().unique()
    plain = ids.cast(pl.Int64, strict=False)
    ids = ids.gather(plain.arg_sort()) if plain.null_count() == 0 else ids.sort()
    return pl.DataFrame({"gang_id": ids, "gang": pl.int_range(len(ids), dtype=pl.Int64, eager=True)})


def _notes(victims: pl.DataFrame, numbers: pl.DataFrame, hard: pl.DataFrame | None) -> list[str]:
    notes = []
    if victims["committed_at"].null_count() == len(victims) and victims["stage"].null_count() == len(victims):
        notes.append("the truth does not say who was committed: deep counts losses only")
    if numbers["gang_id"].null_count() == len(numbers):
        notes.append("the truth does not say whose numbers are: networks are not compared with gangs")
    if hard is None:
        notes.append("the truth has no hard_negatives: false suspicion is not measured on them")
    return notes


def _victims(rows: pl.DataFrame, gangs: pl.DataFrame | None, naming: Naming, codes: pl.DataFrame) -> pl.DataFrame:
    known = pl.DataFrame({"gang_id": [], "of_gang": []}, schema={"gang_id": pl.String, "of_gang": pl.String})
    if gangs is not None:
        known = gangs.select("gang_id", of_gang="scam_type")
    return (
        rows.with_columns(number=pl.Series(naming.of(rows["number"])))
        .join(codes, on="gang_id", how="left", maintain_order="left")
        .join(known, on="gang_id", how="left", maintain_order="left")
        .select(
            "number",
            pl.col("gang").fill_null(NO_GANG),
            scam_type=pl.coalesce("scam_type", "of_gang"),
            first_at="first_contact_at",
            committed_at="committed_at",
            lost_at="lost_at",
            committed=pl.col("committed_at").is_not_null()
            | pl.col("stage").is_in(["committed", "lost"]).fill_null(False),
            subscriber="subscriber",
        )
    )


def _fraud(rows: pl.DataFrame, naming: Naming, codes: pl.DataFrame) -> pl.DataFrame:
    guilty = rows.filter(pl.col("class").is_in(GUILTY))
    return (
        guilty.with_columns(number=pl.Series(naming.of(guilty["number"])))
        .join(codes, on="gang_id", how="left", maintain_order="left")
        .select(
            "number",
            pl.col("gang").fill_null(NO_GANG),
            since=pl.col("fraud_from").fill_null(FOREVER if _told(rows, "fraud_from") else 0),
            until=pl.min_horizontal(pl.col("fraud_until").fill_null(FOREVER), pl.col("recycled_at").fill_null(FOREVER)),
            recycled_at=pl.col("recycled_at").fill_null(FOREVER),
            borrowed=pl.col("class") == NumberClass.TOOL.value,
        )
    )


def _told(rows: pl.DataFrame, column: str) -> bool:
    """Whether anybody's cell says something: then an empty one means never."""
    return rows[column].null_count() < len(rows)


def _hard(rows: pl.DataFrame, numbers: pl.DataFrame, naming: Naming) -> pl.DataFrame:
    guilty_until = numbers.filter(pl.col("class").is_in(GUILTY)).select("number", until="recycled_at")
    joined = rows.join(guilty_until, on="number", how="left", maintain_order="left")
    return joined.select(
        pl.Series("number", naming.of(joined["number"])),
        "kind",
        pl.col("until").fill_null(0).alias("from"),
    )
