"""Questions to the graph, answered for people: who is near, how two numbers are connected, which communities."""

from collections.abc import Collection, Iterable, Sequence

from graphsvc.graph.port import Graph
from graphsvc.reports.names import Names
from graphsvc.reports.walks import (
    CommonContactReport,
    CommonContactsReport,
    CommunityReport,
    PathReport,
    PathsReport,
    PeopleReport,
    PersonReport,
    Reach,
)


def people_near(
    names: Names, graph: Graph, seeds: Iterable[int], reach: Reach, *, public: Collection[int]
) -> PeopleReport:
    """People near some numbers (registry ids), the nearest first, each with the path back.

    `public` numbers (hotlines, senders) are no people and bring none together: they are neither in the answer nor,
    unless somebody asks for them, on a path.
    """
    near = graph.people_reached if reach.time_respecting else graph.people_near
    nearest = near(
        sorted(set(seeds)),
        max_hops=reach.max_hops,
        since=reach.since,
        until=reach.until,
        limit=reach.limit + len(public),
        closed=sorted(public),
    )
    found = [person for person in nearest.people if person.number not in public][: reach.limit]
    shown = names.numbers(number for person in found for number in person.path)
    people = [
        PersonReport(
            token=shown[person.number].token,
            number=shown[person.number].number,
            hops=person.hops,
            proximity=round(person.proximity, 6),
            path=[shown[number] for number in person.path],
        )
        for person in found
    ]
    return PeopleReport(people, nearest.not_followed)


def paths_between(
    names: Names, graph: Graph, ends: Sequence[int], reach: Reach, *, public: Collection[int] = ()
) -> PathsReport:
    """The shortest paths between two numbers (registry ids), then those that respect time; through no public one."""
    a, b = ends
    hops, since, until, limit = reach.max_hops, reach.since, reach.until, reach.limit
    plain = graph.shortest_paths(a, b, max_hops=hops, since=since, until=until, limit=limit, closed=public)
    timed = graph.time_respecting_paths(a, b, max_hops=hops, since=since, until=until, limit=limit, closed=public)
    found: list[tuple[bool, tuple[int, ...], list[int]]] = [
        *((False, path.numbers, []) for path in plain.paths),
        *((True, path.numbers, [step.started_at for step in path.steps]) for path in timed.paths),
    ]
    shown = names.numbers(number for _, numbers, _ in found for number in numbers)
    paths = [
        PathReport(respects_time, len(numbers) - 1, [shown[number] for number in numbers], events_at)
        for respects_time, numbers, events_at in found
    ]
    return PathsReport(paths, plain.not_followed + timed.not_followed, len(set(public).difference(ends)))


def communities_of(names: Names, graph: Graph, *, limit: int, containing: int | None) -> list[CommunityReport]:
    """Communities of the whole contact graph with their busiest members, the biggest first."""
    found = graph.communities(limit=limit, containing=containing)
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


def common_contacts_of(
    names: Names, graph: Graph, ids: Sequence[int], reach: Reach, *, public: Collection[int]
) -> CommonContactsReport:
    """Whom several numbers (registry ids) know, public numbers left aside, with what passed between them."""
    found = graph.common_contacts(ids, since=reach.since, until=reach.until, limit=reach.limit, closed=public)
    rows, ties = found.numbers.to_pylist(), found.ties.to_pylist()
    shown = names.numbers([*(row["number"] for row in rows), *(tie["given"] for tie in ties)])
    with_whom: dict[int, list[dict[str, object]]] = {row["number"]: [] for row in rows}
    for tie in ties:
        number, given = tie.pop("number"), shown[tie.pop("given")]
        with_whom[number].append({"token": given.token, "number": given.number, **tie})
    common = [
        CommonContactReport(
            token=shown[row["number"]].token,
            number=shown[row["number"]].number,
            known_to=row["known_to"],
            events=row["events"],
            first_at=row["first_at"],
            last_at=row["last_at"],
            ties=with_whom[row["number"]],
        )
        for row in rows
    ]
    return CommonContactsReport(common, found.left_out)
