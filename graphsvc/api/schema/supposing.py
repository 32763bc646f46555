"""What-if: who would be warned, at what cost, if some numbers were flagged."""

import strawberry

from graphsvc.api.asking import Asking
from graphsvc.api.ids import Kind
from graphsvc.api.refusals import Refusal
from graphsvc.api.schema.graphs import MaskedNumber
from graphsvc.api.schema.scalars import Instant, instant
from graphsvc.api.schema.shared import Info, checked_first
from graphsvc.api.schema.words import Channel, Grade, ScamType, Stage
from graphsvc.reports.supposed import Supposed
from graphsvc.reports.values import ShownNumber

SUPPOSED_MAX = 100
_LISTED_MAX = 1000


@strawberry.type(description="A warning that somebody would get who gets none without these flags.")
class SimulatedWarning:
    """Who, how, and how likely the person loses money with and without the flags."""

    id: strawberry.ID = strawberry.field(description="The id of the number.")
    number: str
    region: str | None
    channel: Channel
    grade: Grade
    stage: Stage
    scam_type: ScamType
    probability: float
    probability_without: float = strawberry.field(description="0 where the person would not be ranked.")
    deadline_at: Instant | None
    network_id: strawberry.ID | None = strawberry.field(description="Null: a lone suspect, or a network that appears.")
    worth: float = strawberry.field(description="Expected loss prevented, in mean losses.")
    within_capacity: bool = strawberry.field(description="Whether the capacity of today has room for it.")


@strawberry.type(description="What the warnings of a channel would cost, of all regions together.")
class SimulatedCost:
    """Warnings, how many find room today, and what they are worth."""

    channel: Channel
    warnings: int
    within_capacity: int
    worth: float = strawberry.field(description="Expected loss prevented, in mean losses.")


@strawberry.type(description="A number that would count as suspect, and does not without these flags.")
class SimulatedSuspect:
    """How suspect a number would be, and is."""

    id: strawberry.ID
    number: str
    fraud_probability: float
    fraud_probability_without: float


@strawberry.type(description="A network that would appear or grow.")
class SimulatedNetwork:
    """How big a network would be, and is."""

    id: strawberry.ID | None = strawberry.field(description="Null: it appears.")
    reference: str | None
    size: int
    size_without: int
    joining: list[MaskedNumber] = strawberry.field(description="Numbers that it gains, as many as `first`.")
    exposed: int = strawberry.field(description="People whose contact with suspects was mostly with it.")


@strawberry.type(description="What would follow if some numbers were flagged. Nothing of it is written.")
class FlagSimulation:
    """What flags would change."""

    analysis_id: str = strawberry.field(description="The analysis that it starts from.")
    events_as_of: Instant = strawberry.field(description="Up to when events were looked at.")
    flagged: int = strawberry.field(description="Numbers that were supposed to be flagged.")
    not_found: list[int] = strawberry.field(description="Places (from 0) of numbers that were never seen.")
    public_numbers: list[int] = strawberry.field(
        description="Places of numbers with a public role: witnesses and never suspects, so nothing follows from them."
    )
    costs: list[SimulatedCost]
    elsewhere: int = strawberry.field(description="Warnings to people of other regions: counted, not shown.")
    warnings: list[SimulatedWarning] = strawberry.field(description="The most urgent first.")
    suspects: list[SimulatedSuspect] = strawberry.field(description="The surest first; the given ones aside.")
    networks: list[SimulatedNetwork] = strawberry.field(description="Those that gain most numbers first.")


@strawberry.type
class Supposing:
    """The root field of what-if."""

    @strawberry.field(description="Who would be warned, at what cost, if these numbers were flagged; without doing it.")
    def simulate_flag(self, info: Info, numbers: list[str], scam_type: ScamType, first: int = 100) -> FlagSimulation:
        """Suppose that the police flagged these numbers now."""
        asking = info.context
        if not 1 <= len(numbers) <= SUPPOSED_MAX:
            raise Refusal("BAD_USER_INPUT", f"numbers: 1 to {SUPPOSED_MAX}")
        limit = checked_first(first, _LISTED_MAX)
        texts = [asking.ids.number_token(text) or text for text in numbers]
        service, within = asking.service, asking.caller.region
        found = service.supposing.flag(service.current(), texts, scam_type, limit=limit, within=within)
        return _simulation(asking, found)


def _simulation(asking: Asking, found: Supposed) -> FlagSimulation:
    return FlagSimulation(
        analysis_id=found.analysis_id,
        events_as_of=Instant(found.as_of),
        flagged=found.flagged,
        not_found=found.not_found,
        public_numbers=found.public,
        costs=[
            SimulatedCost(
                channel=Channel(one.channel),
                warnings=one.warnings,
                within_capacity=one.within_capacity,
                worth=one.worth,
            )
            for one in found.costs
        ],
        elsewhere=found.elsewhere,
        warnings=_warnings(asking, found),
        suspects=[
            SimulatedSuspect(
                id=asking.id(Kind.NUMBER, one.shown.token),
                number=one.shown.number,
                fraud_probability=one.fraud_probability,
                fraud_probability_without=one.fraud_probability_without,
            )
            for one in found.suspects
        ],
        networks=[
            SimulatedNetwork(
                id=None if one.network_id is None else asking.id(Kind.NETWORK, one.network_id),
                reference=one.reference,
                size=one.size,
                size_without=one.size_without,
                joining=[_masked(asking, number) for number in one.joining],
                exposed=one.exposed,
            )
            for one in found.networks
        ],
    )


def _warnings(asking: Asking, found: Supposed) -> list[SimulatedWarning]:
    return [
        SimulatedWarning(
            id=asking.id(Kind.NUMBER, one.person.token),
            number=one.person.number,
            region=one.region,
            channel=Channel(one.channel),
            grade=Grade(one.grade),
            stage=Stage(one.stage),
            scam_type=ScamType(one.scam_type),
            probability=one.probability,
            probability_without=one.probability_without,
            deadline_at=instant(one.deadline_at),
            network_id=None if one.network_id is None else asking.id(Kind.NETWORK, one.network_id),
            worth=one.worth,
            within_capacity=one.fits,
        )
        for one in found.warnings
    ]


def _masked(asking: Asking, number: ShownNumber) -> MaskedNumber:
    return MaskedNumber(id=asking.id(Kind.NUMBER, number.token), number=number.number)
