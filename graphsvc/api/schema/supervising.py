"""What supervisors do (capacity, a stop to all claims, dead letters), and the measures and bulletins they read."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import strawberry

from graphsvc.api.asking import Asking
from graphsvc.api.ids import Kind
from graphsvc.api.refusals import Refusal
from graphsvc.api.schema.dispatch import Dispatch
from graphsvc.api.schema.mutations import dispatch_shown, refuse_other_regions, warning_named
from graphsvc.api.schema.queries import within
from graphsvc.api.schema.scalars import Instant
from graphsvc.api.schema.shared import Info
from graphsvc.api.schema.words import Channel, Language, ScamType
from graphsvc.reports import measures as reports
from graphsvc.reports.bulletin import Row, Section

WEEK_MS = 7 * 24 * 3600 * 1000
REQUEUE_MAX = 100


@strawberry.type(description="So many of so many; no value of none.")
class Share:
    """A share with its denominator."""

    count: int
    of: int
    value: float | None


@strawberry.type(description="A time over so many cases, in seconds.")
class Delay:
    """A median and a ninetieth percentile with the number of cases."""

    count: int
    median_seconds: float | None
    p90_seconds: float | None


@strawberry.type(description="How good the warnings of a window were, from real outcomes: docs/measures.md.")
class Measures:
    """Accuracy, timeliness and coverage."""

    since: Instant
    until: Instant
    warnings: int
    delivered: Share
    accuracy: Share = strawberry.field(description="Of the closed, the confirmed.")
    coverage: Share = strawberry.field(description="Of reported losses, those that a warning preceded in time.")
    event_to_due: Delay
    due_to_claimed: Delay
    claimed_to_delivered: Delay
    event_to_delivered: Delay
    lead_before_loss: Delay


@strawberry.type
class Titled:
    """What has a title in both languages."""

    key: str
    chinese: strawberry.Private[str]
    english: strawberry.Private[str]

    @strawberry.field(description="What is counted.")
    def title(self, language: Language = Language.ZH) -> str:
        """In one of the two languages."""
        return self.chinese if language is Language.ZH else self.english


@strawberry.type(description="A count of the day; null where it is too small to be told.")
class BulletinRow(Titled):
    """A line of a section."""

    count: int | None


@strawberry.type(description="A table of counts of the day.")
class BulletinSection(Titled):
    """A section of a bulletin."""

    total: int | None
    rows: list[BulletinRow]


@strawberry.type(description="What a day brought: no number, and no small count.")
class Bulletin:
    """A daily bulletin."""

    date: str
    sections: list[BulletinSection]
    chinese: strawberry.Private[str]
    english: strawberry.Private[str]

    @strawberry.field(description="The bulletin as a text.")
    def text(self, language: Language = Language.ZH) -> str:
        """In one of the two languages."""
        return self.chinese if language is Language.ZH else self.english


@strawberry.type
class Reading:
    """Root fields about how it goes."""

    @strawberry.field(description="Accuracy, timeliness and coverage of a window; by default of the last seven days.")
    def measures(
        self,
        info: Info,
        since: Instant | None = None,
        until: Instant | None = None,
        region: str | None = None,
        channel: Channel | None = None,
        scam_type: ScamType | None = None,
    ) -> Measures:
        """The measures of a window."""
        asking = info.context
        end = asking.service.time.now() + 1 if until is None else until
        start = end - WEEK_MS if since is None else since
        window = reports.Window(start, end, within(asking, region), channel, scam_type)
        found = asking.service.measuring.measures(window)
        return Measures(
            since=Instant(start),
            until=Instant(end),
            warnings=found.warnings,
            delivered=_share(found.delivered),
            accuracy=_share(found.accuracy),
            coverage=_share(found.coverage),
            event_to_due=_delay(found.event_to_due),
            due_to_claimed=_delay(found.due_to_claimed),
            claimed_to_delivered=_delay(found.claimed_to_delivered),
            event_to_delivered=_delay(found.event_to_delivered),
            lead_before_loss=_delay(found.lead_before_loss),
        )

    @strawberry.field(description="What a day brought, such as 2026-03-04; by default yesterday.")
    def daily_bulletin(self, info: Info, date: str | None = None) -> Bulletin:
        """The bulletin of a day of the operator's."""
        service = info.context.service
        found = service.measuring.daily_bulletin(_day(date, service.time.now()))
        return Bulletin(
            date=found.date,
            sections=[_section(section) for section in found.sections],
            chinese=found.chinese,
            english=found.english,
        )


@strawberry.type
class Supervising:
    """Mutations of supervisors."""

    @strawberry.mutation(
        description="So many an hour and a day on a channel, under a region, between two times; left out: no bound."
    )
    def set_capacity(
        self,
        info: Info,
        channel: Channel,
        region: str | None = None,
        per_hour: int | None = None,
        per_day: int | None = None,
        from_at: Annotated[Instant | None, strawberry.argument(name="from")] = None,
        until_at: Annotated[Instant | None, strawberry.argument(name="until")] = None,
    ) -> Dispatch:
        """Set a capacity; without a bound of a kind there is none of that kind."""
        asking = info.context
        asking.service.dispatching.set_capacity(
            channel,
            region=within(asking, region),
            per_hour=per_hour,
            per_day=per_day,
            from_at=from_at,
            until_at=until_at,
            now=asking.service.time.moment(),
        )
        return dispatch_shown(asking)

    @strawberry.mutation(description="Stop all claims at once; leases that are out go on. The ministry's alone.")
    def pause_dispatch(self, info: Info, reason: str) -> Dispatch:
        """Stop."""
        asking = info.context
        _everywhere(asking)
        asking.service.dispatching.pause(reason=reason, now=asking.service.time.moment())
        return dispatch_shown(asking)

    @strawberry.mutation(description="Let claims go on. The ministry's alone.")
    def resume_dispatch(self, info: Info, reason: str) -> Dispatch:
        """Go on."""
        asking = info.context
        _everywhere(asking)
        asking.service.dispatching.resume(reason=reason, now=asking.service.time.moment())
        return dispatch_shown(asking)

    @strawberry.mutation(description="Make dead letters due again; the ids of those that were dead.")
    def requeue_warnings(self, info: Info, ids: list[strawberry.ID]) -> list[strawberry.ID]:
        """Requeue."""
        asking = info.context
        if not 1 <= len(ids) <= REQUEUE_MAX:
            raise Refusal("BAD_USER_INPUT", f"ids: 1 to {REQUEUE_MAX}")
        wanted = [warning_named(asking, str(one)) for one in ids]
        refuse_other_regions(asking, wanted)
        again = asking.service.dispatching.requeue(wanted, now=asking.service.time.moment())
        return [asking.id(Kind.WARNING, one) for one in again]


def _everywhere(asking: Asking) -> None:
    if asking.caller.region:
        raise Refusal("FORBIDDEN", "this stops or starts claims everywhere: only a token without a region may")


def _share(share: reports.Share) -> Share:
    return Share(count=share.count, of=share.of, value=share.value)


def _delay(delay: reports.Delay) -> Delay:
    return Delay(count=delay.count, median_seconds=delay.median_s, p90_seconds=delay.p90_s)


def _day(text: str | None, now: int) -> date:
    if text is None:
        return datetime.fromtimestamp(now / 1000, UTC).date() - timedelta(days=1)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("BAD_USER_INPUT", "date is a day such as 2026-03-04") from None


def _section(section: Section) -> BulletinSection:
    return BulletinSection(
        key=section.key,
        total=section.total,
        rows=[_row(row) for row in section.rows],
        chinese=section.chinese,
        english=section.english,
    )


def _row(row: Row) -> BulletinRow:
    return BulletinRow(key=row.key, count=row.count, chinese=row.chinese, english=row.english)
