"""Steps of a sync that are about retention: what the data folder does not keep any more leaves the graph.

When the horizon has moved, events from before it go first: single ones, and out of what contacts and devices count.
What these count is told anew from the ledger, never reckoned down, so that a step that is run twice does no harm.
When the data folder has finished, numbers and entities go that its registry does not know any more.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from graphsvc.graph.neo4j import position
from graphsvc.graph.neo4j.connection import Database, Transaction
from graphsvc.graph.neo4j.position import Position
from graphsvc.projecting import contacts
from graphsvc.projecting.contacts import COUNTS, TIMES, Folded
from graphsvc.projecting.frames import rows_of
from graphsvc.projecting.old_events import OldEvents
from graphsvc.projecting.state import Source

_AGED_AT_A_TIME: Final = 20_000
_GONE_AT_A_TIME: Final = 2_000
_LOOKED_AT: Final = 50_000  # ids of a page
_EVER: Final = 2**53

_COUNTING: Final = {"contacts": ["a", "b"], "devices": ["a", "device"]}

Step = Callable[[], object]


@dataclass(frozen=True)
class _Aged:
    """Some of what counts events that go. Where one is over and was begun anew beside it, only the old one goes."""

    kind: str
    over: pl.DataFrame
    """No event of these is kept."""
    gone: pl.DataFrame
    """Nor of these, by a horizon that has moved on since."""
    told: pl.DataFrame
    """What the others count from now on."""
    reached: int | None
    """The last number of these, which may have more; None where there were none."""


@dataclass
class RetentionSteps:
    """What a sync does about retention. Keeps, for a run, what is left of the events and how far it has looked."""

    database: Database
    source: Source
    _folded: tuple[int, Folded] | None = None
    _from: dict[str, int] = field(default_factory=dict)
    _old_events: OldEvents = field(default_factory=OldEvents)

    def next(self, at: Position, target: Position) -> Step | None:
        """What is to be done next about retention, if anything."""
        if at.kept_from < target.kept_from:
            return lambda: self._forget_events(at, target)
        if target.swept_to not in ("", at.swept_to):
            return lambda: self._forget_registry(at, target)
        return None

    def _forget_events(self, at: Position, target: Position) -> None:
        """Some of what counts events from before the horizon; the mark moves when there is nothing left."""
        before = target.kept_from
        some = [self._aged(at, before, kind) for kind in _COUNTING]
        counted = any(aged.reached is not None for aged in some)
        selves = pl.DataFrame() if counted else self._selves(at)
        with self.database.writing() as transaction:
            for aged in some:
                _run(transaction, f"delete_{aged.kind}", aged.over, before=before)
                _run(transaction, f"delete_{aged.kind}", aged.gone, before=_EVER)
                _run(transaction, f"set_{aged.kind}", aged.told)
            _run(transaction, "set_self_events", selves)
            swept = self._old_events.sweep(transaction, at, before=before)
            done = swept and not counted
            mark = {"kept_from": before} if done else {}
            position.write(transaction, at, at.moved(writer=self.source.writer, **mark))
        self._old_events.took_place()
        # Only now: what did not take place is looked for again.
        self._from = {} if done else self._from | {one.kind: one.reached for one in some if one.reached is not None}

    def _aged(self, at: Position, before: int, kind: str) -> _Aged:
        """The next contacts, or uses of devices, that count events from before an instant."""
        keys = _COUNTING[kind]
        schema = {**dict.fromkeys(keys, pl.Int32), "over": pl.Boolean}
        given = {"first": self._from.get(kind, 0), "before": before, "limit": _AGED_AT_A_TIME}
        aged = pl.DataFrame(self.database.columns(f"projection/aged_{kind}", **given), schema=schema)
        over, lasting = aged.filter("over").drop("over"), aged.filter(~pl.col("over")).drop("over")
        if not len(lasting):
            return _Aged(kind, over, lasting, lasting, aged["a"][-1] if len(aged) else None)
        left = self._left(at)
        rows = left.contacts.select(*keys, *COUNTS, *TIMES) if kind == "contacts" else left.devices
        # Where nothing is left, the horizon has moved on since.
        gone, told = lasting.join(rows, on=keys, how="anti"), rows.join(lasting, on=keys, how="semi")
        return _Aged(kind, over, gone, told, aged["a"][-1])

    def _selves(self, at: Position) -> pl.DataFrame:
        """Numbers whose events with themselves are others than the graph says, and how many there are."""
        found = self.database.columns("projection/numbers_with_self_events", first=0)
        there = pl.DataFrame(found, schema={"a": pl.Int32, "events": pl.Int64})
        if not len(there):
            return there
        left = self._left(at).selves.select("a", pl.col("events").cast(pl.Int64).alias("left"))
        told = there.join(left, on="a", how="left")
        return told.filter(~pl.col("events").eq_missing(pl.col("left"))).select("a", "left")

    def _left(self, at: Position) -> Folded:
        """All events that are kept of those that the graph has seen, folded."""
        if self._folded is None or self._folded[0] != at.loaded_to:
            self._folded = (at.loaded_to, contacts.of_snapshot(self.source.fold(at.loaded_to)))
        return self._folded[1]

    def _forget_registry(self, at: Position, target: Position) -> None:
        """Some of the numbers and entities that are gone; the mark moves when there are none left."""
        for kind in ("numbers", "entities"):
            if gone := self._gone(kind):
                with self.database.writing() as transaction:
                    position.write(transaction, at, at.moved(writer=self.source.writer))
                    transaction.run(f"projection/delete_{kind}", ids=gone)
                return
        with self.database.writing() as transaction:
            position.write(transaction, at, at.moved(writer=self.source.writer, swept_to=target.swept_to))
        self._from = {}

    def _gone(self, kind: str) -> list[int]:
        """Ids of the next nodes of whom the registry knows nothing."""
        known = self.source.registry.numbers_from if kind == "numbers" else self.source.registry.entities_from
        while True:
            first = self._from.get(kind, 0)
            there = self.database.columns(f"projection/{kind}_there", first=first, limit=_LOOKED_AT)["id"]
            if not there:
                return []
            kept = set(known(first, there[-1] + 1 - first).column(0).to_pylist())
            if gone := [one for one in there if one not in kept]:
                return gone[:_GONE_AT_A_TIME]
            self._from[kind] = there[-1] + 1


def _run(transaction: Transaction, name: str, rows: pl.DataFrame, **more: int) -> None:
    if len(rows):
        transaction.run(f"projection/{name}", rows=rows_of(rows), **more)
