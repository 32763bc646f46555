"""Ways to spend capacity, by name. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final

from graphsvc.errors import UsageError
from graphsvc.model.warnings import WarningChannel


class Choice(StrEnum):
    """What decides on which channels a person is warned."""

    WORTH = "worth"
    """What a warning would prevent, whatever the grade."""
    GRADE = "grade"
    """Messages from grade medium, calls from grade high, visits only after a call."""


LEAST_WORTH: Final[Mapping[WarningChannel, float]] = {
    WarningChannel.SMS: 0.0003,
    WarningChannel.APP: 0.0003,
    WarningChannel.VOICE: 0.003,
    WarningChannel.CALL: 0.02,
    WarningChannel.VISIT: 0.05,
}
"""Mean losses prevented below which a warning is more nuisance than help: one message in 3,000, one call in 50, one
visit in 20 saves somebody. [assumed: a tenth of what is known to be worked, five calls a person saved (S38), so that
capacity decides and not this]"""


@dataclass(frozen=True)
class Policy:
    """How capacity is spent."""

    name: str
    choice: Choice = Choice.WORTH
    by_money: float = 0.5
    """1 weighs a loss by the money of its kind of scam, 0 counts every loss alike. [between: who loses ten times as
    much is hurt more, but not ten times; judgement]"""
    paced: bool = True
    """Hold capacity back for who is worth more later in the day."""
    held_out: float = 0.0
    """Share of affairs that are not warned of, by chance, to measure what warnings do; never of deep stages."""
    least: Mapping[WarningChannel, float] = field(default_factory=lambda: dict(LEAST_WORTH))
    """The least that a warning must prevent, in mean losses."""

    def document(self) -> dict[str, Any]:
        """As JSON tells it."""
        return asdict(self) | {"least": {channel.value: least for channel, least in self.least.items()}}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Policy":
        """From `document`."""
        least = {WarningChannel(channel): float(least) for channel, least in document["least"].items()}
        return cls(**{**document, "choice": Choice(document["choice"]), "least": least})


WORTH: Final = Policy("worth")
_POLICIES: Final = (
    WORTH,
    Policy("money", by_money=1.0),
    Policy("people", by_money=0.0),
    Policy("unpaced", paced=False),
    Policy("grades", choice=Choice.GRADE),
)
POLICIES: Final = {policy.name: policy for policy in _POLICIES}
"""`worth`, the default: most harm prevented · `money`: most money saved · `people`: every loss alike · `unpaced`: the
first come first · `grades`: fixed thresholds."""


def policy_named(name: str) -> Policy:
    """The policy of that name; an unknown name is refused with the list of those there are."""
    if name not in POLICIES:
        raise UsageError(f"there is no such policy; choose one of {', '.join(POLICIES)}")
    return POLICIES[name]
