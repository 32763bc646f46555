"""What is kept of an evaluation, to be compared with others: figures, of which policy, about which days."""

from collections.abc import Mapping
from typing import Any

from graphsvc.model.evaluations import KeptEvaluation, KeptFigure
from graphsvc.replay.evaluate import Evaluation


def kept_of(found: Evaluation, summary: Mapping[str, Any], *, name: str, at: int) -> KeptEvaluation:
    """An evaluation as it is kept, made at an instant (epoch ms); `summary` is what the replay said of itself."""
    settings, counts = summary.get("settings", {}), summary.get("counts", {})
    policy = settings.get("policy", {})
    return KeptEvaluation(
        name=name,
        kept_at=at,
        policy=str(policy.get("name", name)),
        since=settings.get("since"),
        until=settings.get("until"),
        warnings=counts.get("warnings"),
        people_warned=counts.get("people_warned"),
        figures=tuple(
            KeptFigure(figure, one.value, one.low, one.high, one.of) for figure, one in found.figures.items()
        ),
    )
