"""How long work says where it is, without knowing who listens."""

from typing import Protocol


class Progress(Protocol):
    """Called now and then by long work; must be cheap and must not raise."""

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """`done` of `total` units of the named stage are finished; a `total` of None is not known yet."""


def silent(stage: str, done: int, total: int | None) -> None:
    """Nobody listens."""
