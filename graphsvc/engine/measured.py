"""What exposure is drawn from: the events, and who takes part in them."""

from dataclasses import dataclass

from graphsvc.engine.features import Features
from graphsvc.engine.population import Population
from graphsvc.graph.snapshot import Snapshot


@dataclass(frozen=True)
class Measured:
    """A whole snapshot, or a part that holds whatever a question needs."""

    snapshot: Snapshot
    features: Features
    """Where figures of the graph come from."""
    population: Population
