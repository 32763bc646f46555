"""Why somebody asks: a purpose and a case, as they go to the audit log."""

import re
from dataclasses import dataclass
from typing import Final

from graphsvc.errors import Reason, UsageError

PURPOSE_MOST: Final = 200
CASE_MOST: Final = 64

_NUMBER: Final = re.compile(r"\d(?:[\s().-]?\d){6,}")
_CASE: Final = re.compile(rf"[\w./-]{{1,{CASE_MOST}}}")


@dataclass(frozen=True)
class Errand:
    """Who asks, why, and for which case. Parsed: see `errand`."""

    actor: str
    purpose: str
    case_ref: str | None = None


def errand(actor: str, purpose: str | None, case_ref: str | None = None) -> Errand:
    """An errand of what somebody wrote; UsageError as the two checks below have it."""
    return Errand(actor, checked_purpose(purpose), checked_case(case_ref))


def checked_purpose(text: str | None, *, called: str = "purpose") -> str:
    """A purpose: one line of at most 200 characters without a number in it. `called`: what a caller knows it as."""
    said = " ".join((text or "").split())
    if not said or len(said) > PURPOSE_MOST or not said.isprintable():
        raise UsageError(
            f"a {called} is needed: one line of 1 to {PURPOSE_MOST} characters that says why",
            reason=Reason.PURPOSE_UNFIT,
            most=PURPOSE_MOST,
        )
    if _NUMBER.search(said):
        raise UsageError(
            f"a {called} has no telephone or account number in it: it goes to the audit log",
            reason=Reason.PURPOSE_HAS_NUMBER,
        )
    return said


def checked_case(text: str | None) -> str | None:
    """A case reference: letters, digits, point, slash, hyphen, underscore, at most 64; None where there is none."""
    said = (text or "").strip()
    if not said:
        return None
    if not _CASE.fullmatch(said):
        raise UsageError(
            f"a case reference is at most {CASE_MOST} letters, digits and . / - _ without spaces",
            reason=Reason.CASE_UNFIT,
            most=CASE_MOST,
        )
    return said
