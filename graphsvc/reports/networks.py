"""Scam networks as people may see them."""

from typing import Any

import orjson

from graphsvc.graph.port import Graph
from graphsvc.model.references import network_reference
from graphsvc.reports.names import Names
from graphsvc.reports.values import EntityMember, JsonObject, MemberReport, NetworkDetail, NetworkReport
from graphsvc.store import facts as fact_store
from graphsvc.store import results
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.results import AnalysisRecord


def network_shown(row: dict[str, Any]) -> NetworkReport:
    """A NETWORKS row with the reference that people say."""
    return NetworkReport(
        network_id=row["network_id"],
        reference=network_reference(row["network_id"]),
        size=row["size"],
        flagged=row["flagged"],
        exposed=row["exposed"],
        losses=row["losses"],
        scam_type=row["scam_type"],
        first_seen=row["first_seen"],
        last_seen=row["last_seen"],
    )


def detail_of(
    catalogue: Catalogue, record: AnalysisRecord, names: Names, network_id: int, graph: Graph
) -> NetworkDetail:
    """One network of an analysis; NotFound where it has no such network."""
    row = results.network(catalogue, record.analysis_id, network_id).to_pylist()[0]
    members = [member for member in graph.members(network_id).to_pylist() if member["number"] not in names.freed]
    flags = fact_store.facts_at(catalogue, record.as_of).flags
    flagged = set(flags["number"].drop_null().to_pylist())
    numbers = names.numbers(member["number"] for member in members if member["number"] is not None)
    entities = names.entities(member["entity"] for member in members if member["entity"] is not None)
    return NetworkDetail(
        network=network_shown(row),
        members=[
            MemberReport(
                token=numbers[member["number"]].token,
                number=numbers[member["number"]].number,
                role=member["role"],
                score=round(member["score"], 6),
                flagged=member["number"] in flagged,
            )
            for member in members
            if member["number"] is not None
        ],
        entities=[
            EntityMember(member["kind"], entities[member["entity"]], round(member["score"], 6))
            for member in members
            if member["entity"] is not None
        ],
        linked=_with_references(row["linked"]),
        lineage=_with_references(row["lineage"]),
    )


def _with_references(text: str) -> list[JsonObject]:
    return [{"reference": network_reference(item["network_id"]), **item} for item in orjson.loads(text)]
