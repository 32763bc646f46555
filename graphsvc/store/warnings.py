"""Warnings as they stand, and the append-only log of what became of them. Every verb works inside a transaction.

Order of locks, so that nobody waits in a circle: warnings by id, then capacity, then counters (ids of the log last).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import sqlalchemy as sa

from graphsvc.model.warnings import (
    OPEN_STATES,
    WarningChannel,
    WarningEvent,
    WarningEventKind,
    WarningRow,
    WarningState,
)
from graphsvc.store.catalogue import insert_rows, take_ids
from graphsvc.store.changing import change_rows
from graphsvc.store.finding import find_rows
from graphsvc.store.prepared import Prepared
from graphsvc.store.warning_tables import warning_events, warnings

Changes = Mapping[str, Any]
"""Column → new value."""

_COLUMNS: Final = [warnings.c[field.name] for field in fields(WarningRow)]
_EVENT_COLUMNS: Final = [warning_events.c[field.name] for field in fields(WarningEvent)]
_OPEN: Final = warnings.c.state.in_([state.value for state in OPEN_STATES])
# Not parameters: an index of the due needs the word itself.
_DUE: Final[sa.ColumnElement[str]] = sa.literal_column("'due'")
_LEASED: Final[sa.ColumnElement[str]] = sa.literal_column("'leased'")


_DUE_FOR_A_DESK: Final = (
    sa.select(*_COLUMNS)
    .where(
        warnings.c.channel == sa.bindparam("channel"),
        warnings.c.state == _DUE,
        warnings.c.desk == sa.bindparam("desk"),
        warnings.c.not_before <= sa.bindparam("wall"),
        warnings.c.helps_until > sa.bindparam("service"),
    )
    .order_by(warnings.c.turn, warnings.c.warning_id)
    .limit(sa.bindparam("most", type_=sa.Integer()))
    .with_for_update(skip_locked=True)
)
_DUE_ANYWHERE: Final = Prepared(_DUE_FOR_A_DESK)
_LAPSED: Final = Prepared(
    sa.select(*_COLUMNS)
    .where(warnings.c.state == _LEASED, warnings.c.lease_until <= sa.bindparam("wall"))
    .order_by(warnings.c.lease_until, warnings.c.warning_id)
    .limit(sa.bindparam("most", type_=sa.Integer()))
    .with_for_update(skip_locked=True)
)


@dataclass(frozen=True)
class Wanted:
    """Which due warnings may be claimed: on a channel, by a desk, in a region, at an instant."""

    channel: WarningChannel
    desks: Sequence[str]
    """The desks whose warnings may be taken."""
    region: str
    """Prefix of the person's region; empty for all."""
    without: Sequence[str]
    """Prefixes of regions that are not to be taken."""
    service: int
    wall: int


def insert(connection: sa.Connection, rows: Sequence[WarningRow]) -> list[WarningRow]:
    """Add new warnings; the same with the ids that they got, in the order given."""
    first = take_ids(connection, "warnings", len(rows)) + 1
    made = [replace(row, warning_id=first + place) for place, row in enumerate(rows)]
    names = [field.name for field in fields(WarningRow)]
    order = [names.index(column.name) for column in warnings.c]
    values = [_values(row, names) for row in made]
    insert_rows(connection, warnings, [[row[place] for place in order] for row in values])
    return made


def change(connection: sa.Connection, changes: Iterable[tuple[int, Changes]]) -> None:
    """Give these columns of these warnings new values. Whoever calls holds the rows."""
    alike: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for warning_id, values in changes:
        if values:
            names = tuple(sorted(values))
            alike.setdefault(names, []).append((warning_id, *(values[name] for name in names)))
    for names, rows in alike.items():
        change_rows(connection, warnings, ("warning_id",), names, rows)


def replaced(connection: sa.Connection, pairs: Iterable[tuple[WarningRow, WarningRow]]) -> None:
    """Bring warnings from how they stood to how they are to stand. Whoever calls holds the rows."""
    change(connection, [(after.warning_id, _different(vars(before), vars(after))) for before, after in pairs])


def _different(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    changed = {name: value for name, value in after.items() if value is not before[name] and value != before[name]}
    for name, stored in _STORED_AS.items():
        if name in changed:
            changed[name] = stored(changed[name])
    return changed


def candidates(connection: sa.Connection, wanted: Wanted, limit: int) -> list[WarningRow]:
    """Due warnings in the order of their turn, held for this transaction; those that another one holds are left out."""
    found: list[WarningRow] = []
    for desk in wanted.desks:
        narrower = [_inside(wanted.region)] if wanted.region else []
        narrower += [sa.or_(warnings.c.region.is_(None), ~_inside(prefix)) for prefix in wanted.without]
        given: dict[str, Any] = {"channel": wanted.channel.value, "desk": desk, "most": limit}
        given |= {"wall": wanted.wall, "service": wanted.service}
        if narrower:
            found += map(_row, connection.execute(_DUE_FOR_A_DESK.where(*narrower), given))
        else:
            found += map(_row, _DUE_ANYWHERE.run(connection, **given))
    return sorted(found, key=lambda row: (row.turn, row.warning_id))[:limit]


def lapsed(connection: sa.Connection, wall: int, limit: int) -> list[WarningRow]:
    """Leased warnings whose time ran out, held for this transaction; those that another one holds are left out."""
    return [_row(row) for row in _LAPSED.run(connection, wall=wall, most=limit)]


def too_late(connection: sa.Connection, service: int, limit: int) -> list[WarningRow]:
    """Due warnings that help no more, held for this transaction."""
    query = sa.select(*_COLUMNS).where(warnings.c.state == _DUE, warnings.c.helps_until <= service)
    query = query.order_by(warnings.c.helps_until, warnings.c.warning_id).limit(limit)
    return _rows(connection, query.with_for_update(skip_locked=True))


def held(connection: sa.Connection, warning_ids: Iterable[int]) -> dict[int, WarningRow]:
    """These warnings by id, held for this transaction; those that are not there are left out."""
    found = find_rows(connection, _COLUMNS, warnings.c.warning_id, list(set(warning_ids)), held=True)
    return {row.warning_id: row for row in sorted(map(_row, found), key=lambda row: row.warning_id)}


def by_id(connection: sa.Connection, warning_ids: Sequence[int]) -> dict[int, WarningRow]:
    """These warnings by id, only read."""
    found = find_rows(connection, _COLUMNS, warnings.c.warning_id, list(set(warning_ids)))
    return {row.warning_id: row for row in map(_row, found)}


def of_people(connection: sa.Connection, numbers: Sequence[int]) -> list[WarningRow]:
    """All warnings of these people (registry ids), oldest first."""
    found = find_rows(connection, _COLUMNS, warnings.c.number, list(set(numbers)))
    return sorted(map(_row, found), key=lambda row: row.warning_id)


def warned(connection: sa.Connection, numbers: Sequence[int]) -> set[int]:
    """Which of these people (registry ids) have a warning, in whatever state."""
    return {row[0] for row in find_rows(connection, [warnings.c.number], warnings.c.number, list(set(numbers)))}


def open_people(connection: sa.Connection) -> set[int]:
    """Registry ids of the people who have an open warning."""
    return set(connection.scalars(sa.select(warnings.c.number).where(_OPEN).distinct()))


def open_of(connection: sa.Connection, numbers: Sequence[int]) -> list[WarningRow]:
    """Open warnings of these people, held for this transaction."""
    query = sa.select(*_COLUMNS).where(warnings.c.number.in_(list(numbers)), _OPEN)
    return _rows(connection, query.order_by(warnings.c.warning_id).with_for_update())


@dataclass(frozen=True)
class Place:
    """What decides a due warning's place."""

    warning_id: int
    channel: str
    region: str | None
    deadline_at: int | None
    worth: float
    beyond_capacity: bool


def places(connection: sa.Connection, channel: WarningChannel) -> list[Place]:
    """The places of all due warnings of a channel, the worthiest first."""
    c = warnings.c
    query = sa.select(c.warning_id, c.channel, c.region, c.deadline_at, c.worth, c.beyond_capacity)
    query = query.where(c.state == _DUE, c.channel == channel.value).order_by(c.worth.desc(), c.warning_id)
    return [Place(*row[:5], bool(row[5])) for row in connection.execute(query)]


def put_in_order(connection: sa.Connection, turns: Sequence[tuple[int, int, bool]]) -> None:
    """Give due warnings new turns (id, turn, whether beyond capacity), by id; those no longer due stay as they are."""
    statement = (
        sa.update(warnings)
        .where(warnings.c.warning_id == sa.bindparam("key"), warnings.c.state == _DUE)
        .values(turn=sa.bindparam("new_turn"), beyond_capacity=sa.bindparam("beyond"))
    )
    rows = [{"key": key, "new_turn": new, "beyond": int(beyond)} for key, new, beyond in sorted(turns)]
    if rows:
        connection.execute(statement, rows)


def passed_over(connection: sa.Connection, service: int, limit: int) -> list[WarningRow]:
    """Due warnings that their desk has held long enough, held for this transaction."""
    query = sa.select(*_COLUMNS).where(warnings.c.state == _DUE, warnings.c.desk_until <= service)
    query = query.order_by(warnings.c.desk_until, warnings.c.warning_id).limit(limit)
    return _rows(connection, query.with_for_update(skip_locked=True))


def dead(connection: sa.Connection, *, after: int, limit: int) -> list[WarningRow]:
    """Dead letters above an id, in the order of ids."""
    query = sa.select(*_COLUMNS).where(warnings.c.state == WarningState.DEAD.value, warnings.c.warning_id > after)
    return _rows(connection, query.order_by(warnings.c.warning_id).limit(limit))


def open_mentioning(connection: sa.Connection, number: int) -> list[WarningRow]:
    """Open warnings whose suspect is this number, or whose evidence has its digits, held for this transaction."""
    named = (warnings.c.suspect == number) | warnings.c.evidence.contains(str(number))
    query = sa.select(*_COLUMNS).where(_OPEN, named)
    return _rows(connection, query.order_by(warnings.c.warning_id).with_for_update())


def log(connection: sa.Connection, events: Sequence[WarningEvent]) -> None:
    """Append to the log, as the last thing of a transaction: their ids are given here, under a lock until its end.

    So no event ever appears below a cursor that somebody has read past.
    """
    if events:
        first = take_ids(connection, "warning_events", len(events)) + 1
        rows = [(first + place, *_event_values(event)) for place, event in enumerate(events)]
        insert_rows(connection, warning_events, rows)


def events(connection: sa.Connection, *, after: int, limit: int) -> list[WarningEvent]:
    """Events above a cursor, in their order."""
    query = sa.select(*_EVENT_COLUMNS).where(warning_events.c.event_id > after)
    return [_event(row) for row in connection.execute(query.order_by(warning_events.c.event_id).limit(limit))]


def history(connection: sa.Connection, warning_ids: Sequence[int]) -> list[WarningEvent]:
    """All events of these warnings, in their order."""
    found = find_rows(connection, _EVENT_COLUMNS, warning_events.c.warning_id, list(set(warning_ids)))
    return sorted(map(_event, found), key=lambda event: event.event_id)


def _inside(prefix: str) -> sa.ColumnElement[bool]:
    return warnings.c.region.startswith(prefix, autoescape=True)


def _rows(connection: sa.Connection, query: sa.Select[Any]) -> list[WarningRow]:
    return [_row(row) for row in connection.execute(query)]


_CHANNEL, _STATE, _BEYOND = ([c.name for c in _COLUMNS].index(name) for name in ("channel", "state", "beyond_capacity"))


_STORED_AS: Final[Mapping[str, Any]] = {
    "channel": lambda channel: channel.value,
    "state": lambda state: state.value,
    "beyond_capacity": int,
}
"""How what is no plain value is kept."""


_CHANNELS: Final[Mapping[str, WarningChannel]] = {channel.value: channel for channel in WarningChannel}
_STATES: Final[Mapping[str, WarningState]] = {state.value: state for state in WarningState}


def _row(found: Sequence[Any]) -> WarningRow:
    values = list(found)
    values[_CHANNEL] = _CHANNELS[values[_CHANNEL]]
    values[_STATE] = _STATES[values[_STATE]]
    values[_BEYOND] = bool(values[_BEYOND])
    return WarningRow(*values)


def _values(row: WarningRow, names: Sequence[str]) -> list[Any]:
    values = [getattr(row, name) for name in names]
    values[_CHANNEL] = row.channel.value
    values[_STATE] = row.state.value
    values[_BEYOND] = int(row.beyond_capacity)
    return values


def _event(found: Sequence[Any]) -> WarningEvent:
    values = dict(zip((field.name for field in fields(WarningEvent)), found, strict=True))
    values["kind"] = WarningEventKind(values["kind"])
    values["channel"] = None if values["channel"] is None else WarningChannel(values["channel"])
    values["urgent"] = bool(values["urgent"])
    return WarningEvent(**values)


def _event_values(event: WarningEvent) -> tuple[Any, ...]:
    return (
        event.warning_id,
        event.number,
        event.network_id,
        event.kind.value,
        event.at,
        event.wall,
        None if event.channel is None else event.channel.value,
        event.region,
        event.worker,
        event.attempt,
        event.outcome,
        event.reason,
        int(event.urgent),
    )
