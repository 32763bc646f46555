"""What is known of a number, or of a device, holder or account."""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry

from graphsvc.api.asking import Asking
from graphsvc.api.ids import Kind
from graphsvc.api.schema.networks import Network
from graphsvc.api.schema.scalars import Instant, Long, instant
from graphsvc.api.schema.shared import Evidence, Node, checked_first, evidence_of
from graphsvc.api.schema.victims import Exposure, Victim, exposure_of, networks_by_id, victims_of
from graphsvc.api.schema.words import DirectoryRole, EntityKind, FlagSource, Grade, NumberClass, NumberKind, ScamType
from graphsvc.reports.standings import Standing
from graphsvc.reports.values import EntityReport as EntityFound
from graphsvc.reports.values import FlagReport, SharedReport
from graphsvc.reports.values import NumberReport as NumberFound
from graphsvc.store.results import AnalysisRecord

SUSPECT_FROM = 0.5
"""From this probability on a number is national: not a person of somebody's region any more."""

LISTED_MAX = 1000


@strawberry.type(description="Somebody with a name says that a number or entity is involved in a case.")
class Flag:
    """A flag in force."""

    id: strawberry.ID

    scam_type: ScamType
    source: FlagSource | None
    case_id: str | None
    confidence: float | None
    known_at: Instant
    valid_from: Instant | None


@strawberry.type(description="A device, holder or account that a number shares with others.")
class SharedEntity:
    """What several numbers have in common."""

    id: strawberry.ID
    kind: EntityKind
    token: str
    numbers: int
    suspects: int
    fraud_probability: float | None


@strawberry.type(description="Events one way.")
class Traffic:
    """Counts of contacts and events."""

    contacts: int
    events: Long
    calls: Long
    messages: Long
    answered: Long
    talk_seconds: Long


@strawberry.type(description="A number that another is in contact with.")
class Acquaintance:
    """One of the busiest or latest contacts."""

    id: strawberry.ID
    number: str
    number_class: NumberClass = strawberry.field(name="class")
    fraud_probability: float
    network: str | None = strawberry.field(description="The reference of its network.")
    directory_role: DirectoryRole | None
    grade: Grade | None = strawberry.field(description="Of a person at risk in the caller's region.")
    sent: Traffic
    received: Traffic
    first_at: Instant
    last_at: Instant


@strawberry.type(description="Whom a number reached and who reached it.")
class ContactsSummary:
    """Traffic both ways, and the busiest and latest acquaintances."""

    sent: Traffic
    received: Traffic
    acquaintances: int
    first_at: Instant | None
    last_at: Instant | None
    busiest: list[Acquaintance] = strawberry.field(description="The ten with most events both ways.")
    latest: list[Acquaintance] = strawberry.field(description="The ten whose last contact is newest, newest first.")


@strawberry.type(description="What an analysis held a number to be.")
class NumberStanding:
    """A number in one analysis."""

    analysis_id: str
    as_of: Instant
    number_class: NumberClass = strawberry.field(name="class")
    fraud_probability: float
    network: str | None = strawberry.field(description="The reference of its network.")


@strawberry.type(description="What is known of a number.")
class NumberReport(Node):
    """A number's report from one analysis."""

    number: str = strawberry.field(description="Masked.")
    token: str
    kind: NumberKind
    number_class: NumberClass = strawberry.field(name="class")
    fraud_probability: float
    directory_role: DirectoryRole | None
    region: str | None
    flags: list[Flag]
    network: Network | None
    holder_number_count: int
    shared: list[SharedEntity]
    contacts_summary: ContactsSummary | None
    exposure: Exposure | None
    victim: Victim | None = strawberry.field(description="Where it stands in the ranking, if it is a person at risk.")
    evidence: list[Evidence]
    history: list[NumberStanding] = strawberry.field(
        description="What the analyses kept say of it, up to this one; the earliest first, at most the newest 30."
    )


@strawberry.type(description="A number of a device, holder or account.")
class EntityNumber:
    """One of its numbers."""

    id: strawberry.ID
    number: str
    number_class: NumberClass = strawberry.field(name="class")
    fraud_probability: float


@strawberry.type(description="What is known of a device, holder, account, social account or URL.")
class EntityReport(Node):
    """An entity's report from one analysis."""

    kind: EntityKind
    token: str
    fraud_probability: float
    flags: list[Flag]
    numbers: list[EntityNumber]
    shared_by: int = strawberry.field(description="How many numbers have it.")
    networks: list[Network]
    evidence: list[Evidence]
    all_accounts: strawberry.Private[list[SharedEntity]]
    all_devices: strawberry.Private[list[SharedEntity]]

    @strawberry.field(description="Accounts of its numbers and of the holder, the most suspect first; at most 1,000.")
    def accounts(self, first: int = 100) -> list[SharedEntity]:
        """The first so many accounts."""
        return self.all_accounts[: checked_first(first, LISTED_MAX)]

    @strawberry.field(description="Devices that its numbers were used in, the most suspect first; at most 1,000.")
    def devices(self, first: int = 100) -> list[SharedEntity]:
        """The first so many devices."""
        return self.all_devices[: checked_first(first, LISTED_MAX)]


@strawberry.type(description="A device, holder, account, social account or URL by its token alone.")
class EntityName:
    """What names an entity."""

    id: strawberry.ID
    kind: EntityKind
    token: str


@strawberry.type(description="What has a token that ends in a certain way.")
class TokenEnd:
    """Numbers and entities, at most 50 of each; numbers that the caller may see."""

    numbers: list[NumberReport]
    entities: list[EntityName]


def numbers_of(asking: Asking, record: AnalysisRecord, reports: Sequence[NumberFound]) -> list[NumberReport]:
    """Reports as the API shows them."""
    networks = (
        networks_by_id(asking, record, [report.network_id for report in reports])
        if asking.wants("NumberReport.network")
        else {}
    )
    tokens = [report.token for report in reports]
    standings = asking.service.listing.standings(record, tokens) if asking.wants("NumberReport.history") else {}
    ranked = [report.victim for report in reports if report.victim is not None]
    shown = victims_of(asking, record, ranked) if asking.wants("NumberReport.victim") else []
    victims = {victim.token: one for victim, one in zip(ranked, shown, strict=False)}
    return [
        NumberReport(
            id=asking.id(Kind.NUMBER, report.token),
            number=report.number,
            token=report.token,
            kind=NumberKind(report.kind),
            number_class=NumberClass(report.number_class),
            fraud_probability=report.fraud_probability,
            directory_role=None if report.directory_role is None else DirectoryRole(report.directory_role),
            region=report.region,
            flags=[flag_of(asking, flag) for flag in report.flags],
            network=None if report.network_id is None else networks.get(report.network_id),
            holder_number_count=report.holder_numbers,
            shared=[_shared(asking, one) for one in report.shared],
            contacts_summary=_contacts(asking, report.contacts),
            exposure=exposure_of(report.exposure),
            victim=victims.get(report.token),
            evidence=evidence_of(asking, report.evidence),
            history=[_standing(one) for one in standings.get(report.token, ())],
        )
        for report in reports
    ]


def _standing(one: Standing) -> NumberStanding:
    return NumberStanding(
        analysis_id=one.analysis_id,
        as_of=Instant(one.as_of),
        number_class=NumberClass(one.number_class),
        fraud_probability=one.fraud_probability,
        network=one.network,
    )


def is_theirs(asking: Asking, report: NumberFound) -> bool:
    """Whether a caller may see a number: suspects and public numbers are everybody's, people those of their region."""
    national = report.fraud_probability >= SUSPECT_FROM or report.flags or report.directory_role is not None
    return bool(national) or asking.caller.covers(report.region)


def entity_of(asking: Asking, record: AnalysisRecord, report: EntityFound) -> EntityReport:
    """The report on an entity as the API shows it."""
    networks: Mapping[int, Network] = {}
    if asking.wants("EntityReport.networks"):
        networks = networks_by_id(asking, record, [network["network_id"] for network in report.networks])
    return EntityReport(
        id=asking.id(Kind.ENTITY, report.token),
        kind=EntityKind(report.kind),
        token=report.token,
        fraud_probability=float(report.fraud_probability),
        flags=[flag_of(asking, flag) for flag in report.flags],
        numbers=[
            EntityNumber(
                id=asking.id(Kind.NUMBER, number["token"]),
                number=number["number"],
                number_class=NumberClass(number["class"]),
                fraud_probability=number["fraud_probability"],
            )
            for number in report.numbers
        ],
        shared_by=len(report.numbers),
        networks=list(networks.values()),
        evidence=evidence_of(asking, report.evidence),
        all_accounts=[_shared(asking, one) for one in report.accounts],
        all_devices=[_shared(asking, one) for one in report.devices],
    )


def flag_of(asking: Asking, flag: FlagReport) -> Flag:
    """A flag as the API shows it."""
    return Flag(
        id=asking.id(Kind.FLAG, flag.flag_id),
        scam_type=ScamType(flag.scam_type),
        source=None if flag.source is None else FlagSource(flag.source),
        case_id=flag.case_id,
        confidence=flag.confidence,
        known_at=Instant(flag.known_at),
        valid_from=instant(flag.valid_from),
    )


def _shared(asking: Asking, shared: SharedReport) -> SharedEntity:
    return SharedEntity(
        id=asking.id(Kind.ENTITY, shared.token),
        kind=EntityKind(shared.kind),
        token=shared.token,
        numbers=shared.numbers,
        suspects=shared.suspects,
        fraud_probability=shared.fraud_probability,
    )


def _contacts(asking: Asking, contacts: Mapping[str, Any]) -> ContactsSummary | None:
    if not contacts:
        return None
    return ContactsSummary(
        sent=_traffic(contacts["sent"]),
        received=_traffic(contacts["received"]),
        acquaintances=contacts["acquaintances"],
        first_at=instant(contacts["first_at"]),
        last_at=instant(contacts["last_at"]),
        busiest=[_acquaintance(asking, other) for other in contacts["top"]],
        latest=[_acquaintance(asking, other) for other in contacts["latest"]],
    )


def _acquaintance(asking: Asking, other: Mapping[str, Any]) -> Acquaintance:
    return Acquaintance(
        id=asking.id(Kind.NUMBER, other["token"]),
        number=other["number"],
        number_class=NumberClass(other["class"]),
        fraud_probability=other["fraud_probability"],
        network=other["network"],
        directory_role=None if other["directory_role"] is None else DirectoryRole(other["directory_role"]),
        grade=Grade(other["grade"]) if other["grade"] and asking.caller.covers(other["grade_region"]) else None,
        sent=_traffic(other["sent"]),
        received=_traffic(other["received"]),
        first_at=Instant(other["first_at"]),
        last_at=Instant(other["last_at"]),
    )


def _traffic(traffic: Mapping[str, int]) -> Traffic:
    return Traffic(
        contacts=traffic["contacts"],
        events=Long(traffic["events"]),
        calls=Long(traffic["calls"]),
        messages=Long(traffic["messages"]),
        answered=Long(traffic["answered"]),
        talk_seconds=Long(traffic["talk_s"]),
    )
