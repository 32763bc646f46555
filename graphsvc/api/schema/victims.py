"""People who will probably lose money: a claim with evidence, not a verdict."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any

import strawberry

from graphsvc.api.asking import Asking
from graphsvc.api.ids import Kind
from graphsvc.api.schema.dispatch import DueWarning, warning_of
from graphsvc.api.schema.networks import Network, network_of, wants_details
from graphsvc.api.schema.person_timelines import PersonEvent, PersonTimeline, event_of, newest_of
from graphsvc.api.schema.scalars import Instant, Long, instant
from graphsvc.api.schema.shared import Evidence, Node, PageInfo, evidence_of
from graphsvc.api.schema.words import Grade, ScamType, Stage, VictimChange
from graphsvc.api.settled import BY, Settled
from graphsvc.reports.values import Ranking, VictimReport
from graphsvc.store.results import AnalysisRecord

WARNINGS_SHOWN = 20


@strawberry.type(description="What a person went through with suspect numbers, in figures.")
class Exposure:
    """Figures of an exposure."""

    suspects: int = strawberry.field(description="Distinct suspect numbers met.")
    events: int
    first_at: Instant
    last_at: Instant
    talk_seconds: Long
    longest_call_seconds: int
    call_backs: int = strawberry.field(description="Calls and messages from the person to a suspect.")
    verifications: int = strawberry.field(description="Calls to 110, 114 or a bank soon after such a call.")
    bank_calls: int
    bank_messages: int = strawberry.field(description="Messages from a bank during such a call or soon after.")
    handovers: int
    message_then_call: bool
    lost_at: Instant | None = strawberry.field(description="The newest reported loss.")


@strawberry.type(description="A person ranked as likely to lose money: a claim with evidence, not a verdict.")
class Victim(Node):
    """A place in the ranking of one analysis."""

    number: str = strawberry.field(description="Masked.")
    region: str | None
    rank: int
    probability: float = strawberry.field(description="Of losing money within 7 days if nobody warns; calibrated.")
    in_contact_probability: float
    stage: Stage
    grade: Grade
    scam_type: ScamType
    deadline_at: Instant | None
    exposure: Exposure | None
    evidence: list[Evidence]
    network: Network | None
    warnings: list[DueWarning] = strawberry.field(description="Made for this person, the newest first, at most 20.")
    all_events: strawberry.Private[list[PersonEvent]]

    @strawberry.field(description="Event by event, with what was done about it, by what the analysis holds suspect.")
    def timeline(self, first: int = 200) -> PersonTimeline:
        """The newest so many events."""
        return newest_of(self.all_events, first)


def _node(root: strawberry.Parent["VictimEdge"]) -> Victim:
    return root.settled.value()


@strawberry.type(description="A person on a page of the ranking.")
class VictimEdge:
    """A victim and its cursor."""

    node: Victim = strawberry.field(resolver=_node, metadata={BY: "settled"})
    cursor: str
    settled: strawberry.Private[Settled[Victim]]
    change: VictimChange | None = strawberry.field(
        default=None, description="Where changes were asked for; who left is as they were ranked then."
    )


@strawberry.type(description="A page of the ranking; its cursors stay with its analysis.")
class VictimConnection:
    """Victims of one analysis."""

    edges: list[VictimEdge]
    page_info: PageInfo
    analysis_id: str
    as_of: Instant


def victims_of(asking: Asking, record: AnalysisRecord, reports: Sequence[VictimReport]) -> list[Victim]:
    """Victims as the API shows them; what hangs on them is fetched for all at once, if anybody asks for it."""
    known = asking.wants("Victim.exposure")  # else nobody asks by id
    ids = asking.service.registry.numbers_by_token([report.token for report in reports]) if known else {}
    numbers = [ids.get(report.token) for report in reports]
    return _with_what_changes(asking, record, reports, _made(asking, record, reports, numbers, whole=False))


def settled_victims(asking: Asking, record: Callable[[], AnalysisRecord], found: Ranking) -> list[Settled[Victim]]:
    """The same of a page, made together once one of them is looked at, each once for all who ask."""
    keys = [(by, found.free, report.token) for by, report in zip(found.said_by, found.victims, strict=True)]
    ranks = [report.rank for report in found.victims]

    def those(places: list[int]) -> list[Victim]:
        reports, numbers = [found.victims[place] for place in places], [found.numbers[place] for place in places]
        return _made(asking, record(), reports, numbers, whole=True)

    @cache
    def made() -> list[Victim]:
        kept = asking.settled.values.all(keys, those)
        now = [one if one.rank == rank else replace(one, rank=rank) for one, rank in zip(kept, ranks, strict=True)]
        return _with_what_changes(asking, record(), found.victims, now)

    return [Settled((*key, ranks[place]), partial(_one_of, made, place)) for place, key in enumerate(keys)]


def _made(
    asking: Asking,
    record: AnalysisRecord,
    reports: Sequence[VictimReport],
    numbers: Sequence[int | None],
    *,
    whole: bool,
) -> list[Victim]:
    """Victims by what an analysis says of them; `numbers` are their registry ids, where exposures are asked for.

    `whole`: whatever of it is asked for.
    """
    met = [number for number in numbers if number is not None]
    exposures = asking.service.listing.exposures(record, met) if met else {}
    wanted = sorted({report.network_id for report in reports if report.network_id is not None})
    grouped = whole or asking.wants("Victim.network", "NumberReport.network")
    figures = asking.service.listing.figures(record, wanted) if grouped else {}
    networks = {key: network_of(asking, one, None) for key, one in figures.items()}
    return [
        Victim(
            id=asking.id(Kind.VICTIM, report.token),
            number=report.number,
            region=report.region,
            rank=report.rank,
            probability=report.probability,
            in_contact_probability=report.in_contact_probability,
            stage=Stage(report.stage),
            grade=Grade(report.grade),
            scam_type=ScamType(report.scam_type),
            deadline_at=instant(report.deadline_at),
            exposure=None if number is None else exposure_of(exposures.get(number)),
            evidence=evidence_of(asking, report.evidence, whole=whole),
            network=None if report.network_id is None else networks.get(report.network_id),
            warnings=[],
            all_events=[],
        )
        for report, number in zip(reports, numbers, strict=True)
    ]


def _with_what_changes(
    asking: Asking, record: AnalysisRecord, reports: Sequence[VictimReport], victims: list[Victim]
) -> list[Victim]:
    """The same with what an analysis does not say, and with the parts of networks, where somebody asks for them."""
    more: list[dict[str, Any]] = [{} for _ in victims]
    if asking.wants("Victim.warnings"):
        warnings = _warnings(asking, reports)
        for report, added in zip(reports, more, strict=True):
            added["warnings"] = warnings.get(report.token, [])
    if asking.wants("Victim.timeline"):
        events = asking.service.listing.person_timelines(record, [report.token for report in reports])
        for report, added in zip(reports, more, strict=True):
            added["all_events"] = [event_of(asking, one) for one in events.get(report.token, ())]
    if asking.wants("Network.timeline") or wants_details(asking):
        networks = networks_by_id(asking, record, [report.network_id for report in reports])
        for report, added in zip(reports, more, strict=True):
            added["network"] = None if report.network_id is None else networks.get(report.network_id)
    return [replace(one, **added) if added else one for one, added in zip(victims, more, strict=True)]


def _one_of(made: Callable[[], list[Victim]], place: int) -> Victim:
    return made()[place]


def _warnings(asking: Asking, reports: Sequence[VictimReport]) -> dict[str, list[DueWarning]]:
    """The warnings of each person on a page, by token."""
    service = asking.service
    ids = service.registry.numbers_by_token([report.token for report in reports])
    found = service.dispatching.warnings_of(sorted(ids.values()))
    return {
        token: [warning_of(asking, row) for row in reversed(found[number][-WARNINGS_SHOWN:])]
        for token, number in ids.items()
    }


def networks_by_id(asking: Asking, record: AnalysisRecord, network_ids: Sequence[int | None]) -> Mapping[int, Network]:
    """The networks of a page, by id."""
    wanted = sorted({network_id for network_id in network_ids if network_id is not None})
    listing = asking.service.listing
    days = listing.timelines(record, wanted) if asking.wants("Network.timeline") else {}
    if wants_details(asking):
        details = listing.details(record, wanted)
        return {key: network_of(asking, one.network, one, days.get(key, ())) for key, one in details.items()}
    figures = listing.figures(record, wanted)
    return {key: network_of(asking, one, None, days.get(key, ())) for key, one in figures.items()}


def exposure_of(figures: Mapping[str, Any] | None) -> Exposure | None:
    """An exposure as the API shows it."""
    if figures is None:
        return None
    return Exposure(
        suspects=figures["suspects"],
        events=figures["events"],
        first_at=Instant(figures["first_at"]),
        last_at=Instant(figures["last_at"]),
        talk_seconds=Long(figures["talk_s"]),
        longest_call_seconds=figures["longest_call_s"],
        call_backs=figures["call_backs"],
        verifications=figures["verifications"],
        bank_calls=figures["bank_calls"],
        bank_messages=figures["codes"],
        handovers=figures["handovers"],
        message_then_call=figures["message_then_call"],
        lost_at=instant(figures["lost_at"]),
    )
