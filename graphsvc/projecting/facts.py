"""Facts as the properties and relationships of the model: flags, cases, links, subscribers, roles."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from graphsvc.engine.releases import Releases
from graphsvc.model.facts import Facts
from graphsvc.model.tables import ALWAYS_KNOWN
from graphsvc.model.words import EntityKind
from graphsvc.projecting.frames import INSTANT, frame_of

LABELS: Final = {
    EntityKind.DEVICE.value: "Device",
    EntityKind.HOLDER.value: "Holder",
    EntityKind.ACCOUNT.value: "Account",
    EntityKind.SOCIAL_ACCOUNT.value: "SocialAccount",
    EntityKind.URL.value: "Url",
}
"""Kind of an entity → its label. Cells are left out of the graph."""

LINKS: Final = {
    EntityKind.DEVICE.value: "HAS_DEVICE",
    EntityKind.HOLDER.value: "HELD_BY",
    EntityKind.ACCOUNT.value: "USES_ACCOUNT",
    EntityKind.SOCIAL_ACCOUNT.value: "USES_SOCIAL_ACCOUNT",
    EntityKind.URL.value: "USES_URL",
}
"""Kind of what a number is linked to → type of the relationship."""

OWNS: Final = "OWNS"
"""A holder's link, whatever it is to."""

DATED: Final = ("validFrom", "validTo", "knownAt", "institution", "cardType")
"""What a link says beside its ends."""


@dataclass(frozen=True)
class Stated:
    """The facts known at an instant as tables of the model."""

    people: pl.DataFrame
    """numberId, region, language, activatedAt, role"""
    flags: pl.DataFrame
    """flagId, numberId or entityId, caseId, scamType, source, confidence, knownAt, validFrom"""
    cases: pl.DataFrame
    """caseId, numberId (who lost), scamType, amount, lostAt, knownAt; the last five null where only a flag names it"""
    links: pl.DataFrame
    """type, numberId or holderId, entityId, DATED; each statement once"""


def stated(facts: Facts) -> Stated:
    """What the model shows of these facts."""
    flags = _flags(frame_of(facts.flags), Releases.of(facts))
    return Stated(
        people=_people(frame_of(facts.subscribers), frame_of(facts.directory)),
        flags=flags,
        cases=_cases(frame_of(facts.cases), flags),
        links=links_of(frame_of(facts.links)),
    )


def _people(subscribers: pl.DataFrame, directory: pl.DataFrame) -> pl.DataFrame:
    told = subscribers.select(
        pl.col("number").alias("numberId"),
        "region",
        "language",
        pl.col("activated_at").cast(INSTANT).alias("activatedAt"),
    )
    roles = directory.select(pl.col("number").alias("numberId"), "role")
    return told.join(roles, on="numberId", how="full", coalesce=True).sort("numberId")


def _flags(flags: pl.DataFrame, releases: Releases) -> pl.DataFrame:
    """Without those that a release voids: it leaves no trace of them."""
    voided = [flag["flag_id"] for flag in flags.to_dicts() if releases.voids(flag)] if releases.released_at else []
    return flags.filter(~pl.col("flag_id").is_in(voided)).select(
        pl.col("flag_id").alias("flagId"),
        pl.col("number").alias("numberId"),
        pl.col("entity").alias("entityId"),
        pl.col("case_id").alias("caseId"),
        pl.col("scam_type").alias("scamType"),
        "source",
        "confidence",
        _known("known_at").alias("knownAt"),
        pl.col("valid_from").cast(INSTANT).alias("validFrom"),
    )


def _cases(cases: pl.DataFrame, flags: pl.DataFrame) -> pl.DataFrame:
    told = cases.select(
        pl.col("case_id").alias("caseId"),
        pl.col("number").alias("numberId"),
        pl.col("scam_type").alias("scamType"),
        "amount",
        pl.col("lost_at").cast(INSTANT).alias("lostAt"),
        _known("known_at").alias("knownAt"),
    )
    named = flags.select(pl.col("caseId")).drop_nulls().unique()
    return told.join(named, on="caseId", how="full", coalesce=True).sort("caseId")


def links_of(links: pl.DataFrame) -> pl.DataFrame:
    """What LINKS rows state; each statement once."""
    kind = pl.col("kind")
    return (
        links.filter(kind.is_in(list(LINKS)))
        .select(
            pl.when(pl.col("number").is_null()).then(pl.lit(OWNS)).otherwise(kind.replace_strict(LINKS)).alias("type"),
            pl.col("number").alias("numberId"),
            pl.col("holder").alias("holderId"),
            pl.col("entity").alias("entityId"),
            pl.col("valid_from").cast(INSTANT).alias("validFrom"),
            pl.col("valid_to").cast(INSTANT).alias("validTo"),
            _known("known_at").alias("knownAt"),
            "institution",
            pl.col("card_type").alias("cardType"),
        )
        .unique()
        .sort("type", "numberId", "holderId", "entityId", *DATED)
    )


def _known(column: str) -> pl.Expr:
    """An instant; null for what was always known."""
    return pl.when(pl.col(column) == ALWAYS_KNOWN).then(None).otherwise(pl.col(column)).cast(INSTANT)
