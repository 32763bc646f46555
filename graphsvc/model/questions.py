"""A saved question: what somebody wants to ask again and again, and what of its answer they have looked at."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

QUESTIONS_MOST: Final = 50
"""That one person keeps."""
NUMBERS_MOST: Final = 100
"""That one question is about."""
ANSWER_MOST: Final = 1000
"""Of an answer, in its order; whether there is more is said."""


class QuestionKind(StrEnum):
    """What is asked."""

    PEOPLE = "people"
    """Who is ranked as likely to lose money: of a grade, a stage, a kind of scam, a region."""
    NETWORKS = "networks"
    """Which networks there are, of a kind of scam."""
    CONTACTS = "contacts"
    """Who is in contact with some numbers."""
    SHARING = "sharing"
    """Which other numbers have a device, holder or account of some numbers."""


ABOUT_NUMBERS: Final = frozenset({QuestionKind.CONTACTS, QuestionKind.SHARING})


@dataclass(frozen=True)
class Criteria:
    """What the answer is narrowed to; None: to nothing."""

    grade: str | None = None
    stage: str | None = None
    scam_type: str | None = None
    region: str | None = None


@dataclass(frozen=True)
class Question:
    """A question as it is kept. All instants are wall clock, epoch ms."""

    question_id: int
    owner: str
    """Whoever saved it, as the audit log names them."""
    title: str
    kind: QuestionKind
    criteria: Criteria
    numbers: tuple[int, ...]
    """Registry ids."""
    alert: bool
    """Whether the owner wants to be told when the answer grows."""
    saved_at: int
    looked_at: int
    seen: frozenset[int]
    """What was in the answer when it was last looked at: numbers, or networks, by id."""


@dataclass(frozen=True)
class Answered:
    """A question with its answer from one analysis."""

    question: Question
    analysis_id: str
    ids: list[int]
    """Numbers, or networks, at most ANSWER_MOST of them."""
    more: bool

    @property
    def fresh(self) -> list[int]:
        """What was not there when it was last looked at, in the order of the answer."""
        return [one for one in self.ids if one not in self.question.seen]
