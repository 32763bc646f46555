"""An investigation: a set of numbers and networks that somebody collects, with what was said of them and by whom."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from graphsvc.errors import Reason, UsageError

TITLE_MOST: Final = 120
NOTE_MOST: Final = 2000
NAME_MOST: Final = 64
"""Characters."""
ITEMS_MOST: Final = 5000
"""Numbers and networks that an investigation holds."""
NOTES_MOST: Final = 5000

_JOINERS: Final = str.maketrans("", "", "\u200c\u200d")
"""Which write emoji and some scripts. Other signs that cannot be printed turn or hide what stands beside them."""
_DATE: Final = re.compile(r"\b(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}\b|\b\d{1,2}:\d\d(?::\d\d)?\b")
_NUMBER: Final = re.compile(r"\d(?:[^\w\n]{0,2}\d){6,}")


class InvestigationStatus(StrEnum):
    """How far an investigation is."""

    OPEN = "open"
    WAITING = "waiting"
    CLOSED = "closed"


class NoteKind(StrEnum):
    """What a line of an investigation's log tells."""

    NOTE = "note"
    STATUS = "status"
    ASSIGNED = "assigned"
    REMOVED = "removed"


@dataclass(frozen=True)
class Investigation:
    """How an investigation stands. All instants are wall clock, epoch ms."""

    investigation_id: int
    title: str
    region: str
    """A prefix; empty for the whole country."""
    case_ref: str | None
    status: InvestigationStatus
    assignee: str | None
    opened_by: str
    opened_at: int
    changed_at: int


@dataclass(frozen=True)
class Item:
    """A number (registry id) or a network in an investigation: exactly one of the two."""

    item_id: int
    investigation_id: int
    number: int | None
    network_id: int | None
    added_by: str
    added_at: int
    analysis_id: str | None
    """The analysis that was current then."""


@dataclass(frozen=True)
class Note:
    """Something said or done, by whom and when. Nothing of it is ever changed."""

    note_id: int
    investigation_id: int
    kind: NoteKind
    text: str
    number: int | None
    network_id: int | None
    by: str
    at: int


def checked_text(text: str | None, what: str, most: int, *, lines: bool = False) -> str:
    """What somebody wrote, trimmed; UsageError where nothing is left, it is too long, or holds a number."""
    said = (text or "").strip()
    said = "\n".join(" ".join(line.split()) for line in said.splitlines()) if lines else " ".join(said.split())
    if not said or len(said) > most or not said.replace("\n", "").translate(_JOINERS).isprintable():
        raise UsageError(
            f"a {what} has 1 to {most} characters that can be printed", reason=Reason.TEXT_UNFIT, most=most
        )
    if _NUMBER.search(_DATE.sub(" ", said)):
        raise UsageError(
            f"a {what} has no telephone or account number in it: add numbers to the investigation, where they are safe",
            reason=Reason.TEXT_HAS_NUMBER,
        )
    return said
