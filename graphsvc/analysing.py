"""An analysis: findings in a snapshot, the ranking of the people exposed, and both made current."""

import time
from collections.abc import Mapping

from graphsvc.engine.port import Engine
from graphsvc.graph.snapshot import Snapshot
from graphsvc.model.facts import Facts
from graphsvc.model.progress import Progress
from graphsvc.reports.counts import counts_of
from graphsvc.store import results
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.results import AnalysisRecord


def analyse(
    catalogue: Catalogue,
    engine: Engine,
    snapshot: Snapshot,
    facts: Facts,
    wall: int,
    timings: Mapping[str, float],
    progress: Progress,
) -> AnalysisRecord:
    """Analyse a snapshot with the facts known at its instant, and publish; `timings` (s) are of the steps before."""
    from graphsvc.ranking.rank import rank

    began = time.perf_counter()
    findings = engine.analyse(snapshot, facts, results.known_networks(catalogue), progress)
    found = time.perf_counter()
    victims = rank(findings.exposures, findings.suspicions, facts, as_of=facts.as_of)
    ranked = time.perf_counter()
    record = AnalysisRecord(
        analysis_id=results.new_analysis_id(catalogue),
        snapshot_id=snapshot.snapshot_id,
        as_of=facts.as_of,
        made_at=wall,
        engine="local",
        counts=counts_of(snapshot, findings, victims),
        timings={**timings, "engine": round(found - began, 3), "ranking": round(ranked - found, 3)},
    )
    progress("publish", 0, 1)
    results.publish(catalogue, record, findings, victims)
    progress("publish", 1, 1)
    return record
