"""The graph in memory: a snapshot's arrays answer every question of graph.port, and nothing is left unfollowed.

What needs compiled kernels is imported when it is asked: the other questions should not wait for a compiler.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pyarrow as pa

from graphsvc.graph import paths
from graphsvc.graph.activity import activity
from graphsvc.graph.answers import summary_of
from graphsvc.graph.common_contacts import common_contacts
from graphsvc.graph.neighbourhood import neighbourhood
from graphsvc.graph.people import connected
from graphsvc.graph.snapshot import Snapshot
from graphsvc.graph.values import (
    CommonContacts,
    Community,
    Limits,
    Neighbourhood,
    NumberSummary,
    Paths,
    People,
    TimedPaths,
)

if TYPE_CHECKING:
    from graphsvc.graph.communities import Communities


@dataclass(frozen=True)
class MemoryGraph:
    """See graph.port: each verb is the module of its name, on one snapshot."""

    open_snapshot: Callable[[], Snapshot]
    """Opens the snapshot when the first question needs it."""
    members_of: Callable[[int], pa.Table]
    """MEMBERS of a network of the analysis that the snapshot belongs to."""
    limits: Limits = Limits()  # noqa: RUF009  # frozen

    @cached_property
    def snapshot(self) -> Snapshot:
        """The arrays that answer."""
        return self.open_snapshot()

    def number(self, number: int, *, limit: int = 10) -> NumberSummary:
        """What is known of one number."""
        return summary_of(self.snapshot, number, limit=limit)

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
        """The numbers around these."""
        return neighbourhood(
            self.snapshot,
            ids,
            hops=hops,
            since=since,
            until=until,
            min_events=min_events,
            limit=limit,
            limits=self.limits,
        )

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
        """The numbers nearest to the seeds."""
        found = connected(
            self.snapshot, seeds, max_hops=max_hops, since=since, until=until, limit=limit, closed=sorted(closed)
        )
        return People(found, not_followed=0)

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
        """The nearest of those whom chains of events reached."""
        from graphsvc.graph.reached import reached

        found = reached(self.snapshot, seeds, max_hops=max_hops, since=since, until=until, limit=limit, closed=closed)
        return People(found, not_followed=0)

    def activity(self, groups: Sequence[Sequence[int]], *, offset_ms: int = 0) -> pa.Table:
        """What groups did, day by day."""
        return activity(self.snapshot, groups, offset_ms=offset_ms)

    def communities(self, *, limit: int = 20, containing: int | None = None) -> list[Community]:
        """The biggest communities, or that of one number."""
        return self._parted.biggest(limit) if containing is None else self._parted.containing(containing)[:limit]

    def community_labels(self) -> pa.Table:
        """The community of every number."""
        return self._parted.labels()

    @cached_property
    def _parted(self) -> "Communities":
        from graphsvc.graph.communities import Communities

        return Communities.of(self.snapshot)

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
        """The first of all shortest paths."""
        found = paths.shortest_paths(
            self.snapshot, a, b, max_hops=max_hops, since=since, until=until, limit=limit, closed=closed
        )
        return Paths(found, not_followed=0)

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
        """Chains of events in order of time."""
        from graphsvc.graph.timed_paths import time_respecting_paths

        found = time_respecting_paths(
            self.snapshot, a, b, max_hops=max_hops, since=since, until=until, limit=limit, closed=closed
        )
        return TimedPaths(found, not_followed=0)

    def common_contacts(
        self,
        ids: Sequence[int],
        *,
        since: int | None = None,
        until: int | None = None,
        limit: int = 100,
        closed: Collection[int] = (),
    ) -> CommonContacts:
        """Numbers in contact with two of these at least."""
        return common_contacts(self.snapshot, ids, since=since, until=until, limit=limit, closed=closed)

    def members(self, network_id: int) -> pa.Table:
        """MEMBERS of a network."""
        return self.members_of(network_id)
