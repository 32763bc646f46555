"""What the current analysis says, as the properties and relationships of the model."""

from dataclasses import dataclass
from typing import Final

import orjson
import polars as pl
import pyarrow as pa

from graphsvc.model.references import network_reference
from graphsvc.model.words import NumberClass
from graphsvc.projecting.frames import INSTANT, frame_of
from graphsvc.reports.released import freed
from graphsvc.store import results
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.results import AnalysisRecord

_SUSPECT: Final = [NumberClass.FRAUD.value, NumberClass.TOOL.value, NumberClass.SPOOFED.value]
_HUB: Final = NumberClass.BENIGN_HUB.value

_OF_SUSPICION: Final = {"class": "class", "fraud_probability": "fraudProbability", "scam_type": "scamType"}
_OF_EXPOSURE: Final = {
    "in_fraud_probability": "exposure",
    "suspects": "suspectsMet",
    "events": "exposureEvents",
    "talk_s": "exposureTalkSeconds",
    "first_at": "firstExposedAt",
    "last_at": "lastExposedAt",
    "scam_type": "exposureScamType",
    "lost_at": "lostAt",
}
_OF_VICTIM: Final = {
    "rank": "rank",
    "probability": "probability",
    "in_contact_probability": "inContactProbability",
    "stage": "stage",
    "grade": "grade",
    "deadline_at": "deadlineAt",
}
_TIMES: Final = ("firstExposedAt", "lastExposedAt", "lostAt", "deadlineAt")

PROPERTIES: Final = (*_OF_SUSPICION.values(), *_OF_EXPOSURE.values(), *_OF_VICTIM.values())
"""What an analysis says of a number."""

LABELS: Final = {"candidate": "Candidate", "suspect": "Suspect", "hub": "Hub", "exposed": "Exposed"}
"""Column of `Found.numbers` → the label that a true value stands for."""


@dataclass(frozen=True)
class Found:
    """An analysis as tables of the model; ids are registry ids and network ids."""

    analysis_id: str | None
    """None before the first analysis: every table is empty."""
    as_of: int | None
    numbers: pl.DataFrame
    """numberId, LABELS, PROPERTIES; one row a number that the analysis speaks of."""
    entities: pl.DataFrame
    """entityId, fraudProbability"""
    networks: pl.DataFrame
    """networkId, reference, size, flagged, exposed, losses, scamType, firstSeen, lastSeen, cameFrom"""
    members: pl.DataFrame
    """networkId, numberId or entityId, role, score"""
    exposed_to: pl.DataFrame
    """numberId, networkId"""
    linked: pl.DataFrame
    """lower, higher (network ids), through, strength"""

    def detailed(self) -> pl.Series:
        """Numbers whose events are shown one by one where the scope is `suspects`."""
        return self.numbers.filter(pl.col("candidate") | pl.col("exposed"))["numberId"]


def found(catalogue: Catalogue, record: AnalysisRecord | None) -> Found:
    """The findings of an analysis that the catalogue keeps; of numbers that were released since, nothing."""
    tables = {name: frame_of(_table(catalogue, record, name)) for name in results.SCHEMAS}
    released = freed(catalogue)
    if released.releases.free:
        free = pl.col("number").is_in(list(released.releases.free))
        tables["suspicions"] = tables["suspicions"].filter(~free)
        tables["members"] = tables["members"].filter(~free.fill_null(False))
        ranked = released.ranked(tables["victims"].to_dicts())
        tables["victims"] = pl.DataFrame(ranked, schema=tables["victims"].schema)
    return Found(
        analysis_id=record.analysis_id if record else None,
        as_of=record.as_of if record else None,
        numbers=_numbers(tables["suspicions"], tables["exposures"], tables["victims"]),
        entities=tables["entity_suspicions"].select(
            pl.col("entity").alias("entityId"), pl.col("fraud_probability").alias("fraudProbability")
        ),
        networks=_networks(tables["networks"]),
        members=_members(tables["members"]),
        exposed_to=_exposed_to(tables["exposures"], tables["networks"]),
        linked=_linked(tables["networks"]),
    )


def _table(catalogue: Catalogue, record: AnalysisRecord | None, name: str) -> pa.Table:
    return results.SCHEMAS[name].empty_table() if record is None else results.whole(catalogue, record.analysis_id, name)


def _numbers(suspicions: pl.DataFrame, exposures: pl.DataFrame, victims: pl.DataFrame) -> pl.DataFrame:
    of_suspicion = suspicions.select("number", **{new: pl.col(old) for old, new in _OF_SUSPICION.items()})
    of_exposure = exposures.select("number", **{new: pl.col(old) for old, new in _OF_EXPOSURE.items()})
    of_victim = victims.select("number", **{new: pl.col(old) for old, new in _OF_VICTIM.items()})
    joined = of_suspicion.join(of_exposure, on="number", how="full", coalesce=True)
    joined = joined.join(of_victim, on="number", how="full", coalesce=True).sort("number")
    kind = pl.col("class")
    return joined.select(
        pl.col("number").alias("numberId"),
        (kind.is_not_null() & (kind != _HUB)).fill_null(False).alias("candidate"),
        kind.is_in(_SUSPECT).fill_null(False).alias("suspect"),
        (kind == _HUB).fill_null(False).alias("hub"),
        pl.col("exposure").is_not_null().alias("exposed"),
        *[pl.col(name).cast(INSTANT) if name in _TIMES else pl.col(name) for name in PROPERTIES],
    )


def _networks(networks: pl.DataFrame) -> pl.DataFrame:
    return networks.select(
        pl.col("network_id").alias("networkId"),
        pl.col("network_id").map_elements(network_reference, return_dtype=pl.String).alias("reference"),
        "size",
        "flagged",
        "exposed",
        "losses",
        pl.col("scam_type").alias("scamType"),
        pl.col("first_seen").cast(INSTANT).alias("firstSeen"),
        pl.col("last_seen").cast(INSTANT).alias("lastSeen"),
        pl.col("lineage").map_elements(_ancestors, return_dtype=pl.List(pl.String)).alias("cameFrom"),
    )


def _members(members: pl.DataFrame) -> pl.DataFrame:
    return members.select(
        pl.col("network_id").alias("networkId"),
        pl.col("number").alias("numberId"),
        pl.col("entity").alias("entityId"),
        "role",
        "score",
    )


def _exposed_to(exposures: pl.DataFrame, networks: pl.DataFrame) -> pl.DataFrame:
    known = exposures.filter(pl.col("network_id").is_in(networks["network_id"].implode()))
    return known.select(pl.col("number").alias("numberId"), pl.col("network_id").alias("networkId"))


def _linked(networks: pl.DataFrame) -> pl.DataFrame:
    """Each pair once: both networks name it."""
    there = set(networks["network_id"].to_list())
    pairs: dict[tuple[int, int, str], float] = {}
    for own, text in networks.select("network_id", "linked").iter_rows():
        for link in orjson.loads(text):
            if link["network_id"] in there:
                pair = (*sorted((own, link["network_id"])), link["through"])
                pairs[pair] = link["strength"]
    rows = [(*pair, strength) for pair, strength in sorted(pairs.items())]
    schema = {"lower": pl.Int64, "higher": pl.Int64, "through": pl.String, "strength": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _ancestors(lineage: str) -> list[str] | None:
    return sorted(network_reference(one["network_id"]) for one in orjson.loads(lineage)) or None
