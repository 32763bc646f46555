"""What the service would know at an instant: an analysis of all that was known then, and the people it ranks.

The same engine and the same ranking as `graphsvc analyse`. At a cut the whole world is analysed; between two cuts what
can have changed since the last (engine.standing).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

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

    def same_networks(self) -> dict[int, Collection[int]]:
        """Network → networks of the analysis before that it came from."""
        named = self.view.named
        return {
            network: {int(str(one["network_id"])) for one in lineage}
            for network, lineage in zip(named.ids, named.lineage, strict=True)
        }


@dataclass
class Analyst:
    """Looks at the timeline as of one instant after another."""

    timeline: Timeline
    engine: LocalEngine
    known: KnownNetworks
    """Networks of the look before, which keep their ids."""

    def __post_init__(self) -> None:
        """Nothing has been looked at."""
        self._standing: Standing | None = None
        self._rows: Int64 = np.empty(0, dtype=np.int64)
        self._read = self._counted = 0

    def whole(self, at: int) -> Outlook:
        """Everything known at an instant (epoch ms)."""
        facts = self.timeline.facts_held(at)
        count = self.timeline.known(at)
        snapshot = self._folded(slice(0, count), at)
        view = self.engine.full(snapshot, facts, self.known)
        self._standing, self._rows, self._read = view.standing(), np.empty(0, dtype=np.int64), 0
        self._counted = count
        return self._outlook(view, facts, at)

    def focus(self, at: int) -> Outlook:
        """The same where it can have changed since the last whole look."""
        if self._standing is None:
            raise ValueError("the first look is at the whole")
        facts = self.timeline.facts_held(at)
        self._standing = self._counting(self.timeline.known(at), self._standing)
        self._admit(facts)
        self._take(self.timeline.known(at), self._standing)
        view = self.engine.focus(self._folded(self._rows, at), facts, self.known, self._standing)
        return self._outlook(view, facts, at)

    def covers(self, facts: Facts) -> bool:
        """Whether the last look was at everybody whom the flags of now bring into the focus."""
        return self._joined(facts) is None

    def _admit(self, facts: Facts) -> None:
        """Bring those into the focus who share an entity with what was flagged since."""
        joined = self._joined(facts)
        if joined is not None:
            self._standing, self._rows, self._read = joined, np.empty(0, dtype=np.int64), 0

    def _joined(self, facts: Facts) -> Standing | None:
        assert self._standing is not None
        flagged = (facts.flags.column(name).drop_null().to_numpy() for name in ("number", "entity"))
        return self._standing.joined_by(*flagged)

    def _counting(self, count: int, standing: Standing) -> Standing:
        """What stands, with what everybody did since."""
        since, events = slice(self._counted, count), self.timeline.events
        self._counted = max(self._counted, count)
        return standing.after(
            np.asarray(events["a"][since], np.int32),
            np.asarray(events["b"][since], np.int32),
            np.asarray(events["started_at"][since], np.int64),
            timezone=self.engine.timezone,
        )

    def _take(self, count: int, standing: Standing) -> None:
        """Add the newly known events that the focus needs."""
        fresh = slice(self._read, count)
        events = self.timeline.events
        wanted = standing.wanted(np.asarray(events["a"][fresh], np.int32))
        wanted |= standing.wanted(np.asarray(events["b"][fresh], np.int32))
        self._rows = np.concatenate([self._rows, self._read + np.flatnonzero(wanted)])
        self._read = count

    def _folded(self, rows: slice | Int64, at: int) -> Snapshot:
        return fold([events_table(self.timeline.events, rows)], as_of=at, snapshot_id=f"replay-{at}")

    def _outlook(self, view: View, facts: Facts, at: int) -> Outlook:
        next_id = max([self.known.next_id, *(one + 1 for one in view.named.ids)])
        self.known = KnownNetworks(members=view.members(), next_id=next_id)
        assert self._standing is not None
        hubs = pl.Series(self._standing.hubs(view.world, view.suspicion))
        return Outlook(facts, view, ordered(view.talkers(), hubs, facts, at), hubs)


def nobody_known() -> KnownNetworks:
    """Before the first look."""
    return KnownNetworks(members=MEMBERS.empty_table(), next_id=1)
