"""How many numbers each number met, and on how many days: kept up for everybody while only a part is looked at anew.

A look at everybody counts the whole world. Until the next, each batch of events adds to that, so that how popular a
recipient is and who is a hub never stand still.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from graphsvc.engine.parameters import DAY_MS
from graphsvc.engine.population import Population
from graphsvc.engine.traits import Traits
from graphsvc.graph.snapshot import Int32, Int64, Snapshot

_NEVER = np.iinfo(np.int64).min


class Sociable(Protocol):
    """Whatever says how many numbers each met. Arrays are parallel."""

    @property
    def contacts_out(self) -> Int32:
        """Numbers that it contacted."""

    @property
    def contacts_in(self) -> Int32:
        """Numbers that contacted it."""

    @property
    def reciprocal(self) -> Int32:
        """Numbers with contact in both directions."""

    @property
    def active_days(self) -> Int32:
        """Days with an event, in the operator's zone."""

    @property
    def counterparts(self) -> Int32:
        """Distinct numbers in contact, whichever side began."""


@dataclass(frozen=True)
class Counts:
    """By registry id."""

    contacts_out: Int32
    contacts_in: Int32
    reciprocal: Int32
    active_days: Int32
    last_day: Int64
    """The newest of these days, counted from 1970 in the operator's zone."""
    known: Int64
    """Contacts (from, to) of the look at everybody, as sorted keys."""
    new: Int64
    """Contacts since."""

    @classmethod
    def of(cls, snapshot: Snapshot, population: Population, traits: Traits, *, day_offset_ms: int) -> "Counts":
        """The whole world's."""
        ids, last = population.ids, np.full(len(population), _NEVER)
        for side in (snapshot.contact_from, snapshot.contact_to):
            np.maximum.at(last, side, snapshot.last_at)
        there = last > _NEVER
        days = np.where(there, (np.where(there, last, 0) + day_offset_ms) // DAY_MS, _NEVER)

        def by_id(values: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
            result = np.zeros(int(ids.max(initial=-1)) + 1, dtype=values.dtype)
            result[ids] = values
            return result

        return cls(
            contacts_out=np.asarray(by_id(traits.contacts_out), np.int32),
            contacts_in=np.asarray(by_id(traits.contacts_in), np.int32),
            reciprocal=np.asarray(by_id(traits.reciprocal), np.int32),
            active_days=np.asarray(by_id(traits.active_days), np.int32),
            last_day=np.asarray(by_id(days), np.int64),
            known=_keys(ids[snapshot.contact_from], ids[snapshot.contact_to]),
            new=np.empty(0, np.int64),
        )

    @property
    def counterparts(self) -> Int32:
        """Distinct numbers in contact, whichever side began."""
        return self.contacts_out + self.contacts_in - self.reciprocal

    @property
    def calling(self) -> int:
        """How many numbers contacted anybody."""
        return int((self.contacts_out > 0).sum())

    def after(self, a: Int32, b: Int32, at: Int64, *, day_offset_ms: int) -> "Counts":
        """With these events (ids, epoch ms) too. A day that is told of after a later one is not counted."""
        other = a != b
        a, b, day = a[other], b[other], (at[other] + day_offset_ms) // DAY_MS
        if not len(a):
            return self
        count = max(len(self.last_day), int(max(a.max(), b.max())) + 1)
        found = np.unique(_keys(a, b))
        found = found[~_among(found, self.known) & ~_among(found, self.new)]
        source, target = found >> 32, found & 0xFFFFFFFF
        back = _keys(target, source)
        answered = _among(back, self.known) | _among(back, self.new)
        # Both directions new at once: each of the two rows counts for its own side.
        mutual = np.concatenate([source[answered | _among(back, found)], target[answered]])
        last = np.full(count, _NEVER)
        last[: len(self.last_day)] = self.last_day
        begun, newest = _days_since(np.concatenate([a, b]), np.concatenate([day, day]), last)

        def added(before: Int32, rows: Int64) -> Int32:
            result = np.bincount(rows, minlength=count)
            result[: len(before)] += before
            return result.astype(np.int32)

        return Counts(
            contacts_out=added(self.contacts_out, source),
            contacts_in=added(self.contacts_in, target),
            reciprocal=added(self.reciprocal, mutual),
            active_days=added(self.active_days, begun),
            last_day=newest,
            known=self.known,
            new=np.sort(np.concatenate([self.new, found]), kind="stable"),  # two ascending runs, nothing in both
        )


def _keys(source: npt.NDArray[np.integer], target: npt.NDArray[np.integer]) -> Int64:
    return source.astype(np.int64) << 32 | target.astype(np.int64)


def _among(keys: Int64, sorted_keys: Int64) -> npt.NDArray[np.bool_]:
    if not len(sorted_keys):
        return np.zeros(len(keys), dtype=np.bool_)
    at = np.minimum(np.searchsorted(sorted_keys, keys), len(sorted_keys) - 1)
    return np.asarray(sorted_keys[at] == keys)


def _days_since(who: Int32, day: Int64, last: Int64) -> tuple[Int64, Int64]:
    """Who has a day after its last one, once for each such day; and the last days with these."""
    later = day > last[who]
    who, day = who[later], day[later]
    order = np.lexsort((day, who))
    who, day = who[order], day[order]
    first = np.ones(len(who), dtype=np.bool_)
    first[1:] = (who[1:] != who[:-1]) | (day[1:] != day[:-1])
    newest = last.copy()
    np.maximum.at(newest, who, day)
    return who[first].astype(np.int64), newest
