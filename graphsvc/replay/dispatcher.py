"""Who is warned at each tick: the queue's own planning, and warnings that go out at once within the day's capacity.

Nobody answers in a replay: a warning that went out stays without outcome, and nobody is warned again about the same
affair unless something happened since.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

import polars as pl

from graphsvc.dispatch.capacity import day_ends
from graphsvc.dispatch.pacing import released
from graphsvc.dispatch.planning import Occasion, Person, plan
from graphsvc.model.warnings import WarningChannel, WarningRow, WarningState
from graphsvc.model.words import Grade, Stage
from graphsvc.replay.clock import Tick

Evidence = Callable[[Sequence[int]], list[str]]
"""The evidence of some persons (ids), in the order given."""


@dataclass
class Dispatcher:
    """The warnings so far and what is left of the day's capacity."""

    per_day: Mapping[WarningChannel, int]
    every: int
    """The step of the clock, ms."""
    zone: ZoneInfo
    """The operator's."""
    nobody: Collection[int]
    """Ids that are no person's: short codes, sender names."""
    standing: dict[int, list[WarningRow]] = field(default_factory=dict)
    """By person, in the order made."""
    used: dict[WarningChannel, int] = field(default_factory=dict)
    """Today."""
    day: int = -1
    made: int = 0

    def tick(self, tick: Tick, people: Sequence[Person], same: Mapping[int, Collection[int]]) -> list[WarningRow]:
        """Plan for everybody ranked, then warn the most worthwhile within capacity; those who were warned now."""
        if tick.day != self.day:
            self.day, self.used = tick.day, {}
        occasion = Occasion(analysis_id="", as_of=tick.at, service=tick.at, same_network=same)
        self._plan([person for person in people if person.number not in self.nobody], occasion)
        self._forget({person.number for person in people})
        sent = []
        ends = day_ends(tick.at, self.zone)
        for channel, capacity in self.per_day.items():
            spent = self.used.get(channel, 0)
            free = released(capacity, begun=tick.day, at=tick.at + self.every, ends=ends) - spent
            due = [
                row
                for rows in self.standing.values()
                for row in rows
                if row.channel is channel and row.state is WarningState.DUE
            ]
            due.sort(key=lambda row: (-row.worth, row.turn, row.warning_id))
            chosen = due[: max(free, 0)]
            # What is urgent and likely does not wait for its share of the day.
            chosen += [row for row in due[len(chosen) : capacity - spent] if row.grade == Grade.HIGH.value]
            self.used[channel] = spent + len(chosen)
            sent += [self._send(row, tick.at) for row in chosen]
        return sorted(sent, key=lambda row: (row.turn, row.warning_id))

    def _plan(self, people: Sequence[Person], occasion: Occasion) -> None:
        standing = [row for person in people for row in self.standing.get(person.number, ())]
        result = plan(people, standing, occasion)
        for row, _ in result.cancelled:
            self._put(replace(row, state=WarningState.CANCELLED, closed_at=occasion.service))
        by_id = {row.warning_id: row for row in standing}
        for warning_id, told in result.changed:
            if told:
                self._put(replace(by_id[warning_id], **told))
        for row in result.made:
            self.made += 1
            self.standing.setdefault(row.number, []).append(replace(row, warning_id=self.made))

    def _forget(self, ranked: Collection[int]) -> None:
        """Drop what is due to people who are not ranked any more."""
        for number, rows in list(self.standing.items()):
            if number not in ranked:
                kept = [row for row in rows if row.state is not WarningState.DUE]
                if kept:
                    self.standing[number] = kept
                else:
                    del self.standing[number]

    def _send(self, row: WarningRow, at: int) -> WarningRow:
        sent = replace(row, state=WarningState.HANDED_OVER, warned_at=at)
        self._put(sent)
        return sent

    def _put(self, changed: WarningRow) -> None:
        rows = self.standing[changed.number]
        place = next(k for k, row in enumerate(rows) if row.warning_id == changed.warning_id)
        if changed.state is WarningState.CANCELLED:
            del rows[place]  # it never reached anybody and binds nobody
        else:
            rows[place] = changed


def people_of(rows: pl.DataFrame) -> list[Person]:
    """Rows of a Ranked as persons of the queue; their evidence is told when they are warned."""
    names = ("number", "network_id", "suspect", "last_at", "grade", "stage", "scam_type")
    figures = ("probability", "in_contact_probability", "deadline_at", "region")
    wanted = rows.filter(pl.col("stage") != Stage.LOST.value).select(*names, *figures)
    return [Person(*(*values, "")) for values in wanted.iter_rows()]
