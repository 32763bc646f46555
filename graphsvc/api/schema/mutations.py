"""What dispatchers do: claim warnings, keep and give back leases, say what came of them; and the log they replay."""

import strawberry

from graphsvc.api.asking import Asking
from graphsvc.api.ids import Kind
from graphsvc.api.refusals import Refusal
from graphsvc.api.schema.dispatch import (
    ClaimedWarning,
    Dispatch,
    LeaseResult,
    WarningEventConnection,
    WarningEventEdge,
    claimed_of,
    dispatch_of,
    event_of,
    lease_result_of,
)
from graphsvc.api.schema.queries import within
from graphsvc.api.schema.scalars import Instant
from graphsvc.api.schema.shared import Info, PageInfo
from graphsvc.api.schema.words import Channel, Outcome, Reporter
from graphsvc.dispatching import Dispatching as Queue
from graphsvc.dispatching.values import OutcomeTold
from graphsvc.errors import NotFound
from graphsvc.model import warnings
from graphsvc.model.references import warning_id_of

WAIT_SECONDS_MAX = 20
DEAD_SHOWN = 100
KEY_MAX = 160


@strawberry.input(description="What came of a warning, by its id or reference.")
class OutcomeInput:
    """One outcome."""

    warning_id: strawberry.ID
    outcome: Outcome
    at: Instant | None = None
    reported_by: Reporter | None = None
    amount_saved: float | None = None
    note: str | None = None


@strawberry.type
class Watching:
    """Root fields that watch the queue."""

    @strawberry.field(description="Queue depth and oldest age, capacity used and left, dead letters.")
    def dispatch(self, info: Info, region: str | None = None) -> Dispatch:
        """The queue at a glance."""
        return dispatch_shown(info.context, region)

    @strawberry.field(description="The append-only log of what became of warnings, from any cursor on.")
    def warning_events(self, info: Info, first: int = 100, after: str | None = None) -> WarningEventConnection:
        """A page of the log. Events of other regions are left out, so a page may be short."""
        asking = info.context
        behind = None if after is None else int(asking.ids.expect(Kind.EVENT, after))
        page = asking.service.dispatching.events(first=first, after=behind)
        theirs = [event for event in page.events if event.warning_id is None or asking.caller.covers(event.region)]
        edges = [
            WarningEventEdge(node=event_of(asking, event), cursor=asking.id(Kind.EVENT, event.event_id))
            for event in theirs
        ]
        end = asking.id(Kind.EVENT, page.cursor) if page.events else after
        return WarningEventConnection(edges=edges, page_info=PageInfo(has_next_page=page.more, end_cursor=end))


@strawberry.type
class Dispatching:
    """Mutations of dispatchers."""

    @strawberry.mutation(description="The most urgent due warnings within capacity, leased to a worker.")
    def claim_warnings(
        self,
        info: Info,
        channel: Channel,
        limit: int,
        lease_seconds: int,
        worker: str,
        idempotency_key: str,
        region: str | None = None,
        wait_seconds: int | None = 0,
    ) -> list[ClaimedWarning]:
        """Lease warnings; with waitSeconds, an empty answer is held back until something is due."""
        asking, wait_seconds = info.context, wait_seconds or 0
        if not 0 <= wait_seconds <= WAIT_SECONDS_MAX:
            raise Refusal("BAD_USER_INPUT", f"waitSeconds is 0 to {WAIT_SECONDS_MAX}")
        if not idempotency_key.strip() or len(idempotency_key) > KEY_MAX:
            raise Refusal("BAD_USER_INPUT", f"idempotencyKey has 1 to {KEY_MAX} characters")
        time = asking.service.time
        claimed = asking.service.dispatching.claim(
            channel=channel,
            limit=limit,
            lease_seconds=lease_seconds,
            # Two callers never share a worker's name: each has its own keys and leases.
            worker=worker,
            idempotency_key=f"{asking.caller.name} {idempotency_key}",
            region=within(asking, region),
            now=time.moment(),
            wall=time.wall,
        )
        if not claimed and wait_seconds:
            asking.wait(wait_seconds)
        asking.note_leases("claimed", len(claimed))
        return claimed_of(asking, claimed)

    @strawberry.mutation(description="Let leases last leaseSeconds from now.")
    def extend_leases(self, info: Info, lease_tokens: list[str], lease_seconds: int) -> LeaseResult:
        """Keep leases."""
        service = info.context.service
        time = service.time
        result = _desk(info.context).extend(
            lease_tokens, lease_seconds=lease_seconds, now=time.moment(), wall=time.wall
        )
        return _told(info.context, "extended", result)

    @strawberry.mutation(description="Give leases back unused: they count no attempt.")
    def release_leases(self, info: Info, lease_tokens: list[str]) -> LeaseResult:
        """Give leases back."""
        service = info.context.service
        result = _desk(info.context).release(lease_tokens, now=service.time.moment())
        return _told(info.context, "released", result)

    @strawberry.mutation(description="The warnings went out; without an outcome, it is not yet known to be delivered.")
    def ack_warnings(self, info: Info, lease_tokens: list[str], outcome: Outcome | None = None) -> LeaseResult:
        """Acknowledge leases."""
        service = info.context.service
        now = service.time.moment()
        result = _desk(info.context).ack(lease_tokens, outcome=outcome, now=now)
        return _told(info.context, "acknowledged", result)

    @strawberry.mutation(description="The attempt did not work: again after a pause, or dead after the last one.")
    def fail_warnings(
        self, info: Info, lease_tokens: list[str], reason: str, retry_after_seconds: int | None = None
    ) -> LeaseResult:
        """Fail leases."""
        service = info.context.service
        now = service.time.moment()
        result = _desk(info.context).fail(lease_tokens, reason=reason, retry_after_seconds=retry_after_seconds, now=now)
        return _told(info.context, "failed", result)

    @strawberry.mutation(description="What came of warnings, as facts; the ids of those. All or none.")
    def record_outcomes(self, info: Info, outcomes: list[OutcomeInput]) -> list[strawberry.ID]:
        """Record outcomes."""
        asking = info.context
        ids = [warning_named(asking, str(one.warning_id)) for one in outcomes]
        refuse_other_regions(asking, ids)
        told = [
            OutcomeTold(
                warning_id=warning_id,
                outcome=one.outcome,
                at=one.at,
                reported_by=one.reported_by,
                amount_saved=one.amount_saved,
                note=one.note,
            )
            for warning_id, one in zip(ids, outcomes, strict=True)
        ]
        facts = asking.service.dispatching.record_outcomes(told, now=asking.service.time.moment())
        return [asking.id(Kind.OUTCOME, fact) for fact in facts]


def _desk(asking: Asking) -> Queue:
    """The queue for whoever asks: a lease on a person of another region is unknown, whoever has its token."""
    return asking.service.dispatching.acting_for(asking.caller.covers)


def dispatch_shown(asking: Asking, region: str | None = None) -> Dispatch:
    """The queue at a glance, of a region that is theirs."""
    service = asking.service
    state = service.dispatching.state(now=service.time.moment(), region=within(asking, region))
    dead = service.dispatching.dead_letters(first=DEAD_SHOWN, after=None) if asking.wants("Dispatch.dead") else []
    return dispatch_of(asking, state, [row for row in dead if asking.caller.covers(row.region)])


def warning_named(asking: Asking, text: str) -> int:
    """The warning that an id or a reference names; NotFound where it is neither."""
    if text[:2].upper() == "W-":
        return warning_id_of(text)
    return int(asking.ids.expect(Kind.WARNING, text))


def refuse_other_regions(asking: Asking, warning_ids: list[int]) -> None:
    """The same NotFound for warnings of people of other regions as for those that were never made."""
    found = asking.service.listing.warnings(warning_ids)
    if any(one not in found or not asking.caller.covers(found[one].region) for one in warning_ids):
        raise NotFound("a warning of these was never made, or is not of your region")


def _told(asking: Asking, became: str, result: warnings.LeaseResult) -> LeaseResult:
    """What came of lease tokens, counted."""
    asking.note_leases(became, len(result.accepted))
    asking.note_leases("refused", len(result.refused))
    return lease_result_of(result)
