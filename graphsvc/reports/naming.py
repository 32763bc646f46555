"""Where the facts of evidence name registry ids, and what may be shown put there instead.

Facts come from JSON: nothing but lists and objects holds anything. Most of it are figures, of which nothing is asked.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

_NUMBERS: Final = frozenset({"number", "numbers"})
_NAMING: Final = _NUMBERS | {"entity", "entities"}
Place = tuple[Any, Any, int]
"""A list or an object, an index or a key in it, and the id that is there."""


class Named:
    """All places of ids in the facts of some evidence, to any depth."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Look through these facts once."""
        self._numbers: list[Place] = []
        self._entities: list[Place] = []
        for facts in rows:
            if facts:
                self._look_into(facts)

    @property
    def numbers(self) -> set[int]:
        """The ids of numbers that are named."""
        return {number for _, _, number in self._numbers}

    @property
    def entities(self) -> set[int]:
        """The ids of entities that are named."""
        return {entity for _, _, entity in self._entities}

    def show(self, numbers: Mapping[int, Any], entities: Mapping[int, Any]) -> None:
        """Put what may be shown of each id in its place: the facts themselves change."""
        for places, shown in (self._numbers, numbers), (self._entities, entities):
            for holder, key, named in places:
                holder[key] = shown[named]

    def _look_into(self, facts: Mapping[str, Any]) -> None:
        for name, item in facts.items():
            kind = type(item)
            if kind is list:
                self._look_through(name, item)
            elif kind is dict:
                self._look_into(item)
            elif name in _NAMING and item is not None:
                (self._numbers if name in _NUMBERS else self._entities).append((facts, name, item))

    def _look_through(self, name: str, items: list[Any]) -> None:
        """Through a list that stands under a name: under a name of ids it holds ids."""
        for place, item in enumerate(items):
            kind = type(item)
            if kind is dict:
                self._look_into(item)
            elif kind is list:
                self._look_through(name, item)
            elif name in _NAMING and item is not None:
                (self._numbers if name in _NUMBERS else self._entities).append((items, place, item))
