"""The registry ids that the facts of an evidence name: found, and turned into what may be shown."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from graphsvc.reports.values import JsonObject

NUMBER_KEYS: Final = frozenset({"number", "numbers"})
ENTITY_KEYS: Final = frozenset({"entity", "entities"})


def resolve_ids(facts: Mapping[str, Any], numbers: Mapping[int, JsonObject], entities: Mapping[int, str]) -> JsonObject:
    """The facts of an evidence, to any depth, with registry ids turned into what may be shown."""
    return {name: _resolved(name, item, numbers, entities) for name, item in facts.items()}


def _resolved(key: str, value: Any, numbers: Mapping[int, JsonObject], entities: Mapping[int, str]) -> Any:
    kind = type(value)  # facts come from JSON: nothing but lists and objects holds anything
    if kind is dict:
        return {name: _resolved(name, item, numbers, entities) for name, item in value.items()}
    if kind is list:
        return [_resolved(key, item, numbers, entities) for item in value]
    if value is None:
        return None
    if key in NUMBER_KEYS:
        return numbers[value]
    return entities[value] if key in ENTITY_KEYS else value


def ids_within(rows: Iterable[Mapping[str, Any]]) -> tuple[set[int], set[int]]:
    """All registry ids that the facts of some evidence name: of numbers, and of entities."""
    numbers: set[int] = set()
    entities: set[int] = set()
    for facts in rows:
        for name, item in facts.items():  # most values are figures: nothing is asked of them
            if name in NUMBER_KEYS:
                _note_ids(item, NUMBER_KEYS, name, numbers)
            elif name in ENTITY_KEYS:
                _note_ids(item, ENTITY_KEYS, name, entities)
            elif type(item) in (dict, list):
                _note_ids(item, NUMBER_KEYS, name, numbers)
                _note_ids(item, ENTITY_KEYS, name, entities)
    return numbers, entities


def ids_in(value: Any, keys: frozenset[str], key: str = "") -> set[int]:
    """All registry ids that these facts name under the given keys, to any depth."""
    found: set[int] = set()
    _note_ids(value, keys, key, found)
    return found


def _note_ids(value: Any, keys: frozenset[str], key: str, found: set[int]) -> None:
    if type(value) is dict:
        for name, item in value.items():
            if name in keys or type(item) in (dict, list):
                _note_ids(item, keys, name, found)
    elif type(value) is list:
        for item in value:
            _note_ids(item, keys, key, found)
    elif key in keys and value is not None:
        found.add(value)
