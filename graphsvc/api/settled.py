"""What cannot change any more: everything that an answer says of somebody by an analysis, given who is free.

Such a value is known by its key. It is made once, and its part of an answer is written once for each way in which it is
asked for, whatever the rest of the document is. Fields are settled that are named here; a part of an answer with any
other field (a warning's state) is made anew each time. Who may ask for what was decided before.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

import orjson

from graphsvc.model.kept import Kept

Value = TypeVar("Value")
KEPT: Final = 5_000
"""Parts of answers that are kept; those of a page of people have some 3 KB each."""
VALUES_KEPT: Final = 1_000
"""Settled values that are kept, some 15 KB each."""
LOOKS_KEPT: Final = 8
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


@dataclass(frozen=True)
class Memory:
    """What was made and written for earlier requests, of all documents together."""

    values: Kept[Any] = field(default_factory=lambda: Kept(VALUES_KEPT), repr=False)
    """Settled values by their keys, whole: with every settled field, asked for or not."""
    written: Kept[orjson.Fragment] = field(default_factory=lambda: Kept(KEPT), repr=False)
    """Parts of answers, by what is selected of a value and its key."""
    looks: Kept[Callable[[Settled[Any]], Any]] = field(default_factory=lambda: Kept(LOOKS_KEPT), repr=False)
    """How settled values are written, by what is selected of them; the selections that were asked for last."""
