"""Order the people who will probably lose money, and say why.

Pure: takes exposures, suspicions and facts, returns a ranking. Reads no store, no clock, no settings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Any, Final

import numpy as np
import orjson
import polars as pl
import pyarrow as pa

from graphsvc.model.calibration import Calibration
from graphsvc.model.facts import Facts
from graphsvc.model.tables import VICTIMS
from graphsvc.model.words import NumberClass, ScamType, Stage
from graphsvc.ranking import hazards, probability
from graphsvc.ranking.grades import grade
from graphsvc.ranking.reasons import Suspects, evidence_texts
from graphsvc.ranking.shipped import SHIPPED
from graphsvc.ranking.stages import LISTENING_FROM_S, stage

SOON_H: Final = (1, 24)
"""Hours within which a loss is told of beside the seven days of `probability`."""
IN_ORDER: Final[dict[str, Any]] = {
    "by": ["probability", "deadline_at", "number"],
    "descending": [True, False, False],
    "nulls_last": True,
}
"""How a frame of people is sorted, best first."""
RANKED_FROM: Final = 1e-4
"""What the mechanism must say for somebody to be ranked: ten times of whoever met no suspect. [assumed]"""


def rank(
    exposures: pa.Table, suspicions: pa.Table, facts: Facts, as_of: int, calibration: Calibration = SHIPPED
) -> pa.Table:
    """VICTIMS: by probability, then earliest deadline, then id.

    Probability comes first because the seven days it speaks of already weigh what is urgent; the deadline orders those
    who are equally likely. Numbers that are hubs are left out while they only got calls: that is their work. Not so
    where they listened to a network.
    """
    hubs = _frame(suspicions).filter(pl.col("class") == NumberClass.BENIGN_HUB.value)["number"]
    ranked = ordered(exposures, hubs, facts, as_of, calibration)
    evidence = pl.Series(ranked.evidence(Suspects.of(suspicions, facts)), dtype=pl.String)
    return (
        ranked.rows.with_columns(evidence=evidence, rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int32))
        .to_arrow()
        .select(VICTIMS.names)
        .cast(VICTIMS)
    )


@dataclass(frozen=True)
class Ranked:
    """Everybody ranked, best first: VICTIMS without `rank` and `evidence`, and the exposure beside."""

    rows: pl.DataFrame
    found: probability.Probability
    """Row by row."""

    def evidence(self, suspects: Suspects) -> list[str]:
        """Why each of the rows stands where it does, as `model.evidence.from_json` reads it."""
        return evidence_texts(self.rows, self.found, suspects)

    def only(self, places: Sequence[int]) -> "Ranked":
        """Some of the rows, in the order given."""
        at = np.asarray(places, dtype=np.int64)
        return Ranked(self.rows[at], self.found.of(at))


def ordered(
    exposures: pa.Table, hubs: pl.Series, facts: Facts, as_of: int, calibration: Calibration = SHIPPED
) -> Ranked:
    """The ranking without its evidence, which costs most and concerns few; `hubs` are the numbers that are hubs."""
    rows = _prepared(exposures, hubs, facts)
    found = probability.assess(rows, as_of=as_of, calibration=calibration)
    ahead = np.flatnonzero(found.mechanism[0] >= log(RANKED_FROM / (1 - RANKED_FROM)))
    rows, found = rows[ahead], found.of(ahead)
    kinds, passed = rows["scam_type"].to_numpy().astype(object), probability.hours_since(rows, as_of=as_of)
    left_h = hazards.hours_left(kinds, **passed)
    soon = {f"within_{h}h": pl.Series(found.probability * hazards.within(kinds, h, **passed)) for h in SOON_H}
    ranked = (
        rows.with_columns(
            probability=pl.Series(found.probability),
            in_contact_probability=pl.Series(found.in_contact),
            **soon,
            left_ms=pl.Series(left_h * hazards.HOUR_MS).fill_nan(None).cast(pl.Int64),
        )
        .with_columns(
            deadline_at=pl.when(pl.col("stage") != Stage.LOST.value).then(pl.col("left_ms") + as_of),
        )
        .with_columns(grade=grade(as_of=as_of), place=pl.int_range(pl.len()))
        .sort(**IN_ORDER)
    )
    return Ranked(ranked.drop("place"), found.of(ranked["place"].to_numpy()))


def _prepared(exposures: pa.Table, hubs: pl.Series, facts: Facts) -> pl.DataFrame:
    """Exposures with stage, kind of scam, region, first talk and newest sign, without hubs that were merely called.

    Nor with what no person has: whoever answers a sender of messages is at risk, never the sender.
    """
    rows = _frame(exposures).with_columns(stage=stage(), scam_type=pl.col("scam_type").fill_null(ScamType.OTHER.value))
    listened = pl.col("stage") == Stage.LISTENING.value
    idle = (pl.col("stage") == Stage.CONTACTED.value) | (listened & pl.col("network_id").is_null())
    nobody = pl.Series(sorted(facts.nobody), dtype=pl.Int32)
    rows = rows.filter(~(pl.col("number").is_in(hubs.implode()) & idle) & ~pl.col("number").is_in(nobody.implode()))
    regions = _frame(facts.subscribers).select("number", "region")
    rows = rows.join(regions, on="number", how="left", maintain_order="left")
    if "since" in rows.columns:  # the engine's own figures, which its key events repeat
        return rows
    since, newest = _first_and_newest(rows)
    return rows.with_columns(since=pl.Series(since, dtype=pl.Int64), newest=pl.Series(newest, dtype=pl.Int64))


def _first_and_newest(rows: pl.DataFrame) -> tuple[list[int], list[int]]:
    """By person, the first talk with a suspect, and the newest talk or step that followed from one.

    The first and the last contact where it never talked.
    """
    talked = ((rows["longest_call_s"] >= LISTENING_FROM_S) | (rows["call_backs"] > 0)).to_numpy()
    firsts, newest = rows["first_at"].to_list(), rows["last_at"].to_list()
    texts = rows["key_events"]
    for i in talked.nonzero()[0].tolist():
        events = orjson.loads(texts[i])
        talks = [event["at"] for event in events if _is_talk(event)]
        firsts[i] = min(talks)
        newest[i] = max([*talks, *(event["at"] for event in events if event["what"] in _STEPS)])
    return firsts, newest


_STEPS: Final = ("verification", "bank_call", "code")


def _is_talk(event: dict[str, object]) -> bool:
    seconds = event.get("seconds")
    return str(event["what"]).endswith("_back") or (isinstance(seconds, int) and seconds >= LISTENING_FROM_S)


def _frame(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    if not isinstance(frame, pl.DataFrame):
        raise TypeError("a table gives a data frame")
    return frame
