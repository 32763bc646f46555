"""From when on things are kept. Once an instant is set it counts at once, for reading and loading, and never goes back.

What lies before is deleted afterwards, in steps that can be cut short and run again; `finished` says that all is gone.
"""

from dataclasses import dataclass, replace
from typing import Final

import sqlalchemy as sa

from graphsvc.errors import Overtaken
from graphsvc.store.catalogue import Catalogue, Connection, insert_unless_there
from graphsvc.store.tables import retention


@dataclass(frozen=True)
class Horizon:
    """Instants in epoch ms of service time; 0 where nothing was ever deleted."""

    events_from: int = 0
    """Midnight of the operator's first day whose contact events are kept."""
    facts_from: int = 0
    warnings_from: int = 0
    finished: bool = True
    rewritten: bool = True
    """No byte of it is left in the databases' files either."""

    def same_instants(self, other: "Horizon") -> bool:
        """Whether the same is kept."""
        return self.instants() == other.instants()

    def instants(self) -> tuple[int, int, int]:
        """Of events, facts and warnings."""
        return self.events_from, self.facts_from, self.warnings_from


NEVER: Final = Horizon()
AGEING: Final = ("flags", "cases", "outcomes", "releases")
"""Feeds of facts about something that happened: they age, and they name whom they are about."""
_INSTANTS: Final = ("events_from", "facts_from", "warnings_from")
_BEGUN, _DONE, _TO_BE_REWRITTEN = 0, 1, 2  # in the column `finished`


def read(connection: Connection) -> Horizon:
    """The horizon of a catalogue."""
    columns = retention.c
    query = sa.select(columns.events_from, columns.facts_from, columns.warnings_from, columns.finished)
    row = connection.execute(query).one_or_none()
    return NEVER if row is None else Horizon(row[0], row[1], row[2], row[3] != _BEGUN, row[3] != _TO_BE_REWRITTEN)


def aged(known_at: sa.ColumnElement[int], before: int | sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Whether a fact of an ageing feed is from before an instant (epoch ms); one that was always known does not age."""
    return known_at.between(1, before - 1)


def refuse_moved(connection: Connection, kept: Horizon) -> None:
    """Overtaken where something else is kept by now than what something was made by."""
    if not read(connection).same_instants(kept):
        raise Overtaken("retention went on while this was analysed: the next analysis goes by what is kept")


def of(catalogue: Catalogue) -> Horizon:
    """The same in a transaction of its own."""
    with catalogue.reading() as connection:
        return read(connection)


def advance(catalogue: Catalogue, wanted: Horizon) -> Horizon:
    """Move the horizon on, as far as it is not there; what it is then. What lies before it is to be deleted."""
    with catalogue.writing() as connection:
        insert_unless_there(
            connection,
            retention,
            [{"only": 0, "events_from": 0, "facts_from": 0, "warnings_from": 0, "finished": 1}],
        )
        now = read(connection)
        after = replace(
            now,
            events_from=max(now.events_from, wanted.events_from),
            facts_from=max(now.facts_from, wanted.facts_from),
            warnings_from=max(now.warnings_from, wanted.warnings_from),
        )
        if not after.same_instants(now):
            after = replace(after, finished=False, rewritten=True)
            values = dict(zip(_INSTANTS, after.instants(), strict=True))
            connection.execute(sa.update(retention).values(**values, finished=_BEGUN))
    return after


def finish(catalogue: Catalogue, *, rewritten: bool) -> None:
    """Note that nothing from before the horizon is left, and whether the databases were rewritten without it."""
    with catalogue.writing() as connection:
        connection.execute(sa.update(retention).values(finished=_DONE if rewritten else _TO_BE_REWRITTEN))
