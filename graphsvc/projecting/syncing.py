"""A live graph brought to where the data folder is: what is to be done next follows from where the two are.

Each step is one transaction that moves `(:Service)` with the data, or one that may be run twice without harm. After any
failure the position is read back and the next step follows from it: nothing is done twice and nothing left out,
whichever side was killed, and whether or not a commit that was cut off took place.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, TypeVar

from graphsvc.errors import Neo4jFailed, Neo4jTooSmall, Neo4jUnavailable, NotFound
from graphsvc.graph.neo4j import position, schema
from graphsvc.graph.neo4j.connection import Database
from graphsvc.graph.neo4j.position import Position
from graphsvc.model.progress import Progress
from graphsvc.projecting import steps_of_events
from graphsvc.projecting.frames import frame_of, rows_of
from graphsvc.projecting.state import Source
from graphsvc.projecting.steps_of_events import Additions, EventSteps, labelled
from graphsvc.projecting.steps_of_facts import FactSteps
from graphsvc.projecting.steps_of_findings import FindingSteps
from graphsvc.projecting.steps_of_retention import RetentionSteps
from graphsvc.tracing import span

AT_A_TIME: Final = 10_000  # nodes in a transaction
_PAUSES: Final = (0.2, 0.5, 1.0, 2.0, 5.0)  # seconds between attempts
_ATTEMPTS: Final = 20  # at one step, by a server that answers in between

Step = Callable[[], object]
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Synced:
    """What a sync did."""

    position: int
    """The ledger's position that the graph is at."""
    events: int
    """Events that came in."""
    analysis_id: str | None
    steps: int
    """Transactions."""
    retries: int


@dataclass
class Sync:
    """One run. `patience_seconds` is how long a server that is absent or restarting is waited for."""

    database: Database
    source: Source
    progress: Progress
    patience_seconds: float
    now: Callable[[], int]
    """The wall clock, epoch ms."""
    closing: Callable[[], bool] = lambda: False
    """Whether to stop after the step under way."""
    following: bool = False
    """Events that come in meanwhile go before what else is to be done; else they are for the next run."""
    _brought_events: bool = False
    _retries: int = 0
    _additions: Iterator[Additions] | None = field(default=None, repr=False)
    _events_at_a_time: int = field(default_factory=lambda: steps_of_events.EVENTS_AT_A_TIME)

    def __post_init__(self) -> None:
        """The steps keep what they have read for the run."""
        self._event_steps = EventSteps(self.database, self.source)
        self._fact_steps = FactSteps(self.database, self.source)
        self._finding_steps = FindingSteps(self.database, self.source)
        self._retention_steps = RetentionSteps(self.database, self.source)

    def run(self) -> Synced:
        """Bring the graph to where the data folder is now."""
        self._patiently(lambda: schema.apply(self.database, at=self.now()))
        first, steps, failed = self._patiently(self._begin), 0, 0
        target = self.source.position()
        while not self.closing():
            try:
                step = self._patiently(partial(self._next, target))
                if step is None:
                    break
                self._brought_events = False
                with span("projecting.sync_step"):
                    step()
                steps, failed = steps + 1, 0
                target = self._with_new_events(target)
            except Neo4jUnavailable:
                # It may have taken place or not: the next step follows from what the graph says.
                self._retries, failed, self._additions = self._retries + 1, failed + 1, None
                if failed == _ATTEMPTS:
                    raise
            except Neo4jTooSmall:  # the transaction was undone
                if self._events_at_a_time <= steps_of_events.LEAST_AT_A_TIME:
                    raise
                self._retries, self._additions = self._retries + 1, None
                self._events_at_a_time = max(self._events_at_a_time // 2, steps_of_events.LEAST_AT_A_TIME)
            except NotFound:  # an analysis that is not kept any more: a newer one is current
                target = self.source.position()
        at = self._patiently(self._where)
        return Synced(at.loaded_to, at.loaded_to - first.loaded_to, at.analysis_id, steps, self._retries)

    def _begin(self) -> Position:
        at = position.read(self.database)
        if at is None:
            if self.database.read("projection/anything_there"):
                raise Neo4jFailed(
                    f"the database at {self.database.address.bolt} holds something else: give graphsvc one of its own"
                )
            empty = replace(self.source.position(), revision=1, numbers_to=0, entities_to=0, loaded_to=0, facts={})
            empty = replace(empty, facts_due=None, analysis_id=None, as_of=None)
            with self.database.writing() as transaction:
                position.write(transaction, None, empty)
        return self._where()

    def _where(self) -> Position:
        at = position.read(self.database)
        if at is None:
            raise Neo4jFailed("the graph was removed while it was being kept up; run the sync again")
        position.refuse_other(at, self.source.registry.identity(), self.database.address.bolt)
        return at

    def _next(self, target: Position) -> Step | None:
        """What is to be done next, if anything: what a step names is there before it."""
        at = self._where()
        if (step := self._retention_steps.next(at, target)) is not None:
            return step
        if at.numbers_to < target.numbers_to:
            return lambda: self._numbers(at, target)
        if at.entities_to < target.entities_to:
            return lambda: self._entities(at, target)
        if (step := self._event_steps.rescoping(at, target)) is not None:
            return step
        if at.loaded_to < target.loaded_to:
            return lambda: self._events(at, target)
        return (
            self._fact_steps.next(at, target)
            or self._finding_steps.next(at, target)
            or self._event_steps.trimming(at, target)
        )

    def _numbers(self, at: Position, target: Position) -> None:
        to = min(at.numbers_to + AT_A_TIME, target.numbers_to)
        rows = frame_of(self.source.registry.numbers_from(at.numbers_to, to - at.numbers_to))
        with self.database.writing() as transaction:
            position.write(transaction, at, at.moved(numbers_to=to, writer=self.source.writer))
            given = rows_of(rows.select("number_id", "token", "kind", "masked"))
            transaction.run("projection/create_numbers", rows=given)
        self.progress("numbers to Neo4j", to, target.numbers_to)

    def _entities(self, at: Position, target: Position) -> None:
        to = min(at.entities_to + AT_A_TIME, target.entities_to)
        rows = labelled(self.source.registry.entities_from(at.entities_to, to - at.entities_to))
        with self.database.writing() as transaction:
            position.write(transaction, at, at.moved(entities_to=to, writer=self.source.writer))
            transaction.run("projection/create_entities", rows=rows)
        self.progress("entities to Neo4j", to, target.entities_to)

    def _with_new_events(self, target: Position) -> Position:
        """An analysis takes many steps: between two of them new events come in, and after events one other step."""
        if not self.following or self._brought_events:
            return target
        now, self._additions = self.source.position(), None
        return replace(target, numbers_to=now.numbers_to, entities_to=now.entities_to, loaded_to=now.loaded_to)

    def _events(self, at: Position, target: Position) -> None:
        self._brought_events = True
        if self._additions is None:
            self._additions = self._event_steps.additions(at, target.loaded_to, self._events_at_a_time)
        self._event_steps.add(at, next(self._additions))
        self.progress("events to Neo4j", at.loaded_to, target.loaded_to)

    def _patiently(self, ask: Callable[[], Answer]) -> Answer:
        """Ask until the server answers, for as long as there is patience."""
        until = time.monotonic() + self.patience_seconds
        attempt = 0
        while True:
            try:
                return ask()
            except Neo4jUnavailable:
                if time.monotonic() > until:
                    raise
                self._retries += 1
                time.sleep(_PAUSES[min(attempt, len(_PAUSES) - 1)])
                attempt += 1
