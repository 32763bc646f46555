"""What is known of one number: class, suspicion, flags, network, what it shares, whom it reached."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from graphsvc.graph.port import Graph
from graphsvc.graph.values import Acquaintance, NumberSummary, Traffic
from graphsvc.model.references import network_reference
from graphsvc.model.words import EntityKind, NumberClass
from graphsvc.reports import belongings, known
from graphsvc.reports.company import company_of
from graphsvc.reports.names import Names
from graphsvc.reports.sharing import Basis, entities_of_each
from graphsvc.reports.subjects import Subject
from graphsvc.reports.values import FlagReport, JsonObject, NumberReport, SharedReport, ShownNumber
from graphsvc.reports.victims import victims_shown
from graphsvc.store import facts_about, results


def report_of(basis: Basis, names: Names, subject: Subject, graph: Graph) -> NumberReport:
    """The report on a number of an analysis; a number with nothing against it is ordinary, with suspicion 0."""
    return reports_of(basis, names, [subject], graph)[0]


def reports_of(basis: Basis, names: Names, subjects: Sequence[Subject], graph: Graph | None) -> list[NumberReport]:
    """The same for several numbers, in their order, with as many questions to the catalogue as for one.

    Without a graph nobody looks whom they reached: `contacts` is empty.
    """
    analysis_id, ids = basis.record.analysis_id, [subject.id for subject in subjects]
    rows = names.freed.suspicion_of(basis.catalogue, analysis_id, ids).to_pylist()
    held = {**{number: _ordinary() for number in ids}, **{row["number"]: row for row in rows}}
    ranked = names.freed.ranked(results.victims_of(basis.catalogue, analysis_id, ids).to_pylist())
    standing = dict(zip((row["number"] for row in ranked), victims_shown(names, ranked), strict=True))
    met = {row["number"]: row for row in results.exposures_of(basis.catalogue, analysis_id, ids)}
    summaries = {number: graph.number(number) for number in ids} if graph else {}
    met_by = {other.number for summary in summaries.values() for other in (*summary.top, *summary.latest)}
    shown, company = names.numbers({*ids, *met_by}), company_of(basis, names, sorted(met_by)) if met_by else {}
    evidence = dict(zip(ids, names.evidence([held[number]["evidence"] for number in ids]), strict=True))
    shared = _shared(basis, names, ids)
    as_of, flags = basis.record.as_of, flags_on(basis, names, "number", ids)
    roles = known.roles_of(basis.catalogue, basis.registry, ids, as_of)
    regions = facts_about.regions_of(basis.catalogue, ids, as_of)
    return [
        NumberReport(
            token=subject.token,
            number=shown[subject.id].number,
            kind=subject.kind,
            number_class=held[subject.id]["class"],
            fraud_probability=round(held[subject.id]["fraud_probability"], 6),
            directory_role=roles.get(subject.id),
            region=regions.get(subject.id),
            flags=flags[subject.id],
            network_id=held[subject.id]["network_id"],
            network=_reference(held[subject.id]["network_id"]),
            holder_numbers=shared[subject.id][1],
            shared=shared[subject.id][0],
            contacts=_contacts(shown, company, summaries[subject.id]) if graph else {},
            exposure=exposure_shown(met[subject.id]) if subject.id in met else None,
            victim=standing.get(subject.id),
            evidence=evidence[subject.id],
        )
        for subject in subjects
    ]


def exposure_shown(row: dict[str, Any]) -> JsonObject:
    """An EXPOSURES row in figures: what a person went through with suspect numbers."""
    figures = dict(row)
    for hidden in ("number", "suspect", "key_events"):
        del figures[hidden]
    return figures


def flags_on(
    basis: Basis, names: Names, column: Literal["number", "entity"], wanted: Sequence[int]
) -> dict[int, list[FlagReport]]:
    """Flags in force on each of these numbers or entities, oldest first; those from before a release are void."""
    fields = ("flag_id", "scam_type", "source", "case_id", "confidence", "known_at", "valid_from")
    found: dict[int, list[FlagReport]] = {one: [] for one in wanted}
    for row in basis.flags_on(column, wanted).to_pylist():
        if not names.freed.releases.voids(row):
            found[row[column]].append(FlagReport(**{name: row[name] for name in fields}))
    return {one: sorted(flags, key=lambda flag: (flag.known_at, flag.flag_id)) for one, flags in found.items()}


def _ordinary() -> dict[str, Any]:
    return {
        "class": NumberClass.ORDINARY.value,
        "fraud_probability": 0.0,
        "network_id": None,
        "evidence": "[]",
    }


def _reference(network_id: int | None) -> str | None:
    return None if network_id is None else network_reference(network_id)


def _shared(basis: Basis, names: Names, numbers: Sequence[int]) -> dict[int, tuple[list[SharedReport], int]]:
    """What each has in common with other numbers, and how many numbers its holder has (itself included)."""
    of_number = entities_of_each(basis, numbers)
    found = belongings.shown(basis, names, sorted({entity for found in of_number.values() for entity in found}))

    def holder_numbers(number: int) -> int:
        holders = [found[entity] for entity in of_number[number] if found[entity][1] is EntityKind.HOLDER]
        return max((holder.numbers for holder, _ in holders), default=1)

    return {
        number: ([found[entity][0] for entity in had if found[entity][0].numbers > 1], holder_numbers(number))
        for number, had in of_number.items()
    }


def _contacts(
    shown: Mapping[int, ShownNumber], company: Mapping[int, JsonObject], summary: NumberSummary
) -> JsonObject:
    return {
        "sent": _traffic(summary.sent),
        "received": _traffic(summary.received),
        "acquaintances": summary.acquaintances,
        "first_at": summary.first_at,
        "last_at": summary.last_at,
        "top": [_acquaintance(shown, other) | company[other.number] for other in summary.top],
        "latest": [_acquaintance(shown, other) | company[other.number] for other in summary.latest],
    }


def _acquaintance(shown: Mapping[int, ShownNumber], other: Acquaintance) -> JsonObject:
    return {
        "token": shown[other.number].token,
        "number": shown[other.number].number,
        "sent": _traffic(other.sent),
        "received": _traffic(other.received),
        "first_at": other.first_at,
        "last_at": other.last_at,
    }


def _traffic(traffic: Traffic) -> JsonObject:
    fields = ("contacts", "events", "calls", "messages", "answered", "talk_s")
    return {name: getattr(traffic, name) for name in fields}
