"""From what a feed calls a number or entity to its registry id, paying for each distinct text once.

Texts are told apart by `keys.lookup_keys` and found in a compiled hash table; only new ones reach Python. First
a batch is looked up, then its bad rows are dropped and the rest sorted, and only then are the new texts that are
left registered, in order of first appearance: so ids depend on nothing but the rows.
"""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphsvc.compiling import kernel
from graphsvc.ingest.canonical import Canonical, canonical_entities, canonical_numbers
from graphsvc.ingest.keys import HashKey, lookup_keys
from graphsvc.ingest.stores import Registry
from graphsvc.ingest.text import Text
from graphsvc.model.words import EntityKind

MISSING: Final = -1
"""The code of an empty text."""
REFUSED: Final = -2
"""The code of a text that can be no such thing."""
_ABSENT: Final = -(2**31)
_FIRST_NEW: Final = -3  # new texts are counted downwards from here until they are registered

Normalise = Callable[[Text, NDArray[np.uint64]], tuple[Canonical, NDArray[np.bool_]]]
Register = Callable[[Canonical], NDArray[np.int32]]


class Ids:
    """The ids of one kind of thing, as far as they were met."""

    def __init__(self, key: HashKey, normalise: Normalise, register: Register) -> None:
        """`normalise` gives distinct texts their canonical form and says which have one."""
        self._key = key
        self._normalise = normalise
        self._register = register
        self._table = _empty_table(1 << 12)
        self._count = 0
        self._new = Canonical([], [])
        self._new_keys: list[NDArray[np.uint64]] = []

    @property
    def texts(self) -> int:
        """How many texts were met."""
        return self._count

    def look_up(self, text: Text) -> NDArray[np.int32]:
        """A code a row: an id, MISSING, REFUSED, or below REFUSED for what `settle` will register."""
        keys = lookup_keys(self._key, text)
        codes = _find(self._table, keys)
        rows = np.flatnonzero(codes == _ABSENT)
        if len(rows):
            firsts = rows[_first_positions(keys[rows])]
            self._admit(text.take(firsts), keys[firsts])
            codes[rows] = _find(self._table, keys[rows])
        return codes

    def settle(self, columns: Sequence[NDArray[np.int32]]) -> list[NDArray[np.int32]]:
        """The same rows with ids for all codes but MISSING; forgets new texts that no row here has.

        New ones are registered in order of first appearance, row by row, and in a row in order of columns.
        """
        if not self._new.texts:
            return list(columns)
        ids = np.full(len(self._new.texts), _ABSENT, dtype=np.int32)
        appeared = _appearances(np.stack(columns, axis=1), len(ids))
        if len(appeared):
            distinct, which = self._new.take(appeared).distinct()
            ids[appeared] = self._register(distinct)[which]
        _insert(self._table, np.concatenate(self._new_keys), ids)
        self._new, self._new_keys = Canonical([], []), []
        return [_with_ids(column, ids) for column in columns]

    def _admit(self, text: Text, keys: NDArray[np.uint64]) -> None:
        """Take in texts never met: as new ones where they have a canonical form, as refused where not."""
        canonical, accepted = self._normalise(text, keys)
        codes = np.full(len(keys), REFUSED, dtype=np.int32)
        codes[accepted] = _FIRST_NEW - len(self._new.texts) - np.arange(len(canonical.texts))
        self._new.extend(canonical)
        self._new_keys.append(keys[accepted])
        self._count += len(keys)
        if 2 * self._count > len(self._table):
            self._table = _grown(self._table, 1 << (3 * self._count).bit_length())
        _insert(self._table, keys, codes)


class Met:
    """Every id that was met, by the keyed hash of what a feed calls it: no text is kept.

    Only a load that came to its end leaves it whole, and it holds for as long as the registry forgets nothing.
    """

    def __init__(self, registry: Registry, region: str) -> None:
        """Nothing was met yet; national forms are read as those of `region`."""
        self.key = HashKey.of(registry.keys.event)
        self.numbers = number_ids(registry, region, self.key)
        self.entities = {kind: entity_ids(registry, kind, self.key) for kind in EntityKind}

    @property
    def texts(self) -> int:
        """How many texts were met: each takes up to 96 bytes."""
        return self.numbers.texts + sum(ids.texts for ids in self.entities.values())


def number_ids(registry: Registry, region: str, key: HashKey) -> Ids:
    """Ids of numbers; national forms are read as those of `region`."""
    return Ids(
        key,
        lambda text, keys: canonical_numbers(text, keys, region),
        lambda new: registry.register_numbers(new.texts, new.kinds),
    )


def entity_ids(registry: Registry, kind: EntityKind, key: HashKey) -> Ids:
    """Ids of entities of one kind."""
    return Ids(
        key,
        lambda text, _: canonical_entities(text),
        lambda new: registry.register_entities(kind, new.texts),
    )


def _with_ids(codes: NDArray[np.int32], ids: NDArray[np.int32]) -> NDArray[np.int32]:
    settled = codes.copy()
    new = codes <= _FIRST_NEW
    settled[new] = ids[_FIRST_NEW - codes[new]]
    return settled


def _empty_table(slots: int) -> NDArray[np.uint64]:
    """Open addressing over a power of two of slots (key, code); key 0 is a free slot."""
    return np.zeros((slots, 2), dtype=np.uint64)


@kernel
def _slot(table: NDArray[np.uint64], key: np.uint64) -> int:
    """Where the key is, or the free slot where it belongs."""
    mask = np.uint64(len(table) - 1)
    mixed = key * np.uint64(0x9E3779B97F4A7C15)
    slot = (mixed ^ (mixed >> np.uint64(32))) & mask
    while table[slot, 0] != key and table[slot, 0] != np.uint64(0):
        slot = (slot + np.uint64(1)) & mask
    return int(slot)


@kernel
def _find(table: NDArray[np.uint64], keys: NDArray[np.uint64]) -> NDArray[np.int32]:
    codes = np.empty(len(keys), dtype=np.int32)
    for row in range(len(keys)):
        if keys[row] == np.uint64(0):
            codes[row] = -1
            continue
        slot = _slot(table, keys[row])
        codes[row] = np.int32(np.int64(table[slot, 1])) if table[slot, 0] != np.uint64(0) else -(2**31)
    return codes


@kernel
def _insert(table: NDArray[np.uint64], keys: NDArray[np.uint64], codes: NDArray[np.int32]) -> None:
    for row in range(len(keys)):
        slot = _slot(table, keys[row])
        table[slot, 0] = keys[row]
        table[slot, 1] = np.uint64(np.int64(codes[row]))


@kernel
def _grown(table: NDArray[np.uint64], slots: int) -> NDArray[np.uint64]:
    larger = np.zeros((slots, 2), dtype=np.uint64)
    for old in range(len(table)):
        if table[old, 0] != np.uint64(0):
            slot = _slot(larger, table[old, 0])
            larger[slot, 0] = table[old, 0]
            larger[slot, 1] = table[old, 1]
    return larger


@kernel
def _first_positions(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Where each distinct key comes first, in order. No key is 0."""
    slots = 4096
    while slots < 2 * len(keys):
        slots *= 2
    seen = np.zeros((slots, 2), dtype=np.uint64)
    positions = np.empty(len(keys), dtype=np.int64)
    count = 0
    for row in range(len(keys)):
        slot = _slot(seen, keys[row])
        if seen[slot, 0] == np.uint64(0):
            seen[slot, 0] = keys[row]
            positions[count] = row
            count += 1
    return positions[:count].copy()


@kernel
def _appearances(codes: NDArray[np.int32], new: int) -> NDArray[np.int64]:
    """Which of the `new` texts appear among the codes, in order of first appearance."""
    seen = np.zeros(new, dtype=np.bool_)
    order = np.empty(new, dtype=np.int64)
    count = 0
    for row in range(codes.shape[0]):
        for column in range(codes.shape[1]):
            index = -3 - np.int64(codes[row, column])
            if index >= 0 and not seen[index]:
                seen[index] = True
                order[count] = index
                count += 1
    return order[:count].copy()
