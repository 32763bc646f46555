"""What walks through the graph answer, as frozen values: ids resolved to masked numbers and tokens."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graphsvc.model.words import EntityKind
from graphsvc.reports.values import JsonObject, ShownNumber


@dataclass(frozen=True)
class Reach:
    """How far a walk through the graph goes: hops, events in [since, until) (epoch ms), and answers at most."""

    max_hops: int
    since: int | None
    until: int | None
    limit: int
    time_respecting: bool = False
    """Whether events on the way must follow each other: only for people near."""


@dataclass(frozen=True)
class Around:
    """Which part of a neighbourhood: hops, contacts of `min_events` events in [since, until) (epoch ms), numbers at
    most, whether it is looked up how much at risk people are, how many entities of suspects at most, and of which
    region the investigations are (a prefix) in which it is looked up what they hold; None: it is not."""

    hops: int = 1
    since: int | None = None
    until: int | None = None
    min_events: int = 1
    limit: int = 300
    grades: bool = False
    entities: int = 0
    investigations_within: str | None = None


@dataclass(frozen=True)
class KindCount:
    """How many entities of a kind the suspects have, and how many of them are not drawn."""

    kind: EntityKind
    count: int
    left_out: int


@dataclass(frozen=True)
class CanvasEntitiesReport:
    """Entities column by column, what most of the suspects have first; `uses` are pairs of places."""

    tokens: list[str]
    kinds: list[EntityKind]
    numbers: list[int]
    """How many suspects on the canvas have it."""
    fraud_probabilities: list[float | None]
    use_entities: list[int]
    """Places among the entities, and beside each in `use_numbers` one among the numbers of the canvas."""
    use_numbers: list[int]
    counts: list[KindCount]


@dataclass(frozen=True)
class PersonReport:
    """A number near some others: how many hops, how near, and the path back."""

    token: str
    number: str
    hops: int
    proximity: float
    path: list[ShownNumber]


@dataclass(frozen=True)
class PeopleReport:
    """People near some numbers, the nearest first."""

    people: list[PersonReport]
    not_followed: int
    """Numbers whose own contacts the graph did not follow, for there were too many; 0: the answer is complete."""


@dataclass(frozen=True)
class PathReport:
    """How two numbers are connected. `events_at` of a path that respects time: when each step began, epoch ms."""

    time_respecting: bool
    hops: int
    numbers: list[ShownNumber]
    events_at: list[int]


@dataclass(frozen=True)
class PathsReport:
    """The shortest paths, then those that respect time."""

    paths: list[PathReport]
    not_followed: int
    """As in PeopleReport: where it is not 0, there may be others."""
    public_left_aside: int = 0
    """Public numbers that no path was to lead through."""


@dataclass(frozen=True)
class NeighbourhoodReport:
    """The graph around some numbers, column by column, for a canvas."""

    numbers: JsonObject
    """Columns of equal length: `token`, `number`, `hops`, `contacts` (starting or ending there at any time, shown or
    not), `walked`, `class`, `fraud_probability`, `network_id`, `network`, `flagged`, `public_role`; and where they were
    looked up, how many `investigations` hold it and how many `notes` they have about it."""
    contacts: Mapping[str, npt.NDArray[np.int64]]
    """Arrays of equal length: `a` and `b` (positions in `numbers`), `events`, `calls`, `messages`, `talk_s`,
    `first_at`, `last_at`, all as far as they lie in the window."""
    numbers_left_out: int
    """Numbers reached that the limit had no room for."""
    contacts_left_out: int
    """Contacts among the numbers shown that are not: those with fewest events."""
    hubs_not_walked: int
    """Numbers shown with so many contacts that nobody was reached through them."""
    entities: CanvasEntitiesReport | None = None
    """Where they were asked for."""


@dataclass(frozen=True)
class CommonContactReport:
    """A number that several given ones are in contact with."""

    token: str
    number: str
    known_to: int
    """How many of the given numbers."""
    events: int
    first_at: int
    last_at: int
    ties: list[JsonObject]
    """With each of them: `token`, `number`, `sent` (to the common one), `received`, `first_at`, `last_at`."""


@dataclass(frozen=True)
class CommonContactsReport:
    """Known to most of the given numbers first, then by events."""

    common: list[CommonContactReport]
    left_out: int
    """How many more there are."""


@dataclass(frozen=True)
class CommunityReport:
    """A cluster of the whole contact graph; its id means nothing outside this answer."""

    community_id: int
    size: int
    events_inside: int
    events_outside: int
    central: list[ShownNumber]
