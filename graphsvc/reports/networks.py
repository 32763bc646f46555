"""Scam networks as people may see them."""

from collections import defaultdict
from typing import Any

import orjson
import pyarrow as pa

from graphsvc.graph.port import Graph
from graphsvc.model.references import network_reference
from graphsvc.reports.names import Names
from graphsvc.reports.values import EntityMember, JsonObject, MemberReport, NetworkDetail, NetworkReport
from graphsvc.store import facts_about, results
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
    row = results.network(catalogue, record.analysis_id, network_id)
    return _details(catalogue, record, names, row, graph.members(network_id))[0]


def details_of(catalogue: Catalogue, record: AnalysisRecord, names: Names, rows: pa.Table) -> list[NetworkDetail]:
    """Networks of an analysis (NETWORKS rows) in their order, with as many questions to the catalogue as for one."""
    members = results.members_of(catalogue, record.analysis_id, rows["network_id"].to_pylist())
    return _details(catalogue, record, names, rows, members)


def _details(
    catalogue: Catalogue, record: AnalysisRecord, names: Names, rows: pa.Table, found: pa.Table
) -> list[NetworkDetail]:
    theirs = found["number"].drop_null().to_pylist()
    flagged = set(facts_about.flags_on(catalogue, "number", theirs, record.as_of)["number"].to_pylist())
    numbers = names.numbers(theirs)
    entities = names.entities(found["entity"].drop_null().to_pylist())
    members: dict[int, list[MemberReport]] = defaultdict(list)
    others: dict[int, list[EntityMember]] = defaultdict(list)
    for member in (row for row in found.to_pylist() if row["number"] not in names.freed):
        score, network_id = round(member["score"], 6), member["network_id"]
        if member["number"] is not None:
            number, is_flagged = numbers[member["number"]], member["number"] in flagged
            members[network_id].append(MemberReport(number.token, number.number, member["role"], score, is_flagged))
        else:
            others[network_id].append(EntityMember(member["kind"], entities[member["entity"]], score))
    return [
        NetworkDetail(
            network=network_shown(row),
            members=members[row["network_id"]],
            entities=others[row["network_id"]],
            linked=_with_references(row["linked"]),
            lineage=_with_references(row["lineage"]),
        )
        for row in rows.to_pylist()
    ]


def _with_references(text: str) -> list[JsonObject]:
    return [{"reference": network_reference(item["network_id"]), **item} for item in orjson.loads(text)]
