"""Whatever an evidence names, however deep, is looked up once for a page, and shown."""

from random import Random
from typing import Any

from graphsvc.reports.naming import Named

NAMING = ("number", "numbers", "entity", "entities")
OTHERS = ("count", "first_at", "steps", "through")


def _facts(chance: Random, depth: int = 3) -> dict[str, Any]:
    """Ids or lists of them where something is named; below any other key whatever there is."""
    facts: dict[str, Any] = {}
    for key in chance.sample(NAMING, chance.randrange(3)):
        facts[key] = chance.choice([None, chance.randrange(9), [chance.randrange(9), None, chance.randrange(9)], []])
    for key in chance.sample(OTHERS, chance.randrange(3)):
        facts[key] = chance.choice([None, 5, "text", [7, 8]])
        if depth and chance.random() < 0.7:
            below = _facts(chance, depth - 1)
            facts[key] = chance.choice([below, [below, 3, _facts(chance, depth - 1)]])
    return facts


def _judged(value: Any, key: str = "") -> tuple[set[int], set[int]]:
    """The ids that a value names under its key: found by walking everything there is."""
    if isinstance(value, dict):
        found = [_judged(item, name) for name, item in value.items()]
    elif isinstance(value, list):
        found = [_judged(item, key) for item in value]
    else:
        known = {value} if value is not None else set()
        return (known if key in ("number", "numbers") else set()), (known if key in ("entity", "entities") else set())
    return set().union(*(numbers for numbers, _ in found)), set().union(*(entities for _, entities in found))


def _plain(value: Any, key: str = "") -> Any:
    """A value with what may be shown of each id that it names: made anew, by walking everything there is."""
    if isinstance(value, dict):
        return {name: _plain(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, key) for item in value]
    if value is None or key not in NAMING:
        return value
    return {"token": value} if key in ("number", "numbers") else f"e{value}"


def test_the_ids_of_a_page_are_those_that_its_facts_name_to_any_depth() -> None:
    chance = Random(1)
    for _ in range(500):
        rows = [_facts(chance) for _ in range(chance.randrange(4))]
        named = Named(rows)
        assert (named.numbers, named.entities) == _judged(rows)


def test_what_was_looked_up_is_all_that_showing_needs_and_stands_where_the_ids_stood() -> None:
    chance = Random(2)
    for _ in range(500):
        rows = [_facts(chance) for _ in range(chance.randrange(4))]
        wanted = _plain(rows)
        named = Named(rows)
        named.show({one: {"token": one} for one in named.numbers}, {one: f"e{one}" for one in named.entities})
        assert rows == wanted
