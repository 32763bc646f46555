"""What ingest needs of the store, and no more: where numbers get their ids and rows come to rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphsvc.model.words import EntityKind, NumberKind
from graphsvc.store.positions import Step


class EventKey(Protocol):
    """Holds the key of event keys."""

    @property
    def event(self) -> bytes:
        """At least 16 secret bytes."""


class Registry(Protocol):
    """Gives numbers and entities their permanent ids."""

    @property
    def keys(self) -> EventKey:
        """The secret that event ids are hashed with."""

    def register_numbers(self, canonical: Sequence[str], kinds: Sequence[NumberKind]) -> NDArray[np.int32]:
        """The ids of distinct numbers; unseen ones get the next ids in the order given."""

    def register_entities(self, kind: EntityKind, values: Sequence[str]) -> NDArray[np.int32]:
        """The ids of distinct entities of one kind; unseen ones get the next ids in the order given."""


class Appended(Protocol):
    """What became of the rows of one batch of events."""

    @property
    def accepted(self) -> int:
        """Rows that the ledger did not have."""

    @property
    def duplicates(self) -> NDArray[np.int32]:
        """Indices of rows that it had."""

    @property
    def conflicts(self) -> NDArray[np.int32]:
        """Indices of rows whose event id it had with other content."""


class Added(Protocol):
    """What became of the rows of one batch of facts."""

    @property
    def accepted(self) -> int:
        """Rows that the catalogue did not have."""

    @property
    def duplicates(self) -> NDArray[np.int32]:
        """Indices of rows that it had."""


class Ledger(Protocol):
    """Keeps contact events."""

    def places_by_key(self, events: pa.Table) -> NDArray[np.int64]:
        """The places of NEW_EVENTS rows by their key, ascending."""

    def append(
        self,
        events: pa.Table,
        order: NDArray[np.int64],
        steps: Sequence[Step],
        judged: Callable[[Appended], None],
    ) -> Appended:
        """Keep these NEW_EVENTS, of which `order` is the places by key; all or nothing, durable on return.

        `steps` of their sources are part of it. `judged` is told what becomes of them before it does.
        """


class AddFacts(Protocol):
    """Keeps facts of the other feeds."""

    def __call__(self, feed: str, rows: pa.Table, steps: Sequence[Step] = ()) -> Added:
        """Keep a feed's rows by model.tables.FACTS, and the steps of their sources; all or nothing."""


@dataclass(frozen=True)
class Stores:
    """Where a load puts things."""

    registry: Registry
    ledger: Ledger
    add_facts: AddFacts
    rejects: Path  # folder for rejects files; exists
