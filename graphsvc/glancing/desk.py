"""The desk of glances: what comes in changes the ranking and the queue at once, before the next full analysis.

A full analysis leaves a standpoint in memory. A glance (engine.glance) looks from there at the people whom news touch,
and amends the current analysis in their rows alone; so it takes as long as the news are many, and not as the world is
big. What it cannot say, whom a flag makes suspect beside its own number, the next full analysis says. That one knows
less than glances knew by the time that it is done: so it becomes current with a glance at what came in meanwhile.
"""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Final, Protocol

from graphsvc.dispatch.people import Person
from graphsvc.errors import Overtaken
from graphsvc.model.warnings import Moment
from graphsvc.reports.released import freed
from graphsvc.store import facts as fact_store
from graphsvc.store import publishing
from graphsvc.store.amending import amend
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.horizon import Horizon
from graphsvc.store.ledger import Ledger
from graphsvc.store.results import AnalysisRecord
from graphsvc.store.shelf import Space
from graphsvc.tracing import note, traced

if TYPE_CHECKING:
    from graphsvc.glancing.standpoint import Amendments, Standpoint
    from graphsvc.graph.snapshot import Snapshot

PEOPLE_MOST: Final = 100_000
"""People whose rows may differ from those of the full analysis; beyond that the next one is waited for. [assumed]"""


class Plan(Protocol):
    """The queue's verb that plans for everybody by the current analysis."""

    def __call__(self, *, now: Moment, released: Collection[int], newer: Callable[[], Collection[int]]) -> object:
        """`released` are suspects of whom nobody is warned; `newer` says of whom something newer is known by then."""


class PlanFor(Protocol):
    """The queue's verb that plans for some people."""

    def __call__(
        self,
        record: AnalysisRecord,
        people: Sequence[Person],
        gone: Sequence[int],
        *,
        now: Moment,
        released: Collection[int] = (),
    ) -> object:
        """`gone` are people who are not ranked any more."""


@dataclass(frozen=True)
class Full:
    """A full analysis that is published, and that nobody turned to yet."""

    record: AnalysisRecord
    position: int
    """The ledger's events below it were looked at."""
    kept: Horizon
    """The horizon that it was made by."""
    standpoint: "Callable[[], Standpoint] | None"
    """Makes what glances look from; None where not all events were known then."""

    @property
    def news(self) -> tuple[int, int]:
        """Up to which position and flag it knows what there is."""
        return self.position, (self.record.facts_seen or {}).get("flags", 0)


@dataclass
class Place:
    """Where glances look from, and what they came to so far. For any thread, one at a time."""

    full_turn: Lock = field(default_factory=Lock)
    """Of full analyses, each until it is planned."""
    turn: Lock = field(default_factory=Lock)
    make: "Callable[[], Amendments] | None" = None
    """Makes what they start with, if that was not done yet."""
    amendments: "Amendments | None" = None
    since: set[int] = field(default_factory=set)
    """People whom they touched since everybody was planned for last, or began to be."""
    owed: bool = True
    """Whether a plan was cut short; of what was before this process nobody knows."""

    def leave(self) -> None:
        """Look no more before the next full analysis."""
        self.make = self.amendments = None

    @contextmanager
    def owing(self) -> Iterator[None]:
        """Where this fails, something may be current that nobody planned by: it is owed."""
        try:
            yield
        except BaseException:
            self.owed = True
            raise


@traced("glancing", "turn_to", "look")
@dataclass(frozen=True)
class Glancing:
    """What is current in one data folder: full analyses and what glances amend take turns."""

    catalogue: Catalogue
    ledger: Ledger
    plan: Plan
    plan_for: PlanFor
    space: Space
    """For older analyses: see `shelf.sweep`."""
    place: Place = field(default_factory=Place)

    def news(self) -> tuple[int, int]:
        """Up to which position of the ledger and which flag there is something to look at."""
        with self.catalogue.one_state():
            return self.ledger.position(), fact_store.newest_ids(self.catalogue, ["flags"]).get("flags", 0)

    def turn_to(
        self,
        full: Full,
        opened: "Callable[[], Snapshot]",
        *,
        now: Moment,
        clock: Callable[[], Moment],
    ) -> None:
        """Make a full analysis current, amended already by what came in while it was made; plan for everybody by it.

        `opened` opens its snapshot. `now` is when it was asked for, `clock` says when it is. Glances go on from it, and
        do so while it is planned. Overtaken where the horizon has moved on since it was made.
        """
        with self.place.full_turn, self.place.owing():
            ahead = self._ahead(full, opened, clock)
            with self.place.turn:
                now = self._turn_to(full, opened, ahead, now, clock)
                since = self.place.since = set()
            self._plan(now, since)

    def make_up(self, now: Moment) -> None:
        """Plan for everybody by what is current, where a plan was cut short, by whatever ended it."""
        place = self.place
        if not place.owed:
            return
        with place.full_turn, place.owing():
            with place.turn:
                since = place.since = set()
            self._plan(now, since)

    def _plan(self, now: Moment, since: set[int]) -> None:
        self.place.owed = False  # before: a glance that fails meanwhile owes it anew
        self.plan(now=now, released=self._released(), newer=lambda: since)

    def _ahead(
        self, full: Full, opened: "Callable[[], Snapshot]", clock: Callable[[], Moment]
    ) -> "tuple[Amendments, Moment] | None":
        """What a full analysis comes to with what came in while it was made; None where nothing did.

        It is written, and answers are not taken from it yet: glances from the one before go on meanwhile, and by its
        turn little is left to look at.
        """
        news = self.news()
        if full.standpoint is None or news == full.news:
            return None
        then, start = clock(), _start(full.standpoint, opened)
        after = self._after(start, news, then)
        if after is None:
            return start, then
        self._amend(after, follows=None, current=False)
        return after, then

    def _turn_to(
        self,
        full: Full,
        opened: "Callable[[], Snapshot]",
        ahead: "tuple[Amendments, Moment] | None",
        now: Moment,
        clock: Callable[[], Moment],
    ) -> Moment:
        """When what is current then was made."""
        place, news = self.place, self.news()
        place.leave()
        held, record = None, full.record
        if ahead is not None:
            held, now = ahead
            record = held.record
        elif full.standpoint is not None and news != full.news:
            held = _start(full.standpoint, opened)
        elif full.standpoint is not None:
            place.make = partial(_start, full.standpoint, opened)
        then = clock()
        after = None if held is None else self._after(held, news, then)
        if after is None:
            publishing.turn_to(self.catalogue, record.analysis_id, kept=full.kept)
            place.amendments = held
            return now
        self._amend(after, follows=None)
        place.amendments = after
        return then

    def look(self, news: tuple[int, int], now: Moment) -> AnalysisRecord | None:
        """Amend the current analysis by what came in until then and is known now, and plan for those concerned.

        None where nothing that a glance can say came in, or a full analysis has to be waited for.
        """
        with self.place.turn, self.place.owing():
            return self._look(news, now)

    def _look(self, news: tuple[int, int], now: Moment) -> AnalysisRecord | None:
        place = self.place
        if place.make is not None:
            place.amendments, place.make = place.make(), None
        held = place.amendments
        after = None if held is None else self._after(held, news, now)
        if held is None or after is None:
            return None
        if after.standings.height > PEOPLE_MOST:
            place.leave()
            return None
        try:
            self._amend(after, follows=held.record.analysis_id)
        except Overtaken:
            place.leave()
            return None
        place.amendments = after
        place.since |= after.touched  # before it is planned: whoever plans for everybody leaves them from then on
        people = [Person(**row) for row in after.people]
        note(people=len(people))
        self.plan_for(after.record, people, after.gone, now=now, released=self._released())
        return after.record

    def _after(self, held: "Amendments", news: tuple[int, int], now: Moment) -> "Amendments | None":
        """What these come to with what came in; None where nothing did, or a full analysis has to be waited for."""
        began, due = time.perf_counter(), held.at.facts_due_at
        waits = held.waits(news, now.service) or now.service < held.as_of
        if waits or (due is not None and due <= now.service):
            return None
        after = held.after(self.catalogue, self.ledger, news, as_of=now.service)
        timings = {"glance": round(time.perf_counter() - began, 3)}
        return replace(after, record=replace(after.record, made_at=now.wall, timings=timings))

    def _amend(self, made: "Amendments", *, follows: str | None, current: bool = True) -> None:
        """Write what the last glance came to, and make it current unless told otherwise."""
        about = (made.record, made.tables, made.touched, made.ranks)
        amend(self.catalogue, *about, follows=follows, current=current, kept=made.at.kept, space=self.space)

    def _released(self) -> Collection[int]:
        """Suspects that were set free."""
        return freed(self.catalogue).releases.free


def _start(standpoint: "Callable[[], Standpoint]", opened: "Callable[[], Snapshot]") -> "Amendments":
    from graphsvc.glancing.standpoint import Amendments

    return Amendments.none(standpoint(), opened())
