"""What somebody asks about: a number or an entity, found by any form of it or by its token."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from graphsvc.errors import InvalidNumber, NotFound, UsageError
from graphsvc.ingest.numbers import normalise_one
from graphsvc.model.numbers import mask
from graphsvc.model.words import EntityKind
from graphsvc.store.registry import KnownNumber, Registry

_TOKEN: Final = re.compile(r"v[0-9]+\.[a-z2-7]{24}")


@dataclass(frozen=True)
class Subject:
    """A number or an entity that the registry knows. Exactly one of the ids is set."""

    number_id: int | None
    entity_id: int | None
    token: str
    shown: str
    kind: str

    @property
    def id(self) -> int:
        """The registry id, of whichever it is."""
        found = self.number_id if self.number_id is not None else self.entity_id
        assert found is not None
        return found


def is_token(text: str) -> bool:
    """Whether a text has the form of a token of ours."""
    return _TOKEN.fullmatch(text) is not None


def find_number(registry: Registry, text: str, region: str) -> Subject:
    """The number that a text or token names; NotFound where it was never seen, InvalidNumber where it is none."""
    if _TOKEN.fullmatch(text):
        number_id = registry.number_by_token(text)
        shown = "this token"
    else:
        canonical, kind = normalise_one(text, region)
        number_id = registry.find_number(canonical)
        shown = mask(canonical, kind)
    if number_id is None:
        raise NotFound(f"{shown} was never seen: in no event, flag or other feed")
    return _number(registry, number_id)


def find_numbers(registry: Registry, texts: Sequence[str], region: str) -> list[Subject | None]:
    """The numbers that texts or tokens name, in their order; None for one that was never seen, or is no number."""
    canonical = [text if _TOKEN.fullmatch(text) else _canonical(text, region) for text in texts]
    tokens = registry.tokens_of([text for text in canonical if text is not None and not _TOKEN.fullmatch(text)])
    wanted = [tokens.get(text, text) if text is not None else "" for text in canonical]
    ids = registry.numbers_by_token([token for token in wanted if token])
    known = {one.token: one for one in registry.numbers(sorted(ids.values()))}
    found = [known.get(token) for token in wanted]
    return [_known(one) if one else None for one in found]


def subjects_of(registry: Registry, numbers: Sequence[int]) -> list[Subject]:
    """The numbers of these registry ids, in their order."""
    return [_known(one) for one in registry.numbers(numbers)]


def _canonical(text: str, region: str) -> str | None:
    try:
        return normalise_one(text, region)[0]
    except InvalidNumber:
        return None


def find_entity(registry: Registry, kind: EntityKind, value: str) -> Subject:
    """The entity that a value or token names; NotFound where it was never seen."""
    found = registry.entity_by_token(kind, value) if _TOKEN.fullmatch(value) else registry.find_entity(kind, value)
    if found is None:
        raise NotFound(f"this {kind.value} was never seen: in no event, link or flag")
    return _entity(registry, found)


def find_subject(registry: Registry, text: str, kind: EntityKind | None, region: str) -> Subject:
    """The number, or the entity of a kind, that a text or token names; NotFound where it was never seen."""
    return find_number(registry, text, region) if kind is None else find_entity(registry, kind, text)


def registered(registry: Registry, text: str, kind: EntityKind | None, region: str) -> tuple[Subject, bool]:
    """The number (or entity of a kind) that a text names, registered now if need be; and whether it was there."""
    try:
        return find_subject(registry, text, kind, region), True
    except NotFound:
        if _TOKEN.fullmatch(text):
            raise
    if kind is None:
        canonical, number_kind = normalise_one(text, region)
        return _number(registry, int(registry.register_numbers([canonical], [number_kind])[0])), False
    if not text.strip():
        raise UsageError(f"a {kind.value} needs a value")
    return _entity(registry, int(registry.register_entities(kind, [text])[0])), False


def _number(registry: Registry, number_id: int) -> Subject:
    return subjects_of(registry, [number_id])[0]


def _known(one: KnownNumber) -> Subject:
    return Subject(one.id, None, one.token, one.masked, one.kind.value)


def _entity(registry: Registry, entity_id: int) -> Subject:
    known = registry.entities([entity_id])[0]
    return Subject(None, entity_id, known.token, f"{known.kind.value} {known.token}", known.kind.value)
