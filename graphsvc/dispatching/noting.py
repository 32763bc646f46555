"""Lines for the log of warnings."""

from typing import Final

from graphsvc.model.numbers import redact
from graphsvc.model.warnings import Moment, WarningChannel, WarningEvent, WarningEventKind, WarningRow

REASON_MOST: Final = 500
"""Characters of a reason that are kept."""


def plain(text: str) -> str:
    """A free text that may be kept: on one line, short, and without digits that could be a number."""
    return redact(" ".join(text.split()))[:REASON_MOST]


def noted(
    row: WarningRow,
    kind: WarningEventKind,
    now: Moment,
    *,
    outcome: str | None = None,
    reason: str | None = None,
    urgent: bool = False,
) -> WarningEvent:
    """What just became of a warning; `row` is how it stands after that."""
    return WarningEvent(
        event_id=0,
        warning_id=row.warning_id,
        number=row.number,
        network_id=row.network_id,
        kind=kind,
        at=now.service,
        wall=now.wall,
        channel=row.channel,
        region=row.region,
        worker=row.worker,
        attempt=row.attempt,
        outcome=outcome,
        reason=reason,
        urgent=urgent,
    )


def noted_of_queue(
    kind: WarningEventKind,
    now: Moment,
    *,
    channel: WarningChannel | None = None,
    region: str | None = None,
    number: int | None = None,
    network_id: int | None = None,
    reason: str | None = None,
    urgent: bool = False,
) -> WarningEvent:
    """Something that concerns the queue, or a person, and no single warning."""
    return WarningEvent(
        event_id=0,
        warning_id=None,
        number=number,
        network_id=network_id,
        kind=kind,
        at=now.service,
        wall=now.wall,
        channel=channel,
        region=region,
        worker=None,
        attempt=None,
        outcome=None,
        reason=reason,
        urgent=urgent,
    )
