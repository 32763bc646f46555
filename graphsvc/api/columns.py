"""Thousands of whole numbers as one value of an answer: a list to whoever walks it, JSON to whoever writes it."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, cast, overload

import numpy as np
import numpy.typing as npt
import orjson

from graphsvc.model.instants import iso_json

WRITES: Final = orjson.OPT_SERIALIZE_NUMPY
"""What orjson is told wherever an answer is written."""


class Column(Sequence[int]):
    """An array that is never changed."""

    def __init__(self, array: npt.NDArray[np.int64]) -> None:
        """Hold it as it is."""
        self.array = np.ascontiguousarray(array)

    def __len__(self) -> int:
        """How many there are."""
        return len(self.array)

    def __iter__(self) -> Iterator[int]:
        """One after the other, as Python's own."""
        return iter(self.array.tolist())

    @overload
    def __getitem__(self, place: int) -> int: ...
    @overload
    def __getitem__(self, place: slice) -> list[int]: ...
    def __getitem__(self, place: int | slice) -> int | list[int]:
        """One of them, or some."""
        return cast("int | list[int]", self.array[place].tolist())


def column(array: npt.NDArray[np.int64]) -> list[Any]:
    """A column where the schema says list: it is one as far as GraphQL looks."""
    return cast("list[Any]", Column(array))


def as_they_are(values: Any) -> Any:
    """Values that go into an answer as they are."""
    return values.array if type(values) is Column else list(values)


def instants(values: Any) -> orjson.Fragment | None:
    """A column of instants, written; None for what is none."""
    return orjson.Fragment(iso_json(values.array)) if type(values) is Column else None
