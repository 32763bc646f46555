"""Investigations, their numbers and networks, and their log, which is only ever added to."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import sqlalchemy as sa

from graphsvc.errors import NotFound, Reason, UsageError
from graphsvc.model.investigations import (
    ITEMS_MOST,
    NOTES_MOST,
    Investigation,
    InvestigationStatus,
    Item,
    Note,
    NoteKind,
)
from graphsvc.store.catalogue import Catalogue, Connection, take_ids
from graphsvc.store.finding import among
from graphsvc.store.tables import investigation_items, investigation_notes, investigations

Subject = tuple[int | None, int | None]
"""A number (registry id) or a network."""

_COUNTER: Final = "investigations"


def add(catalogue: Catalogue, made: Investigation) -> Investigation:
    """Keep a new investigation under an id of its own."""
    with catalogue.writing() as connection:
        made = replace(made, investigation_id=take_ids(connection, _COUNTER, 1) + 1)
        connection.execute(sa.insert(investigations), vars(made))
    return made


def listed(
    catalogue: Catalogue,
    *,
    within: str,
    limit: int,
    before_id: int | None = None,
    status: InvestigationStatus | None = None,
    assignee: str | None = None,
    number: int | None = None,
    network_id: int | None = None,
) -> list[Investigation]:
    """Investigations of a region (a prefix), the newest first: those of a status, of somebody, or that hold one."""
    columns, items = investigations.c, investigation_items.c
    chosen = [_in_region(within)]
    if before_id is not None:
        chosen.append(columns.investigation_id < before_id)
    for column, wanted in ((columns.status, status), (columns.assignee, assignee)):
        if wanted is not None:
            chosen.append(column == wanted)
    for held, one in ((items.number, number), (items.network_id, network_id)):
        if one is not None:
            chosen.append(columns.investigation_id.in_(sa.select(items.investigation_id).where(held == one)))
    query = sa.select(*columns).where(*chosen).order_by(columns.investigation_id.desc()).limit(limit)
    with catalogue.reading() as connection:
        return [_investigation(row) for row in connection.execute(query).mappings()]


def one(catalogue: Catalogue, investigation_id: int, *, within: str) -> Investigation:
    """The investigation of that id; NotFound where there is none in that region."""
    with catalogue.reading() as connection:
        return _held(connection, investigation_id, within)


def last_changed(catalogue: Catalogue, *, within: str) -> int | None:
    """When an investigation of a region (a prefix) was last changed (epoch ms); None where there is none."""
    query = sa.select(sa.func.max(investigations.c.changed_at)).where(_in_region(within))
    with catalogue.reading() as connection:
        found: int | None = connection.scalar(query)
        return found


def items_of(catalogue: Catalogue, investigation_ids: Sequence[int]) -> list[Item]:
    """What these investigations hold, in the order in which it was added."""
    columns = investigation_items.c
    query = sa.select(*columns).where(columns.investigation_id.in_(list(investigation_ids))).order_by(columns.item_id)
    with catalogue.reading() as connection:
        return [Item(**row) for row in connection.execute(query).mappings()]


def notes_of(catalogue: Catalogue, investigation_ids: Sequence[int]) -> list[Note]:
    """The logs of these investigations, the newest lines first."""
    columns = investigation_notes.c
    query = sa.select(*columns).where(columns.investigation_id.in_(list(investigation_ids)))
    with catalogue.reading() as connection:
        rows = connection.execute(query.order_by(columns.note_id.desc())).mappings()
        return [Note(**{**row, "kind": NoteKind(row["kind"])}) for row in rows]


def counts_of(catalogue: Catalogue, numbers: Sequence[int], *, within: str) -> dict[int, tuple[int, int]]:
    """How many investigations of a region (a prefix) hold each of these numbers, and how many notes they have about it.

    Numbers that none holds are not in it.
    """
    held, noted = investigation_items.c, investigation_notes.c
    with catalogue.reading() as connection:
        query = (
            sa.select(held.number, sa.func.count(held.investigation_id.distinct()), sa.func.count(noted.note_id))
            .join(investigations, investigations.c.investigation_id == held.investigation_id)
            .outerjoin(
                investigation_notes,
                sa.and_(
                    noted.investigation_id == held.investigation_id,
                    noted.number == held.number,
                    noted.kind == NoteKind.NOTE,
                ),
            )
            .where(among(connection, held.number, numbers), _in_region(within))
            .group_by(held.number)
        )
        return {number: (many, notes) for number, many, notes in connection.execute(query)}


def hold(catalogue: Catalogue, investigation_id: int, items: Sequence[Item], *, within: str) -> int:
    """Add those of these items that are not in it yet; how many those were. UsageError where it would hold too many."""
    with catalogue.writing() as connection:
        _held(connection, investigation_id, within, for_change=True)
        there = _subjects(connection, investigation_id)
        fresh = {(item.number, item.network_id): item for item in items}
        fresh = {subject: item for subject, item in fresh.items() if subject not in there}
        if len(there) + len(fresh) > ITEMS_MOST:
            raise UsageError(
                f"an investigation holds at most {ITEMS_MOST} numbers and networks; open another",
                reason=Reason.INVESTIGATION_FULL,
                most=ITEMS_MOST,
            )
        first = take_ids(connection, "investigation_items", len(fresh)) + 1
        rows = [
            {**vars(item), "item_id": first + place, "investigation_id": investigation_id}
            for place, item in enumerate(fresh.values())
        ]
        if rows:
            connection.execute(sa.insert(investigation_items), rows)
            _changed(connection, investigation_id, {}, items[0].added_at)
        return len(rows)


def note(
    catalogue: Catalogue,
    investigation_id: int,
    notes: Sequence[Note],
    *,
    within: str,
    changes: dict[str, Any] | None = None,
    removed: Sequence[Subject] = (),
) -> None:
    """Add lines to the log, and what they tell: changes of the investigation, subjects that are in it no more.

    NotFound where a line is about something that it does not hold.
    """
    with catalogue.writing() as connection:
        _held(connection, investigation_id, within, for_change=True)
        there = _subjects(connection, investigation_id)
        about = {(one.number, one.network_id) for one in notes} - {(None, None)}
        if about - there:
            raise NotFound("the investigation does not hold this number or network")
        lines = sa.select(sa.func.count()).where(investigation_notes.c.investigation_id == investigation_id)
        if (connection.scalar(lines) or 0) + len(notes) > NOTES_MOST:
            raise UsageError(
                f"an investigation has at most {NOTES_MOST} notes; open another",
                reason=Reason.LOG_FULL,
                most=NOTES_MOST,
            )
        columns = investigation_items.c
        for number, network_id in removed:
            own = columns.number == number if network_id is None else columns.network_id == network_id
            chosen = sa.and_(columns.investigation_id == investigation_id, own)
            connection.execute(sa.delete(investigation_items).where(chosen))
        first = take_ids(connection, "investigation_notes", len(notes)) + 1
        rows = [
            {**vars(one), "note_id": first + place, "investigation_id": investigation_id}
            for place, one in enumerate(notes)
        ]
        if rows:
            connection.execute(sa.insert(investigation_notes), rows)
            _changed(connection, investigation_id, changes or {}, notes[0].at)


def forget_closed(connection: Connection, before: int) -> int:
    """Delete investigations that were closed before an instant (epoch ms), with all they hold; how many there were."""
    columns = investigations.c
    closed = sa.and_(columns.status == InvestigationStatus.CLOSED, columns.changed_at < before)
    old = list(connection.scalars(sa.select(columns.investigation_id).where(closed)))
    for table in (investigation_items, investigation_notes, investigations):
        for start in range(0, len(old), 1000):
            some = table.c.investigation_id.in_(old[start : start + 1000])
            connection.execute(sa.delete(table).where(some))
    return len(old)


def _held(connection: Connection, investigation_id: int, within: str, *, for_change: bool = False) -> Investigation:
    chosen = sa.and_(investigations.c.investigation_id == investigation_id, _in_region(within))
    query = sa.select(*investigations.c).where(chosen)
    row = connection.execute(query.with_for_update() if for_change else query).mappings().one_or_none()
    if row is None:
        raise NotFound("there is no such investigation, or none that is yours to see")
    return _investigation(row)


def _investigation(row: Any) -> Investigation:
    return Investigation(**{**row, "status": InvestigationStatus(row["status"])})


def _in_region(within: str) -> sa.ColumnElement[bool]:
    return investigations.c.region.startswith(within, autoescape=True) if within else sa.true()


def _subjects(connection: Connection, investigation_id: int) -> set[Subject]:
    columns = investigation_items.c
    query = sa.select(columns.number, columns.network_id).where(columns.investigation_id == investigation_id)
    return {(row.number, row.network_id) for row in connection.execute(query)}


def _changed(connection: Connection, investigation_id: int, changes: dict[str, Any], at: int) -> None:
    chosen = investigations.c.investigation_id == investigation_id
    connection.execute(sa.update(investigations).where(chosen).values(changed_at=at, **changes))
