"""The engine that runs in this process, on the snapshot's arrays."""

from dataclasses import dataclass

from graphsvc.engine.analysing import viewed
from graphsvc.engine.features import ArrayFeatures
from graphsvc.engine.standing import Standing, focused
from graphsvc.engine.view import View, found
from graphsvc.graph.snapshot import Snapshot
from graphsvc.model.facts import Facts
from graphsvc.model.findings import Findings, KnownNetworks
from graphsvc.model.progress import Progress, silent


@dataclass(frozen=True)
class LocalEngine:
    """Engine on NumPy and numba; see engine.port."""

    timezone: str = "Asia/Shanghai"
    """The operator's: decides where a day begins."""

    @property
    def name(self) -> str:
        """The word that chooses it."""
        return "local"

    def analyse(self, snapshot: Snapshot, facts: Facts, known: KnownNetworks, progress: Progress = silent) -> Findings:
        """Suspicion, networks and exposure at `facts.as_of`."""
        return self.full(snapshot, facts, known, progress).findings(progress)

    def full(self, snapshot: Snapshot, facts: Facts, known: KnownNetworks, progress: Progress = silent) -> View:
        """The same before it is made into tables."""
        return viewed(snapshot, facts, known, ArrayFeatures(snapshot), timezone=self.timezone, progress=progress)

    def focus(self, snapshot: Snapshot, facts: Facts, known: KnownNetworks, before: Standing) -> View:
        """The same where it can have changed since the full analysis that left `before`: see engine.standing.

        `snapshot` holds every event known of the numbers that `before` wants.
        """
        world = focused(snapshot, facts, ArrayFeatures(snapshot), before, timezone=self.timezone)
        return found(world, facts, known, timezone=self.timezone)
