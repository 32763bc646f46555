"""What cannot change any more: everything that an answer says of somebody by an analysis, given who is free.

Such a value is known by its key, and its part of an answer is written once for each document that asks for it. Fields
are settled that are named here; a part of an answer with any other field (a warning's state) is made anew each time.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

Value = TypeVar("Value")
KEPT: Final = 5_000
"""Parts of answers that are kept; those of a page of people have some 3 KB each."""
BY: Final = "settled by"
"""In a field's metadata: the attribute of its object that holds the Settled value."""

_OF: Final = {
    "Victim": "id number region rank probability inContactProbability stage grade scamType deadlineAt exposure "
    "evidence network",
    "Exposure": "suspects events firstAt lastAt talkSeconds longestCallSeconds callBacks verifications bankCalls "
    "bankMessages handovers messageThenCall lostAt",
    "Evidence": "rule contribution path text",
    "EvidenceStep": "id number entity since until events seconds",
    "Network": "id reference size flaggedCount exposed losses scamType firstSeen lastSeen",
}
FIELDS: Final = frozenset(f"{name}.{field}" for name, fields in _OF.items() for field in fields.split())


@dataclass(frozen=True)
class Settled(Generic[Value]):
    """A value that its key says all about; None where it may still change."""

    key: Hashable
    value: Callable[[], Value]
    """Makes it, when somebody looks."""
