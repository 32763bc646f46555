"""What is known of a device, holder, account, social account or URL: whose numbers, which cluster, how suspect."""

from collections.abc import Mapping
from typing import Any

from graphsvc.engine.parameters import FLAG_CONFIDENCE, FLAG_CONFIDENCE_UNKNOWN
from graphsvc.model.references import network_reference
from graphsvc.model.words import EntityKind, FlagSource, NumberClass
from graphsvc.reports import belongings
from graphsvc.reports.names import Names
from graphsvc.reports.numbers import flags_on
from graphsvc.reports.sharing import Basis, numbers_of
from graphsvc.reports.subjects import find_entity
from graphsvc.reports.values import EntityReport, FlagReport, JsonObject
from graphsvc.store import results

_SHOWN = 1000


def report_of(basis: Basis, names: Names, kind: EntityKind, value: str) -> EntityReport:
    """The report on an entity, by its value or token; NotFound where it was never seen."""
    subject = find_entity(basis.registry, kind, value)
    analysis_id = basis.record.analysis_id
    held = results.entity_suspicion_of(basis.catalogue, analysis_id, [subject.id]).to_pylist()
    numbers = _numbers(basis, names, subject.id)
    own = {held[0]["network_id"]} if held else set()
    network_ids = sorted((own | {number.pop("network_id") for number in numbers}) - {None})
    flags = flags_on(basis, names, "entity", [subject.id])[subject.id]
    others = belongings.beside(basis, names, subject.id, (EntityKind.ACCOUNT, EntityKind.DEVICE))
    return EntityReport(
        kind=kind.value,
        token=subject.token,
        fraud_probability=round(held[0]["fraud_probability"] if held else _by_flags(flags), 6),
        flags=flags,
        numbers=numbers,
        networks=[{"network_id": network_id, "reference": network_reference(network_id)} for network_id in network_ids],
        evidence=names.evidence([held[0]["evidence"]])[0] if held else [],
        accounts=others[EntityKind.ACCOUNT],
        devices=others[EntityKind.DEVICE],
    )


def _by_flags(flags: list[FlagReport]) -> float:
    """Of an entity that nobody has used yet, only its flags speak: as sure as the surest of them."""
    return max((flag.confidence or _by_source(flag.source) for flag in flags), default=0.0)


def sureness(flag: Mapping[str, Any]) -> float:
    """How sure a FLAGS row is: as it says, or as its source is in general."""
    return float(flag["confidence"] or _by_source(flag["source"]))


def _by_source(source: str | None) -> float:
    return FLAG_CONFIDENCE_UNKNOWN if source is None else FLAG_CONFIDENCE[FlagSource(source)]


def _numbers(basis: Basis, names: Names, entity: int) -> list[JsonObject]:
    """Its numbers, the most suspect first."""
    having = numbers_of(basis, entity)
    rows = names.freed.suspicion_of(basis.catalogue, basis.record.analysis_id, having).to_pylist()
    held = {row["number"]: row for row in rows}
    shown = names.numbers(having)
    reports: list[JsonObject] = []
    for number in having:
        row = held.get(number)
        reports.append(
            {
                "token": shown[number].token,
                "number": shown[number].number,
                "class": row["class"] if row else NumberClass.ORDINARY.value,
                "fraud_probability": round(row["fraud_probability"], 6) if row else 0.0,
                "network_id": row["network_id"] if row else None,
            }
        )
    return sorted(reports, key=lambda report: -report["fraud_probability"])[:_SHOWN]
