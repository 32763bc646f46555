"""Investigations: sets of numbers and networks with notes, a status and somebody who works on them."""

from typing import Any

import strawberry

from graphsvc.api.asking import Asking
from graphsvc.api.ids import Kind
from graphsvc.api.schema.networks import Network
from graphsvc.api.schema.scalars import Instant
from graphsvc.api.schema.shared import Node, PageInfo, checked_first
from graphsvc.api.schema.victims import networks_by_id
from graphsvc.api.schema.words import InvestigationStatus, NoteKind, NumberClass
from graphsvc.investigating import Subjects
from graphsvc.model.references import investigation_id_of, network_id_of, network_reference
from graphsvc.reports.investigations import HeldNetwork, HeldNumber, InvestigationReport, NoteReport
from graphsvc.store.results import AnalysisRecord

HELD_MAX = 1000


@strawberry.type(description="A number in an investigation, with what the current analysis says of it.")
class InvestigationNumber:
    """A number, masked, and who added it when."""

    id: strawberry.ID = strawberry.field(description="The id of the number.")
    number: str
    number_class: NumberClass = strawberry.field(name="class")
    fraud_probability: float
    network_id: strawberry.ID | None
    network_reference: str | None
    flagged: bool
    added_by: str
    added_at: Instant
    analysis_id: str | None = strawberry.field(description="The analysis that was current then.")


@strawberry.type(description="A network in an investigation.")
class InvestigationNetwork:
    """A network, and who added it when."""

    id: strawberry.ID = strawberry.field(description="The id of the network.")
    reference: str
    network: Network | None = strawberry.field(description="As it is now; null where it is no network any more.")
    added_by: str
    added_at: Instant
    analysis_id: str | None = strawberry.field(description="The analysis that was current then.")


@strawberry.type(description="A line of an investigation's log: a note, or a change of it. Lines are never changed.")
class InvestigationNote:
    """Something said or done."""

    id: strawberry.ID
    kind: NoteKind
    text: str
    by: str
    at: Instant
    about: strawberry.ID | None = strawberry.field(description="The number or network that it is about.")


@strawberry.type(description="A set of numbers and networks that somebody looks into.")
class Investigation(Node):
    """An investigation with what it holds."""

    reference: str = strawberry.field(description="What people say on the telephone, such as I-7K3Q-2.")
    title: str
    region: str
    case_id: str | None
    status: InvestigationStatus
    assignee: str | None
    opened_by: str
    opened_at: Instant
    changed_at: Instant
    number_count: int = strawberry.field(description="Numbers in it that the caller may see.")
    network_count: int
    withheld: int = strawberry.field(description="Numbers in it of people of other regions than the caller's.")
    all_numbers: strawberry.Private[list[InvestigationNumber]]
    all_networks: strawberry.Private[list[InvestigationNetwork]]
    all_notes: strawberry.Private[list[InvestigationNote]]

    @strawberry.field(description="Its numbers in the order in which they were added, at most 1,000.")
    def numbers(self, first: int = 100) -> list[InvestigationNumber]:
        """The first so many numbers."""
        return self.all_numbers[: checked_first(first, HELD_MAX)]

    @strawberry.field(description="Its networks in the order in which they were added, at most 1,000.")
    def networks(self, first: int = 100) -> list[InvestigationNetwork]:
        """The first so many networks."""
        return self.all_networks[: checked_first(first, HELD_MAX)]

    @strawberry.field(description="Its log, the newest lines first, at most 1,000.")
    def notes(self, first: int = 100) -> list[InvestigationNote]:
        """The newest so many lines."""
        return self.all_notes[: checked_first(first, HELD_MAX)]


@strawberry.type(description="An investigation on a page.")
class InvestigationEdge:
    """An investigation and its cursor."""

    node: Investigation
    cursor: str


@strawberry.type(description="A page of investigations, the newest first.")
class InvestigationConnection:
    """Investigations."""

    edges: list[InvestigationEdge]
    page_info: PageInfo


@strawberry.type(description="What was put into an investigation.")
class AddedToInvestigation:
    """What became of a list."""

    investigation: Investigation
    added: int = strawberry.field(description="What was not in it before.")
    not_found: list[int] = strawberry.field(
        description="Places (from 0) of numbers that were never seen, or are not yours to see: they were left out."
    )


def investigation_named(asking: Asking, text: str) -> int:
    """The investigation that an id or a reference names."""
    if text[:2].upper() == "I-":
        return investigation_id_of(text)
    return int(asking.ids.expect(Kind.INVESTIGATION, text))


def network_named(asking: Asking, text: str) -> int:
    """The network that an id or a reference names."""
    return network_id_of(text) if text[:2].upper() == "N-" else int(asking.ids.expect(Kind.NETWORK, text))


def subjects_of(asking: Asking, ids: list[str]) -> Subjects:
    """The numbers and networks behind ids, or references of networks."""
    tokens = [asking.ids.number_token(text) for text in ids]
    networks = [network_named(asking, text) for text, token in zip(ids, tokens, strict=True) if token is None]
    return Subjects([token for token in tokens if token is not None], networks)


def investigation_shown(asking: Asking, investigation_id: int) -> Investigation:
    """An investigation as the API shows it."""
    found = asking.service.investigating.one(investigation_id, within=asking.caller.region)
    return investigations_of(asking, [found])[0]


def investigations_of(asking: Asking, found: list[InvestigationReport]) -> list[Investigation]:
    """Investigations as the API shows them; networks are fetched for all at once, if anybody asks for them."""
    networks: dict[int, Network] = {}
    if asking.wants("InvestigationNetwork.network") and any(one.networks for one in found):
        record: AnalysisRecord = asking.service.current()
        wanted = [held.network_id for one in found for held in one.networks]
        networks = dict(networks_by_id(asking, record, wanted))
    return [_investigation(asking, one, networks) for one in found]


def _investigation(asking: Asking, report: InvestigationReport, networks: dict[int, Network]) -> Investigation:
    one = report.investigation
    return Investigation(
        id=asking.id(Kind.INVESTIGATION, one.investigation_id),
        reference=report.reference,
        title=one.title,
        region=one.region,
        case_id=one.case_ref,
        status=one.status,
        assignee=one.assignee,
        opened_by=one.opened_by,
        opened_at=Instant(one.opened_at),
        changed_at=Instant(one.changed_at),
        number_count=len(report.numbers),
        network_count=len(report.networks),
        withheld=report.withheld,
        all_numbers=[_number(asking, held) for held in report.numbers],
        all_networks=[_network(asking, held, networks) for held in report.networks],
        all_notes=[_note(asking, line) for line in report.notes],
    )


def _number(asking: Asking, held: HeldNumber) -> InvestigationNumber:
    return InvestigationNumber(
        id=asking.id(Kind.NUMBER, held.shown.token),
        number=held.shown.number,
        number_class=NumberClass(held.number_class),
        fraud_probability=held.fraud_probability,
        network_id=None if held.network_id is None else asking.id(Kind.NETWORK, held.network_id),
        network_reference=None if held.network_id is None else network_reference(held.network_id),
        flagged=held.flagged,
        **_provenance(held),
    )


def _network(asking: Asking, held: HeldNetwork, networks: dict[int, Network]) -> InvestigationNetwork:
    return InvestigationNetwork(
        id=asking.id(Kind.NETWORK, held.network_id),
        reference=held.reference,
        network=networks.get(held.network_id),
        **_provenance(held),
    )


def _provenance(held: HeldNumber | HeldNetwork) -> dict[str, Any]:
    return {"added_by": held.added_by, "added_at": Instant(held.added_at), "analysis_id": held.analysis_id}


def _note(asking: Asking, line: NoteReport) -> InvestigationNote:
    about = None
    if line.number is not None:
        about = asking.id(Kind.NUMBER, line.number.token)
    elif line.network_id is not None:
        about = asking.id(Kind.NETWORK, line.network_id)
    return InvestigationNote(
        id=asking.id(Kind.NOTE, line.note_id),
        kind=NoteKind(line.kind),
        text=line.text,
        by=line.by,
        at=Instant(line.at),
        about=about,
    )
