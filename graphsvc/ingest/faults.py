"""What can be wrong with a value or a row, and the first such thing in each row of a batch.

A reason names the field's rule and never the value; `value_class` says what the value looks like.
"""

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphsvc.ingest.feeds import Field, FieldType


class Fault(IntEnum):
    """Why a value is refused. The first three are those of the kernels in `times`."""

    NONE = 0
    NO_TIME = 1
    NO_OFFSET = 2
    TOO_EARLY = 3
    TOO_LATE = 4
    MISSING = 5
    NOT_WHOLE = 6
    NEGATIVE = 7
    TOO_LONG_CALL = 8
    NOT_TRUTH = 9
    NOT_WORD = 10
    NOT_REAL = 11
    OUT_OF_RANGE = 12
    TOO_LONG = 13
    CONTROL = 14
    NOT_FORM = 15
    NOT_NUMBER = 16
    CONFLICT = 17
    NOT_ONE_OF = 18
    EXPIRED = 19


TEXT_BYTES_MAX: Final = 512
"""Bytes of an identifier, code, number or entity."""
NOTE_BYTES_MAX: Final = 4096
"""Bytes of a free text."""

_REASONS: Final = {
    Fault.NO_TIME: "is neither ISO-8601 with an offset nor integer epoch milliseconds",
    Fault.NO_OFFSET: "has no offset: end it with Z or with an offset such as +08:00",
    Fault.TOO_EARLY: "is before 1990-01-01 (epoch values are milliseconds)",
    Fault.TOO_LATE: "is more than 366 days ahead",
    Fault.MISSING: "is required",
    Fault.NOT_WHOLE: "is not a whole number of seconds",
    Fault.NEGATIVE: "is negative",
    Fault.TOO_LONG_CALL: "is more than seven days",
    Fault.NOT_TRUTH: "is none of: true, false, 1, 0",
    Fault.NOT_REAL: "is not a finite figure",
    Fault.CONTROL: "has a control character in it",
    Fault.NOT_NUMBER: "can be neither a number nor a sender name",
    Fault.CONFLICT: "same event id with other content",
    Fault.EXPIRED: "is from before what is kept: retention has deleted that time",
}


def reason(fault: Fault, field: Field) -> str:
    """Why a value of this field is refused, in words."""
    if fault is Fault.NOT_WORD:
        return f"is none of: {', '.join(field.words)}"
    if fault is Fault.OUT_OF_RANGE:
        least = "more than 0" if field.positive else "0 or more"
        return f"must be {least}" + (f" and at most {field.most:g}" if np.isfinite(field.most) else "")
    if fault is Fault.TOO_LONG:
        limit = NOTE_BYTES_MAX if field.type is FieldType.NOTE else TEXT_BYTES_MAX
        return f"is longer than {limit} bytes"
    if fault is Fault.NOT_FORM:
        return f"is not {field.form}"
    if fault is Fault.NOT_ONE_OF:
        return "a row names either a number or an entity in its place, not both and not neither"
    return _REASONS[fault]


_SHAPES: Final = (
    (re.compile(r"[0-9]+"), "{} digits"),
    (re.compile(r"\+[0-9]+"), "plus and {} digits"),
    (re.compile(r"-[0-9.]+"), "negative number"),
    (re.compile(r"[0-9]*\.[0-9]*"), "decimal number"),
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}.*"), "date or time"),
)


def value_class(value: object) -> str:
    """What a value looks like, without telling it: `empty`, `11 digits`, `text of 5 characters`."""
    text = "" if value is None else str(value)
    if not text:
        return "empty"
    for pattern, words in _SHAPES:
        if pattern.fullmatch(text, 0, 64):
            return words.format(sum(character.isdigit() for character in text))
    return f"text of {len(text)} characters"


@dataclass(frozen=True)
class Broken:
    """A row that could not even be read."""

    line: int
    field: str
    value_class: str
    reason: str


class Faults:
    """The first fault of each row of a batch, and the field it is in."""

    def __init__(self, rows: int) -> None:
        """All rows are good until something is noted."""
        self.fault = np.zeros(rows, dtype=np.uint8)
        self.field = np.zeros(rows, dtype=np.int16)

    def note(self, field: int, faults: NDArray[np.uint8]) -> None:
        """Note what is wrong with this field (by its place in the feed), in rows that were good so far."""
        fresh = (faults != 0) & (self.fault == 0)
        self.fault[fresh] = faults[fresh]
        self.field[fresh] = field

    def good(self) -> NDArray[np.int64]:
        """The rows with nothing wrong, in order."""
        return np.flatnonzero(self.fault == 0)

    def bad(self) -> NDArray[np.int64]:
        """The rows with something wrong, in order."""
        return np.flatnonzero(self.fault)
