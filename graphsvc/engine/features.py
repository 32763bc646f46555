"""What engines measure on the graph, before anybody scores it: the one seam between them.

Every engine turns these figures into probabilities by the same code (`engine.analysing`); they differ only in where the
figures come from. `ArrayFeatures` takes them from the snapshot's arrays.
"""

from dataclasses import dataclass
from typing import Protocol

from graphsvc.engine import common_recipients, traits
from graphsvc.engine.co_recipients import Callers, Pairs, Reach
from graphsvc.engine.meetings import Meetings, meetings_in
from graphsvc.engine.population import Bool, Float64, Population
from graphsvc.engine.traits import DeviceUse, Traits
from graphsvc.graph.leiden import leiden
from graphsvc.graph.snapshot import Int32, Int64, Snapshot


class Features(Protocol):
    """Figures of one graph; indices are those of a population. The same question has the same answer."""

    def behaviour(self, population: Population, *, day_offset_ms: int) -> tuple[Traits, DeviceUse]:
        """What each number did, and from which devices. `day_offset_ms`: the operator's distance from UTC."""

    def common_recipients(self, reach: Reach, callers: Callers, company: Float64) -> tuple[Pairs, Float64]:
        """Each fresh caller with every other that shares CO_RECIPIENT_LEAST recipients with it, in no promised order;
        and the company [n] of each number with the steps added of those callers that reached one of its recipients."""

    def communities(self, node_count: int, edges: tuple[Int64, Int64, Float64], *, resolution: float) -> Int32:
        """Leiden labels of the nodes of a weighted graph, from 0 in the order of their smallest members."""

    def meetings(self, population: Population, suspect: Bool, person: Bool) -> Meetings:
        """Every event between the one and the other; both [n]."""


@dataclass(frozen=True)
class ArrayFeatures:
    """Features from the arrays of a snapshot, by compiled kernels."""

    snapshot: Snapshot

    def behaviour(self, population: Population, *, day_offset_ms: int) -> tuple[Traits, DeviceUse]:
        """See Features."""
        return traits.measure(self.snapshot, population, day_offset_ms=day_offset_ms)

    def common_recipients(self, reach: Reach, callers: Callers, company: Float64) -> tuple[Pairs, Float64]:
        """See Features."""
        return common_recipients.pairs_of(self.snapshot, reach, callers, company)

    def communities(self, node_count: int, edges: tuple[Int64, Int64, Float64], *, resolution: float) -> Int32:
        """See Features."""
        source, target, weight = edges
        return leiden(node_count=node_count, source=source, target=target, weight=weight, resolution=resolution)

    def meetings(self, population: Population, suspect: Bool, person: Bool) -> Meetings:
        """See Features."""
        return meetings_in(self.snapshot, suspect, person)
