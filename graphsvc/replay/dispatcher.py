"""Who is warned at each tick: the queue's own planning, and warnings that go out at once within the day's capacity.

Nobody answers in a replay: a warning that went out stays without outcome, and nobody is warned again about the same
affair unless something happened since.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import polars as pl

from graphsvc.dispatch.allocation import Allocation, Offer, allocate
from graphsvc.dispatch.capacity import Room, day_ends
from graphsvc.dispatch.channels import promised_by_grade, stake_of
from graphsvc.dispatch.considering import considered, least_probability
from graphsvc.dispatch.holding_out import is_held_out
from graphsvc.dispatch.pacing import released
from graphsvc.dispatch.people import Occasion, Person
from graphsvc.dispatch.planning import plan
from graphsvc.dispatch.policies import WORTH, Policy
from graphsvc.dispatch.prices import Offers
from graphsvc.model.warnings import WarningChannel, WarningRow, WarningState
from graphsvc.model.words import Stage
from graphsvc.replay.clock import Tick

T = TypeVar("T")
_ByChannel = dict[WarningChannel, T]


@dataclass
class Spent:
    """What became of one channel's capacity."""

    offers: Offers = field(default_factory=Offers)
    today: int = 0
    missed_today: float = 0.0
    """The most that one more warning would have prevented, at any tick of today."""
    missed: list[float] = field(default_factory=list)
    """The same of each day before."""
    worth: float = 0.0
    """All that its warnings are expected to prevent, in mean losses."""

    def document(self) -> dict[str, Any]:
        """As JSON keeps it."""
        plain = {"today": self.today, "missed_today": self.missed_today, "worth": self.worth, "missed": self.missed}
        return {**plain, "offers": self.offers.document()}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Spent":
        """From `document`."""
        return cls(**{**document, "offers": Offers.of(document["offers"])})


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
    policy: Policy = WORTH
    standing: dict[int, list[WarningRow]] = field(default_factory=dict)
    """By person, in the order made."""
    spent: dict[WarningChannel, Spent] = field(default_factory=dict)
    day: int = -1
    made: int = 0
    held_out: set[int] = field(default_factory=set)
    """Persons whom chance left out at some time."""

    def tick(
        self,
        tick: Tick,
        people: Collection[Person],
        same: Mapping[int, Collection[int]],
        touched: Collection[int] | None = None,
    ) -> list[WarningRow]:
        """Plan for everybody ranked, then warn the most worthwhile within capacity; those who were warned now.

        Where some are `touched`, it is these alone: nobody else is worth more than at the last look, and prices fall
        only by the hour.
        """
        self._turn_day(tick)
        occasion = Occasion(analysis_id="", as_of=tick.at, service=tick.at, same_network=same, policy=self.policy)
        warned = self._not_held_out([person for person in people if person.number not in self.nobody])
        self._forget({person.number for person in warned})
        room, prices, bars = self._room(tick)
        concerned = [person for person in warned if touched is None or person.number in touched]
        known = {person.number: person for person in considered(concerned, self.policy, bars)}
        self._plan(list(known.values()), occasion)
        result = self._allocated(self._offers(known, occasion), tick, room, prices)
        sent = []
        for offer, worth in result.taken:
            spent = self.spent[offer.channel]
            spent.today, spent.worth = spent.today + 1, spent.worth + worth
            sent.append(self._send(offer, worth, tick.at))
        for channel, missed in result.missed.items():
            self.spent[channel].missed_today = max(self.spent[channel].missed_today, missed)
        return sorted(sent, key=lambda row: (row.turn, row.warning_id))

    def document(self) -> dict[str, Any]:
        """Everything that the next tick depends on, as JSON keeps it."""
        return {
            "standing": [asdict(row) for rows in self.standing.values() for row in rows],
            "spent": {channel.value: spent.document() for channel, spent in self.spent.items()},
            "day": self.day,
            "made": self.made,
            "held_out": sorted(self.held_out),
        }

    def restore(self, document: Mapping[str, Any]) -> None:
        """Go on from `document`."""
        self.standing = {}
        for row in document["standing"]:
            told = {**row, "channel": WarningChannel(row["channel"]), "state": WarningState(row["state"])}
            self.standing.setdefault(row["number"], []).append(WarningRow(**told))
        self.spent = {WarningChannel(name): Spent.of(one) for name, one in document["spent"].items()}
        self.day, self.made, self.held_out = document["day"], document["made"], set(document["held_out"])

    def said(self) -> dict[str, Any]:
        """What its warnings are expected to prevent, and one more a day of each channel would have; in mean losses."""
        days = {channel: [*spent.missed, spent.missed_today] for channel, spent in self.spent.items()}
        return {
            "prevents": {channel.value: round(spent.worth, 6) for channel, spent in self.spent.items()},
            "one_more_a_day_prevents": {
                channel.value: round(sum(missed) / len(missed), 6) for channel, missed in days.items()
            },
            "people_held_out": len(self.held_out),
        }

    def _turn_day(self, tick: Tick) -> None:
        if tick.day == self.day:
            return
        for channel, per_day in self.per_day.items():
            spent = self.spent.setdefault(channel, Spent())
            spent.offers.turn_day(tick.day, per_day)
            if self.day >= 0:
                spent.missed.append(spent.missed_today)
            spent.today, spent.missed_today = 0, 0.0
        self.day = tick.day

    def _not_held_out(self, people: Sequence[Person]) -> list[Person]:
        if not self.policy.held_out:
            return list(people)
        out = [person for person in people if is_held_out(person, self.policy.held_out)]
        self.held_out |= {person.number for person in out}
        return [person for person in people if not is_held_out(person, self.policy.held_out)]

    def _offers(self, known: Mapping[int, Person], occasion: Occasion) -> list[Offer]:
        """Everything that is due to those who are considered."""
        offers = []
        for number, person in known.items():
            rows = self.standing.get(number, ())
            due = [row for row in rows if row.state is WarningState.DUE]
            if due:
                stake = stake_of(person, [row for row in rows if occasion.about_the_same(person, row)], occasion)
                promised = promised_by_grade(person)
                offers += [
                    Offer(row.warning_id, number, row.channel, row.region, stake, row.channel in promised)
                    for row in due
                ]
        return offers

    def _room(self, tick: Tick) -> tuple[_ByChannel[list[Room]], _ByChannel[float], _ByChannel[float]]:
        """By channel: what may be made now, at which price, and the price of one that is sure to be left.

        Until a whole day taught the prices, capacity is released evenly.
        """
        ends = day_ends(tick.at, self.zone)
        room, prices, bars = {}, {}, {}
        for channel, per_day in self.per_day.items():
            spent = self.spent[channel]
            left = per_day - spent.today
            price = spent.offers.price(left, at=tick.at, ends=ends) if self.policy.paced else 0.0
            if price is None:
                left = released(per_day, begun=tick.day, at=tick.at + self.every, ends=ends) - spent.today
            room[channel] = [Room("", max(left, 0))]
            prices[channel] = price or 0.0
            bars[channel] = prices[channel] if left > 0 else spent.offers.price(1, at=tick.at, ends=ends) or 0.0
        return room, prices, bars

    def _allocated(
        self, offers: Sequence[Offer], tick: Tick, room: _ByChannel[list[Room]], prices: _ByChannel[float]
    ) -> Allocation:
        """The best by worth above the channel's price; all that was offered teaches the prices of days to come."""
        for channel in self.per_day:
            here = ((one.person, one.stake.worth(channel)) for one in offers if one.channel is channel)
            self.spent[channel].offers.note(tick.at, here)
        return allocate([one for one in offers if one.channel in room], room, prices, self.policy.least)

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

    def _send(self, offer: Offer, worth: float, at: int) -> WarningRow:
        row = next(row for row in self.standing[offer.person] if row.warning_id == offer.key)
        sent = replace(row, state=WarningState.HANDED_OVER, warned_at=at, worth=worth)
        self._put(sent)
        return sent

    def _put(self, changed: WarningRow) -> None:
        rows = self.standing[changed.number]
        place = next(k for k, row in enumerate(rows) if row.warning_id == changed.warning_id)
        if changed.state is WarningState.CANCELLED:
            del rows[place]  # it never reached anybody and binds nobody
        else:
            rows[place] = changed


_NAMES = ("number", "network_id", "suspect", "last_at", "grade", "stage", "scam_type")
_FIGURES = ("probability", "in_contact_probability", "deadline_at", "region")


def considerable(rows: pl.DataFrame, policies: Iterable[Policy]) -> pl.DataFrame:
    """Of rows of a Ranked the people whom a policy considers, with what the queue needs of them."""
    least = min(least_probability(policy) for policy in policies)
    wanted = rows.filter((pl.col("stage") != Stage.LOST.value) & (pl.col("probability") >= least))
    return wanted.select(*_NAMES, *_FIGURES)


def people_of(rows: pl.DataFrame) -> list[Person]:
    """Considerable rows as persons of the queue; their evidence comes later."""
    return [Person(*(*values, "")) for values in rows.iter_rows()]
