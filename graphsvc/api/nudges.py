"""Nudges: who subscribed learns that something happened, by ids, and asks for it then. Nothing else travels this way.

One look a moment serves all subscriptions, however many: it reads on in the log of warnings, and compares the networks
of a new analysis with those of the one before. So it does not matter which process made a warning or an analysis. What
a subscription has not taken yet waits in its mailbox: a few ids, and beyond those only that there are more.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from graphsvc.errors import NothingYet
from graphsvc.model.warnings import WarningEvent, WarningEventKind
from graphsvc.service import Service
from graphsvc.store.amended import full_of
from graphsvc.store.network_prints import Print, network_prints

IDS_MAX: Final = 100
"""Ids in one nudge, and in one mailbox."""
_EVENTS_A_PAGE: Final = 1000
_PAGES_A_LOOK: Final = 10

READY: Final = frozenset(
    {
        WarningEventKind.MADE,
        WarningEventKind.RELEASED,
        WarningEventKind.LEASE_EXPIRED,
        WarningEventKind.REQUEUED,
        WarningEventKind.PASSED_UP,
    }
)
"""What lets a warning be claimed (again), or by somebody else."""
OPENED: Final = frozenset({WarningEventKind.RESUMED, WarningEventKind.CAPACITY_SET})
"""What lets warnings be claimed that were due before; names none."""

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Nudge:
    """Ids of what happened; `more` where there can be others than these."""

    ids: tuple[int, ...]
    more: bool


@dataclass(frozen=True)
class News:
    """What one look found."""

    events: Sequence[WarningEvent]
    networks: Sequence[int]
    """Ids of networks that are new, gone or different."""


@dataclass(eq=False)
class Mailbox(Generic[Thing]):
    """What one subscription has not taken yet. Used on the event loop alone."""

    wants: Callable[[Thing], bool]
    _ids: dict[int, None] = field(default_factory=dict)
    _more: bool = True  # at the beginning: whatever was there before
    _came: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._came.set()

    def put(self, one: int | None) -> None:
        """Add an id, once however often it comes; None, or one too many: that there is more."""
        if one is None or (len(self._ids) >= IDS_MAX and one not in self._ids):
            self._more = True
        else:
            self._ids[one] = None
        self._came.set()

    async def taken(self) -> Nudge:
        """All that waits, as soon as something does."""
        await self._came.wait()
        nudge = Nudge(tuple(self._ids), self._more)
        self._ids, self._more = {}, False
        self._came.clear()
        return nudge


@dataclass(eq=False)
class Nudges:
    """The mailboxes of all subscriptions, and how far they have been told."""

    service: Service
    warnings: set[Mailbox[WarningEvent]] = field(default_factory=set)
    networks: set[Mailbox[int]] = field(default_factory=set)
    _cursor: int | None = None
    _analysis: str = ""
    _prints: dict[int, Print] = field(default_factory=dict)
    _began: asyncio.Event = field(default_factory=asyncio.Event)

    async def about_warnings(self, wants: Callable[[WarningEvent], bool]) -> AsyncIterator[Nudge]:
        """A nudge when warnings that somebody wants to hear of can be claimed. The first one comes at once."""
        async for nudge in self._told(self.warnings, wants):
            yield nudge

    async def about_networks(self, wants: Callable[[int], bool]) -> AsyncIterator[Nudge]:
        """A nudge when networks that somebody wants to hear of are new, gone or different. The first comes at once."""
        async for nudge in self._told(self.networks, wants):
            yield nudge

    def look(self) -> News:
        """What happened since the last look; nothing at the first. Reads the catalogue: not on the event loop."""
        found: list[WarningEvent] = []
        if self._cursor is None:
            self._cursor = self.service.dispatching.newest_event()
            self._changed()
            return News((), ())
        for _ in range(_PAGES_A_LOOK):
            page = self.service.dispatching.events(first=_EVENTS_A_PAGE, after=self._cursor)
            found += [event for event in page.events if event.kind in READY or event.kind in OPENED]
            self._cursor = page.cursor
            if not page.more:
                break
        return News(found, self._changed())

    def deliver(self, news: News) -> None:
        """Put news into the mailboxes of those who want to hear of them."""
        self._began.set()
        for letters in self.warnings:
            for event in news.events:
                if letters.wants(event):
                    letters.put(event.warning_id)
        for others in self.networks:
            for network_id in news.networks:
                if others.wants(network_id):
                    others.put(network_id)

    def forget(self) -> None:
        """Nobody listens any more: the next look begins anew."""
        self._cursor, self._analysis, self._prints = None, "", {}
        self._began = asyncio.Event()

    async def _told(self, boxes: set[Mailbox[Thing]], wants: Callable[[Thing], bool]) -> AsyncIterator[Nudge]:
        with _mailbox(boxes, wants) as letters:
            await self._began.wait()  # from now on nothing is missed: the first nudge says so
            while True:
                yield await letters.taken()

    def _changed(self) -> list[int]:
        """Networks that are not what they were at the last look."""
        try:
            analysis_id = full_of(self.service.current().analysis_id)  # networks are those of the full one
        except NothingYet:
            return []
        if analysis_id == self._analysis:
            return []
        before, self._prints = self._prints, network_prints(self.service.catalogue, analysis_id)
        self._analysis = analysis_id
        return sorted(one for one in before.keys() | self._prints.keys() if before.get(one) != self._prints.get(one))


@contextmanager
def _mailbox(boxes: set[Mailbox[Thing]], wants: Callable[[Thing], bool]) -> Iterator[Mailbox[Thing]]:
    made = Mailbox(wants)
    boxes.add(made)
    try:
        yield made
    finally:
        boxes.discard(made)
