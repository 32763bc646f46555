"""The graph in Neo4j: every question of graph.port as Cypher, the whole graph's communities by Graph Data Science.

Each statement starts from an index and is bounded: levels and hops are asked one at a time, so that no pattern of
variable length explodes at a number with a million contacts. What cannot be answered from what the server holds
(windows over contacts that are not there event by event) goes to another graph where there is one, else it is refused.
What would read hundreds of thousands of contacts of a hub goes there too: the answer is the same, and takes seconds
here.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import pyarrow as pa

from graphsvc.graph.neo4j import (
    activity,
    common_contacts,
    communities,
    neighbourhood,
    number,
    paths,
    people,
    reached,
    timed_paths,
)
from graphsvc.graph.neo4j.connection import Database
from graphsvc.graph.neo4j.window import READ_MOST, Elsewhere, Window
from graphsvc.graph.port import Graph
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
from graphsvc.model.tables import MEMBERS
from graphsvc.model.words import EntityKind

Answer = TypeVar("Answer")

_KIND_OF_LABEL = {
    "Device": EntityKind.DEVICE,
    "Holder": EntityKind.HOLDER,
    "Account": EntityKind.ACCOUNT,
    "SocialAccount": EntityKind.SOCIAL_ACCOUNT,
    "Url": EntityKind.URL,
}


@dataclass(frozen=True)
class Neo4jGraph:
    """See graph.port."""

    database: Database
    limits: Limits = Limits()  # noqa: RUF009  # frozen
    otherwise: Graph | None = None
    """Answers what needs single events that the server does not hold, which is refused where this is None; and what
    touches more than `read_most` contacts or events in one step, which the server is asked for where this is None."""
    read_most: int = READ_MOST

    def number(self, number_id: int, *, limit: int = 10) -> NumberSummary:
        """What is known of one number."""
        try:
            return number.summary_of(self._window(None, None), number_id, limit=limit)
        except Elsewhere:
            if self.otherwise is None:
                raise
            return self.otherwise.number(number_id, limit=limit)

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
        asked = {"hops": hops, "min_events": min_events, "limit": limit}
        here = partial(neighbourhood.neighbourhood, limits=self.limits)
        return self._answered(here, lambda graph: graph.neighbourhood, since, until, ids, **asked)

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
        asked = {"max_hops": max_hops, "limit": limit, "closed": closed}
        here = partial(people.people_near, limits=self.limits)
        return self._answered(here, lambda graph: graph.people_near, since, until, seeds, **asked)

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
        asked = {"max_hops": max_hops, "limit": limit, "closed": closed}
        here = partial(reached.people_reached, limits=self.limits)
        return self._answered(here, lambda graph: graph.people_reached, since, until, seeds, **asked)

    def activity(self, groups: Sequence[Sequence[int]], *, offset_ms: int = 0) -> pa.Table:
        """What groups did, day by day."""
        try:
            return activity.activity(Window(self.database, None, None), groups, offset_ms=offset_ms)
        except Elsewhere:
            if self.otherwise is None:
                raise
            return self.otherwise.activity(groups, offset_ms=offset_ms)

    def communities(self, *, limit: int = 20, containing: int | None = None) -> list[Community]:
        """The biggest communities, or that of one number."""
        return communities.communities(self.database, limit=limit, containing=containing)

    def community_labels(self) -> pa.Table:
        """The community of every number."""
        return communities.labels(self.database)

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
        here = partial(paths.shortest_paths, limits=self.limits)
        asked = {"max_hops": max_hops, "limit": limit, "closed": closed}
        return self._answered(here, lambda graph: graph.shortest_paths, since, until, a, b, **asked)

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
        here = partial(timed_paths.time_respecting_paths, limits=self.limits)
        asked = {"max_hops": max_hops, "limit": limit, "closed": closed}
        return self._answered(here, lambda graph: graph.time_respecting_paths, since, until, a, b, **asked)

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
        here, asked = common_contacts.common_contacts, {"limit": limit, "closed": closed}
        return self._answered(here, lambda graph: graph.common_contacts, since, until, ids, **asked)

    def members(self, network_id: int) -> pa.Table:
        """MEMBERS of a network."""
        rows = self.database.read("graph/members", network=network_id)
        table = [{"network_id": network_id, "kind": _kind(row["labels"]), **row} for row in rows]
        return pa.Table.from_pylist(table, schema=MEMBERS)

    def _answered(
        self,
        here: Callable[..., Answer],
        there: Callable[[Graph], Callable[..., Answer]],
        since: int | None,
        until: int | None,
        *given: Any,
        **asked: Any,
    ) -> Answer:
        """The answer of this server, or of the same verb of the other graph where that is the one to ask."""
        try:
            return here(self._window(since, until), *given, **asked)
        except Elsewhere:
            if self.otherwise is None:
                raise
            return there(self.otherwise)(*given, since=since, until=until, **asked)

    def _window(self, since: int | None, until: int | None) -> Window:
        return Window(self.database, since, until, None if self.otherwise is None else self.read_most)


def _kind(labels: list[str]) -> str:
    return next((kind.value for label, kind in _KIND_OF_LABEL.items() if label in labels), "number")
