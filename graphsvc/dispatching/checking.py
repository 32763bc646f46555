"""Refuses questions that the queue does not answer. A refusal says which argument and why, and repeats no value."""

import re
from collections.abc import Sequence
from typing import Final

from graphsvc.dispatching.noting import plain
from graphsvc.errors import UsageError
from graphsvc.model.warnings import LEASE_SECONDS_MOST, LIMIT_MOST

TOKENS_MOST: Final = 1_000
"""Leases in one call."""
EVENTS_MOST: Final = 1_000
"""Events in one page."""
OUTCOMES_MOST: Final = 1_000
"""Outcomes in one call."""
RETRY_SECONDS_MOST: Final = 7 * 24 * 3600
NAME_MOST: Final = 200
"""Characters of a worker's name or an idempotency key."""
_MOBILE: Final = re.compile(r"(?:(?:\+|00)?86-?)?1[3-9]\d(?:-?\d{4}){2}")
"""What people have. Other runs of digits stay allowed: the time or a counter makes a good key."""
_REGION_DIGITS: Final = (0, 2, 4, 6)


def whole(name: str, value: int, least: int, most: int) -> int:
    """The value, if it lies within bounds."""
    if not least <= value <= most:
        # with commas: a bound of seven digits would leave as a number that is not to be told
        raise UsageError(f"{name} must be from {least:,} to {most:,}")
    return value


def checked_lease_seconds(seconds: int) -> int:
    """1 to 3600; never clamped."""
    return whole("leaseSeconds", seconds, 1, LEASE_SECONDS_MOST)


def checked_limit(limit: int) -> int:
    """1 to 100."""
    return whole("limit", limit, 1, LIMIT_MOST)


def checked_name(name: str, text: str) -> str:
    """A short text that is not empty, no word of which is a telephone number: it is kept, and told to others."""
    if not text.strip() or len(text) > NAME_MOST:
        raise UsageError(f"{name} must have 1 to {NAME_MOST} characters")
    if any(_MOBILE.fullmatch(word) for word in text.split()):
        raise UsageError(f"{name} must be a name of your own choice and no telephone number, for it is kept as it is")
    return text


def checked_region(region: str | None) -> str:
    """The prefix of a region code that a province, city or county has; empty for everywhere.

    The zeros that fill a province's or city's code up to six digits are left out.
    """
    text = region or ""
    if len(text) not in _REGION_DIGITS or (text and not (text.isascii() and text.isdigit())):
        raise UsageError("region must be the first 2, 4 or 6 digits of a region code, such as 44 or 440305")
    while len(text) > 2 and text.endswith("00"):
        text = text[:-2]
    return text


def checked_tokens(tokens: Sequence[str]) -> list[str]:
    """At most a thousand, each once."""
    if len(tokens) > TOKENS_MOST:
        raise UsageError(f"leaseTokens must be at most {TOKENS_MOST}")
    return list(dict.fromkeys(tokens))


def checked_reason(name: str, text: str) -> str:
    """A free text that says something, without digits that could be a number."""
    if not text.strip():
        raise UsageError(f"{name} must say something")
    return plain(text)
