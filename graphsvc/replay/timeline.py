"""Everything that the feeds ever told, in the order in which it was known: the one place that knows the future.

Numbers and entities get ids anew, in the order in which they were first known, so that what comes later changes nothing
of what was there before, not even which of two equals comes first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graphsvc.graph.snapshot import Int32, Int64
from graphsvc.model.facts import Facts
from graphsvc.model.tables import EVENTS
from graphsvc.reports.known import well_known, with_well_known
from graphsvc.service import Service
from graphsvc.store import facts as fact_store

Columns = dict[str, npt.NDArray[np.generic]]

_TYPES: Final[dict[str, tuple[type[np.generic], int]]] = {  # NumPy type, and what stands for null
    "started_at": (np.int64, 0),
    "known_at": (np.int64, 0),
    "a": (np.int32, 0),
    "b": (np.int32, 0),
    "channel": (np.int8, 0),
    "duration_s": (np.int32, -1),
    "answered": (np.int8, -1),
    "device": (np.int32, -1),
    "cell": (np.int32, -1),
}
_NEVER: Final = np.iinfo(np.int64).max
_NUMBER_COLUMNS: Final = ("number",)
_ENTITY_COLUMNS: Final = ("entity", "holder")


Mentions = tuple[Sequence[Int32], npt.NDArray[np.generic]]
"""Of one feed: columns of ids, and when each row was known."""


@dataclass(frozen=True)
class Ids:
    """Ids as the registry gave them, and as they are here. Arrays are by the one id and hold the other; -1: nobody."""

    here: Int32
    there: Int32
    first_known: Int64
    """By id here, epoch ms: ascending."""

    @classmethod
    def by_first_mention(cls, count: int, mentions: Sequence["Mentions"]) -> "Ids":
        """Number those of `count` ids that are mentioned at all, by when first, then by feed, then by row.

        Each feed's own order is that in which its rows became known; which feed comes first only decides ties.
        """
        known, place = np.full(count, _NEVER, dtype=np.int64), np.zeros(count, dtype=np.int64)
        feed = np.zeros(count, dtype=np.int64)
        for rank, (ids, known_at) in enumerate(mentions):
            row = np.full(count, -1, dtype=np.int64)
            for column, side in reversed(list(zip(ids, range(len(ids)), strict=True))):
                named = np.flatnonzero(column >= 0)[::-1]  # what is written last stays: the first
                at = named * len(ids) + side
                earlier = (row[column[named]] < 0) | (at <= row[column[named]])
                row[column[named[earlier]]] = at[earlier]
            at = np.where(row >= 0, known_at[np.maximum(row, 0) // len(ids)] if len(known_at) else _NEVER, _NEVER)
            sooner = at < known
            known[sooner], place[sooner], feed[sooner] = at[sooner], row[sooner], rank
        there = np.lexsort((place, feed, known))[: int((known < _NEVER).sum())].astype(np.int32)
        here = np.full(count, -1, dtype=np.int32)
        here[there] = np.arange(len(there), dtype=np.int32)
        return cls(here, np.asarray(there, dtype=np.int32), known[there])


@dataclass(frozen=True)
class Timeline:
    """Events by `known_at`, facts of each feed by `known_at`, under ids of their own."""

    events: Columns
    """Columns of EVENTS but `seq`, nulls as _TYPES says; row by row as they became known."""
    facts: dict[str, pa.Table]
    facts_known_at: dict[str, Int64]
    roles: dict[int, str]
    """Well-known short codes."""
    nobody: Int32
    """Short codes and sender names, ascending."""
    numbers: Ids
    entities: Ids
    _held: dict[str, Any] = field(default_factory=dict, repr=False)
    """What the facts came to last."""

    @property
    def known_at(self) -> Int64:
        """When each event was known, ascending."""
        return np.asarray(self.events["known_at"], dtype=np.int64)

    def known(self, at: int) -> int:
        """How many events are known at an instant (epoch ms): the first so many."""
        return int(np.searchsorted(self.known_at, at, side="right"))

    def facts_held(self, at: int) -> Facts:
        """What held at an instant, by what was known then. Instants that ascend cost least."""
        counts = {feed: self._count(feed, at) for feed in self.facts}
        before = self._held.get("counts", {})
        same = [feed for feed in self.facts if before.get(feed) == counts[feed] and feed != "flags"]
        # What has no news holds as it held; flags may begin and end by themselves.
        known = {feed: table.slice(0, 0 if feed in same else counts[feed]) for feed, table in self.facts.items()}
        held = fact_store.held(known, at)
        kept = {feed: self._held["facts"][feed] for feed in same}
        told = {feed: kept.get(feed, getattr(held, feed)) for feed in self.facts}
        self._held.update(counts=counts, facts=told)
        seen = int(np.searchsorted(self.numbers.first_known, at, side="right"))
        nobody = frozenset(self.nobody[: np.searchsorted(self.nobody, seen)].tolist())
        return with_well_known(
            Facts(as_of=at, **told, nobody=nobody), {n: role for n, role in self.roles.items() if n < seen}
        )

    def _count(self, feed: str, at: int) -> int:
        return int(np.searchsorted(self.facts_known_at[feed], at, side="right"))


def read_timeline(service: Service) -> Timeline:
    """All that a data folder holds."""
    events, facts = _read_events(service), fact_store.all_rows(service.catalogue)
    numbers, entities = service.registry.counts()
    of_numbers = Ids.by_first_mention(numbers, _mentions(events, ("a", "b"), facts, _NUMBER_COLUMNS))
    of_entities = Ids.by_first_mention(entities, _mentions(events, ("device", "cell"), facts, _ENTITY_COLUMNS))
    for name, ids in (("a", of_numbers), ("b", of_numbers), ("device", of_entities), ("cell", of_entities)):
        column = np.asarray(events[name], dtype=np.int32)
        events[name] = np.where(column < 0, -1, ids.here[column]).astype(np.int32)
    facts = {feed: _renamed(table, of_numbers, of_entities) for feed, table in facts.items()}
    return Timeline(
        events=events,
        facts=facts,
        facts_known_at={feed: table.column("known_at").to_numpy() for feed, table in facts.items()},
        roles={int(of_numbers.here[number]): role for number, role in well_known(service.registry).items()},
        nobody=_named(of_numbers, service.registry.of_no_person()),
        numbers=of_numbers,
        entities=of_entities,
    )


def _named(ids: Ids, there: Sequence[int]) -> Int32:
    """Those of these ids of the registry that are mentioned, by their ids here, ascending."""
    here = ids.here[np.asarray(there, dtype=np.int64)]
    return np.sort(here[here >= 0]).astype(np.int32)


def _read_events(service: Service) -> Columns:
    names = ["seq", *_TYPES]
    parts: dict[str, list[npt.NDArray[np.generic]]] = {name: [] for name in names}
    for batch in service.ledger.events(columns=names):
        parts["seq"].append(batch.column("seq").to_numpy())
        for name, (kind, null) in _TYPES.items():
            parts[name].append(_plain(batch.column(name), kind, null))
    columns = {name: np.concatenate([np.empty(0, _dtype(name)), *parts.pop(name)]) for name in names}
    order = np.lexsort((columns.pop("seq"), columns["started_at"], columns["known_at"]))
    return {name: column[order] for name, column in columns.items()}


def _dtype(name: str) -> type[np.generic]:
    return np.int64 if name == "seq" else _TYPES[name][0]


def _plain(column: pa.Array, kind: type[np.generic], null: int) -> npt.NDArray[np.generic]:
    wanted = pa.from_numpy_dtype(kind)
    plain = column if column.type == wanted else column.cast(wanted)
    if plain.null_count:
        plain = pc.fill_null(plain, pa.scalar(null, wanted))
    values: npt.NDArray[np.generic] = plain.to_numpy(zero_copy_only=False).copy()
    return values


def _mentions(
    events: Columns, sides: Sequence[str], facts: dict[str, pa.Table], columns: Sequence[str]
) -> list[Mentions]:
    """Ids named by each feed, column by column (-1: none), row by row as they became known."""
    found: list[Mentions] = []
    for feed in sorted(facts):
        table = facts[feed]
        named = [pc.fill_null(table.column(name), -1).to_numpy() for name in columns if name in table.column_names]
        if named:
            found.append((named, table.column("known_at").to_numpy()))
    return [*found, ([np.asarray(events[side], np.int32) for side in sides], events["known_at"])]


def _renamed(table: pa.Table, numbers: Ids, entities: Ids) -> pa.Table:
    """The rows with the ids of here; flag ids count the flags as they became known."""
    for name, ids in (*((n, numbers) for n in _NUMBER_COLUMNS), *((n, entities) for n in _ENTITY_COLUMNS)):
        if name in table.column_names:
            place = table.schema.get_field_index(name)
            column = table.column(name).combine_chunks()
            codes = pc.fill_null(column, 0).to_numpy(zero_copy_only=False)
            values = pa.array(ids.here[codes] if len(codes) else codes, mask=pc.is_null(column).to_numpy(False))
            table = table.set_column(place, table.schema.field(place), values.cast(table.schema.field(place).type))
    if "flag_id" in table.column_names:
        place = table.schema.get_field_index("flag_id")
        counted = pa.array(np.arange(1, len(table) + 1), table.schema.field(place).type)
        table = table.set_column(place, table.schema.field(place), counted)
    return table


def events_table(columns: Columns, rows: slice | Int64) -> pa.RecordBatch:
    """Some events as EVENTS, for the fold: `seq` counts them as they became known."""
    taken = {name: column[rows] for name, column in columns.items()}
    count = len(taken["a"])
    arrays = {
        "seq": pa.array(np.arange(count, dtype=np.int64) if isinstance(rows, slice) else rows.astype(np.int64)),
        **{name: _nullable(name, column) for name, column in taken.items()},
    }
    return pa.RecordBatch.from_arrays(
        [arrays[name].cast(EVENTS.field(name).type) for name in EVENTS.names], EVENTS.names
    )


def _nullable(name: str, column: npt.NDArray[np.generic]) -> pa.Array:
    null = _TYPES[name][1]
    if null == 0:
        return pa.array(column)
    return pa.array(column, mask=column == null)
