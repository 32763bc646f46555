"""Everybody ranked at a tick: as the last look saw them, and those whom news touched since as glances saw them.

The glances are those of the service (engine.glance), from what the look left.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from graphsvc.dispatch.policies import Policy
from graphsvc.engine.glance import Glance, News, glance
from graphsvc.engine.parameters import TALKED_FROM_S
from graphsvc.engine.strangers import Strangers
from graphsvc.engine.verdicts import Verdicts
from graphsvc.graph.snapshot import Int32
from graphsvc.model.facts import Facts
from graphsvc.ranking.rank import Ranked, ordered
from graphsvc.ranking.reasons import Suspects
from graphsvc.replay.dispatcher import considerable
from graphsvc.replay.outlook import Outlook
from graphsvc.replay.timeline import Timeline, events_table


@dataclass(frozen=True)
class _Seen:
    """People whom one glance touched, ranked among themselves, and the facts that it knew."""

    ranked: Ranked
    facts: Facts


@dataclass
class Ranking:
    """Of one look, amended by glance after glance."""

    timeline: Timeline
    look: Outlook
    policies: Collection[Policy]
    """How capacity is spent: people whom none of them considers are left out."""

    def __post_init__(self) -> None:
        """As the look saw it."""
        self.same = self.look.same_networks()
        self._of: dict[int, _Seen] = {}
        self._from = self._until = self.timeline.known(self.look.facts.as_of)
        self._flags = _flags(self.look.facts)

    @property
    def rows(self) -> pl.DataFrame:
        """The people whom the look ranked, as far as a policy considers them."""
        return considerable(self.look.ranked.rows, self.policies)

    def glance(self, facts: Facts) -> tuple[frozenset[int], pl.DataFrame]:
        """Bring it to the instant of these facts.

        Ids of the people whom news touched since the glance before; and of those the rows that a policy considers,
        which stand for what was said of the touched until now.
        """
        seen = self._glanced(self.timeline.known(facts.as_of), facts)
        touched = frozenset(seen.people.tolist())
        newest = _Seen(_talkers(seen, self.look.hubs, facts), facts)
        self._of |= dict.fromkeys(touched, newest)
        return touched, considerable(newest.ranked.rows, self.policies)

    def evidence(self, numbers: Sequence[int]) -> list[str]:
        """Why these people (ids) are ranked, in the order given."""
        texts: dict[int, str] = {}
        for seen in {id(one): one for one in (self._of.get(number) for number in numbers)}.values():
            theirs = [number for number in numbers if self._of.get(number) is seen]
            told = self.look.evidence(theirs) if seen is None else self._evidence(seen, theirs)
            texts |= dict(zip(theirs, told, strict=True))
        return [texts[number] for number in numbers]

    @cached_property
    def _verdicts(self) -> Verdicts:
        return self.look.view.verdicts()

    @cached_property
    def _strangers(self) -> Strangers:
        return Strangers(self.look.view.world.snapshot)

    def _glanced(self, count: int, facts: Facts) -> Glance:
        """The newest glance, by the first `count` events."""
        events = events_table(self.timeline.events, np.arange(self._from, count))
        flags = _flags(facts)
        flagged, anew = _numbers(_flags(self.look.facts) ^ flags), _numbers(self._flags ^ flags)
        news = News(events, count - self._until, flagged, anew)
        self._until, self._flags = count, flags
        return glance(self._verdicts, self._strangers.snapshot, self._strangers, news, facts)

    def _evidence(self, seen: _Seen, numbers: Sequence[int]) -> list[str]:
        place = {number: at for at, number in enumerate(seen.ranked.rows["number"].to_list())}
        chosen = seen.ranked.only([place[number] for number in numbers])
        ids = self.look.view.world.population.ids
        met = np.intersect1d(chosen.rows["suspect"].to_numpy(), ids)  # others are known by flags that came since
        return chosen.evidence(Suspects.of(self.look.view.suspicions_of(met.tolist()), seen.facts))


def _talkers(seen: Glance, hubs: pl.Series, facts: Facts) -> Ranked:
    """Of the people touched those who talked with a suspect, or turned to one: as `View.talkers`."""
    exposures = pl.DataFrame(seen.exposures)
    talked = (exposures["longest_call_s"] >= TALKED_FROM_S) | (exposures["call_backs"] > 0)
    return ordered(exposures.filter(talked).to_arrow(), hubs, facts, facts.as_of)


def _flags(facts: Facts) -> frozenset[tuple[int, int]]:
    """Every flag in force on a number: the number, and the flag."""
    held = facts.flags.filter(facts.flags.column("number").is_valid())
    return frozenset(zip(held.column("number").to_pylist(), held.column("flag_id").to_pylist(), strict=True))


def _numbers(flags: Collection[tuple[int, int]]) -> Int32:
    return np.array(sorted({number for number, _ in flags}), dtype=np.int32)
