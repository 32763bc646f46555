"""The questions that every graph answers, over registry ids; definitions and order are the same for all of them.

The graph in memory answers from a snapshot, Neo4j from its projection. Where a graph has to stop early, the answer says
what it left out. A number without any event is no error: it has no neighbours.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Protocol

import pyarrow as pa

from graphsvc.graph.snapshot import Snapshot
from graphsvc.graph.values import CommonContacts, Community, Neighbourhood, NumberSummary, Paths, People, TimedPaths


class Graph(Protocol):
    """Who was in contact with whom. Windows are [since, until), epoch ms; None leaves a side open."""

    def number(self, number: int, *, limit: int = 10) -> NumberSummary:
        """What is known of one number, with its `limit` busiest acquaintances and as many of the latest.

        All counts are 0 without any event.
        """

    def neighbourhood(
        self,
        ids: Sequence[int],
        *,
        hops: int,
        since: int | None = None,
        until: int | None = None,
        min_events: int = 1,
        limit: int = 300,
    ) -> Neighbourhood:
        """The numbers around these, level by level, at most `limit` with the given ones: see graph.neighbourhood."""

    def people_near(
        self,
        seeds: Sequence[int],
        *,
        max_hops: int,
        since: int | None = None,
        until: int | None = None,
        limit: int = 100,
        closed: Collection[int] = (),
    ) -> People:
        """The numbers nearest to the seeds, by proximity; nobody is near through a closed one: see graph.people."""

    def people_reached(
        self,
        seeds: Sequence[int],
        *,
        max_hops: int,
        since: int | None = None,
        until: int | None = None,
        limit: int = 100,
        closed: Collection[int] = (),
    ) -> People:
        """The nearest of those whom a chain of events in order of time reached from the seeds: see graph.reached."""

    def activity(self, groups: Sequence[Sequence[int]], *, offset_ms: int = 0) -> pa.Table:
        """ACTIVITY of groups of numbers, day by day; a day begins `offset_ms` before midnight UTC."""

    def communities(self, *, limit: int = 20, containing: int | None = None) -> list[Community]:
        """The biggest communities of the whole graph, or that of one number: see graph.communities."""

    def community_labels(self) -> pa.Table:
        """LABELS: the community of every number that was in contact with another or itself."""

    def shortest_paths(
        self,
        a: int,
        b: int,
        *,
        max_hops: int,
        since: int | None = None,
        until: int | None = None,
        limit: int = 10,
        closed: Collection[int] = (),
    ) -> Paths:
        """The first of all shortest paths between two numbers, none through a closed one: see graph.paths."""

    def time_respecting_paths(
        self,
        a: int,
        b: int,
        *,
        max_hops: int,
        since: int | None = None,
        until: int | None = None,
        limit: int = 10,
        closed: Collection[int] = (),
    ) -> TimedPaths:
        """Chains of events from `a` to `b`, each after the one before, the earliest first: see graph.timed_paths."""

    def common_contacts(
        self,
        ids: Sequence[int],
        *,
        since: int | None = None,
        until: int | None = None,
        limit: int = 100,
        closed: Collection[int] = (),
    ) -> CommonContacts:
        """Numbers in contact with two of these at least, closed ones left aside: see graph.common_contacts."""

    def members(self, network_id: int) -> pa.Table:
        """MEMBERS of a network of the current analysis, numbers before entities, by id; empty where there is none."""


GraphMaker = Callable[[str, Callable[[], Snapshot], Callable[[int], pa.Table], bool], Graph]
"""Makes the graph of an analysis from its id, what opens its snapshot, what reads a network's members, and whether it
is one of the past; a graph that has its own store uses neither, and holds no past one."""
