"""Where a network came from and what became of it, over all analyses kept."""

import strawberry

from graphsvc.api.asking import Asking
from graphsvc.api.ids import Kind
from graphsvc.api.schema.investigations import network_named
from graphsvc.api.schema.scalars import Instant
from graphsvc.api.schema.shared import Info, checked_first
from graphsvc.model.references import network_reference
from graphsvc.reports.descents import Step, StepKind

NetworkStepKind = strawberry.enum(
    StepKind,
    name="NetworkStepKind",
    description="SPLIT_FROM, TOOK_FROM: it has members of another, which goes on; it is new, or was there before. "
    "TOOK_IN: it has members of another, which is gone. "
    "SPLIT_OFF, GAVE_TO: another, which is new or was there before, has members of it, and it goes on. "
    "WENT_INTO: another has members of it, and it is gone.",
)
HEIRS_MOST = 100


@strawberry.type(description="What an analysis found to have happened between a network and another one.")
class NetworkStep:
    """A step of a network's life."""

    as_of: Instant
    kind: StepKind
    id: strawberry.ID = strawberry.field(description="Of the other network.")
    reference: str = strawberry.field(description="Of the other network.")
    shared: int = strawberry.field(description="Members in common.")
    here: bool = strawberry.field(description="Whether the analysis asked has the other network.")


@strawberry.type(description="A network of the analysis asked that has members of one that is gone.")
class NetworkHeir:
    """An heir."""

    id: strawberry.ID
    reference: str
    shared: int


@strawberry.type(description="The life of a network, as far back as analyses are kept.")
class NetworkDescent:
    """A network's descent and what became of it."""

    reference: str
    kept_since: Instant = strawberry.field(description="The earliest analysis kept; what was before it is not told.")
    known_since: Instant | None = strawberry.field(description="The earliest analysis that has it; null: none has.")
    known_until: Instant | None = strawberry.field(description="The latest analysis that has it.")
    born: bool = strawberry.field(description="Whether it was new, and no part of a network of the analysis before.")
    here: bool = strawberry.field(description="Whether the analysis asked has it.")
    step_count: int
    heirs: list[NetworkHeir] = strawberry.field(
        description="Of one that is gone: who has two of its last members or more now, at most 100, most first."
    )
    all_steps: strawberry.Private[list[NetworkStep]]

    @strawberry.field(description="What happened to it, the newest first.")
    def steps(self, first: int = 50) -> list[NetworkStep]:
        """The newest so many steps."""
        return self.all_steps[: checked_first(first)]


@strawberry.type
class Descending:
    """The root field of networks' lives."""

    @strawberry.field(description="Where a network came from and what became of it, whether it is still there or not.")
    def network_descent(self, info: Info, id: strawberry.ID, as_of: Instant | None = None) -> NetworkDescent:
        """The life of a network, by its id or its reference."""
        asking = info.context
        record = asking.service.analysis(as_of)
        found = asking.service.listing.descent(record, network_named(asking, str(id)))
        return NetworkDescent(
            reference=found.reference,
            kept_since=Instant(found.kept_since),
            known_since=None if found.known_since is None else Instant(found.known_since),
            known_until=None if found.known_until is None else Instant(found.known_until),
            born=found.born,
            here=found.here,
            step_count=len(found.steps),
            heirs=[_heir(asking, heir, shared) for heir, shared in found.heirs[:HEIRS_MOST]],
            all_steps=[_step(asking, step) for step in found.steps],
        )


def _heir(asking: Asking, network_id: int, shared: int) -> NetworkHeir:
    reference = network_reference(network_id)
    return NetworkHeir(id=asking.id(Kind.NETWORK, network_id), reference=reference, shared=shared)


def _step(asking: Asking, step: Step) -> NetworkStep:
    return NetworkStep(
        as_of=Instant(step.as_of),
        kind=step.kind,
        id=asking.id(Kind.NETWORK, step.other),
        reference=network_reference(step.other),
        shared=step.shared,
        here=step.here,
    )
