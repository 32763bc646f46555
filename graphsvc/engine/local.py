"""The engine that runs in this process, on the snapshot's arrays."""

from dataclasses import dataclass

from graphsvc.engine.analysing import analysed
from graphsvc.engine.features import ArrayFeatures
from graphsvc.graph.snapshot import Snapshot
from graphsvc.model.facts import Facts
from graphsvc.model.findings import Findings, KnownNetworks
from graphsvc.model.progress import Progress, silent


@dataclass(frozen=True)
class LocalEngine:
    """Engine on NumPy and numba; see engine.port."""

    timezone: str = "Asia/Shanghai"
    """The operator's: decides where a day begins."""

    def analyse(self, snapshot: Snapshot, facts: Facts, known: KnownNetworks, progress: Progress = silent) -> Findings:
        """Suspicion, networks and exposure at `facts.as_of`."""
        return analysed(snapshot, facts, known, ArrayFeatures(snapshot), timezone=self.timezone, progress=progress)
