"""Each warning and each loss held against the truth, as feeds.md defines it. Pure: frames in, frames out.

**right about the loss**: the person loses money within LOSS_MS after the warning, or is being defrauded then and will
lose. **deep**: that, or was committed within LOSS_MS before the warning or will be within LOSS_MS after it, and broke
off. **in contact**: talks TALK_S or more with a fraud number, or calls or writes to one, between CONTACT_BEFORE_MS
before and CONTACT_AFTER_MS after. **warned in time**: at least AHEAD_MS before the loss, no earlier than EARLY_MS
before the first contact.
"""

from typing import Final

import polars as pl

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
LOSS_MS: Final = 7 * DAY_MS
CONTACT_BEFORE_MS: Final = 7 * DAY_MS
CONTACT_AFTER_MS: Final = DAY_MS
AHEAD_MS: Final = 10 * 60_000
EARLY_MS: Final = DAY_MS
TALK_S: Final = 30
STRONG: Final = ("call", "visit")

_VERDICTS: Final = ("contact", "loses", "loss", "deep")


def contacts_by_events(events: pl.DataFrame, fraud: pl.DataFrame) -> pl.DataFrame:
    """person, gang, at: each event that counts as contact. `events` as feeds_read.SHOWN, `fraud` as Truth.fraud."""
    guilty = fraud.select("number", "gang", "since", "until")
    to_person = events.join(guilty, left_on="a", right_on="number").filter(
        pl.col("call") & (pl.col("seconds") >= TALK_S)
    )
    # What a person does towards the number counts whether or not anybody answers.
    from_person = events.join(guilty, left_on="b", right_on="number")
    parts = [
        to_person.select("gang", "at", "since", "until", person="b"),
        from_person.select("gang", "at", "since", "until", person="a"),
    ]
    found = pl.concat(parts).filter(pl.col("at").is_between("since", "until"))
    return found.join(guilty.select("number"), left_on="person", right_on="number", how="anti").select(
        "person", "gang", "at"
    )


def contacts_by_truth(victims: pl.DataFrame) -> pl.DataFrame:
    """The same without events: the instants at which the truth places a person with a gang. Misses contacts between."""
    places = [victims.select(person="number", gang="gang", at=at) for at in ("first_at", "committed_at", "lost_at")]
    return pl.concat(places).drop_nulls("at")


def judge_warnings(warnings: pl.DataFrame, victims: pl.DataFrame, contacts: pl.DataFrame) -> pl.DataFrame:
    """`warnings` (with `number` an index) with the verdicts, `gang`, and `type_right` (null where nobody can say).

    `loses` is what `probability` speaks of: the loss within LOSS_MS after the warning. `gang` is the one that the
    warning is about: where the person loses, else is committed, else is in contact; the last met; -1 without any.
    """
    rows = warnings.with_row_index("row")
    by_victim = _by_victim(rows, victims)
    by_contact = _by_contact(rows, contacts)
    found = pl.concat([by_victim, by_contact])
    order = found.sort(
        ["row", "loss", "deep", "contact", "near", "gang"], descending=[False, True, True, True, True, False]
    )
    verdicts = order.group_by("row", maintain_order=True).agg(
        *[pl.col(name).any() for name in _VERDICTS],
        gang=pl.col("gang").first(),
        gangs=pl.col("gang").filter(pl.col("contact") | pl.col("deep")).unique(),
    )
    told = rows.join(verdicts, on="row", how="left", maintain_order="left").with_columns(
        *[pl.col(name).fill_null(False) for name in _VERDICTS], pl.col("gang").fill_null(-1)
    )
    return _with_type(told, victims).drop("gangs")


def _by_victim(rows: pl.DataFrame, victims: pl.DataFrame) -> pl.DataFrame:
    warned, lost = pl.col("warned_at"), pl.col("lost_at")
    soon = (lost > warned) & (lost <= warned + LOSS_MS)
    under_way = (lost > warned) & (pl.col("first_at") <= warned)
    committed_at = pl.coalesce("committed_at", "first_at")
    committed = pl.col("committed") & lost.is_null() & committed_at.is_between(warned - LOSS_MS, warned + LOSS_MS)
    loss = (soon | under_way).fill_null(False)
    return rows.join(victims, on="number").select(
        "row",
        "gang",
        contact=pl.lit(False),
        loses=soon.fill_null(False),
        loss=loss,
        deep=loss | committed,
        near=pl.col("first_at"),
    )


def _by_contact(rows: pl.DataFrame, contacts: pl.DataFrame) -> pl.DataFrame:
    warned = pl.col("warned_at")
    inside = pl.col("at").is_between(warned - CONTACT_BEFORE_MS, warned + CONTACT_AFTER_MS)
    met = rows.join(contacts, left_on="number", right_on="person").filter(inside)
    return (
        met.group_by("row", "gang")
        .agg(near=pl.col("at").max())
        .select(
            "row",
            "gang",
            contact=pl.lit(True),
            loses=pl.lit(False),
            loss=pl.lit(False),
            deep=pl.lit(False),
            near=pl.col("near"),
        )
    )


def _with_type(told: pl.DataFrame, victims: pl.DataFrame) -> pl.DataFrame:
    """Whether the warning names the kind of scam of a gang that the person is in it with."""
    kinds = victims.select("gang", kind="scam_type").drop_nulls().unique(["gang", "kind"])
    right = (
        told.select("row", "scam_type", gang=pl.col("gangs"))
        .explode("gang")
        .join(kinds, on="gang")
        .group_by("row")
        .agg(type_right=(pl.col("scam_type") == pl.col("kind")).any())
    )
    return told.join(right, on="row", how="left", maintain_order="left")


def judge_losses(warnings: pl.DataFrame, victims: pl.DataFrame, *, since: int, until: int) -> pl.DataFrame:
    """One row a loss in [since + AHEAD_MS, until]: gang, scam_type, subscriber, lost_at, and when it was warned of.

    `warned_at` and `strong_at` (by call or visit alone) are the first warnings in time, null where there is none.
    """
    losses = victims.filter(pl.col("lost_at").is_between(since + AHEAD_MS, until)).with_row_index("row")
    met = losses.join(warnings.select("number", "warned_at", "channel"), on="number")
    warned = pl.col("warned_at")
    in_time = met.filter((warned <= pl.col("lost_at") - AHEAD_MS) & (warned >= pl.col("first_at") - EARLY_MS))
    first = in_time.group_by("row").agg(
        warned.min(), strong_at=warned.filter(pl.col("channel").is_in(STRONG)).min(), warnings=pl.len()
    )
    return losses.join(first, on="row", how="left", maintain_order="left").drop("row")
