"""Investigations as people may see them: numbers masked, with what the analysis now says of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from graphsvc.model.investigations import Investigation, Item, Note
from graphsvc.model.references import investigation_reference, network_reference
from graphsvc.model.words import NumberClass
from graphsvc.reports.belongings import SUSPECT_FROM
from graphsvc.reports.known import roles_of
from graphsvc.reports.names import Names
from graphsvc.reports.values import ShownNumber
from graphsvc.store import facts_about
from graphsvc.store import investigations as store
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.registry import Registry


@dataclass(frozen=True)
class HeldNumber:
    """A number in an investigation."""

    shown: ShownNumber
    number_class: str
    fraud_probability: float
    network_id: int | None
    flagged: bool
    added_by: str
    added_at: int
    analysis_id: str | None
    """The analysis that was current when it was added."""


@dataclass(frozen=True)
class HeldNetwork:
    """A network in an investigation. It may be in no analysis any more."""

    network_id: int
    reference: str
    added_by: str
    added_at: int
    analysis_id: str | None


@dataclass(frozen=True)
class NoteReport:
    """A line of its log, and what it is about, where that is one number or network that may be seen."""

    note_id: int
    kind: str
    text: str
    by: str
    at: int
    number: ShownNumber | None
    network_id: int | None


@dataclass(frozen=True)
class InvestigationReport:
    """An investigation with all that it holds."""

    investigation: Investigation
    reference: str
    numbers: list[HeldNumber]
    networks: list[HeldNetwork]
    notes: list[NoteReport]
    """The newest first."""
    withheld: int
    """Numbers in it of people whose region is not the caller's."""


def reports_of(
    catalogue: Catalogue,
    registry: Registry,
    analysis_id: str | None,
    as_of: int,
    names: Names,
    found: Sequence[Investigation],
    within: str,
) -> list[InvestigationReport]:
    """These investigations in their order, with as many questions to the catalogue as for one.

    Flags and roles are those of `as_of` (epoch ms). `within`: the caller's region. Suspects and public numbers are
    everybody's, people those of their region.
    """
    ids = [one.investigation_id for one in found]
    items, notes = store.items_of(catalogue, ids), store.notes_of(catalogue, ids)
    named = [*(item.number for item in items), *(line.number for line in notes)]
    numbers = sorted({number for number in named if number is not None})
    rows = names.freed.suspicion_of(catalogue, analysis_id, numbers).to_pylist() if analysis_id else []
    said = {row["number"]: row for row in rows}
    flagged = set(facts_about.flags_on(catalogue, "number", numbers, as_of)["number"].to_pylist())
    seen = set(numbers)
    if within:
        suspect = {number for number, row in said.items() if row["fraud_probability"] >= SUSPECT_FROM}
        regions = facts_about.regions_of(catalogue, numbers, as_of)
        people = {number for number, region in regions.items() if region and region.startswith(within)}
        seen &= suspect | flagged | roles_of(catalogue, registry, numbers, as_of).keys() | people
    shown = names.numbers(seen)

    def number_of(item: Item) -> HeldNumber:
        number = item.number if item.number is not None else -1
        row = said.get(number)
        return HeldNumber(
            shown=shown[number],
            number_class=row["class"] if row else NumberClass.ORDINARY.value,
            fraud_probability=round(row["fraud_probability"], 6) if row else 0.0,
            network_id=row["network_id"] if row else None,
            flagged=number in flagged,
            added_by=item.added_by,
            added_at=item.added_at,
            analysis_id=item.analysis_id,
        )

    def report_of(one: Investigation) -> InvestigationReport:
        own = [item for item in items if item.investigation_id == one.investigation_id]
        theirs = [item for item in own if item.number in seen]
        log = [line for line in notes if line.investigation_id == one.investigation_id]
        return InvestigationReport(
            investigation=one,
            reference=investigation_reference(one.investigation_id),
            numbers=[number_of(item) for item in theirs],
            networks=[_network(item, item.network_id) for item in own if item.network_id is not None],
            notes=[_line(line, shown.get(line.number) if line.number is not None else None) for line in log],
            withheld=sum(item.number is not None for item in own) - len(theirs),
        )

    return [report_of(one) for one in found]


def _network(item: Item, network_id: int) -> HeldNetwork:
    return HeldNetwork(network_id, network_reference(network_id), item.added_by, item.added_at, item.analysis_id)


def _line(line: Note, number: ShownNumber | None) -> NoteReport:
    return NoteReport(line.note_id, line.kind.value, line.text, line.by, line.at, number, line.network_id)
