"""Contacts that suspects began with strangers, who never contacted them: how many, and how many at which time."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from graphsvc.engine.kernels import between
from graphsvc.engine.population import Bool
from graphsvc.graph.snapshot import Int32, Int64, Snapshot


class Beginnings(Protocol):
    """What is asked of them. A suspect is an index of the population."""

    def total(self, suspect: Int32) -> Int64:
        """How many each of these suspects began."""

    def between(self, suspect: Int32, first: Int64, last: Int64) -> Int64:
        """How many each began from an instant to another, both counted (epoch ms)."""


@dataclass(frozen=True)
class Begun:
    """When they began, suspect by suspect."""

    at: Int64
    """Epoch ms of the first event; of each suspect ascending."""
    start: Int64
    """[N] where each suspect's part of `at` starts."""
    end: Int64
    """[N] and ends."""

    @classmethod
    def of(cls, suspect: Int32, at: Int64, count: int) -> "Begun":
        """From contacts in any order, of `count` numbers."""
        sizes = np.bincount(suspect, minlength=count)
        end = np.cumsum(sizes)
        earliest = int(at.min(initial=0))
        span = int(at.max(initial=0)) - earliest + 1
        keys = np.sort(suspect.astype(np.int64) * span + (at - earliest))  # quicker than by two columns
        return cls(keys - np.repeat(np.arange(count) * span, sizes) + earliest, end - sizes, end)

    @classmethod
    def in_whole(cls, snapshot: Snapshot, reverse: Int64, suspect: Bool) -> "Begun":
        """Those of suspects (a mask of at least [n]); `reverse`: see traits.Traits."""
        contact = np.flatnonzero(suspect[snapshot.contact_from] & (reverse < 0))
        return cls.of(snapshot.contact_from[contact], snapshot.began(contact), len(suspect))

    def total(self, suspect: Int32) -> Int64:
        """See Beginnings."""
        return np.asarray(self.end[suspect] - self.start[suspect])

    def between(self, suspect: Int32, first: Int64, last: Int64) -> Int64:
        """See Beginnings."""
        return between(self.at, self.start[suspect], self.end[suspect], first, last)


@dataclass(frozen=True)
class Corrected:
    """Those of a full look, less some, and others beside."""

    full: Begun
    less: Begun
    beside: Begun

    def total(self, suspect: Int32) -> Int64:
        """See Beginnings."""
        return self.full.total(suspect) - self.less.total(suspect) + self.beside.total(suspect)

    def between(self, suspect: Int32, first: Int64, last: Int64) -> Int64:
        """See Beginnings."""
        full, less, beside = (one.between(suspect, first, last) for one in (self.full, self.less, self.beside))
        return full - less + beside
