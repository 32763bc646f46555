"""A person's timeline: what happened, how far it went, and what was done about it, in one order of time."""

import strawberry

from graphsvc.api.asking import Asking
from graphsvc.api.ids import Kind
from graphsvc.api.schema.scalars import Instant
from graphsvc.api.schema.shared import checked_first
from graphsvc.api.schema.words import Channel, Outcome, PersonEventKind, Stage, WarningEventKind
from graphsvc.model.references import warning_reference
from graphsvc.reports.person_timelines import PersonEvent as EventFound

EVENTS_MAX = 1000


@strawberry.type(description="One line of a person's timeline; what does not belong to its kind is null.")
class PersonEvent:
    """A contact with a suspect, a step of the person, a stage, a loss, or what became of a warning."""

    at: Instant
    kind: PersonEventKind
    id: strawberry.ID | None = strawberry.field(description="The id of the number.")
    number: str | None = strawberry.field(description="The suspect, whom the person asked, or the bank; masked.")
    fraud_probability: float | None = strawberry.field(description="Of a suspect, by the analysis.")
    seconds: int | None = strawberry.field(description="Of talk: 0 for a call that nobody answered.")
    stage: Stage | None
    reference: str | None = strawberry.field(description="Of the warning.")
    channel: Channel | None
    became: WarningEventKind | None = strawberry.field(description="What became of the warning.")
    outcome: Outcome | None


@strawberry.type(description="The newest events of a person, the oldest of them first.")
class PersonTimeline:
    """A bounded part of a timeline."""

    events: list[PersonEvent]
    left_out: int = strawberry.field(description="Older events that are not among them.")


def newest_of(events: list[PersonEvent], first: int) -> PersonTimeline:
    """The newest so many."""
    shown = events[-checked_first(first, EVENTS_MAX) :]
    return PersonTimeline(events=shown, left_out=len(events) - len(shown))


def event_of(asking: Asking, one: EventFound) -> PersonEvent:
    """An event as the API shows it."""
    warning = one.warning
    return PersonEvent(
        at=Instant(one.at),
        kind=one.kind,
        id=None if one.number is None else asking.id(Kind.NUMBER, one.number.token),
        number=None if one.number is None else one.number.number,
        fraud_probability=one.fraud_probability,
        seconds=one.seconds,
        stage=None if one.stage is None else Stage(one.stage),
        reference=None if warning is None or warning.warning_id is None else warning_reference(warning.warning_id),
        channel=None if warning is None else warning.channel,
        became=None if warning is None else warning.kind,
        outcome=None if warning is None or warning.outcome is None else Outcome(warning.outcome),
    )
