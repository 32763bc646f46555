"""The evaluation of a replay as it is kept: figures with intervals, of which policy and days. No telephone numbers."""

import re
from dataclasses import dataclass
from typing import Final

from graphsvc.errors import UsageError

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")


@dataclass(frozen=True)
class KeptFigure:
    """A figure and its 95 % interval over gangs; None where nothing could be counted."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    of: int | None
    """How many things it is a share or a mean of."""


@dataclass(frozen=True)
class KeptEvaluation:
    """How good the warnings of a replay were. Instants are epoch ms."""

    name: str
    kept_at: int
    policy: str
    """How capacity was spent."""
    since: int | None
    until: int | None
    warnings: int | None
    people_warned: int | None
    figures: tuple[KeptFigure, ...]


def checked_evaluation_name(text: str) -> str:
    """A name for an evaluation: letters, digits and . _ - ; UsageError for another."""
    if not _NAME.fullmatch(text):
        raise UsageError("the name of an evaluation is 1 to 60 letters, digits and . _ - , the first no sign")
    return text
