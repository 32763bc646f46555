"""Root fields and mutations of investigations."""

import strawberry

from graphsvc.api.asking import Asking
from graphsvc.api.refusals import Refusal
from graphsvc.api.schema.investigations import (
    AddedToInvestigation,
    Investigation,
    InvestigationConnection,
    InvestigationEdge,
    investigation_named,
    investigation_shown,
    investigations_of,
    network_named,
    subjects_of,
)
from graphsvc.api.schema.numbers import is_theirs
from graphsvc.api.schema.shared import Info, PageInfo, checked_first
from graphsvc.api.schema.words import InvestigationStatus
from graphsvc.investigating import Chosen, Subjects
from graphsvc.model.callers import region_prefix
from graphsvc.model.purposes import Errand, checked_case

ADDED_MAX = 1000
_USE = "investigations"


@strawberry.type
class Investigations:
    """Root fields that read investigations."""

    @strawberry.field(description="Investigations of the caller's region, the newest first.")
    def investigations(
        self,
        info: Info,
        first: int = 20,
        after: str | None = None,
        status: InvestigationStatus | None = None,
        assignee: str | None = None,
        containing: strawberry.ID | None = None,
    ) -> InvestigationConnection:
        """A page of investigations."""
        asking, limit = info.context, checked_first(first)
        before = None if after is None else int(asking.ids.place(_USE, after, asking.now))
        about = subjects_of(asking, [str(containing)]) if containing is not None else Subjects()
        chosen = Chosen(
            status=status,
            assignee=assignee,
            token=next(iter(about.tokens), None),
            network_id=next(iter(about.network_ids), None),
            before_id=before,
        )
        found = asking.service.investigating.listed(chosen, limit=limit + 1, within=asking.caller.region)
        edges = [
            InvestigationEdge(
                node=node, cursor=asking.ids.cursor(_USE, asking.now, str(one.investigation.investigation_id))
            )
            for one, node in zip(found, investigations_of(asking, found[:limit]), strict=False)
        ]
        page = PageInfo(
            has_next_page=len(found) > limit,
            end_cursor=edges[-1].cursor if edges else None,
            start_cursor=edges[0].cursor if edges else None,
        )
        return InvestigationConnection(edges=edges, page_info=page)

    @strawberry.field(description="One investigation, by its id or its reference.")
    def investigation(self, info: Info, id: strawberry.ID) -> Investigation | None:
        """An investigation."""
        return investigation_shown(info.context, investigation_named(info.context, str(id)))


@strawberry.type
class Investigating:
    """Mutations of investigations."""

    @strawberry.mutation(description="Open an investigation for the caller's region, or a part of it.")
    def open_investigation(
        self,
        info: Info,
        title: str,
        region: str | None = None,
        case_id: str | None = None,
        assignee: str | None = None,
    ) -> Investigation:
        """Open an investigation."""
        asking = info.context
        wanted = asking.caller.region if region is None else region_prefix(region)
        if not asking.caller.covers(wanted):
            raise Refusal("FORBIDDEN", "this region is not covered by the region of the token")
        errand = asking.service.errand
        errand = Errand(errand.actor, errand.purpose, checked_case(case_id) or errand.case_ref)
        made = asking.service.investigating.open(title, wanted, errand=errand, assignee=assignee)
        return investigation_shown(asking, made.investigation_id)

    @strawberry.mutation(description="Put numbers in any form (or their ids) and networks into an investigation.")
    def add_to_investigation(
        self,
        info: Info,
        id: strawberry.ID,
        numbers: list[str] | None = None,
        networks: list[strawberry.ID] | None = None,
    ) -> AddedToInvestigation:
        """Add to an investigation."""
        asking, texts, names = info.context, numbers or [], networks or []
        if not 1 <= len(texts) + len(names) <= ADDED_MAX:
            raise Refusal("BAD_USER_INPUT", f"numbers and networks: 1 to {ADDED_MAX}")
        investigation_id = investigation_named(asking, str(id))
        theirs, lost = _numbers(asking, texts)
        subjects = Subjects(theirs, [network_named(asking, str(name)) for name in names])
        errand, within = asking.service.errand, asking.caller.region
        added = asking.service.investigating.add(investigation_id, subjects, within=within, errand=errand)
        shown = investigation_shown(asking, investigation_id)
        return AddedToInvestigation(investigation=shown, added=added, not_found=lost)

    @strawberry.mutation(description="Say something of an investigation, or of one number or network in it.")
    def annotate(self, info: Info, id: strawberry.ID, text: str, about: strawberry.ID | None = None) -> Investigation:
        """Add a note."""
        asking = info.context
        investigation_id = investigation_named(asking, str(id))
        subject = subjects_of(asking, [str(about)]) if about is not None else Subjects()
        errand, within = asking.service.errand, asking.caller.region
        asking.service.investigating.annotate(investigation_id, text, subject, within=within, errand=errand)
        return investigation_shown(asking, investigation_id)

    @strawberry.mutation(description="Change the status or the assignee (empty: nobody), or take something out.")
    def change_investigation(
        self,
        info: Info,
        id: strawberry.ID,
        status: InvestigationStatus | None = None,
        assignee: str | None = None,
        remove: list[strawberry.ID] | None = None,
    ) -> Investigation:
        """Change an investigation; its log says so."""
        asking = info.context
        if len(remove or []) > ADDED_MAX:
            raise Refusal("BAD_USER_INPUT", f"remove: at most {ADDED_MAX}")
        investigation_id = investigation_named(asking, str(id))
        gone = subjects_of(asking, [str(one) for one in remove or []])
        asking.service.investigating.change(
            investigation_id,
            within=asking.caller.region,
            errand=asking.service.errand,
            status=status,
            assignee=assignee,
            remove=gone,
        )
        return investigation_shown(asking, investigation_id)


def _numbers(asking: Asking, texts: list[str]) -> tuple[list[str], list[int]]:
    """Tokens of the numbers that are there and theirs to see; and the places of the others."""
    if not texts:
        return [], []
    given = [asking.ids.number_token(text) or text for text in texts]
    found = asking.service.listing.numbers(asking.service.current(), given, contacts=False)
    theirs = [one.token if one is not None and is_theirs(asking, one) else None for one in found]
    lost = [place for place, token in enumerate(theirs) if token is None]
    return list(dict.fromkeys(token for token in theirs if token is not None)), lost
