"""Replacements of warning texts: proposals and what was decided on them, both append-only."""

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from graphsvc.errors import Conflict
from graphsvc.store.catalogue import Catalogue, take_ids
from graphsvc.store.prepared import Prepared
from graphsvc.store.tables import wording_decisions, wording_proposals

APPROVED: Final = "approved"
REFUSED: Final = "refused"

_DECIDED: Final = "this proposal was decided already; see graphsvc texts proposals"


@dataclass(frozen=True)
class Proposal:
    """A text that somebody wants in the place of a template, and what a second person decided."""

    proposal_id: int
    template: str
    """`zh/sms/loan`: see wording.templates.TemplateName."""
    text: str
    reason: str
    proposed_by: str
    proposed_at: int
    decision: str | None = None
    """`approved`, `refused`; None while it is open."""
    decided_by: str | None = None
    decided_at: int | None = None


def propose(catalogue: Catalogue, *, template: str, text: str, reason: str, by: str, at: int) -> int:
    """Keep a proposal (`at` in epoch ms); its id."""
    with catalogue.writing() as connection:
        number = take_ids(connection, "wording_proposals", 1) + 1
        row = {"template": template, "text": text, "reason": reason, "proposed_by": by, "proposed_at": at}
        connection.execute(sa.insert(wording_proposals), {"proposal_id": number, **row})
    return number


def decide(catalogue: Catalogue, proposal_id: int, decision: str, *, by: str, at: int) -> None:
    """Keep the decision on a proposal that is there, once. Conflict where it was decided, or is their own.

    The database decides between two who decide at the same moment.
    """
    for proposal in proposals(catalogue, proposal_id=proposal_id):
        refuse_own_or_decided(proposal, by)
    try:
        with catalogue.writing() as connection:
            order = take_ids(connection, "wording_decisions", 1) + 1
            row = {"proposal_id": proposal_id, "place": order, "decision": decision, "decided_by": by, "decided_at": at}
            connection.execute(sa.insert(wording_decisions), row)
    except IntegrityError:
        raise Conflict(_DECIDED) from None


def refuse_own_or_decided(proposal: Proposal, by: str) -> None:
    """Conflict where a proposal is not for that person to decide, or not any more."""
    if proposal.decision is not None:
        raise Conflict(_DECIDED)
    if proposal.proposed_by == by:
        raise Conflict("a second person decides: nobody approves or refuses a text of their own")


def proposals(catalogue: Catalogue, *, proposal_id: int | None = None) -> list[Proposal]:
    """All proposals, the newest first, or the one of that id."""
    made, decided = wording_proposals.c, wording_decisions.c
    query = sa.select(*made, decided.decision, decided.decided_by, decided.decided_at).select_from(
        wording_proposals.outerjoin(wording_decisions, made.proposal_id == decided.proposal_id)
    )
    if proposal_id is not None:
        query = query.where(made.proposal_id == proposal_id)
    with catalogue.reading() as connection:
        rows = connection.execute(query.order_by(made.proposal_id.desc())).mappings()
        return [Proposal(**row) for row in rows]


def in_use(catalogue: Catalogue) -> dict[str, str]:
    """Template name → the text approved last."""
    with catalogue.reading() as connection:
        return dict(map(tuple, _IN_USE.run(connection)))


_IN_USE: Final = Prepared(
    sa.select(wording_proposals.c.template, wording_proposals.c.text)
    .join(wording_decisions, wording_proposals.c.proposal_id == wording_decisions.c.proposal_id)
    .where(wording_decisions.c.decision == APPROVED)
    .order_by(wording_decisions.c.place)
)
