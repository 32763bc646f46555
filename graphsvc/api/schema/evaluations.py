"""Evaluations of replays: policies side by side, with the measures of the evaluation report."""

import strawberry

from graphsvc.api.schema.scalars import Instant, instant
from graphsvc.api.schema.shared import Info, checked_first
from graphsvc.model.evaluations import KeptEvaluation


@strawberry.type(description="A figure of an evaluation, with its 95 % interval over gangs.")
class EvaluationFigure:
    """A figure; null where nothing could be counted."""

    name: str = strawberry.field(description="As `graphsvc evaluate --json` has it: docs/evaluation.md.")
    value: float | None
    low: float | None
    high: float | None
    of: int | None = strawberry.field(description="How many things it is a share or a mean of.")


@strawberry.type(description="How good the warnings of a replay were, kept with `graphsvc evaluate --keep NAME`.")
class Evaluation:
    """A policy on past days, against the truth."""

    name: str
    policy: str
    kept_at: Instant
    since: Instant | None
    until: Instant | None
    warnings: int | None
    people_warned: int | None
    figures: list[EvaluationFigure]


@strawberry.type
class Comparing:
    """The root field of policies."""

    @strawberry.field(description="Evaluations of replays that were kept, the newest first, to compare policies.")
    def evaluations(self, info: Info, first: int = 20) -> list[Evaluation]:
        """Kept evaluations."""
        return [_shown(one) for one in info.context.service.measuring.evaluations()[: checked_first(first)]]


def _shown(one: KeptEvaluation) -> Evaluation:
    return Evaluation(
        name=one.name,
        policy=one.policy,
        kept_at=Instant(one.kept_at),
        since=instant(one.since),
        until=instant(one.until),
        warnings=one.warnings,
        people_warned=one.people_warned,
        figures=[EvaluationFigure(name=f.name, value=f.value, low=f.low, high=f.high, of=f.of) for f in one.figures],
    )
