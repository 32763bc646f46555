"""An hour of a replay as it is watched: a look at its first tick, glances at those after it, and why people are ranked.

What costs most, to see, needs nothing of the hours before but what the last cut left: it can be prepared ahead. Names
of networks and with them the ranking follow once the hour before is told.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl
import pyarrow as pa

from graphsvc.dispatch.policies import Policy
from graphsvc.model.findings import KnownNetworks
from graphsvc.replay.clock import Tick
from graphsvc.replay.outlook import Analyst, Left, Look
from graphsvc.replay.ranking import Ranking


@dataclass(frozen=True)
class Hour:
    """A tick that looks, and those after it that glance."""

    ticks: tuple[Tick, ...]
    cut: int
    """The instant of the cut that it goes by, epoch ms: of its own look, or of one before."""

    @property
    def look(self) -> Tick:
        """The first tick."""
        return self.ticks[0]


def hours_of(ticks: Iterable[Tick]) -> list[Hour]:
    """Ticks, in order, by the look that each goes by. The first is a cut."""
    hours: list[Hour] = []
    for tick in ticks:
        if tick.glance:
            hours[-1] = replace(hours[-1], ticks=(*hours[-1].ticks, tick))
        else:
            hours.append(Hour((tick,), tick.at if tick.cut else hours[-1].cut))
    return hours


@dataclass(frozen=True)
class Cut:
    """What a cut writes down."""

    members: pa.Table
    """MEMBERS."""
    suspicions: pa.Table
    """SUSPICIONS without evidence."""


@dataclass(frozen=True)
class Told:
    """What a tick says."""

    rows: pl.DataFrame
    """People whom a policy considers (Ranking.rows): all of them after a look, of those touched after a glance."""
    touched: frozenset[int] | None
    """Ids of those whom news touched; None after a look."""
    same: Mapping[int, Collection[int]]
    """See Outlook.same_networks."""
    known: KnownNetworks
    """Networks as they are called now."""
    cut: Cut | None


@dataclass
class Watch:
    """Watches one hour after another."""

    analyst: Analyst
    policies: Collection[Policy]
    _seen: Look | None = field(default=None, init=False)
    _ranking: Ranking | None = field(default=None, init=False)

    def prepare(self, look: Tick, left: Left | None = None) -> Left | None:
        """See what there is at the first tick of an hour, by what a cut `left`, or the last one here did.

        What is told of the hour before ends here. A cut gives what it left.
        """
        self._ranking = None
        if left is not None:
            self.analyst.goes_by(left)
        self._seen = self.analyst.whole(look.at) if look.cut else self.analyst.focus(look.at)
        return self.analyst.left if look.cut else None

    def tick(self, tick: Tick, known: KnownNetworks) -> Told:
        """What this tick says where networks are called as they are `known`. Ticks of the hour come in order."""
        if self._ranking is not None:
            facts = self.analyst.timeline.facts_held(tick.at)
            if self.analyst.covers(facts):
                touched, rows = self._ranking.glance(facts)
                return Told(rows, touched, self._ranking.same, known, None)
            self._seen = self.analyst.focus(tick.at)
        assert self._seen is not None
        look, self._seen = self._seen.named(known), None
        self._ranking = Ranking(self.analyst.timeline, look, self.policies)
        cut = Cut(look.view.memberships(), look.view.unexplained()) if tick.cut else None
        return Told(self._ranking.rows, None, self._ranking.same, look.known(), cut)

    def evidence(self, numbers: Sequence[int]) -> list[str]:
        """Why these people (ids) are ranked, in the order given."""
        assert self._ranking is not None
        return self._ranking.evidence(numbers)
