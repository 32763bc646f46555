"""The verbs that every engine offers."""

from typing import TYPE_CHECKING, Protocol

from graphsvc.graph.snapshot import Snapshot
from graphsvc.model.facts import Facts
from graphsvc.model.findings import Findings, KnownNetworks
from graphsvc.model.progress import Progress

if TYPE_CHECKING:
    from graphsvc.engine.view import View  # compiled: a service that starts need not wait for it


class Engine(Protocol):
    """Finds suspicion, networks and exposure. Pure: the same input gives the same tables, to the byte."""

    @property
    def name(self) -> str:
        """The word that chooses it."""

    def analyse(self, snapshot: Snapshot, facts: Facts, known: KnownNetworks, progress: Progress) -> Findings:
        """Everything that holds at `facts.as_of`; networks keep the ids they had in `known`."""

    def full(self, snapshot: Snapshot, facts: Facts, known: KnownNetworks, progress: Progress) -> "View":
        """The same before it is made into tables."""
