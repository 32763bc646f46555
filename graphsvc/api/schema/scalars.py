"""Scalars beside GraphQL's own: instants and whole numbers that can pass 2^31."""

from typing import Any, Final, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from graphsvc.api.refusals import Refusal
from graphsvc.errors import InvalidTime
from graphsvc.model.instants import iso

Instant = NewType("Instant", int)
"""Epoch milliseconds within, `DateTime` without."""

Long = NewType("Long", int)

_EXACT_IN_JSON: Final = 2**53


def instant(at: int | None) -> Instant | None:
    """An instant of a report, which may be missing."""
    return None if at is None else Instant(at)


def _parsed_instant(value: Any) -> Instant:
    if not isinstance(value, str):
        raise Refusal("INVALID_TIME", "a DateTime is text such as 2026-03-01T08:00:00Z")
    from graphsvc.ingest.times import parse_instant  # compiled: its import would hold up the start of a service

    try:
        return Instant(parse_instant(value))
    except InvalidTime as wrong:
        raise Refusal("INVALID_TIME", str(wrong)) from None


def _parsed_long(value: Any) -> Long:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= _EXACT_IN_JSON:
        raise Refusal("BAD_USER_INPUT", "a Long is a whole number within 2^53 of zero")
    return Long(value)


SCALARS: Final[dict[object, ScalarDefinition]] = {
    Instant: strawberry.scalar(
        name="DateTime",
        description="An instant: ISO-8601 in UTC, such as 2026-03-01T08:00:00.000Z.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=iso,
        parse_value=_parsed_instant,
    ),
    Long: strawberry.scalar(
        name="Long",
        description="A whole number that may pass 2^31; exact in JSON up to 2^53.",
        serialize=int,
        parse_value=_parsed_long,
    ),
}
