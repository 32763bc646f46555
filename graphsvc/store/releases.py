"""Appeals and releases: who asked that a number be set free, and who set it free. All append-only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from graphsvc.errors import Conflict, NotFound, Reason
from graphsvc.model import tables as arrow
from graphsvc.store.arrow_sql import table_of
from graphsvc.store.catalogue import Catalogue, take_ids
from graphsvc.store.facts import add_in
from graphsvc.store.prepared import Prepared
from graphsvc.store.tables import appeal_answers, appeals, facts, retention

RELEASED: Final = "released"
REFUSED: Final = "refused"
RELEASED_ALREADY: Final = "this number was released already, and nobody answerable has flagged it since"


@dataclass(frozen=True)
class Appeal:
    """Somebody says that a number is suspected wrongly, and what came of it. `number` is a registry id."""

    appeal_id: int
    number: int
    opened_at: int
    reason: str
    opened_by: str
    case_ref: str | None
    answer: str | None = None
    """`released`, `refused`; None while it is open."""
    answered_by: str | None = None
    answered_at: int | None = None


@dataclass(frozen=True)
class Release:
    """A number set free from `known_at` (epoch ms) on, and the open appeals that this answers."""

    known_at: int
    appeals: list[int]


def open_appeal(catalogue: Catalogue, number: int, *, reason: str, by: str, case_ref: str | None, at: int) -> int:
    """Keep an appeal; its id. Several may be open on one number: each is answered."""
    with catalogue.writing() as connection:
        appeal_id = take_ids(connection, "appeals", 1) + 1
        row = {"number": number, "opened_at": at, "reason": reason, "opened_by": by, "case_ref": case_ref}
        connection.execute(sa.insert(appeals), {"appeal_id": appeal_id, **row})
    return appeal_id


def refuse(catalogue: Catalogue, appeal_id: int, *, by: str, at: int) -> None:
    """Answer an appeal with no. NotFound where there is none; Conflict where it was answered already."""
    if not listed(catalogue, appeal_id=appeal_id):
        raise NotFound("there is no appeal of that id; see graphsvc appeals list")
    try:
        with catalogue.writing() as connection:
            _answer(connection, [appeal_id], REFUSED, by=by, at=at)
    except IntegrityError:
        raise Conflict("this appeal was answered already; see graphsvc appeals list") from None


def release(catalogue: Catalogue, number: int, *, seen: int | None, reason: str, by: str, known_at: int) -> Release:
    """Set a number free from `known_at` on, and answer its open appeals, in one step.

    `seen`: when it was released last, as whoever decides has seen it. Conflict where somebody else released it since.
    """
    with catalogue.writing() as connection:
        take_ids(connection, "releases", 0)  # holds the counter: of two who release, the second sees the first's
        newest = connection.scalar(
            sa.select(sa.func.max(facts["releases"].c.known_at)).where(facts["releases"].c.number == number)
        )
        if newest != seen:
            raise Conflict(RELEASED_ALREADY, reason=Reason.RELEASED_ALREADY)
        waiting: list[int] = list(connection.scalars(_open().where(appeals.c.number == number)))
        row = {
            "number": number,
            "known_at": known_at,
            "reason": reason,
            "released_by": by,
            "appeal_id": waiting[0] if waiting else None,
        }
        add_in(connection, "releases", pa.Table.from_pylist([row], schema=arrow.RELEASES))
        _answer(connection, waiting, RELEASED, by=by, at=known_at)
    return Release(known_at, waiting)


def listed(catalogue: Catalogue, *, appeal_id: int | None = None, still_open: bool = False) -> list[Appeal]:
    """Appeals, the newest first: all, the one of that id, or those still open."""
    asked, said = appeals.c, appeal_answers.c
    query = sa.select(*asked, said.answer, said.answered_by, said.answered_at).select_from(
        appeals.outerjoin(appeal_answers, asked.appeal_id == said.appeal_id)
    )
    if appeal_id is not None:
        query = query.where(asked.appeal_id == appeal_id)
    if still_open:
        query = query.where(said.answer.is_(None))
    with catalogue.reading() as connection:
        return [Appeal(**row) for row in connection.execute(query.order_by(asked.appeal_id.desc())).mappings()]


def newest(catalogue: Catalogue) -> pa.Table:
    """RELEASES: the newest of each number, by number."""
    with catalogue.reading() as connection:
        rows = {row.number: tuple(row) for row in connection.execute(_RELEASES)}
    return table_of([rows[number] for number in sorted(rows)], arrow.RELEASES)


def mark(catalogue: Catalogue) -> tuple[int | None, ...]:
    """Changes whenever a number may have been set free or flagged anew, here or by another process: one statement.

    Flags begin and end with the newest fact, whatever its feed, and go with retention.
    """
    with catalogue.reading() as connection:
        return tuple(_MARK.run(connection)[0])


_MARK: Final = Prepared(
    sa.select(
        *[sa.select(sa.func.max(facts[name].c.fact_id)).scalar_subquery() for name in ("releases", "flags")],
        *[sa.select(sa.func.max(table.c.known_at)).scalar_subquery() for table in facts.values()],
        *[sa.select(column).scalar_subquery() for column in (retention.c.facts_from, retention.c.finished)],
    )
)

_RELEASES: Final = sa.select(*[facts["releases"].c[name] for name in arrow.RELEASES.names]).order_by(
    facts["releases"].c.known_at, facts["releases"].c.fact_id
)


def _open() -> sa.Select[Any]:
    answered = sa.select(appeal_answers.c.appeal_id)
    return sa.select(appeals.c.appeal_id).where(appeals.c.appeal_id.not_in(answered)).order_by(appeals.c.appeal_id)


def _answer(connection: sa.Connection, appeal_ids: Sequence[int], answer: str, *, by: str, at: int) -> None:
    rows = [{"appeal_id": each, "answer": answer, "answered_by": by, "answered_at": at} for each in appeal_ids]
    if rows:
        connection.execute(sa.insert(appeal_answers), rows)
