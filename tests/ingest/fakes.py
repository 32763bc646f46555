"""A small store in memory, typed like the real one, that keeps what it is given."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphsvc.ingest.stores import Stores
from graphsvc.model.tables import FACTS, NEW_EVENTS
from graphsvc.model.words import EntityKind, NumberKind
from graphsvc.store.positions import Step


@dataclass(frozen=True)
class MemoryKeys:
    """A key that is no secret."""

    event: bytes = bytes(range(32))


class MemoryRegistry:
    """Ids in order of first appearance; `numbers` and `entities` are the lists they index."""

    def __init__(self, keys: MemoryKeys | None = None) -> None:
        self.keys = keys or MemoryKeys()
        self.number_of: dict[str, int] = {}
        self.kinds: list[NumberKind] = []
        self.entity_of: dict[tuple[EntityKind, str], int] = {}

    def register_numbers(self, canonical: Sequence[str], kinds: Sequence[NumberKind]) -> NDArray[np.int32]:
        assert len(set(canonical)) == len(canonical) == len(kinds)
        for number, kind in zip(canonical, kinds, strict=True):
            if number not in self.number_of:
                self.number_of[number] = len(self.number_of)
                self.kinds.append(kind)
        return np.array([self.number_of[number] for number in canonical], dtype=np.int32)

    def register_entities(self, kind: EntityKind, values: Sequence[str]) -> NDArray[np.int32]:
        assert len(set(values)) == len(values)
        for value in values:
            self.entity_of.setdefault((kind, value), len(self.entity_of))
        return np.array([self.entity_of[kind, value] for value in values], dtype=np.int32)


@dataclass(frozen=True)
class Appended:
    """What became of a batch of events."""

    accepted: int
    duplicates: NDArray[np.int32]
    conflicts: NDArray[np.int32]


@dataclass(frozen=True)
class Added:
    """What became of a batch of facts."""

    accepted: int
    duplicates: NDArray[np.int32]


@dataclass
class MemoryLedger:
    """Events by key; the first of a key stands."""

    kept: dict[int, dict[str, object]] = field(default_factory=dict)

    def places_by_key(self, events: pa.Table) -> NDArray[np.int64]:
        return np.argsort(events.column("event_key").to_numpy(), kind="stable")

    def append(
        self, events: pa.Table, order: NDArray[np.int64], steps: Sequence[Step], judged: Callable[[Appended], None]
    ) -> Appended:
        assert not steps
        assert events.schema == NEW_EVENTS
        assert order.tolist() == self.places_by_key(events).tolist()
        events.validate(full=True)
        duplicates: list[int] = []
        conflicts: list[int] = []
        for i, row in enumerate(events.to_pylist()):
            first = self.kept.setdefault(row["event_key"], row)
            if first is not row:
                same = first["content_key"] == row["content_key"]
                (duplicates if same else conflicts).append(i)
        appended = Appended(
            events.num_rows - len(duplicates) - len(conflicts),
            np.array(duplicates, dtype=np.int32),
            np.array(conflicts, dtype=np.int32),
        )
        judged(appended)
        return appended

    def rows(self) -> list[dict[str, object]]:
        return list(self.kept.values())


@dataclass
class MemoryStore:
    """Everything that a load writes to, and what it wrote."""

    folder: Path
    registry: MemoryRegistry = field(default_factory=MemoryRegistry)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    facts: dict[str, list[dict[str, object]]] = field(default_factory=dict)

    def add_facts(self, feed: str, rows: pa.Table, steps: Sequence[Step] = ()) -> Added:
        assert not steps
        assert rows.schema == FACTS[feed]
        rows.validate(full=True)
        kept = self.facts.setdefault(feed, [])
        duplicates: list[int] = []
        for i, row in enumerate(rows.to_pylist()):
            if row in kept:
                duplicates.append(i)
            else:
                kept.append(row)
        return Added(rows.num_rows - len(duplicates), np.array(duplicates, dtype=np.int32))

    def stores(self) -> Stores:
        return Stores(self.registry, self.ledger, self.add_facts, self.folder)
