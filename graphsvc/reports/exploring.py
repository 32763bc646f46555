"""Questions to the graph, answered for people: who is near, how two numbers are connected, which communities."""

from collections.abc import Collection, Iterable, Sequence

from graphsvc.graph.communities import communities
from graphsvc.graph.paths import shortest_paths
from graphsvc.graph.people import connected
from graphsvc.graph.snapshot import Snapshot
from graphsvc.graph.timed_paths import time_respecting_paths
from graphsvc.reports.names import Names
from graphsvc.reports.values import CommunityReport, PathReport, PersonReport, Reach


def people_near(
    names: Names, snapshot: Snapshot, seeds: Iterable[int], reach: Reach, *, public: Collection[int]
) -> list[PersonReport]:
    """People near some numbers (registry ids), the nearest first, each with the path back.

    `public` numbers (hotlines, senders) are no people and bring none together: they are neither in the answer nor,
    unless somebody asks for them, on a path.
    """
    nearest = connected(
        snapshot,
        sorted(set(seeds)),
        max_hops=reach.max_hops,
        since=reach.since,
        until=reach.until,
        limit=reach.limit + len(public),
        closed=sorted(public),
    )
    found = [person for person in nearest if person.number not in public][: reach.limit]
    shown = names.numbers(number for person in found for number in person.path)
    return [
        PersonReport(
            token=shown[person.number].token,
            number=shown[person.number].number,
            hops=person.hops,
            proximity=round(person.proximity, 6),
            path=[shown[number] for number in person.path],
        )
        for person in found
    ]


def paths_between(names: Names, snapshot: Snapshot, ends: Sequence[int], reach: Reach) -> list[PathReport]:
    """The shortest paths between two numbers (registry ids), then those that respect time."""
    a, b = ends
    window = {"since": reach.since, "until": reach.until}
    plain = shortest_paths(snapshot, a, b, max_hops=reach.max_hops, limit=reach.limit, **window)
    timed = time_respecting_paths(snapshot, a, b, max_hops=reach.max_hops, limit=reach.limit, **window)
    found: list[tuple[bool, tuple[int, ...], list[int]]] = [
        *((False, path.numbers, []) for path in plain),
        *((True, path.numbers, [step.started_at for step in path.steps]) for path in timed),
    ]
    shown = names.numbers(number for _, numbers, _ in found for number in numbers)
    return [
        PathReport(respects_time, len(numbers) - 1, [shown[number] for number in numbers], events_at)
        for respects_time, numbers, events_at in found
    ]


def communities_of(names: Names, snapshot: Snapshot, *, limit: int, containing: int | None) -> list[CommunityReport]:
    """Communities of the whole contact graph with their busiest members, the biggest first."""
    found = communities(snapshot, limit=limit, containing=containing)
    shown = names.numbers(number for one in found for number in one.members)
    return [
        CommunityReport(
            community_id=one.label,
            size=one.size,
            events_inside=one.events_inside,
            events_outside=one.events_outside,
            central=[shown[number] for number in one.members],
        )
        for one in found
    ]
