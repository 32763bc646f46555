"""What is known of one number: class, suspicion, flags, network, what it shares, whom it reached."""

from typing import Any

import pyarrow.compute as pc

from graphsvc.graph.port import Graph
from graphsvc.graph.values import NumberSummary, Traffic
from graphsvc.model.references import network_reference
from graphsvc.model.words import EntityKind, NumberClass
from graphsvc.reports.names import Names
from graphsvc.reports.sharing import Basis, entities_of, numbers_of
from graphsvc.reports.subjects import Subject
from graphsvc.reports.values import FlagReport, JsonObject, NumberReport, SharedReport
from graphsvc.reports.victims import victims_shown
from graphsvc.store import results

SUSPECT_FROM = 0.5
"""A number counts as suspect in summaries from this probability on."""


def report_of(basis: Basis, names: Names, subject: Subject, graph: Graph) -> NumberReport:
    """The report on a number of an analysis; a number with nothing against it is ordinary, with suspicion 0."""
    number = subject.id
    suspicions = names.freed.suspicion_of(basis.catalogue, basis.record.analysis_id, [number]).to_pylist()
    held = suspicions[0] if suspicions else _ordinary()
    shared, holder_numbers = _shared(basis, names, number)
    network_id = held["network_id"]
    ranked = names.freed.ranked(results.victims_of(basis.catalogue, basis.record.analysis_id, [number]).to_pylist())
    return NumberReport(
        token=subject.token,
        number=names.numbers([number])[number].number,
        kind=subject.kind,
        number_class=held["class"],
        fraud_probability=round(held["fraud_probability"], 6),
        directory_role=_one(basis.facts.directory, number, "role"),
        region=_one(basis.facts.subscribers, number, "region"),
        flags=flags_on(basis, names, "number", number),
        network_id=network_id,
        network=None if network_id is None else network_reference(network_id),
        holder_numbers=holder_numbers,
        shared=shared,
        contacts=_contacts(names, graph.number(number)),
        exposure=_exposure(basis, number),
        victim=next(iter(victims_shown(names, ranked)), None),
        evidence=names.evidence([held["evidence"]])[0],
    )


def flags_on(basis: Basis, names: Names, column: str, subject: int) -> list[FlagReport]:
    """Flags in force on a number or entity, oldest first; those from before a number's release are void."""
    rows = basis.flags.filter(pc.field(column) == subject).to_pylist()
    fields = ("flag_id", "scam_type", "source", "case_id", "confidence", "known_at", "valid_from")
    valid = [row for row in rows if not names.freed.releases.voids(row)]
    reports = [FlagReport(**{name: row[name] for name in fields}) for row in valid]
    return sorted(reports, key=lambda flag: (flag.known_at, flag.flag_id))


def _ordinary() -> dict[str, Any]:
    return {
        "class": NumberClass.ORDINARY.value,
        "fraud_probability": 0.0,
        "network_id": None,
        "evidence": "[]",
    }


def _shared(basis: Basis, names: Names, number: int) -> tuple[list[SharedReport], int]:
    """What it has in common with other numbers, and how many numbers its holder has (itself included)."""
    entities = entities_of(basis, number)
    tokens = names.entities(entities)
    kinds = {one.id: one.kind for one in basis.registry.entities(entities)}
    shared, holder_numbers = [], 1
    held = results.entity_suspicion_of(basis.catalogue, basis.record.analysis_id, entities).to_pylist()
    suspicion = {row["entity"]: row["fraud_probability"] for row in held}
    for entity in entities:
        having = numbers_of(basis, entity)
        if kinds[entity] is EntityKind.HOLDER:
            holder_numbers = max(holder_numbers, len(having))
        if len(having) < 2:
            continue
        rows = names.freed.suspicion_of(basis.catalogue, basis.record.analysis_id, having)
        suspects = int(pc.sum(pc.greater_equal(rows["fraud_probability"], SUSPECT_FROM)).as_py() or 0)
        shared.append(SharedReport(kinds[entity].value, tokens[entity], len(having), suspects, suspicion.get(entity)))
    return shared, holder_numbers


def _contacts(names: Names, summary: NumberSummary) -> JsonObject:
    shown = names.numbers(other.number for other in summary.top)
    return {
        "sent": _traffic(summary.sent),
        "received": _traffic(summary.received),
        "acquaintances": summary.acquaintances,
        "first_at": summary.first_at,
        "last_at": summary.last_at,
        "top": [
            {
                "token": shown[other.number].token,
                "number": shown[other.number].number,
                "sent": _traffic(other.sent),
                "received": _traffic(other.received),
                "first_at": other.first_at,
                "last_at": other.last_at,
            }
            for other in summary.top
        ],
    }


def _traffic(traffic: Traffic) -> JsonObject:
    fields = ("contacts", "events", "calls", "messages", "answered", "talk_s")
    return {name: getattr(traffic, name) for name in fields}


def _exposure(basis: Basis, number: int) -> JsonObject | None:
    """What a person went through with suspect numbers, in figures; None where it met none."""
    rows = results.exposures_of(basis.catalogue, basis.record.analysis_id, [number]).to_pylist()
    if not rows:
        return None
    hidden = {"number", "suspect", "key_events"}
    return {name: value for name, value in rows[0].items() if name not in hidden}


def _one(table: Any, number: int, column: str) -> Any:
    found = table.filter(pc.field("number") == number)[column]
    return found[0].as_py() if len(found) else None
