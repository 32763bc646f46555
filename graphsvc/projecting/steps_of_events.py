"""Steps of a sync that are about events: new ones, which of them are shown one by one, and for how long."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from graphsvc.graph.neo4j import position
from graphsvc.graph.neo4j.connection import Database, Transaction
from graphsvc.graph.neo4j.position import Position
from graphsvc.projecting import contacts, facts
from graphsvc.projecting.contacts import COUNTS, EVENT_COLUMNS, EVENT_SCHEMA, TIMES
from graphsvc.projecting.frames import frame_of, rows_in_millis, rows_of
from graphsvc.projecting.old_events import OldEvents
from graphsvc.projecting.state import ALL, NONE, SUSPECTS, Source
from graphsvc.store import horizon

EVENTS_AT_A_TIME: Final = 50_000
"""New events in a transaction at first; a server that has too little memory for so many gets half of them."""
LEAST_AT_A_TIME: Final = 1_000
CLEARING: Final = "clearing"
FILLING: Final = "filling:"
DETAILS: Final = "details"
"""Stages: events one by one are being taken out, put in, or compared with whom the analysis speaks of."""

_WINDOW: Final = 2_000_000  # events read from the ledger at once, when there are many
_READ_FOR_EACH: Final = 8  # older events for each new one at most, that to know which contacts are new is worth reading
_FILLED_AT_A_TIME: Final = 25_000
_DELETED_AT_A_TIME: Final = 20_000

Step = Callable[[], object]
Beneath = dict[tuple[int, int], tuple[list[Any], list[Any]]]
"""Contact → its calls and its messages, one by one."""


@dataclass(frozen=True)
class Batch:
    """Events of a range of positions."""

    below: int
    events: pl.DataFrame
    """EVENT_COLUMNS, and `first`: whether it is the first ever of its contact; null where that was not looked up."""


@dataclass(frozen=True)
class Additions:
    """What a batch adds, as rows of the statements that add it."""

    below: int
    rows: dict[str, list[list[Any]]]
    """Statement of `cypher/projection` → its rows, in the order in which they run."""


def batches(source: Source, at: Position, below: int, size: int) -> Iterator[Batch]:
    """The events from the graph's position to another, by position, `size` at a time."""
    first, count = at.loaded_to, below - at.loaded_to
    known = _pairs(source, first) if first <= _READ_FOR_EACH * count else None
    if horizon.of(source.catalogue).events_from != at.kept_from:
        known = None  # some that the graph has may have left the ledger meanwhile: each is looked for
    for start in range(first, below, _WINDOW):
        stop = min(start + _WINDOW, below)
        events = read(source, start, stop)
        if known is None:
            events = events.with_columns(first=pl.lit(None, dtype=pl.Boolean))
        else:
            pairs = _keys(events)
            fresh, places = np.unique(pairs, return_index=True)
            unknown = ~_among(fresh, known)
            marks = np.zeros(len(pairs), dtype=np.bool_)
            marks[places[unknown]] = True
            events = events.with_columns(first=pl.Series(marks))
            known = np.union1d(known, fresh)
        for seq in range(start, stop, size):
            end = min(seq + size, stop)
            first_row, last_row = np.searchsorted(events["seq"].to_numpy(), [seq, end])
            yield Batch(end, events[first_row:last_row])


def read(source: Source, first: int, below: int) -> pl.DataFrame:
    """Events of a range of positions, by position."""
    found = source.ledger.events(columns=list(EVENT_COLUMNS), seqs=(first, below))
    return frame_of(pa.Table.from_batches(found, schema=EVENT_SCHEMA)).sort("seq")


@dataclass(frozen=True)
class EventSteps:
    """What a sync does about events."""

    database: Database
    source: Source
    _old_events: OldEvents = field(default_factory=OldEvents)

    def additions(self, at: Position, below: int, size: int) -> Iterator[Additions]:
        """What events from the graph's position to another add, `size` events at a time; each made while the one
        before is with the server."""
        with ThreadPoolExecutor(1) as beside:
            made = (self._addition(at, batch) for batch in batches(self.source, at, below, size))
            following = beside.submit(next, made, None)
            while (addition := following.result()) is not None:
                following = beside.submit(next, made, None)
                yield addition

    def add(self, at: Position, addition: Additions) -> None:
        """New events: what they add to contacts, and themselves where they are shown."""
        with self.database.writing() as transaction:
            position.write(transaction, at, at.moved(loaded_to=addition.below, writer=self.source.writer))
            for name, rows in addition.rows.items():
                if rows:
                    transaction.run(f"projection/{name}", rows=rows)

    def _addition(self, at: Position, batch: Batch) -> Additions:
        folded = contacts.of_events(batch.events)
        wanted = self._shown(at, batch.events)
        ends = pl.col("a").is_in(wanted.implode()) | pl.col("b").is_in(wanted.implode()) if wanted is not None else True
        shown = pl.when(ends).then(True) if at.scope != NONE else pl.lit(None, dtype=pl.Boolean)
        rows = folded.contacts.select("a", "b", *COUNTS, *TIMES, shown.alias("detailed"))
        new = batch.events.filter(pl.col("first")).select("a", "b")
        single = contacts.one_by_one(batch.events, since=at.since, detailed=wanted) if at.scope != NONE else ()
        beneath = _by_contact(single)
        looked_up = batch.events["first"].null_count() == 0
        return Additions(
            below=batch.below,
            rows={
                "create_contacts": _by_caller(rows.join(new, on=["a", "b"], how="semi"), beneath),
                "add_to_known_contacts" if looked_up else "add_to_contacts": _by_caller(
                    rows.join(new, on=["a", "b"], how="anti"), beneath
                ),
                "add_to_devices": rows_in_millis(folded.devices),
                "add_self_events": rows_in_millis(folded.selves),
            },
        )

    @staticmethod
    def create(transaction: Transaction, events: pl.DataFrame, since: int, wanted: pl.Series | None) -> None:
        """Events one by one: those of which one end is wanted, from `since` on."""
        calls, messages = contacts.one_by_one(events, since=since, detailed=wanted)
        _run(transaction, "create_calls", calls)
        _run(transaction, "create_messages", messages)

    def rescoping(self, at: Position, target: Position) -> Step | None:
        """Where other events are to be shown than so far: first none, then those wanted now."""
        if at.stage == CLEARING:
            return lambda: self._clear(at)
        if at.stage.startswith(FILLING):
            return lambda: self._fill(at, target)
        if at.scope == target.scope and at.since <= target.since:
            return None
        if at.scope != NONE:
            return lambda: self._move(at, scope=NONE, stage=CLEARING)
        if target.scope == ALL and at.loaded_to:
            return lambda: self._move(at, since=target.since, stage=f"{FILLING}0")
        return lambda: self._move(at, scope=target.scope, since=target.since, stage=DETAILS)

    def trimming(self, at: Position, target: Position) -> Step | None:
        """Events that are older than the window by now."""
        return None if target.since <= at.since else lambda: self._trim(at, target)

    def _shown(self, at: Position, events: pl.DataFrame) -> pl.Series | None:
        """Numbers among those of the events whose contacts are shown; None for all."""
        if at.scope != SUSPECTS:
            return None
        ends = pl.concat([events["a"], events["b"]]).unique().sort()
        found = self.database.columns("projection/detailed_among", ids=ends.to_list())
        return pl.Series(found["numberId"], dtype=pl.Int32)

    def _clear(self, at: Position) -> None:
        with self.database.writing() as transaction:
            gone = [
                transaction.run("projection/delete_some_events", limit=_DELETED_AT_A_TIME),
                transaction.run("projection/hide_some_contacts", limit=_DELETED_AT_A_TIME),
                transaction.run("projection/hide_some_numbers", limit=_DELETED_AT_A_TIME),
            ]
            if not any(next(iter(rows[0].values())) for rows in gone):
                position.write(transaction, at, at.moved(stage="", writer=self.source.writer))

    def _fill(self, at: Position, target: Position) -> None:
        first = int(at.stage.removeprefix(FILLING))
        below = min(first + _FILLED_AT_A_TIME, at.loaded_to)
        events = read(self.source, first, below).filter(pl.col("a") != pl.col("b"))
        done = below >= at.loaded_to
        after = {"stage": "", "scope": target.scope} if done else {"stage": f"{FILLING}{below}"}
        with self.database.writing() as transaction:
            position.write(transaction, at, at.moved(writer=self.source.writer, **after))
            _run(transaction, "show_contacts", events.select("a", "b").unique().sort("a", "b"))
            self.create(transaction, events, at.since, None)

    def _trim(self, at: Position, target: Position) -> None:
        with self.database.writing() as transaction:
            if self._old_events.sweep(transaction, at, before=target.since):
                position.write(transaction, at, at.moved(since=target.since, writer=self.source.writer))
        self._old_events.took_place()

    def _move(self, at: Position, **changes: Any) -> None:
        with self.database.writing() as transaction:
            position.write(transaction, at, at.moved(writer=self.source.writer, **changes))


def labelled(entities: pa.Table) -> list[list[Any]]:
    """Rows of entities as nodes: entityId, token, label; cells are left out."""
    rows = frame_of(entities).filter(pl.col("kind").is_in(list(facts.LABELS)))
    return rows_of(rows.select("entity_id", "token", pl.col("kind").replace_strict(facts.LABELS)))


def _by_contact(single: Iterable[pl.DataFrame]) -> Beneath:
    """Calls and messages of each contact: what follows a and b in their rows."""
    beneath: Beneath = {}
    for place, events in enumerate(single):
        for a, b, *event in rows_in_millis(events):
            beneath.setdefault((a, b), ([], []))[place].append(event)
    return beneath


def _by_caller(rows: pl.DataFrame, beneath: Beneath) -> list[list[Any]]:
    """Contacts with their events, by a: each number is looked up once."""
    nothing: tuple[list[Any], list[Any]] = ([], [])
    callers: dict[int, list[list[Any]]] = {}
    for a, b, *values in rows_in_millis(rows):
        callers.setdefault(a, []).append([b, *values, *beneath.get((a, b), nothing)])
    return [[a, contacted] for a, contacted in callers.items()]


def _run(transaction: Transaction, name: str, rows: pl.DataFrame) -> None:
    if len(rows):
        transaction.run(f"projection/{name}", rows=rows_in_millis(rows))


def _pairs(source: Source, below: int) -> npt.NDArray[np.int64]:
    """Contacts that there are before a position, as sorted keys."""
    parts = [np.empty(0, dtype=np.int64)]
    for batch in source.ledger.events(columns=["a", "b"], seqs=(0, below)):
        parts.append(np.unique(_keys(frame_of(batch))))
    return np.unique(np.concatenate(parts))


def _keys(events: pl.DataFrame) -> npt.NDArray[np.int64]:
    keys: npt.NDArray[np.int64] = (events["a"].to_numpy().astype(np.int64) << 32) | events["b"].to_numpy()
    return keys


def _among(keys: npt.NDArray[np.int64], known: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    if not len(known):
        return np.zeros(len(keys), dtype=np.bool_)
    at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.asarray(known[at] == keys)
