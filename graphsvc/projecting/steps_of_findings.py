"""Steps of a sync that are about the current analysis: whose events are shown, then all it says at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from graphsvc.errors import NotFound
from graphsvc.graph.neo4j import position
from graphsvc.graph.neo4j.connection import Database, Transaction
from graphsvc.graph.neo4j.position import Position
from graphsvc.projecting import findings
from graphsvc.projecting.contacts import EVENT_COLUMNS
from graphsvc.projecting.findings import PROPERTIES, Found
from graphsvc.projecting.frames import frame_of, rows_of, with_properties, without
from graphsvc.projecting.state import SUSPECTS, Source
from graphsvc.projecting.steps_of_events import DETAILS, EventSteps

EVENTS_AT_A_TIME: Final = 25_000
_ROWS_AT_A_TIME: Final = 10_000
_NUMBERS_AT_A_TIME: Final = 2_000
_NOTHING: Final = (0, 0)
_NETWORK: Final = (
    "reference",
    "size",
    "flagged",
    "exposed",
    "losses",
    "scamType",
    "firstSeen",
    "lastSeen",
    "cameFrom",
)

Step = Callable[[], object]


@dataclass
class FindingSteps:
    """What a sync does about an analysis. Keeps what it has read of one, and of the events of its people, for a run."""

    database: Database
    source: Source
    _found: dict[str, Found] = field(default_factory=dict)
    _events: tuple[object, pl.DataFrame] = (None, pl.DataFrame())

    def next(self, at: Position, target: Position) -> Step | None:
        """What is to be done next about the analysis, if anything. Raises NotFound where it is not kept any more."""
        releases = target.facts["releases"]
        new = at.analysis_id != target.analysis_id or at.facts.get("releases", _NOTHING) != releases
        if not new and at.stage != DETAILS:
            return None
        found = self._read(target.analysis_id)
        shown, wanted = set[int](), set[int]()
        if at.scope == SUSPECTS:
            shown = set(self.database.columns("projection/detailed_numbers")["numberId"])
            wanted = set(found.detailed().to_list())
        if wanted - shown:
            return lambda: self._show(at, found.analysis_id, sorted(wanted - shown), shown)
        if new:
            stage = DETAILS if shown - wanted else ""
            return lambda: self._flip(at, target, found, stage)
        if shown - wanted:
            return lambda: self._hide(sorted(shown - wanted)[:_NUMBERS_AT_A_TIME])
        return lambda: self._move(at, stage="")

    def _read(self, analysis_id: str | None) -> Found:
        if str(analysis_id) not in self._found:
            self._found = {str(analysis_id): self.source.found(analysis_id)}
        return self._found[str(analysis_id)]

    def _show(self, at: Position, analysis_id: str | None, numbers: list[int], shown: set[int]) -> None:
        """Give some numbers their events one by one; contacts with those that have theirs are complete already."""
        events = self._events_of(at, analysis_id, numbers)
        other = pl.Series(sorted(shown), dtype=pl.Int32).implode()
        events = events.filter(~pl.col("a").is_in(other) & ~pl.col("b").is_in(other))
        chosen = self._so_many(numbers, events)
        wanted = pl.Series(chosen, dtype=pl.Int32)
        with self.database.writing() as transaction:
            position.write(transaction, at, at.moved(writer=self.source.writer))
            transaction.run("projection/show_numbers", ids=chosen)
            EventSteps.create(transaction, events, at.since, wanted)

    @staticmethod
    def _so_many(numbers: list[int], events: pl.DataFrame) -> list[int]:
        """The first numbers, as many as have together about a transaction's worth of events."""
        ends = pl.concat([events["a"], events["b"]]).value_counts().rename({"a": "number"})
        counts = pl.DataFrame({"number": pl.Series(numbers, dtype=pl.Int32)}).join(ends, on="number", how="left")
        before = counts["count"].fill_null(0).cum_sum().shift(1, fill_value=0)
        return counts.filter(before < EVENTS_AT_A_TIME)["number"].head(_NUMBERS_AT_A_TIME).to_list()

    def _events_of(self, at: Position, analysis_id: str | None, numbers: list[int]) -> pl.DataFrame:
        """Events of the window that touch these numbers; read once for all of them."""
        key = (analysis_id, at.loaded_to, at.since)
        if self._events[0] != key:
            ids = pl.Series(numbers, dtype=pl.Int32).implode()
            touching = (pl.col("a").is_in(ids) | pl.col("b").is_in(ids)) & (pl.col("started_at") >= at.since)
            read = self.source.ledger.events(columns=list(EVENT_COLUMNS), seqs=(0, at.loaded_to))
            parts = [frame_of(batch).filter(touching) for batch in read]
            self._events = (key, pl.concat(parts) if parts else pl.DataFrame(schema=_EVENTS))
        return self._events[1]

    def _hide(self, numbers: list[int]) -> None:
        with self.database.writing() as transaction:
            transaction.run("projection/hide_numbers", ids=numbers)

    def _flip(self, at: Position, target: Position, found: Found, stage: str) -> None:
        """Everything that the analysis says, in one transaction."""
        changes = self._changes(at, target, found)
        entities = self._entities(found)
        networks = set(self.database.columns("projection/networks_there")["networkId"])
        members = _there(self.database, "members_there", found.members)
        exposed = _there(self.database, "exposed_there", found.exposed_to)
        with self.database.writing() as transaction:
            moved = at.moved(
                analysis_id=target.analysis_id,
                as_of=target.as_of,
                facts={**at.facts, "releases": target.facts["releases"]},
                stage=stage,
                writer=self.source.writer,
            )
            position.write(transaction, at, moved)
            for rows in _parts(changes):
                transaction.run("projection/set_findings", rows=rows)
            transaction.run("projection/set_entity_findings", rows=entities)
            gone = sorted(networks - set(found.networks["networkId"].to_list()))
            transaction.run("projection/delete_networks", ids=gone)
            rows = with_properties(found.networks, ["networkId"], _NETWORK)
            transaction.run("projection/set_networks", rows=rows)
            _replace(transaction, "members", members, found.members, keys=3)
            _replace(transaction, "exposed", exposed, found.exposed_to, keys=2)
            transaction.run("projection/delete_network_links")
            transaction.run("projection/create_network_links", rows=rows_of(found.linked))

    def _changes(self, at: Position, target: Position, found: Found) -> list[list[Any]]:
        """Rows of numbers of which the graph says something else: numberId, labels, properties."""
        changed = found.numbers
        if at.facts.get("releases", _NOTHING) == target.facts["releases"]:
            try:
                changed = without(found.numbers, self.source.found(at.analysis_id).numbers)
            except NotFound:  # what is shown is not kept any more: all is told anew
                changed = found.numbers
        assessed = set(self.database.columns("projection/assessed_numbers")["numberId"])
        gone = sorted(assessed - set(found.numbers["numberId"].to_list()))
        rows = with_properties(changed, ["numberId", *findings.LABELS], PROPERTIES)
        told = [
            [row[0], [label for label, holds in zip(findings.LABELS.values(), row[1:5], strict=True) if holds], row[5]]
            for row in rows
        ]
        return [*told, *([number, [], dict.fromkeys(PROPERTIES)] for number in gone)]

    def _entities(self, found: Found) -> list[list[Any]]:
        there = _there(self.database, "assessed_entities", found.entities)
        gone = set(there["entityId"].to_list()) - set(found.entities["entityId"].to_list())
        return [*rows_of(without(found.entities, there)), *([entity, None] for entity in sorted(gone))]

    def _move(self, at: Position, **changes: Any) -> None:
        with self.database.writing() as transaction:
            position.write(transaction, at, at.moved(writer=self.source.writer, **changes))


_EVENTS: Final = dict.fromkeys(EVENT_COLUMNS, pl.Int64)


def _there(database: Database, name: str, like: pl.DataFrame) -> pl.DataFrame:
    """What the graph has, in the columns of what it should have."""
    found = pl.DataFrame(database.columns(f"projection/{name}"), schema=None, strict=False)
    return pl.DataFrame({column: found[column].cast(kind) for column, kind in like.schema.items()})


def _replace(transaction: Transaction, what: str, there: pl.DataFrame, wanted: pl.DataFrame, *, keys: int) -> None:
    """Take away relationships that are no more, and make those that are new."""
    gone, new = without(there, wanted), without(wanted, there)
    for rows in _parts(rows_of(gone.select(gone.columns[:keys]))):
        transaction.run(f"projection/delete_{what}", rows=rows)
    for rows in _parts(rows_of(new)):
        transaction.run(f"projection/create_{what}", rows=rows)


def _parts(rows: list[list[Any]]) -> Iterator[list[list[Any]]]:
    for start in range(0, len(rows), _ROWS_AT_A_TIME):
        yield rows[start : start + _ROWS_AT_A_TIME]
