"""What the service would know at an instant: an analysis of all that was known then, and the people it ranks.

The same engine and the same ranking as `graphsvc analyse`. At a cut the whole world is analysed; between two cuts what
can have changed since the last (engine.standing).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from graphsvc.engine.local import LocalEngine
from graphsvc.engine.standing import Standing
from graphsvc.engine.view import View
from graphsvc.graph.fold import fold
from graphsvc.graph.snapshot import Int64, Snapshot
from graphsvc.model.facts import Facts
from graphsvc.model.findings import KnownNetworks
from graphsvc.model.tables import MEMBERS
from graphsvc.ranking.rank import Ranked, ordered
from graphsvc.ranking.reasons import Suspects
from graphsvc.replay.clock import LOOK_EVERY_MS
from graphsvc.replay.timeline import Timeline, events_table


@dataclass(frozen=True)
class Outlook:
    """People ranked at an instant, and what they are ranked by."""

    facts: Facts
    view: View
    ranked: Ranked
    """Those who talked with a suspect, or turned to one: nobody else is ever warned."""
    hubs: pl.Series
    """Ids of numbers that meet many for a living: unranked while they were merely called."""

    def evidence(self, numbers: Sequence[int]) -> list[str]:
        """Why these people (ids) are ranked, in the order given."""
        place = {number: at for at, number in enumerate(self.ranked.rows["number"].to_list())}
        chosen = self.ranked.only([place[number] for number in numbers])
        told = Ranked(
            chosen.rows.with_columns(key_events=pl.Series(self.view.key_events_of(numbers), dtype=pl.String)),
            chosen.found,
        )
        suspicions = self.view.suspicions_of(chosen.rows["suspect"].to_list())
        return told.evidence(Suspects.of(suspicions, self.facts))

    def known(self) -> KnownNetworks:
        """Its networks, for the look after it: they keep their ids."""
        named = self.view.named
        next_id = max([self.view.known.next_id, *(one + 1 for one in named.ids)])
        return KnownNetworks(members=self.view.members(), next_id=next_id)

    def same_networks(self) -> dict[int, Collection[int]]:
        """Network → networks of the analysis before that it came from."""
        named = self.view.named
        return {
            network: {int(str(one["network_id"])) for one in lineage}
            for network, lineage in zip(named.ids, named.lineage, strict=True)
        }


@dataclass(frozen=True)
class Left:
    """What the last cut left for the looks until the next."""

    at: int
    """The cut's instant, epoch ms."""
    standing: Standing


@dataclass(frozen=True)
class Look:
    """What was seen at an instant, before its networks have names: those hang on the look before."""

    view: View
    facts: Facts
    standing: Standing

    def named(self, known: KnownNetworks) -> Outlook:
        """With the names of the networks as they were known before, and people ranked."""
        view = replace(self.view, known=known)
        hubs = pl.Series(self.standing.hubs(view.world, view.suspicion))
        return Outlook(self.facts, view, ordered(view.talkers(), hubs, self.facts, self.facts.as_of), hubs)


@dataclass
class Analyst:
    """Looks at the timeline as of one instant after another.

    What a look sees hangs on its instant and on the cut before it alone, whichever looks lie between: several analysts
    can share the looks of a day.
    """

    timeline: Timeline
    engine: LocalEngine

    def __post_init__(self) -> None:
        """Nothing has been looked at."""
        self._left: Left | None = None

    @property
    def left(self) -> Left | None:
        """What the cut left that looks go by."""
        return self._left

    def goes_by(self, left: Left) -> None:
        """Look by what a cut left, of this analyst or of another."""
        self._left = left
        self._rows: Int64 = np.empty(0, dtype=np.int64)
        self._read, self._focus = 0, left.standing.focus
        self._counted, self._counted_at = left.standing, left.at

    def whole(self, at: int) -> Look:
        """Everything known at an instant (epoch ms): a cut."""
        facts = self.timeline.facts_held(at)
        view = self.engine.full(self._folded(slice(0, self.timeline.known(at)), at), facts, nobody_known())
        self.goes_by(Left(at, view.standing()))
        return Look(view, facts, self._counted)

    def focus(self, at: int) -> Look:
        """The same where it can have changed since the last cut."""
        facts = self.timeline.facts_held(at)
        standing = self._admitting(facts, self._counting(at))
        self._take(self.timeline.known(at), standing)
        view = self.engine.focus(self._folded(self._rows, at), facts, nobody_known(), standing)
        return Look(view, facts, standing)

    def covers(self, facts: Facts) -> bool:
        """Whether the last look was at everybody whom the flags of now bring into the focus."""
        assert self._left is not None
        return self._admitting(facts, replace(self._left.standing, focus=self._focus)).focus is self._focus

    def _admitting(self, facts: Facts, standing: Standing) -> Standing:
        """With those in the focus who share an entity with what is flagged."""
        flagged = (facts.flags.column(name).drop_null().to_numpy() for name in ("number", "entity"))
        return standing.joined_by(*flagged) or standing

    def _counting(self, at: int) -> Standing:
        """What stands, with what everybody did since.

        It is counted hour by hour since the cut, for what counts hangs a little on where a batch ends (engine.counts).
        """
        if self._left is None:
            raise ValueError("the first look is at the whole")
        while self._counted_at + LOOK_EVERY_MS <= at:
            self._counted = self._after(self._counted, self._counted_at, self._counted_at + LOOK_EVERY_MS)
            self._counted_at += LOOK_EVERY_MS
        return self._after(self._counted, self._counted_at, at)

    def _after(self, standing: Standing, since: int, at: int) -> Standing:
        events, rows = self.timeline.events, slice(self.timeline.known(since), self.timeline.known(at))
        return standing.after(
            np.asarray(events["a"][rows], np.int32),
            np.asarray(events["b"][rows], np.int32),
            np.asarray(events["started_at"][rows], np.int64),
            timezone=self.engine.timezone,
        )

    def _take(self, count: int, standing: Standing) -> None:
        """Add the newly known events that the focus needs; all anew where the focus is another."""
        if not np.array_equal(standing.focus, self._focus):
            self._rows, self._read, self._focus = np.empty(0, dtype=np.int64), 0, standing.focus
        fresh, events = slice(self._read, count), self.timeline.events
        wanted = standing.wanted(np.asarray(events["a"][fresh], np.int32))
        wanted |= standing.wanted(np.asarray(events["b"][fresh], np.int32))
        self._rows = np.concatenate([self._rows, self._read + np.flatnonzero(wanted)])
        self._read = count

    def _folded(self, rows: slice | Int64, at: int) -> Snapshot:
        return fold([events_table(self.timeline.events, rows)], as_of=at, snapshot_id=f"replay-{at}")


def nobody_known() -> KnownNetworks:
    """Before the first look."""
    return KnownNetworks(members=MEMBERS.empty_table(), next_id=1)
