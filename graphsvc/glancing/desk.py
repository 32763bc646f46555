"""The desk of glances: what comes in changes the ranking and the queue at once, before the next full analysis.

A full analysis leaves a standpoint in memory. A glance (engine.glance) looks from there at the people whom news touch,
and amends the current analysis in their rows alone; so it takes as long as the news are many, and not as the world is
big. What it cannot say, whom a flag makes suspect beside its own number, the next full analysis says.
"""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING, Final, Protocol

from graphsvc.dispatch.people import Person
from graphsvc.errors import Overtaken
from graphsvc.model.warnings import Moment
from graphsvc.store import facts as fact_store
from graphsvc.store.amending import amend
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.ledger import Ledger
from graphsvc.store.results import AnalysisRecord
from graphsvc.tracing import note, traced

if TYPE_CHECKING:
    from graphsvc.glancing.standpoint import Amendments, Standpoint
    from graphsvc.graph.snapshot import Snapshot

PEOPLE_MOST: Final = 100_000
"""People whose rows may differ from those of the full analysis; beyond that the next one is waited for. [assumed]"""


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


@dataclass
class Place:
    """Where glances look from, and what they came to so far. For any thread, one at a time."""

    turn: Lock = field(default_factory=Lock)
    make: "Callable[[], tuple[Standpoint, Snapshot]] | None" = None
    """Makes the standpoint of the newest full analysis, and opens its snapshot, if that was not done yet."""
    amendments: "Amendments | None" = None
    given_up: "Amendments | None" = None
    """What they came to when nothing could be amended any more, until the next full analysis is planned."""

    def give_up(self) -> None:
        """Look no more before the next full analysis."""
        self.given_up, self.amendments = self.amendments, None


@traced("glancing", "look")
@dataclass(frozen=True)
class Glancing:
    """Glances on one data folder."""

    catalogue: Catalogue
    ledger: Ledger
    plan_for: PlanFor
    rows_most: int
    """Rows of older analyses that may be kept for readers: see `results.publish`."""
    place: Place = field(default_factory=Place)

    def stand(self, make: "Callable[[], tuple[Standpoint, Snapshot]] | None") -> None:
        """A full analysis is current, and its warnings are planned: look from there. `make` is called when need be.

        Without it nothing can be looked at before the next.
        """
        with self.place.turn:
            self.place.make, self.place.amendments, self.place.given_up = make, None, None

    def touched_since(self, position: int, flag_id: int) -> frozenset[int]:
        """Whom glances touched that knew of later events or flags than these: an analysis knows less of them."""
        with self.place.turn:
            held = self.place.amendments or self.place.given_up
            return frozenset() if held is None else held.touched_since(position, flag_id)

    def news(self) -> tuple[int, int]:
        """Up to which position of the ledger and which flag there is something to look at."""
        return self.ledger.position(), fact_store.newest_ids(self.catalogue, ["flags"]).get("flags", 0)

    def look(
        self, news: tuple[int, int], now: Moment, released: Callable[[], Collection[int]]
    ) -> AnalysisRecord | None:
        """Amend the current analysis by what came in until then and is known now, and plan for those concerned.

        None where nothing that a glance can say came in, or a full analysis has to be waited for.
        """
        with self.place.turn:
            return self._look(news, now, released)

    def _look(
        self, news: tuple[int, int], now: Moment, released: Callable[[], Collection[int]]
    ) -> AnalysisRecord | None:
        place, began = self.place, time.perf_counter()
        if place.make is not None:
            from graphsvc.glancing.standpoint import Amendments

            place.amendments, place.make = Amendments.none(*place.make()), None
        held = place.amendments
        if held is None:
            return None
        due = held.at.facts_due_at
        waits = held.waits(news, now.service) or now.service < held.as_of
        if waits or (due is not None and due <= now.service):
            return None
        after = held.after(self.catalogue, self.ledger, news, as_of=now.service)
        if after.standings.height > PEOPLE_MOST:
            place.give_up()
            return None
        made = replace(after.record, made_at=now.wall, timings={"glance": round(time.perf_counter() - began, 3)})
        try:
            amend(
                self.catalogue,
                made,
                after.tables,
                after.touched[-1][2],
                after.ranks,
                follows=held.record.analysis_id,
                kept=held.at.kept,
                rows_most=self.rows_most,
            )
        except Overtaken:
            place.give_up()
            return None
        place.amendments = replace(after, record=made)
        people = [Person(**row) for row in after.people]
        note(people=len(people))
        self.plan_for(made, people, after.gone, now=now, released=released())
        return made
