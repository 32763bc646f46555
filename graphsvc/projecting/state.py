"""What the graph should hold now, read from the ledger, the registry, the facts and the current analysis."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from graphsvc.graph.neo4j.position import Marks, Position
from graphsvc.graph.snapshot import Snapshot
from graphsvc.graph.snapshots import Snapshots
from graphsvc.projecting import facts, findings
from graphsvc.projecting.facts import Stated
from graphsvc.projecting.findings import Found
from graphsvc.reports.known import facts_known
from graphsvc.service_time import DAY_MS, ServiceTime
from graphsvc.store import facts as fact_store
from graphsvc.store import horizon, results
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.horizon import Horizon
from graphsvc.store.ledger import Ledger
from graphsvc.store.registry import Registry

ALL: Final = "all"
SUSPECTS: Final = "suspects"
NONE: Final = "none"


@dataclass(frozen=True)
class Source:
    """Where the projection reads: one data folder, and how much of its events is to be shown one by one."""

    catalogue: Catalogue
    registry: Registry
    ledger: Ledger
    time: ServiceTime
    scope: str
    """SUSPECTS, ALL or NONE."""
    days: int
    writer: str
    """A name that no other process that writes has."""
    snapshots: Snapshots

    def position(self) -> Position:
        """Where the graph should be. The registry is read last: what all the rest names was registered before it.

        The horizon is read first: what is read after it may lack what a later one cut off, which the next sync sees to.
        """
        kept = horizon.of(self.catalogue)
        loaded_to = self.ledger.position()
        marks = self.marks()
        record = results.current_full(self.catalogue)
        instant = self.instant()
        numbers_to, entities_to = self.registry.next_ids()
        return Position(
            registry=self.registry.identity(),
            revision=0,
            writer=self.writer,
            numbers_to=numbers_to,
            entities_to=entities_to,
            loaded_to=loaded_to,
            facts=marks,
            facts_due=fact_store.next_flag_change(self.catalogue, instant),
            analysis_id=record.analysis_id if record else None,
            as_of=record.as_of if record else None,
            scope=self.scope,
            since=self.since(),
            kept_from=kept.events_from,
            swept_to=swept_to(kept),
        )

    def fold(self, position: int) -> Snapshot:
        """All events before a position of the ledger, folded; what an analysis folded is not folded again."""
        from graphsvc.graph.fold import fold

        # The position was read before: what is known of these events is known by now.
        as_of = self.ledger.newest_known_at() or 0
        kept_from = self.ledger.kept_from()
        snapshot_id = f"{position}-{as_of}-{kept_from}" if kept_from else f"{position}-{as_of}"
        events = partial(self.ledger.events, known_until=as_of, seqs=(0, position))
        return self.snapshots.open_or_make(snapshot_id, lambda: fold(events(), as_of=as_of, snapshot_id=snapshot_id))

    def marks(self) -> Marks:
        """What tells whether facts have changed."""
        return fact_store.marks(self.catalogue)

    def instant(self) -> int:
        """When flags are looked at (epoch ms): everything that is known counts."""
        newest = self.time.newest_known_at()
        return self.time.now() if newest is None else max(self.time.now(), newest)

    def since(self) -> int:
        """Where the window of single events begins (epoch ms): at a midnight UTC, so that it moves once a day."""
        newest = self.ledger.newest_known_at() or 0
        return max(self.ledger.kept_from(), (newest // DAY_MS - self.days) * DAY_MS)

    def stated(self) -> Stated:
        """The facts as they hold now."""
        return facts.stated(facts_known(self.catalogue, self.registry, self.instant()))

    def found(self, analysis_id: str | None) -> Found:
        """The findings of an analysis that is kept; NotFound where it is not any more."""
        record = None if analysis_id is None else results.analysis(self.catalogue, analysis_id)
        return findings.found(self.catalogue, record)


def swept_to(kept: Horizon) -> str:
    """Names a retention that has finished, whose numbers and entities can leave; empty before the first, and in one."""
    instants = kept.instants()
    return "-".join(map(str, instants)) if kept.finished and any(instants) else ""
