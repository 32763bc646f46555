"""Which events count, and whether the server has them one by one.

Without a window the folded contacts answer. In a window single events do, and they are only there for the contacts that
`GRAPHSVC_NEO4J_EVENTS` names (docs/neo4j.md). Where one is missing the question is refused, never answered wrongly.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from graphsvc.errors import Neo4jFailed
from graphsvc.graph.neo4j.connection import Database, Row

_ALWAYS: Final = -62_135_596_800_000
_NEVER: Final = 253_402_300_799_999
"""The first and the last millisecond of years with four digits: what a server's datetime surely holds."""


READ_MOST: Final = 200_000
"""Contacts, or single events, that one step of a question reads here where another graph has the same answer: about a
second of the server's, and far less in memory."""


class Elsewhere(Neo4jFailed):
    """Another graph has the answer, or has it much sooner."""

    code = "NEO4J_ELSEWHERE"


class EventsMissing(Elsewhere):
    """The answer needs single events that are not in the database."""

    code = "NEO4J_EVENTS_MISSING"


@dataclass(frozen=True)
class Window:
    """Events in [since, until), epoch ms, of a database. None leaves a side open."""

    database: Database
    since: int | None
    until: int | None
    read_most: int | None = None
    """Contacts, or single events, read in one step at most; None: as many as there are."""
    checked: set[int] = field(default_factory=set)
    """Numbers whose contacts are known to be there event by event."""

    @property
    def open(self) -> bool:
        """Every event counts, at any time."""
        return self.since is None and self.until is None

    @property
    def bounds(self) -> tuple[int, int]:
        """Both sides, epoch ms."""
        return (
            _ALWAYS if self.since is None else max(self.since, _ALWAYS),
            _NEVER if self.until is None else min(max(self.until, _ALWAYS), _NEVER),
        )

    def read(self, name: str, walked: Iterable[int], **parameters: Any) -> list[Row]:
        """Rows of `graph/NAME`, or of its twin for windows after a look at the contacts of `walked`."""
        if self.open:
            return self.database.read(f"graph/{name}", **parameters)
        self.require_events(walked)
        since, until = self.bounds
        return self.database.read(f"graph/{name}_in_window", since=since, until=until, **parameters)

    def require_few(self, contacts: int) -> None:
        """Elsewhere where a step would read this many contacts, and that is too many."""
        if self.read_most is not None and contacts > self.read_most:
            raise Elsewhere(
                f"{contacts:,} contacts or events are to be read for this question; GRAPHSVC_GRAPH=memory is quicker"
            )

    def require_few_events(self, senders: Sequence[int]) -> None:
        """The same of the single events that these numbers sent; they are counted only where it matters."""
        if self.read_most is not None:
            self.require_few(sum(row["events"] for row in self.database.read("graph/events_sent", ids=senders)))

    def require_events(self, walked: Iterable[int]) -> None:
        """EventsMissing where a contact of these numbers overlaps the window and is not there event by event."""
        fresh = sorted(set(walked) - self.checked)
        if not fresh:
            return
        there = self.database.read("graph/held")
        scope, detailed_since = (there[0]["scope"], there[0]["since"]) if there else (None, None)
        since, until = self.bounds
        begin = _ALWAYS if detailed_since is None else int(detailed_since)
        whole = scope == "all" and since >= begin
        if not whole and self.database.read(
            "graph/events_missing", ids=fresh, since=since, until=until, detailedSince=begin
        ):
            raise EventsMissing(
                "Neo4j does not hold all single events that this question needs: set GRAPHSVC_NEO4J_EVENTS=all and "
                "load again, ask without --since and --until, or set GRAPHSVC_GRAPH=memory"
            )
        self.checked.update(fresh)
