"""The feeds of the contract as data: which columns each has, of which type, and which of them a row needs.

Nothing here reads a file. The order of fields is the order in which a row's faults are looked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from graphsvc.model.words import (
    DirectoryRole,
    EntityKind,
    EventChannel,
    FlagSource,
    OutcomeKind,
    Reporter,
    ScamType,
)


class FieldType(StrEnum):
    """What a column holds, once it has been checked."""

    INSTANT = "instant"  # epoch ms
    SECONDS = "seconds"  # whole seconds
    TRUTH = "truth"  # true, false, 1, 0
    WORD = "word"  # one of a fixed vocabulary
    REAL = "real"  # a finite figure
    TEXT = "text"  # an identifier or code, kept as it came
    NOTE = "note"  # free text, from which digits that could be a number are removed
    NUMBER = "number"
    ENTITY = "entity"


@dataclass(frozen=True)
class Field:
    """One column of a feed, and what narrows its type."""

    name: str
    type: FieldType
    required: bool = False
    words: tuple[str, ...] = ()
    pattern: str = ""  # of TEXT: a regular expression for the whole value
    form: str = ""  # the pattern in words
    positive: bool = False  # of REAL, which is never negative: nor 0
    most: float = float("inf")  # of REAL: inclusive
    kind: EntityKind | None = None  # of ENTITY; without one, column `kind` says it row by row
    far_future: bool = False  # of INSTANT: may lie any time ahead, as the end of a card's validity does

    @property
    def is_identifier(self) -> bool:
        """Whether its texts are all numbers, or all entities of one kind: the same ones come again and again."""
        return self.type is FieldType.NUMBER or (self.type is FieldType.ENTITY and self.kind is not None)


@dataclass(frozen=True)
class Feed:
    """A feed: its name, its columns, and groups of columns of which at least one must be there whole."""

    name: str
    fields: tuple[Field, ...]
    one_of: tuple[tuple[str, ...], ...] = ()

    def missing_from(self, columns: set[str]) -> list[str]:
        """What a file with these columns lacks, in words; empty where it has enough."""
        missing = [field.name for field in self.fields if field.required and field.name not in columns]
        if self.one_of and not any(columns.issuperset(group) for group in self.one_of):
            missing.append(" or ".join(" and ".join(group) for group in self.one_of))
        return missing

    def names(self) -> list[str]:
        """The columns, in order."""
        return [field.name for field in self.fields]

    def field(self, name: str) -> Field:
        """The column of that name."""
        return self.fields[self.names().index(name)]


def _words(vocabulary: type[StrEnum]) -> tuple[str, ...]:
    return tuple(word.value for word in vocabulary)


LINK_KINDS: Final = tuple(kind.value for kind in EntityKind if kind is not EntityKind.CELL)
"""The kinds of entity that flags and links may name; a cell comes only from events."""

_KNOWN_AT = Field("known_at", FieldType.INSTANT)
_KNOWN_AT_NEEDED = Field("known_at", FieldType.INSTANT, required=True)
_NUMBER_NEEDED = Field("number", FieldType.NUMBER, required=True)
_SCAM_TYPE = Field("scam_type", FieldType.WORD, required=True, words=_words(ScamType))

EVENTS: Final = Feed(
    "events",
    (
        Field("event_id", FieldType.TEXT),
        Field("started_at", FieldType.INSTANT, required=True),
        Field("a_number", FieldType.NUMBER, required=True),
        Field("b_number", FieldType.NUMBER, required=True),
        Field("channel", FieldType.WORD, required=True, words=_words(EventChannel)),
        Field("duration_s", FieldType.SECONDS),
        Field("answered", FieldType.TRUTH),
        Field("a_imei", FieldType.ENTITY, kind=EntityKind.DEVICE),
        Field("a_cell", FieldType.ENTITY, kind=EntityKind.CELL),
        _KNOWN_AT,
    ),
)

FLAGS: Final = Feed(
    "flags",
    (
        Field("number", FieldType.NUMBER),
        Field("kind", FieldType.WORD, words=LINK_KINDS),
        Field("entity", FieldType.ENTITY),
        _KNOWN_AT_NEEDED,
        _SCAM_TYPE,
        Field("source", FieldType.WORD, words=_words(FlagSource)),
        Field("case_id", FieldType.TEXT),
        Field("confidence", FieldType.REAL, positive=True, most=1.0),
        Field("valid_from", FieldType.INSTANT),
        Field("revoked_at", FieldType.INSTANT),
    ),
    one_of=(("number",), ("kind", "entity")),
)

CASES: Final = Feed(
    "cases",
    (
        Field("case_id", FieldType.TEXT, required=True),
        Field("victim_number", FieldType.NUMBER, required=True),
        Field("lost_at", FieldType.INSTANT, required=True),
        _KNOWN_AT_NEEDED,
        _SCAM_TYPE,
        Field("amount", FieldType.REAL),
    ),
)

LINKS: Final = Feed(
    "links",
    (
        Field("number", FieldType.NUMBER),
        Field("holder", FieldType.ENTITY, kind=EntityKind.HOLDER),
        Field("kind", FieldType.WORD, required=True, words=LINK_KINDS),
        Field("entity", FieldType.ENTITY, required=True),
        _KNOWN_AT_NEEDED,
        Field("valid_from", FieldType.INSTANT),
        Field("valid_to", FieldType.INSTANT, far_future=True),
        Field("institution", FieldType.TEXT),
        Field("card_type", FieldType.TEXT),
    ),
    one_of=(("number",), ("holder",)),
)

SUBSCRIBERS: Final = Feed(
    "subscribers",
    (
        _NUMBER_NEEDED,
        Field("region", FieldType.TEXT, pattern="[0-9]{6}", form="six digits of GB/T 2260"),
        Field("activated_at", FieldType.INSTANT),
        Field(
            "language",
            FieldType.TEXT,
            pattern="[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*",
            form="a BCP 47 tag such as zh-CN",
        ),
        Field("assisted", FieldType.TRUTH),
        _KNOWN_AT,
    ),
)

DIRECTORY: Final = Feed(
    "directory",
    (
        _NUMBER_NEEDED,
        Field("role", FieldType.WORD, required=True, words=_words(DirectoryRole)),
        Field("label", FieldType.NOTE),
        _KNOWN_AT,
    ),
)

OUTCOMES: Final = Feed(
    "outcomes",
    (
        _NUMBER_NEEDED,
        Field("at", FieldType.INSTANT, required=True),
        Field("outcome", FieldType.WORD, required=True, words=_words(OutcomeKind)),
        Field("warning_id", FieldType.TEXT),
        Field("reported_by", FieldType.WORD, words=_words(Reporter)),
        Field("amount_saved", FieldType.REAL),
        Field("note", FieldType.NOTE),
        _KNOWN_AT,
    ),
)

FEEDS: Final[Mapping[str, Feed]] = MappingProxyType(
    {feed.name: feed for feed in (SUBSCRIBERS, DIRECTORY, LINKS, FLAGS, CASES, EVENTS, OUTCOMES)}
)
"""Every feed by name, in the order in which a folder is loaded: who and what there is, then what happened."""
