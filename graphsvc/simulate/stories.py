"""A story: what one gang does with one person who did not hang up, and the pen to write it with.

Stories begin with an approach that got to `engaged` or beyond. `scripts` tells them, one function a kind of scam.
"""

from dataclasses import dataclass, field, fields

import numpy as np
import numpy.typing as npt

from graphsvc.simulate.chance import Bools, Floats, Int8, Int32, Int64
from graphsvc.simulate.dialling import Approaches
from graphsvc.simulate.events import MESSAGE, Events, calls, together
from graphsvc.simulate.gangs import Gangs, Role
from graphsvc.simulate.hours import SECOND, Calendar
from graphsvc.simulate.population import NEVER, Population
from graphsvc.simulate.services import PublicNumbers


@dataclass(frozen=True)
class Stories:
    """Arrays over stories, in the order of the approaches they begin with."""

    gang: Int32
    scam: Int8
    person: Int32
    sim: Int32
    """Node of the card that made the approach."""
    blasted: Bools
    """The approach was one of a blaster's messages: whoever answers is passed on."""
    first_at: Int64
    stage: Int8
    turn: Floats
    """How many of the gang's stories began before this one, as a share of all."""
    bank: Int32
    """Node of the person's bank."""
    place: Int64
    """Own place among all stories."""

    def __len__(self) -> int:
        return len(self.gang)

    def take(self, chosen: npt.NDArray[np.generic]) -> "Stories":
        """The chosen stories, which remember their places."""
        return Stories(*(getattr(self, f.name)[chosen] for f in fields(self)))


@dataclass(frozen=True)
class Ends:
    """How stories end. Arrays over all stories; NEVER where something does not happen."""

    committed_at: Int64
    lost_at: Int64
    isolated_from: Int64
    isolated_until: Int64
    """Between these the person answers nobody else."""

    @classmethod
    def open(cls, count: int) -> "Ends":
        """Ends of stories in which nothing has happened yet."""
        return cls(*(np.full(count, NEVER, np.int64) for _ in range(4)))


@dataclass(frozen=True)
class Told:
    """All events of all stories, the story of each, and how they end."""

    events: Events
    story: Int64
    ends: Ends


def begin(tried: Approaches, gangs: Gangs, public: PublicNumbers) -> Stories:
    """The stories that the approaches begin."""
    won = tried.take(tried.stage >= 2)
    return Stories(
        gang=won.gang,
        scam=gangs.plan.scam[won.gang],
        person=won.person,
        sim=gangs.sims.node[won.sim],
        blasted=gangs.sims.role[won.sim] == Role.BLASTER,
        first_at=won.at,
        stage=won.stage,
        turn=_turns(won),
        bank=public.bank_of[won.person],
        place=np.arange(len(won)),
    )


def _turns(won: Approaches) -> Floats:
    order = np.lexsort((won.at, won.gang))
    count = np.bincount(won.gang)
    before = np.cumsum(count) - count
    turn = np.empty(len(won))
    turn[order] = (np.arange(len(won)) - before[won.gang[order]]) / count[won.gang[order]]
    return turn


@dataclass(frozen=True)
class Pen:
    """Writes events down for their stories, and knows who is around to take part in them."""

    rng: np.random.Generator
    gangs: Gangs
    people: Population
    public: PublicNumbers
    days: Calendar
    ends: Ends
    parts: list[Events] = field(default_factory=list)
    places: list[Int64] = field(default_factory=list)

    def call(self, stories: Stories, at: Int64, a: npt.ArrayLike, b: npt.ArrayLike, seconds: npt.ArrayLike) -> Int64:
        """A call in each story; gives back when it ends. Seconds below 1 become 1."""
        whole = np.maximum(np.asarray(seconds, float), 1).astype(np.int64)
        event = calls(at, np.asarray(a), np.asarray(b), whole)
        self.parts.append(event)
        self.places.append(stories.place)
        return event.ended

    def message(self, stories: Stories, at: Int64, a: npt.ArrayLike, b: npt.ArrayLike) -> None:
        """A message in each story."""
        self.parts.append(calls(at, np.asarray(a), np.asarray(b), MESSAGE))
        self.places.append(stories.place)

    def some(self, stories: Stories, share: npt.ArrayLike) -> Bools:
        """A mask over the stories that is true for about that share."""
        return self.rng.random(len(stories)) < np.asarray(share)

    def minutes(self, low: float, high: float, stories: Stories) -> Floats:
        """For each story a time between so many minutes, in ms."""
        return self.rng.uniform(low, high, len(stories)) * 60 * SECOND

    def handler(self, stories: Stories, at: Int64, turn: int) -> Int32:
        """The number with which the gang handles each story; other turns are other numbers if it can.

        A handler's number is dropped when it has served its share of people. Where cards are rotated, stories that
        take days pass from one number to the next.
        """
        sims = self.gangs.sims
        rows = np.flatnonzero(sims.role == Role.HANDLER)
        start = np.searchsorted(sims.gang[rows], stories.gang)
        count = self.gangs.plan.handlers[stories.gang]
        seat = (stories.turn * count).astype(np.int64) + turn
        if self.gangs.plan.block_days:
            seat += (self.days.day_of(at) - self.days.day_of(stories.first_at)) // self.gangs.plan.block_days
        return sims.node[rows[start + seat % count]]

    def same(self, stories: Stories) -> Int32:
        """The one number that stays with each story: that of the approach, or who took over from the blaster."""
        return np.where(stories.blasted, self.handler(stories, stories.first_at, 0), stories.sim)

    def verify(self, stories: Stories, at: Int64, share_police: float) -> None:
        """The person asks 114, or 110, whether this is in order."""
        asks_police = self.some(stories, share_police)
        asked = np.where(asks_police, self.public.police, self.public.enquiries)
        self.call(stories, at, stories.person, asked, self.rng.uniform(40, 180, len(stories)))

    def ask_bank(self, stories: Stories, at: Int64) -> None:
        """The person rings the hotline of the bank."""
        self.call(stories, at, stories.person, stories.bank, self.rng.uniform(50, 260, len(stories)))

    def codes(self, stories: Stories, since: Int64, until: Int64, most: int) -> None:
        """One to `most` codes or notices from the bank in that time."""
        count = self.rng.integers(1, most + 1, len(stories))
        which = np.repeat(np.arange(len(stories)), count)
        span = np.maximum(until - since, SECOND)[which]
        at = since[which] + (self.rng.random(len(which)) * span).astype(np.int64)
        each = stories.take(which)
        self.message(each, at, each.bank, each.person)

    def told(self, ends: Ends) -> Told:
        """Everything written so far."""
        return Told(together(self.parts), np.concatenate(self.places or [np.zeros(0, np.int64)]), ends)
