"""How suspect numbers were, analysis by analysis, as far as analyses are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from graphsvc.model.references import network_reference
from graphsvc.model.words import NumberClass
from graphsvc.reports.names import Names
from graphsvc.store import shelf
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.results import AnalysisRecord

STANDINGS_MOST: Final = 30
"""Instants that are looked at, the latest."""


@dataclass(frozen=True)
class Standing:
    """What an analysis held a number to be."""

    analysis_id: str
    as_of: int
    """Epoch ms."""
    number_class: str
    fraud_probability: float
    network: str | None
    """Reference."""


def standings_of(
    catalogue: Catalogue, record: AnalysisRecord, names: Names, numbers: Sequence[int]
) -> dict[int, list[Standing]]:
    """What the analyses kept say of each number (registry ids), up to the instant of `record`, the earliest first."""
    told: dict[int, list[Standing]] = {number: [] for number in numbers}
    for analysis_id, as_of in shelf.kept_until(catalogue, record.as_of, most=STANDINGS_MOST):
        found = names.freed.suspicion_of(catalogue, analysis_id, numbers)
        held = {row["number"]: row for row in found.drop_columns(["evidence"]).to_pylist()}
        for number in numbers:
            row = held.get(number)
            network_id = None if row is None else row["network_id"]
            told[number].append(
                Standing(
                    analysis_id=analysis_id,
                    as_of=as_of,
                    number_class=NumberClass.ORDINARY.value if row is None else row["class"],
                    fraud_probability=0.0 if row is None else round(row["fraud_probability"], 6),
                    network=None if network_id is None else network_reference(network_id),
                )
            )
    return told
