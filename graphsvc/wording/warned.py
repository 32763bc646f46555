"""What a text may say of a warning: the kind of scam, the tail of the suspect number, a reference. Nothing else."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from graphsvc.model.evidence import Evidence
from graphsvc.model.words import NumberKind, ScamType

_DAY_MS: Final = 24 * 3600 * 1000
GROOMING_FROM_MS: Final = 7 * _DAY_MS
"""Contact with one number alone over at least so long reads as grooming [doc: 1 to 8 weeks, section 7]."""

_TAIL_DIGITS: Final = 4
_REFERENCE: Final = re.compile(r"[A-Z0-9]{1,8}(-[A-Z0-9]{1,8}){0,3}")
_TAIL: Final = re.compile(r"[0-9]{1,4}")


class WordedScam(StrEnum):
    """The kinds of scam that texts tell apart: those of the contract, and investment in its two forms."""

    LOAN = "loan"
    BRUSHING = "brushing"
    CUSTOMER_SERVICE = "customer_service"
    POLICE_IMPERSONATION = "police_impersonation"
    INVESTMENT = "investment"  # 投资理财
    INVESTMENT_GROOMING = "investment_grooming"  # 杀猪盘
    CREDIT_RECORD = "credit_record"
    ACQUAINTANCE = "acquaintance"
    SHOPPING = "shopping"
    GAMING = "gaming"
    OTHER = "other"


@dataclass(frozen=True)
class WarningFacts:
    """All that a text is made of."""

    scam: WordedScam
    tail: str | None
    """At most the last four digits of the suspect number; None where it has none to tell."""
    reference: str | None = None
    """What the person can give 96110 to learn whether the warning is genuine, such as W-4H7T2M-9."""

    def __post_init__(self) -> None:
        """Refuse whatever could carry a whole number or a sentence into a text."""
        if self.tail is not None and not _TAIL.fullmatch(self.tail):
            raise ValueError("the tail of a number is one to four digits")
        if self.reference is not None and not _REFERENCE.fullmatch(self.reference):
            raise ValueError("a reference is short groups of capitals and digits")


def worded_scam(scam_type: ScamType, evidence: Sequence[Evidence]) -> WordedScam:
    """The kind as texts name it: investment is grooming where one number alone kept in contact for a week or more."""
    if scam_type is ScamType.INVESTMENT and any(_is_grooming(item) for item in evidence):
        return WordedScam.INVESTMENT_GROOMING
    return WordedScam(scam_type.value)


def suspect_of(evidence: Sequence[Evidence]) -> int | None:
    """The suspect number (registry id) that a person's evidence names."""
    return next((int(item.facts["number"]) for item in evidence if "number" in item.facts and _met(item)), None)


def tail_of(canonical_mask: str, kind: NumberKind) -> str | None:
    """The last digits that a masked number shows, at most four; None for sender names and where none are shown.

    A sender's name is not quoted: who chose it may have put a link or a number into it.
    """
    if kind is NumberKind.ALPHANUMERIC:
        return None
    shown = re.search(r"[0-9]+$", canonical_mask)
    return shown[0][-_TAIL_DIGITS:] if shown else None


def _met(item: Evidence) -> bool:
    return item.rule in ("met_flagged_number", "met_suspect_number")


def _is_grooming(item: Evidence) -> bool:
    facts = item.facts
    if not _met(item) or facts.get("suspects") != 1:
        return False
    return int(facts["last_at"]) - int(facts["first_at"]) >= GROOMING_FROM_MS
