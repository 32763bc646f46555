"""What the end of a token names is what a look at every token finds: what came later too, and nobody forgotten."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from graphsvc.model.words import EntityKind, NumberKind
from graphsvc.store.registry import Registry
from graphsvc.store.tables import entities, numbers
from tests.store.folder import Folder


@pytest.fixture
def registry(folder: Folder) -> Registry:
    return Registry(folder.catalogue, folder.vault, folder.keys)


def register(registry: Registry, first: int, count: int) -> list[str]:
    """Tokens of so many numbers and devices."""
    texts = [f"+861380013{place:04d}" for place in range(first, first + count)]
    ids = registry.register_numbers(texts, [NumberKind.MSISDN] * count)
    devices = registry.register_entities(
        EntityKind.DEVICE, [f"35{place:013d}" for place in range(first, first + count)]
    )
    return [one.token for one in registry.numbers(ids)] + [one.token for one in registry.entities(devices)]


def by_a_look_at_all(folder: Folder, end: str) -> tuple[list[int], list[int]]:
    with folder.catalogue.reading() as connection:
        found = (
            list(connection.scalars(sa.select(key).where(table.c.token.like(f"%{end}")).order_by(key)))
            for table, key in ((numbers, numbers.c.number_id), (entities, entities.c.entity_id))
        )
        return next(found), next(found)


@contextmanager
def statements(folder: Folder) -> Iterator[list[str]]:
    """What is asked of the database meanwhile, but for how many ids there are."""
    said: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", listen)
    try:
        yield said
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", listen)


def test_ends_find_what_a_look_at_every_token_finds(folder: Folder, registry: Registry) -> None:
    draw = random.Random(1)
    tokens = register(registry, 0, 300)
    for later in (300, 301, 400):
        for token in draw.sample(tokens, min(40, len(tokens))):
            end = token[-draw.choice((6, 7, 12, 24)) :]
            assert registry.ids_by_end(end, 50) == by_a_look_at_all(folder, end) != ([], [])
            assert registry.ids_by_end("a" * 18 + end[-6:], 50) == ([], [])  # the end alike, the rest another
        tokens = register(registry, later, 1 if later == 300 else 99)


def test_only_what_is_new_is_read(folder: Folder, registry: Registry) -> None:
    tokens = register(registry, 0, 50)
    with statements(folder) as said:
        registry.ids_by_end(tokens[0][-8:], 5)
        assert sum("substr(" in one for one in said) == 2
        said.clear()
        registry.ids_by_end(tokens[1][-8:], 5)
        assert [one for one in said if "substr(" in one] == []


def test_who_was_forgotten_is_not_found_and_as_many_as_are_wanted_are(folder: Folder, registry: Registry) -> None:
    tokens = register(registry, 0, 50)
    twins = [f"v1.{head}{tokens[7][-20:]}" for head in ("aaaa", "bbbb", "cccc")]
    with folder.catalogue.writing() as connection:
        for number, token in zip((3, 5, 9), twins, strict=True):
            connection.execute(sa.update(numbers).where(numbers.c.number_id == number).values(token=token))
    end = tokens[7][-10:]
    assert registry.ids_by_end(end, 50) == ([3, 5, 7, 9], [])
    assert registry.ids_by_end(end, 2) == ([3, 5], [])
    with folder.catalogue.writing() as connection:
        connection.execute(sa.delete(numbers).where(numbers.c.number_id.in_((3, 7))))
    assert registry.ids_by_end(end, 50) == ([5, 9], [])
    fresh = Registry(folder.catalogue, folder.vault, folder.keys)
    assert fresh.ids_by_end(end, 50) == ([5, 9], [])
