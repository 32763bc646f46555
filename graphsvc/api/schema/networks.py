"""Scam networks: their figures, members, entities, what they hang with and where they came from."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import strawberry

from graphsvc.api.asking import Asking
from graphsvc.api.ids import Kind
from graphsvc.api.schema.scalars import Instant, Long
from graphsvc.api.schema.shared import Node, PageInfo, checked_first
from graphsvc.api.schema.words import EntityKind, MemberRole, ScamType
from graphsvc.reports.values import EntityMember, MemberReport, NetworkDetail, NetworkReport
from graphsvc.reports.values import NetworkDay as DayFound

MEMBERS_MAX = 1000

_DETAILS = ("Network.members", "Network.roles", "Network.entities", "Network.linked", "Network.lineage")


@strawberry.type(description="How many members of a network do one thing.")
class RoleCount:
    """A role and its members."""

    role: MemberRole
    count: int


@strawberry.type(description="A number of a network.")
class NetworkMember:
    """A member, masked."""

    id: strawberry.ID = strawberry.field(description="The id of the number.")
    number: str
    role: MemberRole
    fraud_probability: float
    flagged: bool


@strawberry.type(description="A device, holder or account of a network.")
class NetworkEntity:
    """An entity, by its token."""

    id: strawberry.ID = strawberry.field(description="The id of the entity.")
    kind: EntityKind
    token: str
    fraud_probability: float


@strawberry.type(description="Another network that this one shares something with, and how strongly.")
class LinkedNetwork:
    """A link between networks."""

    id: strawberry.ID
    reference: str
    through: list[str]
    strength: float


@strawberry.type(description="A network of the analysis before that this one came from.")
class NetworkAncestor:
    """An ancestor."""

    id: strawberry.ID
    reference: str
    kind: str
    shared: int


@strawberry.type(description="A day of a network: its contacts with numbers outside it, and new flags on its own.")
class NetworkDay:
    """What a network did on a day of the operator's."""

    date: str
    begins_at: Instant
    active_numbers: int
    events: Long
    calls: Long
    messages: Long
    talk_seconds: Long
    reached: int = strawberry.field(description="Numbers outside it that it was in contact with.")
    newly_reached: int = strawberry.field(description="Of those, with whom it had not been in contact before.")
    flags: int = strawberry.field(description="Flags on its numbers that became known that day.")


@strawberry.type(description="Suspect numbers and entities that work together.")
class Network(Node):
    """A network in figures, with its parts where somebody asks for them."""

    reference: str = strawberry.field(description="What people say on the telephone, such as N-7K3Q-2.")
    size: int = strawberry.field(description="Numbers, without entities.")
    flagged_count: int
    exposed: int = strawberry.field(description="People who were in contact with it.")
    losses: int
    scam_type: ScamType | None
    first_seen: Instant
    last_seen: Instant
    roles: list[RoleCount]
    linked: list[LinkedNetwork]
    lineage: list[NetworkAncestor]
    all_members: strawberry.Private[list[NetworkMember]]
    all_entities: strawberry.Private[list[NetworkEntity]]
    all_days: strawberry.Private[list[NetworkDay]]

    @strawberry.field(description="Its numbers, at most 1,000.")
    def members(self, first: int = 100) -> list[NetworkMember]:
        """The first so many members."""
        return self.all_members[: checked_first(first, MEMBERS_MAX)]

    @strawberry.field(description="Its devices, holders and accounts, at most 1,000.")
    def entities(self, first: int = 100) -> list[NetworkEntity]:
        """The first so many entities."""
        return self.all_entities[: checked_first(first, MEMBERS_MAX)]

    @strawberry.field(description="What it did day by day: the newest so many days with anything, oldest first.")
    def timeline(self, first: int = 90) -> list[NetworkDay]:
        """The newest so many days."""
        return self.all_days[-checked_first(first, MEMBERS_MAX) :]


@strawberry.type(description="A network on a page.")
class NetworkEdge:
    """A network and its cursor."""

    node: Network
    cursor: str


@strawberry.type(description="A page of networks.")
class NetworkConnection:
    """Networks of one analysis."""

    edges: list[NetworkEdge]
    page_info: PageInfo


def wants_details(asking: Asking) -> bool:
    """Whether the operation asks for more of a network than its figures."""
    return asking.wants(*_DETAILS)


def network_of(
    asking: Asking, figures: NetworkReport, detail: NetworkDetail | None, days: Sequence[DayFound] = ()
) -> Network:
    """A network as the API shows it; without a detail its parts are empty, and nobody asked for them."""
    members = detail.members if detail else []
    roles: Mapping[str, int] = Counter(member.role for member in members) if members else {}
    return Network(
        id=asking.id(Kind.NETWORK, figures.network_id),
        reference=figures.reference,
        size=figures.size,
        flagged_count=figures.flagged,
        exposed=figures.exposed,
        losses=figures.losses,
        scam_type=None if figures.scam_type is None else ScamType(figures.scam_type),
        first_seen=Instant(figures.first_seen),
        last_seen=Instant(figures.last_seen),
        roles=[RoleCount(role=role, count=roles[role]) for role in MemberRole if role in roles],
        linked=[_linked(asking, link) for link in detail.linked] if detail else [],
        lineage=[_ancestor(asking, link) for link in detail.lineage] if detail else [],
        all_members=_members(asking, members),
        all_entities=_entities(asking, detail.entities if detail else []),
        all_days=[_day(day) for day in days],
    )


def _day(day: DayFound) -> NetworkDay:
    return NetworkDay(
        date=day.date,
        begins_at=Instant(day.begins_at),
        active_numbers=day.active,
        events=Long(day.events),
        calls=Long(day.calls),
        messages=Long(day.messages),
        talk_seconds=Long(day.talk_s),
        reached=day.reached,
        newly_reached=day.newly_reached,
        flags=day.flags,
    )


def _members(asking: Asking, members: Sequence[MemberReport]) -> list[NetworkMember]:
    return [
        NetworkMember(
            id=asking.id(Kind.NUMBER, member.token),
            number=member.number,
            role=MemberRole(member.role),
            fraud_probability=member.score,
            flagged=member.flagged,
        )
        for member in members
    ]


def _entities(asking: Asking, entities: Sequence[EntityMember]) -> list[NetworkEntity]:
    return [
        NetworkEntity(
            id=asking.id(Kind.ENTITY, entity.token),
            kind=EntityKind(entity.kind),
            token=entity.token,
            fraud_probability=entity.score,
        )
        for entity in entities
    ]


def _linked(asking: Asking, link: dict[str, Any]) -> LinkedNetwork:
    through = link["through"]
    return LinkedNetwork(
        id=asking.id(Kind.NETWORK, link["network_id"]),
        reference=link["reference"],
        through=[through] if isinstance(through, str) else list(through),
        strength=float(link["strength"]),
    )


def _ancestor(asking: Asking, link: dict[str, Any]) -> NetworkAncestor:
    network = asking.id(Kind.NETWORK, link["network_id"])
    return NetworkAncestor(id=network, reference=link["reference"], kind=link["kind"], shared=int(link["shared"]))
