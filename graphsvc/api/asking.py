"""One request on its way: what is asked, by whom, of which service. Every resolver gets `Asking` as its context."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import strawberry
from graphql.execution.values import VariableValues

from graphsvc.api.ids import GlobalIds, Kind
from graphsvc.api.nudges import Nudges
from graphsvc.api.settled import Memory
from graphsvc.model.callers import Caller
from graphsvc.service import Service
from graphsvc.store.reads import ReadsTogether


@dataclass(frozen=True)
class Asked:
    """What a client asks, whatever carried it: a document or the id of a trusted one, an operation and variables."""

    query: str | None
    document_id: str | None
    operation_name: str | None
    variables: Mapping[str, Any]


@dataclass(frozen=True)
class Credentials:
    """What the headers say of who asks and why; nothing of it is checked yet."""

    authorization: str | None = field(repr=False)
    purpose: str | None = None
    case_ref: str | None = None


@dataclass(eq=False)
class Asking:
    """The context of one operation."""

    service: Service
    """Acts in the name of the caller."""
    caller: Caller
    ids: GlobalIds
    fields: frozenset[str]
    """Every `Type.field` of the operation: what is not among them need not be fetched."""
    reads: ReadsTogether
    """What was asked for; written to the audit log before the answer leaves."""
    settled: Memory = field(default_factory=Memory)
    """What was made for others and cannot change any more."""
    variables: VariableValues = field(default_factory=lambda: VariableValues({}, {}))
    """What came with the document, in the types that it declares."""
    request_id: str = ""
    again_until: int | None = field(default=None)
    """A long poll that found nothing says until when (epoch ms) it wants to be asked again."""

    evenly: bool = False
    """Whether the answer waits for a coarse clock, so that its time tells nothing."""

    nudges: Nudges | None = None
    """Where subscriptions learn what happens; they come over WebSockets alone."""

    _ids: dict[tuple[Kind, str | int], strawberry.ID] = field(default_factory=dict)

    leases: dict[str, int] = field(default_factory=dict)
    """What became of leases by this operation, for the metrics."""

    def note_leases(self, became: str, count: int) -> None:
        """So many leases were claimed, acknowledged and so on."""
        self.leases[became] = self.leases.get(became, 0) + count

    def wait(self, seconds: int) -> None:
        """Ask again until something is found or so many seconds have passed."""
        if self.again_until is None:
            self.again_until = self.now + 1000 * seconds

    def even_out(self) -> None:
        """Let the time of the answer tell nothing."""
        self.evenly = True

    @cached_property
    def now(self) -> int:
        """The wall clock when the request was first looked at, epoch ms."""
        return self.service.time.wall()

    def wants(self, *fields: str) -> bool:
        """Whether the operation selects any of these fields."""
        return not self.fields.isdisjoint(fields)

    def id(self, kind: Kind, name: str | int) -> strawberry.ID:
        """The global id of a thing. A page names the same suspects again and again."""
        found = self._ids.get((kind, name))
        if found is None:
            found = self._ids[kind, name] = strawberry.ID(self.ids.of(kind, name))
        return found
