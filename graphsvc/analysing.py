"""An analysis: findings in a snapshot, the ranking of the people exposed, and both made current.

What does not need each other is done side by side: facts are read while events are folded, and the snapshot is brought
to the disk while the engine works on it.
"""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from graphsvc.engine.port import Engine
from graphsvc.errors import Overtaken
from graphsvc.graph.snapshot import Snapshot
from graphsvc.graph.snapshots import Snapshots
from graphsvc.model.calibration import Calibration
from graphsvc.model.facts import Facts
from graphsvc.model.progress import Progress
from graphsvc.reports.counts import counts_of
from graphsvc.store import facts as fact_store
from graphsvc.store import horizon, publishing, results
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.horizon import Horizon
from graphsvc.store.ledger import Ledger
from graphsvc.store.results import AnalysisRecord
from graphsvc.store.shelf import Space
from graphsvc.tracing import note, span

if TYPE_CHECKING:
    import polars as pl

    from graphsvc.engine.view import View

FEEDS: Final = ("cases", "directory", "flags", "links", "releases", "subscribers")
"""What an analysis reads beside contact events. Outcomes settle warnings; no figure of an analysis knows them."""


@dataclass(frozen=True)
class News:
    """What came in since an analysis."""

    events: int
    facts: bool
    """Facts that an analysis reads, or it is time for something that was known already to count."""


@dataclass(frozen=True)
class Parts:
    """What an analysis is made from: the ledger's events below a position, known at an instant, and what is called."""

    ledger: Ledger
    position: int
    as_of: int
    """Epoch ms."""
    facts: Callable[[], Facts]
    """Reads what was known then."""
    engine: Callable[[], Engine]
    """Makes the engine."""
    calibration: Calibration
    """How the ranking's probabilities are set right."""
    space: Space
    """For older analyses: see `shelf.sweep`."""


@dataclass(frozen=True)
class Analysed:
    """An analysis that was made current, with what it was found by."""

    record: AnalysisRecord
    parts: Parts
    view: "View"
    tables: Mapping[str, pa.Table]
    """SUSPICIONS and VICTIMS."""
    kept: Horizon
    """The horizon that it was made by."""
    facts_due_at: int | None
    """Epoch ms of service time when a fact that is there already begins or ceases to count, if one does."""
    whole: bool
    """Whether every event below the ledger's position was known then."""


def snapshot_id(ledger: Ledger, position: int, as_of: int) -> str:
    """Names what a snapshot is folded from: the position first, and what retention has left."""
    kept_from = ledger.kept_from()
    return f"{position}-{as_of}-{kept_from}" if kept_from else f"{position}-{as_of}"


def folded(ledger: Ledger, position: int, as_of: int, progress: Progress) -> Snapshot:
    """The events below a position of the ledger that were known at an instant (epoch ms), folded."""
    from graphsvc.graph.fold import fold

    newer = ledger.position() > position
    events = ledger.events(known_until=as_of)
    wanted = (batch.filter(pc.less(batch["seq"], position)) if newer else batch for batch in events)
    return fold(wanted, as_of=as_of, snapshot_id=snapshot_id(ledger, position, as_of), progress=progress)


def _made(catalogue: Catalogue, snapshots: Snapshots, parts: Parts, progress: Progress) -> Snapshot:
    """The snapshot that these parts name: what came in since the newest one is added to it, or all is folded anew.

    Either way the arrays are the same.
    """
    ledger, position, as_of = parts.ledger, parts.position, parts.as_of
    before = _before(catalogue, snapshots, parts)
    if before is None:
        return folded(ledger, position, as_of, progress)
    from graphsvc.graph.extend import extend

    events = ledger.events(known_until=as_of, seqs=(_named(before.snapshot_id)[0], position))
    made = extend(before, events, as_of=as_of, snapshot_id=snapshot_id(ledger, position, as_of))
    progress("fold", made.event_count, made.event_count)
    return made


def _before(catalogue: Catalogue, snapshots: Snapshots, parts: Parts) -> Snapshot | None:
    """The newest snapshot, where all that it lacks was appended to the ledger later than all that it holds."""
    for name in results.newest_snapshots(catalogue, 1):
        position, as_of, kept_from = _named(name)
        if position > parts.position or as_of > parts.as_of or kept_from != parts.ledger.kept_from():
            return None
        before = snapshots.kept(name)
        if before is not None and parts.position - position <= before.event_count == parts.ledger.kept_before(position):
            return before
    return None


def instant_of(name: str) -> tuple[int, int]:
    """The position of the ledger and the instant (epoch ms) of the snapshot with this id."""
    return _named(name)[:2]


def _named(name: str) -> tuple[int, int, int]:
    """What a snapshot's id says: position, as of, and from when events are kept."""
    position, as_of, *kept_from = name.split("-")
    return int(position), int(as_of), int(kept_from[0]) if kept_from else 0


def analyse(catalogue: Catalogue, snapshots: Snapshots, parts: Parts, wall: int, progress: Progress) -> Analysed:
    """Analyse and publish. `wall` (epoch ms) is when it was made. Overtaken where retention goes on meanwhile."""
    began = time.perf_counter()
    horizon_then = horizon.of(catalogue)  # before anything is read
    seen = fact_store.newest_ids(catalogue, FEEDS)
    with ThreadPoolExecutor(1, "beside") as beside:
        facts_read, engine_made = beside.submit(parts.facts), beside.submit(parts.engine)
        ranking = beside.submit(_ranking)
        kept = snapshots.kept(snapshot_id(parts.ledger, parts.position, parts.as_of))
        with span("analysing.fold"):
            snapshot = kept or _made(catalogue, snapshots, parts, progress)
        on_disk = beside.submit(snapshots.keep, snapshot) if kept is None else None
        ready = time.perf_counter()
        facts, engine = facts_read.result(), engine_made.result()
        with span("analysing.find", engine=engine.name):
            view = engine.full(snapshot, facts, results.known_networks(catalogue), progress)
            findings = view.findings(progress)
        found = time.perf_counter()
        rank = ranking.result()
        with span("analysing.rank"):
            victims = rank(findings.exposures, findings.suspicions, facts, facts.as_of, parts.calibration)
            note(rows=len(victims))
        ranked = time.perf_counter()
        if on_disk is not None:
            on_disk.result()
    timings = {"snapshot": ready - began, "engine": found - ready, "ranking": ranked - found}
    record = AnalysisRecord(
        analysis_id=publishing.new_analysis_id(catalogue),
        snapshot_id=snapshot.snapshot_id,
        as_of=facts.as_of,
        made_at=wall,
        engine=engine.name,
        counts=counts_of(snapshot, findings, victims),
        timings={name: round(seconds, 3) for name, seconds in timings.items()},
        facts_seen=seen,
        due_at=_due_at(catalogue, parts.ledger, facts.as_of),
    )
    progress("publish", 0, 1)
    try:
        with span("analysing.publish"):
            publishing.publish(catalogue, record, findings, victims, kept=horizon_then, space=parts.space)
    except Overtaken:
        snapshots.sweep(keep=results.newest_snapshots(catalogue, 1))
        raise
    progress("publish", 1, 1)
    return Analysed(
        record=record,
        parts=parts,
        view=view,
        tables={"suspicions": findings.suspicions, "victims": victims},
        kept=horizon_then,
        facts_due_at=_facts_due_at(catalogue, facts.as_of),
        whole=snapshot.event_count == parts.ledger.kept_before(parts.position),
    )


def _ranking() -> "Callable[..., pl.DataFrame]":
    from graphsvc.ranking.rank import rank  # takes a while to import

    return rank


def news_since(catalogue: Catalogue, ledger: Ledger, record: AnalysisRecord, now: int) -> News:
    """What an analysis at an instant (epoch ms of service time) would know and this one does not.

    What came in late counts too, whatever time it is dated.
    """
    seen = _named(record.snapshot_id)[0]
    later = record.due_at is not None and record.due_at <= now
    return News(ledger.position() - seen, later or record.facts_seen != fact_store.newest_ids(catalogue, FEEDS))


def _due_at(catalogue: Catalogue, ledger: Ledger, as_of: int) -> int | None:
    newest, facts_due = ledger.newest_known_at(), _facts_due_at(catalogue, as_of)
    later = newest if newest is not None and newest > as_of else None
    return min((at for at in (later, facts_due) if at is not None), default=None)


def _facts_due_at(catalogue: Catalogue, as_of: int) -> int | None:
    changes = (fact_store.next_known_at(catalogue, FEEDS, as_of), fact_store.next_flag_change(catalogue, as_of))
    return min((at for at in changes if at is not None), default=None)
