"""Walks through the graph: who is near, what lies around, how two are connected, whom several know."""

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry

from graphsvc.api.asking import Asking
from graphsvc.api.ids import Kind
from graphsvc.api.refusals import Refusal
from graphsvc.api.schema.canvas import (
    CANVAS_ENTITIES_MAX,
    CANVAS_HOPS_MAX,
    CANVAS_MAX,
    INVESTIGATED,
    Neighbourhood,
    neighbourhood_of,
)
from graphsvc.api.schema.scalars import Instant, Long
from graphsvc.api.schema.shared import Info, checked_first
from graphsvc.reports.values import ShownNumber
from graphsvc.reports.walks import Around, Reach

HOPS_MAX = 6
SEEDS_MAX = 1000
ENDS_MAX = 100


@strawberry.type(description="A number as people may see it: its id, and masked.")
class MaskedNumber:
    """A number in an answer about others."""

    id: strawberry.ID
    number: str


@strawberry.type(description="A person near given numbers.")
class ConnectedPerson:
    """How many hops, how near, and the path back."""

    id: strawberry.ID
    number: str
    hops: int
    proximity: float = strawberry.field(description="From 0 to 1; no probability.")
    path: list[MaskedNumber]


@strawberry.type(description="People near given numbers, the nearest first.")
class ConnectedPeople:
    """The people, and whether all were looked at."""

    people: list[ConnectedPerson]
    not_followed: int = strawberry.field(description="Hubs whose contacts were not followed; 0: complete.")


@strawberry.type(description="How two numbers are connected.")
class GraphPath:
    """A chain of contacts; each step of one that respects time began after the step before."""

    time_respecting: bool
    hops: int
    numbers: list[MaskedNumber]
    steps_at: list[Instant]


@strawberry.type(description="The shortest paths, then those that respect time.")
class Paths:
    """The paths, and whether there may be others."""

    paths: list[GraphPath]
    not_followed: int
    public_left_aside: int = strawberry.field(description="Public numbers that no path was to lead through.")


@strawberry.type(description="What passed between a common contact and one of the given numbers.")
class Tie:
    """Events both ways."""

    id: strawberry.ID
    number: str
    sent: Long = strawberry.field(description="Events from the given number to the common contact.")
    received: Long
    first_at: Instant
    last_at: Instant


@strawberry.type(description="A number that several given ones are in contact with.")
class CommonContact:
    """Whom several know."""

    id: strawberry.ID
    number: str
    known_to: int
    events: Long
    first_at: Instant
    last_at: Instant
    ties: list[Tie]


@strawberry.type(description="Common contacts: known to most first.")
class CommonContacts:
    """The contacts, and how many more there are."""

    contacts: list[CommonContact]
    left_out: int


@strawberry.type(description="A cluster of the whole contact graph; it means nothing outside this answer.")
class Community:
    """A community in figures, with its busiest members."""

    size: int
    events_inside: Long
    events_outside: Long
    central: list[MaskedNumber]


@strawberry.type
class Exploring:
    """Root fields that walk through the graph."""

    @strawberry.field(description="People near these numbers, or near all numbers flagged since an instant.")
    def connected_people(
        self,
        info: Info,
        numbers: list[str] | None = None,
        flagged_since: Instant | None = None,
        max_hops: int = 2,
        since: Instant | None = None,
        until: Instant | None = None,
        time_respecting: bool = False,
        first: int = 100,
        as_of: Instant | None = None,
    ) -> ConnectedPeople:
        """Who is near; if asked, only whom a chain of events in order of time reached."""
        asking, texts = info.context, numbers or []
        if not texts and flagged_since is None:
            raise Refusal("BAD_USER_INPUT", "give numbers or flaggedSince")
        if len(texts) > SEEDS_MAX:
            raise Refusal("BAD_USER_INPUT", f"numbers: at most {SEEDS_MAX}")
        reach = Reach(_hops(max_hops), since, until, checked_first(first, 1000), time_respecting)
        exploring = asking.service.exploring
        found = exploring.connected(_named(asking, texts), reach, flagged_since=flagged_since, as_of=as_of)
        people = [
            ConnectedPerson(
                id=asking.id(Kind.NUMBER, person.token),
                number=person.number,
                hops=person.hops,
                proximity=person.proximity,
                path=_masked(asking, person.path),
            )
            for person in found.people
        ]
        return ConnectedPeople(people=people, not_followed=found.not_followed)

    @strawberry.field(description="Clusters of the whole contact graph, the biggest first.")
    def communities(
        self,
        info: Info,
        first: int = 20,
        min_size: int = 1,
        containing: str | None = None,
        as_of: Instant | None = None,
    ) -> list[Community]:
        """Communities."""
        asking = info.context
        _at_least_one("minSize", min_size)
        inside = None if containing is None else _named(asking, [containing])[0]
        exploring = asking.service.exploring
        found = exploring.communities(limit=checked_first(first), containing=inside, as_of=as_of)
        return [
            Community(
                size=one.size,
                events_inside=Long(one.events_inside),
                events_outside=Long(one.events_outside),
                central=_masked(asking, one.central),
            )
            for one in found
            if one.size >= min_size
        ]

    @strawberry.field(description="The graph around some numbers, for a canvas; ids or numbers in any form.")
    def neighbourhood(
        self,
        info: Info,
        ids: list[strawberry.ID],
        hops: int = 1,
        since: Instant | None = None,
        until: Instant | None = None,
        min_events: int = 1,
        limit: int = 300,
        entity_limit: int = 300,
        expanded: Annotated[
            list[strawberry.ID] | None,
            strawberry.argument(description="Begun from as well; all their contacts are in it, whatever the limit."),
        ] = None,
        communities: Annotated[
            bool, strawberry.argument(description="Part the numbers of the canvas into communities.")
        ] = False,
        as_of: Instant | None = None,
    ) -> Neighbourhood:
        """A canvas."""
        asking, whole = info.context, expanded or []
        _few([*ids, *whole])
        if not 0 <= entity_limit <= CANVAS_ENTITIES_MAX:
            raise Refusal("BAD_USER_INPUT", f"entityLimit is 0 to {CANVAS_ENTITIES_MAX}")
        around = Around(
            hops=_hops(hops, CANVAS_HOPS_MAX),
            since=since,
            until=until,
            min_events=_at_least_one("minEvents", min_events),
            limit=_at_least_one("limit", limit, CANVAS_MAX),
            grades=asking.wants("CanvasNumbers.grade"),
            entities=entity_limit if asking.wants("Neighbourhood.entities") else 0,
            investigations_within=asking.caller.region if asking.wants(*INVESTIGATED) else None,
        )
        found = asking.service.exploring.neighbourhood(
            _named(asking, ids), around, expanded=_named(asking, whole), as_of=as_of
        )
        return neighbourhood_of(asking, found, communities=communities)

    @strawberry.field(description="How two numbers are connected; ids or numbers in any form.")
    def paths(
        self,
        info: Info,
        start: Annotated[strawberry.ID, strawberry.argument(name="from")],
        end: Annotated[strawberry.ID, strawberry.argument(name="to")],
        max_hops: int = 4,
        time_respecting: bool = False,
        since: Instant | None = None,
        until: Instant | None = None,
        first: int = 10,
        as_of: Instant | None = None,
        through_public: Annotated[
            bool, strawberry.argument(description="False: no path leads through a hotline, bank or short code.")
        ] = True,
    ) -> Paths:
        """The shortest paths, then those that respect time; those alone if asked."""
        asking = info.context
        reach = Reach(_hops(max_hops), since, until, checked_first(first))
        a, b = _named(asking, [start, end])
        found = asking.service.exploring.paths(a, b, reach, through_public=through_public, as_of=as_of)
        paths = [
            GraphPath(
                time_respecting=path.time_respecting,
                hops=path.hops,
                numbers=_masked(asking, path.numbers),
                steps_at=[Instant(at) for at in path.events_at],
            )
            for path in found.paths
            if path.time_respecting or not time_respecting
        ]
        return Paths(paths=paths, not_followed=found.not_followed, public_left_aside=found.public_left_aside)

    @strawberry.field(description="Whom at least two of these are in contact with; ids or numbers in any form.")
    def common_contacts(
        self,
        info: Info,
        ids: list[strawberry.ID],
        since: Instant | None = None,
        until: Instant | None = None,
        first: int = 100,
        as_of: Instant | None = None,
    ) -> CommonContacts:
        """Common contacts, public numbers left aside."""
        asking = info.context
        reach = Reach(1, since, until, checked_first(first, 1000))
        found = asking.service.exploring.common_contacts(_named(asking, _few(ids)), reach, as_of=as_of)
        contacts = [
            CommonContact(
                id=asking.id(Kind.NUMBER, one.token),
                number=one.number,
                known_to=one.known_to,
                events=Long(one.events),
                first_at=Instant(one.first_at),
                last_at=Instant(one.last_at),
                ties=[_tie(asking, tie) for tie in one.ties],
            )
            for one in found.common
        ]
        return CommonContacts(contacts=contacts, left_out=found.left_out)


def _hops(hops: int, most: int = HOPS_MAX) -> int:
    if not 1 <= hops <= most:
        raise Refusal("BAD_USER_INPUT", f"hops are 1 to {most}")
    return hops


def _at_least_one(name: str, value: int, most: int = 2**31 - 1) -> int:
    if not 1 <= value <= most:
        raise Refusal("BAD_USER_INPUT", f"{name} is 1 to {most}")
    return value


def _few(ids: Sequence[str]) -> Sequence[str]:
    if not 1 <= len(ids) <= ENDS_MAX:
        raise Refusal("BAD_USER_INPUT", f"ids: 1 to {ENDS_MAX}")
    return ids


def _named(asking: Asking, texts: Sequence[str]) -> list[str]:
    """Numbers in any form, and ids of numbers or victims as their tokens."""
    return [asking.ids.number_token(text) or text for text in texts]


def _masked(asking: Asking, numbers: Sequence[ShownNumber]) -> list[MaskedNumber]:
    return [MaskedNumber(id=asking.id(Kind.NUMBER, one.token), number=one.number) for one in numbers]


def _tie(asking: Asking, tie: dict[str, Any]) -> Tie:
    return Tie(
        id=asking.id(Kind.NUMBER, tie["token"]),
        number=tie["number"],
        sent=Long(tie["sent"]),
        received=Long(tie["received"]),
        first_at=Instant(tie["first_at"]),
        last_at=Instant(tie["last_at"]),
    )
