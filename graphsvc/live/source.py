"""What every live source can do: one step at a time, from where the ledger says that it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

Closing = Callable[[], bool]
"""Whether the service is about to stop: a step then ends at the next whole batch."""


@dataclass(frozen=True)
class Taken:
    """What became of the rows of one batch of a feed."""

    feed: str
    accepted: int
    duplicate: int
    rejected: int


class LiveSource(Protocol):
    """A place that rows come from. Used by one thread at a time."""

    @property
    def name(self) -> str:
        """What logs and metrics call it."""

    def step(self, closing: Closing) -> list[Taken]:
        """Take in some of what is there, durably; nothing where there is nothing new.

        SourceFailed where the place does not answer or is not as the settings say: later, the same again.
        """

    def close(self) -> None:
        """Let go of it; a step opens it again."""
