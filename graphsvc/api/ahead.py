"""What the first readers of a new analysis will ask is put together before they ask.

When an analysis becomes current, or somebody is released, nothing is remembered of how people are shown now: whoever
came first would wait while it is made. So the pages that were asked for lately are made again, in the ways that were
asked for lately, as soon as that is seen, and after a start those that shipped operations ask for; then whatever the
pages behind them say of people, but for how it is asked for. And a small canvas, for the first one opens the graph and
waits until the kernels that lay it out are loaded, or compiled; and the ends of all tokens are read, by which one is
found. Nobody is told any of it, so nothing is written to the audit log.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from graphsvc.api.asking import Asking
from graphsvc.api.execution import coerced_variables, run
from graphsvc.api.operations import operation
from graphsvc.api.room import Room
from graphsvc.api.schema.victims import Victim, settled_victims
from graphsvc.api.settled import Settled
from graphsvc.errors import NothingYet
from graphsvc.model.callers import Caller, Role
from graphsvc.reports.canvas import placed
from graphsvc.reports.values import Page, PageKey, Ranking
from graphsvc.reports.walks import Around
from graphsvc.service import Service
from graphsvc.store.amended import full_of
from graphsvc.store.reads import ReadsTogether

FIRST_PAGE: Final = Page(limit=20)
FIRST_PAGES: Final = (FIRST_PAGE, Page(limit=25))
"""Of everybody, as `investigator-victims` asks for them, and `page-today`."""
NEXT_PAGES: Final = Page(limit=200)
"""Whoever is on one of the pages behind, or on a page of a part of the ranking, which is mostly of the same people."""
FIRST_ASKED: Final = "investigator-victims"
"""The shipped operation that is answered before anybody asks. What `page-today` says of a person is never settled."""
PAGES: Final = 8
"""Pages that are made again, besides the first of everybody."""
CANVAS: Final = 50
"""Numbers of the canvas that is drawn for nobody."""
NOBODY: Final = Caller("service", Role.INVESTIGATOR, "", "ahead of those who ask")


@dataclass
class Ahead:
    """Keeps the memory of a room ahead of its readers."""

    _seen: tuple[Hashable, ...] = field(default=())
    _drawn: str = ""

    def keep(self, room: Room) -> None:
        """Make what is asked for most, where it would have to be made anew."""
        never_written = ReadsTogether(room.service.audit, room.service.time.wall, NOBODY.errand)
        service = replace(room.service, reads=never_written)
        try:
            first = service.victims(FIRST_PAGE)
        except NothingYet:
            return
        now = _mark(first)
        if now == self._seen:
            return
        if not self._seen:
            _ask_first(room, service, never_written)
        asking = Asking(service, NOBODY, room.ids, frozenset(), never_written, room.documents.settled)
        for page in _asked_lately(service):
            _write(asking, page)
        _made(asking, NEXT_PAGES)
        self._seen = now
        if self._drawn != (full := full_of(first.analysis_id)):  # an amendment has the graph of the full one
            _draw(service, first)
            service.registry.read_ends()
            self._drawn = full


def _mark(ranking: Ranking) -> tuple[Hashable, ...]:
    return ranking.analysis_id, ranking.free


def _asked_lately(service: Service) -> Iterator[Page]:
    """The first page, and first pages of parts of the ranking, the newest asked for first."""
    asked = [key.page for key in service.pages.known() if isinstance(key, PageKey)]
    pages = dict.fromkeys(page for page in asked if page.after is None)
    others = [page for page in pages if page not in (*FIRST_PAGES, NEXT_PAGES)]
    yield from (*FIRST_PAGES, *others[:PAGES])


def _ask_first(room: Room, service: Service, never_written: ReadsTogether) -> None:
    """What a service that was just started is asked first: from then on its way of asking is one that is kept."""
    prepared = room.documents.prepared(operation(FIRST_ASKED), None)
    given = coerced_variables(room.schema, prepared, {})
    asking = Asking(service, NOBODY, room.ids, prepared.fields, never_written, prepared.settled, given)
    with service.catalogue.one_state():
        run(room.schema, prepared, {}, asking)


def _write(asking: Asking, page: Page) -> None:
    """In all ways that were asked for lately."""
    victims = _made(asking, page)
    for write in asking.settled.looks.held():
        for victim in victims:
            write(victim)


def _made(asking: Asking, page: Page) -> list[Settled[Victim]]:
    """What takes longest, whatever is asked of these people: their evidence in words, and what hangs on them."""
    with asking.service.catalogue.one_state():
        found = asking.service.victims(page)
        record = asking.service.listing.analysis(found.analysis_id)
        victims = settled_victims(asking, lambda: record, found)
        for victim in victims:
            victim.value()
    return victims


def _draw(service: Service, first: Ranking) -> None:
    """A canvas around whoever is ranked first; it is thrown away, and the next one has nothing to wait for."""
    if first.victims:
        placed(service.exploring.neighbourhood([first.victims[0].token], Around(limit=CANVAS)))
