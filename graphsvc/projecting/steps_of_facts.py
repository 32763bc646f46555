"""Steps of a sync that are about facts: what subscribers, directory, flags, cases and links say now."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import polars as pl
import pyarrow as pa

from graphsvc.graph.neo4j import position
from graphsvc.graph.neo4j.connection import Database, Transaction
from graphsvc.graph.neo4j.position import Position
from graphsvc.projecting.facts import DATED, OWNS, Stated, links_of
from graphsvc.projecting.frames import INSTANT, frame_of, with_properties, without
from graphsvc.projecting.state import Source
from graphsvc.reports.known import well_known
from graphsvc.store import facts as fact_store

_ROWS_AT_A_TIME: Final = 10_000
_NOTHING: Final = (0, 0)
_PEOPLE: Final = ("subscribers", "directory")
_ABOUT_PEOPLE: Final = ("region", "language", "activatedAt", "role")
_OF_FLAG: Final = ("scamType", "source", "confidence", "knownAt", "validFrom")
_OF_CASE: Final = ("scamType", "amount", "lostAt", "knownAt")
_ROLES: Final = "roles"  # mark: numbers among which the well-known ones were looked for
_RELEASES: Final = "releases of flags"  # mark: releases that flags were held against

Step = Callable[[], object]
Mark = tuple[int, int]


@dataclass
class FactSteps:
    """What a sync does about facts. Keeps what it has read of people for a run, until facts or numbers come in."""

    database: Database
    source: Source
    _told: tuple[object, pl.DataFrame] = (None, pl.DataFrame())

    def next(self, at: Position, target: Position) -> Step | None:
        """What is to be done next about facts, if anything."""
        for feed in _PEOPLE:
            if at.facts.get(feed, _NOTHING) != target.facts[feed]:
                return partial(self._people, at, target, feed)
        if at.facts.get(_ROLES, _NOTHING) != (at.numbers_to, 0):
            return lambda: self._roles(at)
        if at.facts.get("links", _NOTHING) != target.facts["links"]:
            return lambda: self._links(at, target)
        if self._flags_are_due(at, target):
            return lambda: self._flags(at, target)
        return None

    def _people(self, at: Position, target: Position, feed: str) -> None:
        before, after = at.facts.get(feed, _NOTHING), target.facts[feed]
        if self._only_added(feed, before):
            rows, last = self._rows(feed, before, after)
            ids = rows["number"].unique().to_pylist()
            reached = _reached(before, rows, last, after)
            with self.database.writing() as transaction:
                self._move(transaction, at, {feed: reached})
                self._set_people(transaction, ids)
            return
        for first in range(0, at.numbers_to, _ROWS_AT_A_TIME):  # rows have gone: everybody is told anew
            with self.database.writing() as transaction:
                self._set_people(transaction, range(first, min(first + _ROWS_AT_A_TIME, at.numbers_to)))
        with self.database.writing() as transaction:
            self._move(transaction, at, {feed: after})

    def _roles(self, at: Position) -> None:
        """Roles that everybody knows, of numbers that have come up since: of the few there are, hardly ever one."""
        before, _ = at.facts.get(_ROLES, _NOTHING)
        come_up = [number for number in well_known(self.source.registry) if before <= number < at.numbers_to]
        with self.database.writing() as transaction:
            self._move(transaction, at, {_ROLES: (at.numbers_to, 0)})
            if come_up:  # else nobody need be read, and there may be millions
                self._set_people(transaction, come_up)

    def _set_people(self, transaction: Transaction, ids: "list[int] | range") -> None:
        wanted = pl.DataFrame({"numberId": pl.Series(list(ids), dtype=pl.Int32)}).unique().sort("numberId")
        rows = wanted.join(self._all_people(), on="numberId", how="left")
        if len(rows):
            transaction.run("projection/set_people", rows=with_properties(rows, ["numberId"], _ABOUT_PEOPLE))

    def _all_people(self) -> pl.DataFrame:
        now = (self.source.marks(), self.source.registry.next_ids())
        if self._told[0] != now:
            self._told = now, self.source.stated().people
        return self._told[1]

    def _links(self, at: Position, target: Position) -> None:
        before, after = at.facts.get("links", _NOTHING), target.facts["links"]
        if not self._only_added("links", before):
            with self.database.writing() as transaction:
                gone = transaction.run("projection/delete_some_links", limit=_ROWS_AT_A_TIME)
                if not gone[0]["deleted"]:
                    self._move(transaction, at, {"links": _NOTHING})
            return
        rows, last = self._rows("links", before, after)
        links = links_of(frame_of(rows))
        owned = links.filter(pl.col("type") == OWNS)
        used = links.filter(pl.col("type") != OWNS)
        with self.database.writing() as transaction:
            self._move(transaction, at, {"links": _reached(before, rows, last, after)})
            if len(used):
                given = with_properties(used, ["type", "numberId", "entityId"], DATED)
                transaction.run("projection/create_links", rows=given)
            if len(owned):
                given = with_properties(owned, ["holderId", "entityId"], DATED)
                transaction.run("projection/create_possessions", rows=given)

    def _rows(self, feed: str, before: Mark, after: Mark) -> tuple[pa.Table, int]:
        """The next rows, none that came after the target was set: else the graph would be ahead of it."""
        return fact_store.rows_between(self.source.catalogue, feed, before[1], after[1], _ROWS_AT_A_TIME)

    def _only_added(self, feed: str, before: Mark) -> bool:
        """Whether all rows that were told are still there; retention takes some away."""
        return fact_store.count_to(self.source.catalogue, feed, before[1]) == before[0]

    def _flags_are_due(self, at: Position, target: Position) -> bool:
        marks = [(feed, feed) for feed in ("flags", "cases")] + [(_RELEASES, "releases")]
        changed = any(at.facts.get(kept, _NOTHING) != target.facts[feed] for kept, feed in marks)
        return changed or (at.facts_due is not None and self.source.instant() >= at.facts_due)

    def _flags(self, at: Position, target: Position) -> None:
        """Flags, cases and who is flagged, compared with what the graph has, in one transaction."""
        stated = self.source.stated()
        there = set(self.database.columns("projection/flags_there")["flagId"])
        wanted = set(stated.flags["flagId"].to_list())
        # A flag that came after the target was set may be on a number that is no node yet: it is for the next sync.
        new = stated.flags.filter(~pl.col("flagId").is_in(list(there)) & (pl.col("flagId") <= target.facts["flags"][1]))
        marks = {feed: target.facts[feed] for feed in ("flags", "cases")} | {_RELEASES: target.facts["releases"]}
        due = fact_store.next_flag_change(self.source.catalogue, self.source.instant())
        told, untold = self._cases(stated)
        flagged = self._flagged(stated)
        with self.database.writing() as transaction:
            self._move(transaction, at, marks, due=due)
            transaction.run("projection/set_cases", rows=told)
            transaction.run("projection/delete_flags", ids=sorted(there - wanted))
            keys = ["flagId", "numberId", "entityId", "caseId"]
            transaction.run("projection/create_flags", rows=with_properties(new, keys, _OF_FLAG))
            transaction.run("projection/delete_cases", ids=untold)
            for name, ids in flagged.items():
                transaction.run(f"projection/{name}", ids=sorted(ids))

    def _cases(self, stated: Stated) -> tuple[list[list[object]], list[str]]:
        """Rows of cases that are told otherwise than the graph has them, and ids of those that nothing names."""
        names = ["caseId", "numberId", *_OF_CASE]
        schema = {**dict.fromkeys(names, pl.String), "numberId": pl.Int64, "amount": pl.Float64}
        schema |= dict.fromkeys(("lostAt", "knownAt"), pl.Int64)
        there = pl.DataFrame(self.database.columns("projection/cases_there"), schema=schema)
        there = there.with_columns(pl.col("lostAt", "knownAt").cast(INSTANT))
        told = without(stated.cases.select(names), there)
        untold = set(there["caseId"].to_list()) - set(stated.cases["caseId"].to_list())
        return with_properties(told, ["caseId", "numberId"], _OF_CASE), sorted(untold)

    def _flagged(self, stated: Stated) -> dict[str, set[int]]:
        """Who is to be marked as flagged, and who not any more, by statement."""
        there = self.database.columns("projection/flagged_there")
        changes: dict[str, set[int]] = {}
        for column, what in (("numberId", "numbers"), ("entityId", "entities")):
            marked = {one for one in there[column] if one is not None}
            wanted = set(stated.flags[column].drop_nulls().to_list())
            changes[f"mark_{what}_flagged"] = wanted - marked
            changes[f"unmark_{what}_flagged"] = marked - wanted
        return changes

    def _move(self, transaction: Transaction, at: Position, marks: dict[str, Mark], **due: int | None) -> None:
        changes = {"facts_due": due["due"]} if due else {}
        moved = at.moved(facts={**at.facts, **marks}, writer=self.source.writer, **changes)
        position.write(transaction, at, moved)


def _reached(before: Mark, rows: pa.Table, last: int, after: Mark) -> Mark:
    """Where the graph is with these rows. Without any, at the target: what else it counts has gone meanwhile."""
    return (before[0] + rows.num_rows, last) if rows.num_rows else after
