"""Warnings as a dispatcher and a supervisor see them: leased ones, what became of them, the queue at a glance."""

from collections.abc import Sequence
from functools import partial

import strawberry

from graphsvc.api.asking import Asking
from graphsvc.api.ids import Kind
from graphsvc.api.schema.scalars import Instant, instant
from graphsvc.api.schema.shared import Evidence, PageInfo, evidence_of
from graphsvc.api.schema.words import (
    Channel,
    Grade,
    Language,
    LeaseRefusal,
    Outcome,
    ScamType,
    Stage,
    WarningEventKind,
    WarningState,
)
from graphsvc.dispatching.values import CapacityState, DispatchState, QueueState
from graphsvc.model import warnings as model
from graphsvc.model.references import warning_reference
from graphsvc.wording.templates import Templates
from graphsvc.wording.text import text_of
from graphsvc.wording.warned import WarningFacts


@strawberry.type(description="A line of the append-only log of what became of warnings.")
class WarningEvent:
    """An event of one warning, or of the queue."""

    id: strawberry.ID
    warning_id: strawberry.ID | None
    reference: str | None
    network_id: strawberry.ID | None
    kind: WarningEventKind
    at: Instant
    channel: Channel | None
    region: str | None
    worker: str | None
    attempt: int | None
    outcome: Outcome | None
    reason: str | None
    urgent: bool = strawberry.field(description="Somebody may still stop a payment.")


@strawberry.type(description="An event on a page.")
class WarningEventEdge:
    """An event and the cursor behind it."""

    node: WarningEvent
    cursor: str


@strawberry.type(description="A page of the log; any cursor of it can be read on from, for ever.")
class WarningEventConnection:
    """Events in their order."""

    edges: list[WarningEventEdge]
    page_info: PageInfo


@strawberry.type(description="A warning as it stands.")
class DueWarning:
    """A warning of a person, without the person's number."""

    id: strawberry.ID
    reference: str
    channel: Channel
    grade: Grade
    stage: Stage
    scam_type: ScamType
    probability: float
    deadline_at: Instant | None
    region: str | None
    network_id: strawberry.ID | None
    state: WarningState
    attempt: int
    made_at: Instant
    warned_at: Instant | None
    outcome: Outcome | None


@strawberry.type(description="A warning leased to one worker until a time.")
class ClaimedWarning:
    """What a worker needs to warn one person."""

    id: strawberry.ID
    reference: str
    lease_token: str
    lease_until: Instant
    attempt: int
    dedupe_key: str = strawberry.field(description="The same for each attempt: the sender's own idempotency key.")
    number: str = strawberry.field(description="The number to reach, whole; the audit log has it first.")
    region: str | None
    channel: Channel
    grade: Grade
    stage: Stage
    scam_type: ScamType
    probability: float
    deadline_at: Instant | None
    network_id: strawberry.ID | None
    evidence: list[Evidence]
    history: list[WarningEvent]
    facts: strawberry.Private[WarningFacts]
    templates: strawberry.Private[Templates]
    medium: strawberry.Private[model.WarningChannel]

    @strawberry.field(description="What to say or send.")
    def text(self, language: Language = Language.ZH) -> str:
        """The text in one of the two languages."""
        return text_of(self.facts, language.value, self.medium, self.templates)


@strawberry.type(description="A lease token that does not count, and why.")
class RefusedLease:
    """One refused token."""

    lease_token: str
    reason: LeaseRefusal


@strawberry.type(description="Which lease tokens were accepted, which refused; one bad token spoils no other.")
class LeaseResult:
    """What came of lease tokens."""

    accepted: list[str]
    refused: list[RefusedLease]


@strawberry.type(description="How much waits on one channel, for people of one region and grade.")
class QueueDepth:
    """Due, leased and dead warnings."""

    channel: Channel
    region: str | None
    grade: Grade
    depth: int
    leased: int
    dead: int
    oldest_age_seconds: int | None


@strawberry.type(description="A capacity in force, how much of it is used and left; no bound where null.")
class Capacity:
    """Of a channel, under a region, an hour and a day."""

    channel: Channel
    region: str
    per_hour: int | None
    per_day: int | None
    used_hour: int
    used_day: int
    left_hour: int | None
    left_day: int | None
    until: Instant | None
    set_by_supervisor: bool


@strawberry.type(description="The queue at a glance.")
class Dispatch:
    """Depth, age, capacity, dead letters."""

    paused_at: Instant | None
    queues: list[QueueDepth]
    capacities: list[Capacity]
    dead: list[DueWarning] = strawberry.field(description="Dead letters, the first hundred: tried too often.")


def event_of(asking: Asking, event: model.WarningEvent) -> WarningEvent:
    """An event as the API shows it."""
    return WarningEvent(
        id=asking.id(Kind.EVENT, event.event_id),
        warning_id=None if event.warning_id is None else asking.id(Kind.WARNING, event.warning_id),
        reference=None if event.warning_id is None else warning_reference(event.warning_id),
        network_id=None if event.network_id is None else asking.id(Kind.NETWORK, event.network_id),
        kind=event.kind,
        at=Instant(event.at),
        channel=event.channel,
        region=event.region,
        worker=event.worker,
        attempt=event.attempt,
        outcome=None if event.outcome is None else Outcome(event.outcome),
        reason=event.reason,
        urgent=event.urgent,
    )


def warning_of(asking: Asking, row: model.WarningRow) -> DueWarning:
    """A warning as the API shows it."""
    return DueWarning(
        id=asking.id(Kind.WARNING, row.warning_id),
        reference=warning_reference(row.warning_id),
        channel=row.channel,
        grade=Grade(row.grade),
        stage=Stage(row.stage),
        scam_type=ScamType(row.scam_type),
        probability=row.probability,
        deadline_at=instant(row.deadline_at),
        region=row.region,
        network_id=None if row.network_id is None else asking.id(Kind.NETWORK, row.network_id),
        state=row.state,
        attempt=row.attempt,
        made_at=Instant(row.made_at),
        warned_at=instant(row.warned_at),
        outcome=None if row.outcome is None else Outcome(row.outcome),
    )


def claimed_of(asking: Asking, claimed: Sequence[model.ClaimedWarning]) -> list[ClaimedWarning]:
    """Claimed warnings with the numbers to reach, which are in the audit log before they are read."""
    service, rows = asking.service, [one.warning for one in claimed]
    wanted = [row.number for row in rows] if asking.wants("ClaimedWarning.number") else []
    said = [(ScamType(row.scam_type), row.evidence, warning_reference(row.warning_id)) for row in rows]
    facts = service.texting.facts_of_many(said)
    templates = service.texting.templates()
    wants_evidence = asking.wants("ClaimedWarning.evidence")
    evidence = service.listing.evidence([row.evidence for row in rows]) if wants_evidence else None
    ids = [row.warning_id for row in rows]
    history = service.dispatching.history(ids) if asking.wants("ClaimedWarning.history") else {}
    people = service.listing.revealed(wanted, partial(asking.reads.write_as, "claim warnings"))
    return [
        ClaimedWarning(
            id=asking.id(Kind.WARNING, one.warning.warning_id),
            reference=warning_reference(one.warning.warning_id),
            lease_token=one.lease_token,
            lease_until=Instant(one.lease_until),
            attempt=one.attempt,
            dedupe_key=one.dedupe_key,
            number=people.get(one.warning.number, ""),
            region=one.warning.region,
            channel=one.warning.channel,
            grade=Grade(one.warning.grade),
            stage=Stage(one.warning.stage),
            scam_type=ScamType(one.warning.scam_type),
            probability=one.warning.probability,
            deadline_at=instant(one.warning.deadline_at),
            network_id=None if one.warning.network_id is None else asking.id(Kind.NETWORK, one.warning.network_id),
            evidence=[] if evidence is None else evidence_of(asking, evidence[place]),
            history=[event_of(asking, event) for event in history.get(one.warning.warning_id, ())],
            facts=facts[place],
            templates=templates,
            medium=one.warning.channel,
        )
        for place, one in enumerate(claimed)
    ]


def lease_result_of(result: model.LeaseResult) -> LeaseResult:
    """What came of lease tokens, as the API shows it."""
    refused = [RefusedLease(lease_token=one.lease_token, reason=one.reason) for one in result.refused]
    return LeaseResult(accepted=list(result.accepted), refused=refused)


def dispatch_of(asking: Asking, state: DispatchState, dead: Sequence[model.WarningRow]) -> Dispatch:
    """The queue at a glance, as the API shows it."""
    return Dispatch(
        paused_at=instant(state.paused_at),
        queues=[_queue(state.now, queue) for queue in state.queues],
        capacities=[_capacity(capacity) for capacity in state.capacities],
        dead=[warning_of(asking, row) for row in dead],
    )


def _queue(now: int, queue: QueueState) -> QueueDepth:
    return QueueDepth(
        channel=queue.channel,
        region=queue.region,
        grade=Grade(queue.grade),
        depth=queue.depth,
        leased=queue.leased,
        dead=queue.dead,
        oldest_age_seconds=None if queue.oldest_at is None else max(0, (now - queue.oldest_at) // 1000),
    )


def _capacity(capacity: CapacityState) -> Capacity:
    return Capacity(
        channel=capacity.channel,
        region=capacity.region,
        per_hour=capacity.per_hour,
        per_day=capacity.per_day,
        used_hour=capacity.used_hour,
        used_day=capacity.used_day,
        left_hour=capacity.left_hour,
        left_day=capacity.left_day,
        until=instant(capacity.until_at),
        set_by_supervisor=capacity.set_by_supervisor,
    )
