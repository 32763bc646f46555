"""What the graph answers, as frozen values and Arrow tables; the same whichever graph answers.

All numbers are registry ids, all instants epoch ms. A window is half-open, [since, until); None leaves a side open.
"""

from dataclasses import dataclass
from typing import Final

import pyarrow as pa


@dataclass(frozen=True)
class Traffic:
    """All events one way, between a number and some others."""

    contacts: int
    """How many other numbers."""
    events: int
    calls: int
    messages: int
    answered: int
    talk_s: int
    """Seconds of all its calls."""


@dataclass(frozen=True)
class Acquaintance:
    """One other number, and the traffic with it."""

    number: int
    sent: Traffic
    received: Traffic
    first_at: int
    """Their first event, whoever originated it."""
    last_at: int


@dataclass(frozen=True)
class NumberSummary:
    """A number's own traffic. Both times are None where it has no event with another number."""

    number: int
    sent: Traffic
    received: Traffic
    self_events: int
    """Events in which it called itself; in no other count."""
    acquaintances: int
    """How many other numbers it was in contact with, either way."""
    first_at: int | None
    last_at: int | None
    top: tuple[Acquaintance, ...]
    """The acquaintances with most events both ways, then by id."""
    latest: tuple[Acquaintance, ...]
    """Those whose last contact is newest, then by id; as many as of `top`."""


@dataclass(frozen=True)
class Connected:
    """A number near the seeds."""

    number: int
    hops: int
    """Steps of the shortest path to a seed, at least 1."""
    proximity: float
    """(0, 1]: see graph.people."""
    path: tuple[int, ...]
    """A shortest path, from a seed to the number. Where several lead back, each step back takes the contact
    that was used last in the window, then the smaller id."""


@dataclass(frozen=True)
class People:
    """Numbers near the seeds, the nearest first."""

    people: list[Connected]
    not_followed: int
    """Numbers reached whose own contacts were not followed, for there were too many; 0: the answer is complete."""


@dataclass(frozen=True)
class Step:
    """What joins two neighbours on a path: all their events in the window, in both directions."""

    a: int
    """The number nearer to the path's beginning; it need not have originated the events."""
    b: int
    """The next number."""
    events: int
    first_at: int
    last_at: int


@dataclass(frozen=True)
class Path:
    """Numbers from one end to the other, and the steps between them, one fewer."""

    numbers: tuple[int, ...]
    steps: tuple[Step, ...]

    @property
    def hops(self) -> int:
        """How many steps it takes."""
        return len(self.steps)


@dataclass(frozen=True)
class Paths:
    """Shortest paths, in order of their ids."""

    paths: list[Path]
    not_followed: int
    """As in People: where it is not 0, there may be others, and shorter ones."""


@dataclass(frozen=True)
class TimedStep:
    """One event of a path."""

    a: int
    b: int
    started_at: int
    ended_at: int
    channel: int
    """words.CALL or words.SMS."""


@dataclass(frozen=True)
class TimedPath:
    """Numbers in the order in which they were reached, and the events that reached them."""

    numbers: tuple[int, ...]
    steps: tuple[TimedStep, ...]

    @property
    def hops(self) -> int:
        """How many events it takes."""
        return len(self.steps)

    @property
    def arrived_at(self) -> int:
        """The end of its last event."""
        return self.steps[-1].ended_at


@dataclass(frozen=True)
class TimedPaths:
    """Paths that respect time, the earliest arrival first."""

    paths: list[TimedPath]
    not_followed: int
    """As in People: where it is not 0, there may be others, and earlier ones."""


@dataclass(frozen=True)
class Community:
    """Numbers more in contact with each other than with the rest."""

    label: int
    """Position of its smallest member among those of all communities of this answer."""
    size: int
    """How many numbers."""
    members: tuple[int, ...]
    """At most SHOWN_MEMBERS of them: those with most events inside, then by id."""
    events_inside: int
    events_outside: int
    """Events between a member and somebody else."""


SHOWN_MEMBERS: Final = 20
"""How many members a community names."""

LABELS: Final = pa.schema([pa.field("number", pa.int32()), pa.field("label", pa.int32())])
"""Every number with the label of its community, by number."""


NEIGHBOURS: Final = pa.schema(
    [
        pa.field("number", pa.int32()),
        pa.field("hops", pa.int32()),
        pa.field("contacts", pa.int64()),
        pa.field("walked", pa.bool_()),
    ]
)
"""A number of a neighbourhood: how many hops from the given ones; how many contacts start or end at it, at any time,
shown or not; and whether its contacts were walked along. Not walked are hubs, and the outermost."""

CONTACTS: Final = pa.schema(
    [
        pa.field("a", pa.int32()),
        pa.field("b", pa.int32()),
        pa.field("events", pa.int64()),
        pa.field("calls", pa.int64()),
        pa.field("messages", pa.int64()),
        pa.field("talk_s", pa.int64()),
        pa.field("first_at", pa.int64()),
        pa.field("last_at", pa.int64()),
    ]
)
"""A contact from one number to another, as far as it lies in the window."""


@dataclass(frozen=True)
class Neighbourhood:
    """The numbers around some numbers, the contacts among them, and what was left out."""

    numbers: pa.Table
    """NEIGHBOURS, by hops, then as they were taken."""
    contacts: pa.Table
    """CONTACTS among these numbers, by (a, b)."""
    numbers_left_out: int
    """Numbers reached and not taken, since the limit was; what lies behind them was not looked at."""
    contacts_left_out: int
    """Contacts among the numbers taken beyond the most that an answer holds: those with fewest events."""
    hubs_not_walked: int
    """Numbers taken that have more than Limits.hub_contacts, so that nobody was reached through them."""


@dataclass(frozen=True)
class Limits:
    """Where an answer stops, so that no number with a million contacts makes it explode."""

    hub_contacts: int = 5_000
    """A neighbourhood does not go on through a number with more contacts than this: nobody knows all of these people.
    It is shown, and walked from where somebody asks for that very number."""
    contacts_most: int = 100_000
    """Contacts in a neighbourhood at most."""
    followed_most: int = 100_000
    """Numbers of one step of a path or of nearness whose contacts a graph on a server follows; the one in memory
    follows all."""


COMMON: Final = pa.schema(
    [
        pa.field("number", pa.int32()),
        pa.field("known_to", pa.int32()),
        pa.field("events", pa.int64()),
        pa.field("first_at", pa.int64()),
        pa.field("last_at", pa.int64()),
    ]
)
"""A number in contact with several of the given ones: with how many, and all events with them."""

COMMON_TIES: Final = pa.schema(
    [
        pa.field("given", pa.int32()),
        pa.field("number", pa.int32()),
        pa.field("sent", pa.int64()),
        pa.field("received", pa.int64()),
        pa.field("first_at", pa.int64()),
        pa.field("last_at", pa.int64()),
    ]
)
"""Events that a given number sent to a common one, and received from it."""


@dataclass(frozen=True)
class CommonContacts:
    """Numbers that several given ones are in contact with."""

    numbers: pa.Table
    """COMMON: known to most first, then by events, then by id."""
    ties: pa.Table
    """COMMON_TIES of these numbers, by (number, given)."""
    left_out: int
    """How many more there are."""


ACTIVITY: Final = pa.schema(
    [
        pa.field("group", pa.int32()),
        pa.field("day", pa.int32()),
        pa.field("active", pa.int32()),
        pa.field("events", pa.int64()),
        pa.field("calls", pa.int64()),
        pa.field("messages", pa.int64()),
        pa.field("talk_s", pa.int64()),
        pa.field("others", pa.int32()),
        pa.field("new_others", pa.int32()),
    ]
)
"""A day (days since 1970, as they are cut) on which a group was in contact with others: how many of its numbers, in how
many events, with how many others, and with how many of those for the first time."""
