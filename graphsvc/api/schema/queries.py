"""The questions about victims, numbers, entities and networks: arguments in, the service's verb, types out."""

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import TypeVar

import strawberry

from graphsvc.api.asking import Asking
from graphsvc.api.authority import authority
from graphsvc.api.ids import Kind
from graphsvc.api.refusals import Refusal
from graphsvc.api.schema.investigations import investigation_shown, network_named
from graphsvc.api.schema.networks import Network, NetworkConnection, NetworkEdge
from graphsvc.api.schema.numbers import (
    EntityName,
    EntityReport,
    NumberReport,
    TokenEnd,
    entity_of,
    is_theirs,
    numbers_of,
)
from graphsvc.api.schema.scalars import Instant
from graphsvc.api.schema.shared import Info, Node, PageInfo, checked_first
from graphsvc.api.schema.victims import VictimConnection, VictimEdge, networks_by_id, settled_victims, victims_of
from graphsvc.api.schema.words import EntityKind, Grade, NetworkOrder, ScamType, Stage, VictimChange
from graphsvc.api.settled import Settled
from graphsvc.errors import NotFound
from graphsvc.listing import NetworkPage
from graphsvc.model.callers import region_prefix
from graphsvc.reports.changes import place_of
from graphsvc.reports.values import NumberReport as NumberFound
from graphsvc.reports.values import Page
from graphsvc.store.results import AnalysisRecord
from graphsvc.store.token_ends import FOUND_MOST

NUMBERS_MAX = 1000
Found = TypeVar("Found")


@strawberry.type
class Looking:
    """Root fields that look people, numbers, entities and networks up."""

    @strawberry.field(description="Anything that has an id, if the caller may see it.")
    def node(self, info: Info, id: strawberry.ID) -> Node | None:
        """A thing by its id."""
        asking = info.context
        kind, name = asking.ids.read(id)
        _allowed(asking, kind)
        if kind is Kind.NETWORK:
            return _network(asking, asking.service.current(), int(name))
        if kind is Kind.ENTITY:
            return _entity(asking, name)
        if kind is Kind.INVESTIGATION:
            return investigation_shown(asking, int(name))
        record, found = _number(asking, name, None)
        if kind is Kind.NUMBER:
            return numbers_of(asking, record, [found])[0]
        if kind is not Kind.VICTIM or found.victim is None or not asking.caller.covers(found.region):
            raise NotFound("nothing here has this id now, or nothing that is yours to see")
        return victims_of(asking, record, [found.victim])[0]

    @strawberry.field(description="The people who will probably lose money next, in order.")
    def victims(
        self,
        info: Info,
        first: int = 20,
        after: str | None = None,
        grade: Grade | None = None,
        stage: Stage | None = None,
        scam_type: ScamType | None = None,
        network: strawberry.ID | None = None,
        region: str | None = None,
        as_of: Instant | None = None,
        changed_since: Instant | None = None,
    ) -> VictimConnection:
        """A page of the ranking, or of what changed in it."""
        asking = info.context
        use = "victims" if changed_since is None else "victims that changed"
        page = Page(
            limit=checked_first(first),
            grade=grade and grade.value,
            stage=stage and stage.value,
            scam_type=scam_type and scam_type.value,
            network_id=None if network is None else network_named(asking, str(network)),
            region=within(asking, region),
            after=None if after is None else asking.ids.place(use, after, asking.now),
        )
        if changed_since is not None:
            return _changed(asking, page, as_of, changed_since)
        found = _kept(after, lambda: asking.service.victims(page, as_of=as_of))
        record = cache(partial(_kept, after, partial(asking.service.listing.analysis, found.analysis_id)))
        if after is not None:
            record()  # what is remembered of an analysis does not outlive it
        if found.next is not None:
            asking.service.listing.hand_out(record())
        cursor = partial(asking.ids.cursor, "victims", asking.now)
        edges = [
            VictimEdge(cursor=cursor(f"{found.analysis_id}.{one.rank}"), settled=node)
            for one, node in zip(found.victims, settled_victims(asking, record, found), strict=True)
        ]
        return VictimConnection(
            edges=edges,
            page_info=_page(found.next is not None, edges),
            analysis_id=found.analysis_id,
            as_of=Instant(found.as_of),
        )

    @strawberry.field(description="What is known of a number, given in any form or by its id.")
    def number(
        self,
        info: Info,
        number: str | None = None,
        id: strawberry.ID | None = None,
        as_of: Instant | None = None,
    ) -> NumberReport | None:
        """The report on one number."""
        asking = info.context
        if (number is None) == (id is None):
            raise Refusal("BAD_USER_INPUT", "give either number or id")
        text = number if number is not None else _token_behind(asking, str(id))
        record, found = _number(asking, text, as_of)
        return numbers_of(asking, record, [found])[0]

    @strawberry.field(description="The same for up to 1,000 numbers, in their order; null for one that is not known.")
    def numbers(self, info: Info, numbers: list[str], as_of: Instant | None = None) -> list[NumberReport | None]:
        """Reports on numbers."""
        asking = info.context
        if len(numbers) > NUMBERS_MAX:
            raise Refusal("BAD_USER_INPUT", f"numbers: at most {NUMBERS_MAX} at a time")
        record = asking.service.analysis(as_of)
        contacts = asking.wants("NumberReport.contactsSummary")
        found = asking.service.listing.numbers(record, numbers, contacts=contacts)
        theirs = {one.token: one for one in found if one is not None and is_theirs(asking, one)}
        shown = dict(zip(theirs, numbers_of(asking, record, list(theirs.values())), strict=True))
        return [shown.get(one.token) if one is not None else None for one in found]

    @strawberry.field(
        description="Numbers, devices, holders and accounts whose token ends so, in six characters or more."
    )
    def token_end(self, info: Info, end: str, first: int = 20) -> TokenEnd:
        """What a token, or the end of one, may name."""
        asking = info.context
        record = asking.service.current()
        numbers, entities = asking.service.listing.token_end(record, end, checked_first(first, FOUND_MOST))
        theirs = [one for one in numbers if is_theirs(asking, one)]
        named = [
            EntityName(id=asking.id(Kind.ENTITY, one.token), kind=EntityKind(one.kind.value), token=one.token)
            for one in entities
            if one.kind.value in list(EntityKind)  # cells are nobody's
        ]
        return TokenEnd(numbers=numbers_of(asking, record, theirs), entities=named)

    @strawberry.field(description="Whether a device, holder or account is part of a scam cluster, and whose it is.")
    def entity(self, info: Info, kind: EntityKind, value: str, as_of: Instant | None = None) -> EntityReport | None:
        """The report on an entity."""
        asking = info.context
        found = asking.service.entity(kind.word, value, reveal=None, as_of=as_of)
        return entity_of(asking, asking.service.analysis(as_of), found)

    @strawberry.field(description="Scam networks, those that reach most people first.")
    def networks(
        self,
        info: Info,
        first: int = 20,
        after: str | None = None,
        order_by: NetworkOrder = NetworkOrder.EXPOSED,
        scam_type: ScamType | None = None,
        as_of: Instant | None = None,
    ) -> NetworkConnection:
        """A page of networks."""
        asking, limit = info.context, checked_first(first)
        listing, skip = asking.service.listing, 0
        # The order and the kind of scam are sealed into the cursor's use: one of another list is none of this.
        use = f"networks {order_by.value} {scam_type.value if scam_type else ''}"
        if after is None:
            record = asking.service.analysis(as_of)
        else:
            analysis_id, _, place = asking.ids.place(use, after, asking.now).partition(".")
            record, skip = _kept(after, lambda: listing.analysis(analysis_id)), int(place)
        page = NetworkPage(limit + 1, skip, order_by.value, scam_type and scam_type.value)
        found = listing.networks(record, page)
        if len(found) > limit:
            listing.hand_out(record)
        shown = networks_by_id(asking, record, [one.network_id for one in found[:limit]])
        edges = [
            NetworkEdge(
                node=shown[one.network_id],
                cursor=asking.ids.cursor(use, asking.now, f"{record.analysis_id}.{skip + position + 1}"),
            )
            for position, one in enumerate(found[:limit])
        ]
        return NetworkConnection(edges=edges, page_info=_page(len(found) > limit, edges))

    @strawberry.field(description="One network, by its id or its reference.")
    def network(self, info: Info, id: strawberry.ID, as_of: Instant | None = None) -> Network | None:
        """A network."""
        asking = info.context
        record = asking.service.analysis(as_of)
        return _network(asking, record, network_named(asking, str(id)))


def _changed(asking: Asking, page: Page, as_of: Instant | None, since: Instant) -> VictimConnection:
    """A page of who entered, rose or left since an instant."""
    service = asking.service
    records = service.analysis(as_of), service.analysis(since)
    found = _kept(page.after, lambda: service.listing.changes(*records, page))
    now, before = (service.listing.analysis(one) for one in (found.analysis_id, found.before_id))
    if found.next is not None:
        for record in (now, before):
            service.listing.hand_out(record)
    here = [victim for change, victim in found.victims if change != VictimChange.LEFT]
    gone = [victim for change, victim in found.victims if change == VictimChange.LEFT]
    shown = [*victims_of(asking, now, here), *(victims_of(asking, before, gone) if gone else [])]
    edges = [
        VictimEdge(
            settled=Settled(None, partial(_itself, node)),
            cursor=asking.ids.cursor("victims that changed", asking.now, place_of(found, change, victim.rank)),
            change=VictimChange(change),
        )
        for node, (change, victim) in zip(shown, found.victims, strict=True)
    ]
    page_info = _page(found.next is not None, edges)
    return VictimConnection(edges=edges, page_info=page_info, analysis_id=now.analysis_id, as_of=Instant(now.as_of))


def _itself(found: Found) -> Found:
    return found


def within(asking: Asking, region: str | None) -> str | None:
    """The region that is asked for and theirs: the smaller of the two; FORBIDDEN where they have nothing in common."""
    wanted = region_prefix(region or "")
    own = asking.caller.region
    if not (wanted.startswith(own) or own.startswith(wanted)):
        raise Refusal("FORBIDDEN", "this region is not covered by the region of the token")
    return max(wanted, own, key=len) or None


def _token_behind(asking: Asking, text: str) -> str:
    """Of the id of a number, or of the person at risk who has it; NotFound for all else."""
    return asking.ids.number_token(text) or asking.ids.expect(Kind.NUMBER, text)


def _number(asking: Asking, text: str, as_of: Instant | None) -> tuple[AnalysisRecord, NumberFound]:
    """The report on a number that is there and theirs to see; otherwise the same NOT_FOUND for both."""
    record = asking.service.analysis(as_of)
    contacts = asking.wants("NumberReport.contactsSummary")
    found = asking.service.listing.numbers(record, [text], contacts=contacts)[0]
    if found is None or not is_theirs(asking, found):
        raise NotFound("this number was never seen, or is not of your region")
    return record, found


def _network(asking: Asking, record: AnalysisRecord, network_id: int) -> Network:
    found = networks_by_id(asking, record, [network_id])
    if network_id not in found:
        raise NotFound("no network of this analysis has that id or reference")
    return found[network_id]


def _entity(asking: Asking, token: str) -> EntityReport:
    kind = asking.service.registry.entity_kind(token)
    if kind is None or kind.value not in list(EntityKind):
        raise NotFound("nothing here has this id now, or nothing that is yours to see")
    return entity_of(asking, asking.service.current(), asking.service.entity(kind, token, reveal=None))


_FIELD_OF = {
    Kind.VICTIM: "Query.victims",
    Kind.NUMBER: "Query.number",
    Kind.ENTITY: "Query.entity",
    Kind.NETWORK: "Query.network",
    Kind.INVESTIGATION: "Query.investigation",
}


def _allowed(asking: Asking, kind: Kind) -> None:
    """A node is as open to a role as the field that finds things of its kind."""
    if kind not in _FIELD_OF:
        raise NotFound("things of this kind are not asked for by their id")
    authority().refuse_beyond(asking.caller, [_FIELD_OF[kind]])


def _kept(after: str | None, find: Callable[[], Found]) -> Found:
    """What a cursor points into; CURSOR_EXPIRED where its analysis is not kept any more."""
    try:
        return find()
    except NotFound:
        if after is None:
            raise
        raise Refusal("CURSOR_EXPIRED", "the analysis of this cursor is not kept any more; begin again") from None


def _page(more: bool, edges: Sequence[VictimEdge | NetworkEdge]) -> PageInfo:
    return PageInfo(
        has_next_page=more,
        end_cursor=edges[-1].cursor if edges else None,
        start_cursor=edges[0].cursor if edges else None,
    )
