"""The registry: a permanent int32 id for each number and each entity, known by its token.

Ids count from 0 in the order of first appearance; numbers and entities count apart. Raw numbers go to the
vault first, so that a crash in between leaves a vault row that nothing names, never an id without its number.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import sqlalchemy as sa

from graphsvc.errors import NotFound, StorageFailed
from graphsvc.model.numbers import mask
from graphsvc.model.words import EntityKind, NumberKind
from graphsvc.store.arrow_sql import table_of
from graphsvc.store.catalogue import Catalogue, free_id, insert_rows, take_ids
from graphsvc.store.finding import find_columns, find_rows
from graphsvc.store.keys import Keys
from graphsvc.store.prepared import Prepared
from graphsvc.store.tables import OF_NO_PERSON, entities, key_checks, numbers
from graphsvc.store.token_ends import TokenEnds
from graphsvc.store.tokens import entity_tokens, number_tokens
from graphsvc.store.vault import Vault

Ids = npt.NDArray[np.int32]

_OF_NO_PERSON: Final = Prepared(sa.select(numbers.c.number_id).where(OF_NO_PERSON))


@dataclass(frozen=True)
class KnownNumber:
    """What may be shown of a number."""

    id: int
    token: str
    kind: NumberKind
    masked: str


@dataclass(frozen=True)
class KnownEntity:
    """What may be shown of a device, holder, account or other entity."""

    id: int
    kind: EntityKind
    token: str


class Registry:
    """Ids of one data folder. `keys.event` is for whoever makes event keys."""

    def __init__(self, catalogue: Catalogue, vault: Vault, keys: Keys) -> None:
        """Refuses keys that the catalogue was not made with: they would give known numbers new ids."""
        self.keys = keys
        self._catalogue = catalogue
        self._vault = vault
        self._ends = TokenEnds(catalogue)
        self._check_keys()

    def make_ready(self, connections: int) -> None:
        """Open so many connections to the vault, so that those who ask first do not wait for them."""
        self._vault.make_ready(connections)

    def register_numbers(self, canonical: Sequence[str], kinds: Sequence[NumberKind]) -> Ids:
        """Ids of distinct numbers in canonical form; unseen ones get the next ids in the order given."""
        tokens = number_tokens(self.keys, canonical)
        ids, next_id = self._known(numbers, tokens)
        unseen = np.flatnonzero(ids < 0).tolist()
        if unseen:
            fresh = [tokens[i] for i in unseen]
            self._vault.put(fresh, [canonical[i] for i in unseen])
            shown = [(kinds[i].value, mask(canonical[i], kinds[i])) for i in unseen]
            ids[unseen] = self._add(numbers, fresh, shown, next_id)
        if self._vault.refilling:
            self._vault.put(tokens, canonical)
        return ids

    def register_entities(self, kind: EntityKind, values: Sequence[str]) -> Ids:
        """Ids of distinct entities of one kind; unseen ones get the next ids in the order given."""
        tokens = entity_tokens(self.keys, kind, values)
        ids, next_id = self._known(entities, tokens)
        unseen = np.flatnonzero(ids < 0).tolist()
        if unseen:
            ids[unseen] = self._add(entities, [tokens[i] for i in unseen], [(kind.value,)] * len(unseen), next_id)
        return ids

    def find_number(self, canonical: str) -> int | None:
        """The id of a number in canonical form, if it was ever seen."""
        return self.number_by_token(number_tokens(self.keys, [canonical])[0])

    def find_entity(self, kind: EntityKind, value: str) -> int | None:
        """The id of an entity, if it was ever seen."""
        return _first(self._known(entities, entity_tokens(self.keys, kind, [value]))[0])

    def number_by_token(self, token: str) -> int | None:
        """The id of the number that has this token."""
        return _first(self._known(numbers, [token])[0])

    def tokens_of(self, canonical: Sequence[str]) -> dict[str, str]:
        """The tokens that these numbers in canonical form have, whether they were ever seen or not."""
        return dict(zip(canonical, number_tokens(self.keys, canonical), strict=True))

    def numbers_by_token(self, tokens: Sequence[str]) -> dict[str, int]:
        """The ids of the numbers that have these tokens; tokens that nobody has are left out."""
        with self._catalogue.reading() as connection:
            return _look_up(connection, numbers, tokens)

    def entity_by_token(self, kind: EntityKind, token: str) -> int | None:
        """The id of the entity of that kind that has this token."""
        found = _first(self._known(entities, [token])[0])
        return found if found is not None and self.entities([found])[0].kind is kind else None

    def entity_kind(self, token: str) -> EntityKind | None:
        """What kind of entity has this token."""
        found = _first(self._known(entities, [token])[0])
        return None if found is None else self.entities([found])[0].kind

    def ids_by_end(self, end: str, most: int) -> tuple[list[int], list[int]]:
        """Ids of the numbers and of the entities whose token ends so (see `end_of`), ascending: so many of each."""
        return self._ends.ids(end, most)

    def read_ends(self) -> None:
        """Read what `ids_by_end` needs and has not read yet: of five million tokens it takes seconds, once."""
        self._ends.read()

    def of_no_person(self) -> list[int]:
        """Ids of all short codes and sender names, ascending: numbers that a person does not have."""
        with self._catalogue.reading() as connection:
            return sorted(number for (number,) in _OF_NO_PERSON.run(connection))

    def counts(self) -> tuple[int, int]:
        """How many numbers and how many entities are registered."""
        with self._catalogue.reading() as connection:
            found = [connection.scalar(sa.select(sa.func.count()).select_from(table)) for table in (numbers, entities)]
        return int(found[0] or 0), int(found[1] or 0)

    def numbers(self, ids: Sequence[int] | Ids) -> list[KnownNumber]:
        """What may be shown of these numbers, in the order given; each id must exist."""
        found = self._rows(numbers, ids)
        return [KnownNumber(i, token, NumberKind(kind), masked) for i, token, kind, masked in found]

    def shown(self, ids: Sequence[int]) -> tuple[list[str], list[str]]:
        """Tokens and masked numbers, in the order given: for thousands, where `numbers` says more than needed."""
        asked = numbers.c.number_id, numbers.c.token, numbers.c.masked
        with self._catalogue.reading() as connection:
            known, tokens, masked = find_columns(connection, asked, numbers.c.number_id, ids)
        place = {number: place for place, number in enumerate(known)}
        places = [place[number] for number in ids]
        return [tokens[k] for k in places], [masked[k] for k in places]

    def entities(self, ids: Sequence[int] | Ids) -> list[KnownEntity]:
        """What may be shown of these entities, in the order given."""
        return [KnownEntity(i, EntityKind(kind), token) for i, token, kind in self._rows(entities, ids)]

    def numbers_from(self, first: int, count: int) -> pa.Table:
        """Of the ids from `first` on, `count` of them: those there are, by id (number_id, token, kind, masked)."""
        return self._from(numbers, first, count)

    def entities_from(self, first: int, count: int) -> pa.Table:
        """Of the ids from `first` on, `count` of them: those there are, by id (entity_id, token, kind)."""
        return self._from(entities, first, count)

    def next_ids(self) -> tuple[int, int]:
        """The ids that the next number and the next entity will get."""
        with self._catalogue.reading() as connection:
            return free_id(connection, numbers.name), free_id(connection, entities.name)

    def identity(self) -> str:
        """Names this registry: two data folders with different token keys never agree in it."""
        with self._catalogue.reading() as connection:
            return _kept_seals(connection)["token"]

    def reveal(self, ids: Sequence[int] | Ids) -> dict[int, str]:
        """Raw numbers by id. Whoever calls has written the purpose into the audit chain before."""
        return self.raw_of(self.numbers(ids))

    def raw_of(self, known: Sequence[KnownNumber]) -> dict[int, str]:
        """The same for numbers that were looked up already."""
        tokens = {one.token: one.id for one in known}
        raw = self._vault.reveal(list(tokens))
        if len(raw) < len(tokens):
            raise NotFound(f"the vault does not hold {len(tokens) - len(raw)} of these numbers; restore its backup")
        return {number: raw[token] for token, number in tokens.items()}

    def _known(self, table: sa.Table, tokens: Sequence[str]) -> tuple[Ids, int]:
        """Ids of tokens, -1 for those never seen; and the next free id at that moment."""
        with self._catalogue.reading() as connection:
            next_id = free_id(connection, table.name)
            found = _look_up(connection, table, tokens) if next_id else {}  # in an empty registry nothing is sought
        ids = np.fromiter((found.get(token, -1) for token in tokens), dtype=np.int32, count=len(tokens))
        return ids, next_id

    def _add(self, table: sa.Table, tokens: Sequence[str], shown: Sequence[tuple[str, ...]], next_id: int) -> Ids:
        """Give ids to tokens that were not there when `next_id` was free."""
        with self._catalogue.writing() as connection:
            # Taking none holds the counter. If it has moved, another process may have added some of these.
            moved = take_ids(connection, table.name, 0) != next_id
            found = _look_up(connection, table, tokens) if moved else {}
            missing = [i for i, token in enumerate(tokens) if token not in found]
            first = take_ids(connection, table.name, len(missing))
            fresh = [tokens[i] for i in missing]
            rows = [(first + k, tokens[i], *shown[i]) for k, i in enumerate(missing)]
            insert_rows(connection, table, rows)
        found.update(zip(fresh, range(first, first + len(fresh)), strict=True))
        return np.fromiter((found[token] for token in tokens), dtype=np.int32, count=len(tokens))

    def _rows(self, table: sa.Table, ids: Sequence[int] | Ids) -> list[tuple[Any, ...]]:
        wanted = [int(i) for i in ids]
        identifier = table.primary_key.columns[0]
        with self._catalogue.reading() as connection:
            rows = find_rows(connection, tuple(table.c), identifier, list(set(wanted)))
            found = {row[0]: tuple(row) for row in rows}
        return [found[i] for i in wanted]

    def _from(self, table: sa.Table, first: int, count: int) -> pa.Table:
        identifier = table.primary_key.columns[0]
        query = sa.select(table).where(identifier >= first, identifier < first + count).order_by(identifier)
        schema = pa.schema([(c.name, pa.int64() if c is identifier else pa.string()) for c in table.c])
        with self._catalogue.reading() as connection:
            return table_of(connection.execute(query), schema)

    def _check_keys(self) -> None:
        seals = {
            "token": hmac.digest(self.keys.token[1], b"graphsvc key check", "sha256").hex()[:16],
            "event": hmac.digest(self.keys.event, b"graphsvc key check", "sha256").hex()[:16],
        }
        with self._catalogue.reading() as connection:
            kept = _kept_seals(connection)
        if not kept:
            with self._catalogue.writing() as connection:
                kept = _kept_seals(connection)
                if not kept:
                    connection.execute(sa.insert(key_checks), [{"name": n, "seal": s} for n, s in seals.items()])
                    return
        for name, seal in seals.items():
            if kept[name] != seal:
                raise StorageFailed(
                    f"the {name} key is not the one that {self._catalogue.place} was made with; "
                    "restore the key file or setting, or use another data folder"
                )


def _look_up(connection: sa.Connection, table: sa.Table, tokens: Sequence[str]) -> dict[str, int]:
    columns = (table.c.token, table.primary_key.columns[0])
    return {row[0]: row[1] for row in find_rows(connection, columns, table.c.token, tokens)}


def _first(ids: Ids) -> int | None:
    return int(ids[0]) if ids[0] >= 0 else None


def _kept_seals(connection: sa.Connection) -> dict[str, str]:
    return {row.name: row.seal for row in connection.execute(sa.select(key_checks))}
