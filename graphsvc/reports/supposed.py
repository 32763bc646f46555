"""What would be different if some numbers were flagged: people, suspects and networks, as people may see them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphsvc.model.references import network_reference
from graphsvc.reports.values import ShownNumber


@dataclass(frozen=True)
class SupposedWarning:
    """A warning that somebody would get who gets none without these flags."""

    person: ShownNumber
    region: str | None
    channel: str
    grade: str
    stage: str
    scam_type: str
    probability: float
    probability_without: float
    """0 where the person would not be ranked."""
    deadline_at: int | None
    network_id: int | None
    """None: a lone suspect, or a network that there is not yet."""
    worth: float
    """Expected loss prevented, in mean losses."""
    fits: bool
    """Whether the capacity of today has room for it."""


@dataclass(frozen=True)
class SupposedSuspect:
    """A number that would count as suspect and does not without these flags."""

    shown: ShownNumber
    fraud_probability: float
    fraud_probability_without: float


@dataclass(frozen=True)
class SupposedNetwork:
    """A network that would appear or grow."""

    network_id: int | None
    """None: it appears."""
    reference: str | None
    size: int
    size_without: int
    joining: list[ShownNumber]
    """Its numbers that it has not without these flags, by id."""
    exposed: int
    """People whose contact with suspects was mostly with it."""


@dataclass(frozen=True)
class ChannelCost:
    """What it would cost on a channel."""

    channel: str
    warnings: int
    within_capacity: int
    worth: float


@dataclass(frozen=True)
class Supposed:
    """What flags would change. Nothing of it was written."""

    analysis_id: str
    as_of: int
    """Up to when events were looked at."""
    flagged: int
    """Numbers that were supposed to be flagged."""
    not_found: list[int]
    """Places of numbers that were never seen: nothing can follow from them."""
    public: list[int]
    """Places of numbers with a public role: they are never suspects, so nothing can follow from them either."""
    costs: list[ChannelCost]
    """Of everybody, whatever the caller's region."""
    elsewhere: int
    """Warnings to people of other regions than the caller's: counted, not shown."""
    warnings: list[SupposedWarning]
    """The most urgent first."""
    suspects: list[SupposedSuspect]
    networks: list[SupposedNetwork]
    """Those that gain most numbers first."""


@dataclass(frozen=True)
class Look:
    """What an engine holds, with or without the flags. Ids are registry ids."""

    people: Mapping[int, Mapping[str, Any]]
    """Ranked people, by number: rows of ranking.rank.Ranked."""
    suspicion: Mapping[int, float]
    members: Mapping[int, frozenset[int]]
    """Network → its numbers."""
    met: Mapping[int, int] = field(default_factory=dict)
    """Network → people whom it reached."""


_SAYS = ("probability", "in_contact_probability", "grade", "stage", "scam_type", "suspect", "network_id")


def touched(before: Look, after: Look) -> list[int]:
    """People of whom the ranking says something else after than before, best ranked first."""
    return [number for number, row in after.people.items() if _said(row) != _said(before.people.get(number))]


def _said(row: Mapping[str, Any] | None) -> tuple[Any, ...]:
    return () if row is None else tuple(row[name] for name in _SAYS)


def suspects_made(before: Look, after: Look, from_probability: float) -> list[int]:
    """Numbers that are suspect after and were not before, the surest first."""
    made = [
        number
        for number, probability in after.suspicion.items()
        if probability >= from_probability > before.suspicion.get(number, 0.0)
    ]
    return sorted(made, key=lambda number: (-after.suspicion[number], number))


@dataclass(frozen=True)
class Growth:
    """A network after, the one before that most of it was in, if any, and the numbers that it gained."""

    after: int
    before: int | None
    gained: list[int]


def growing(before: Look, after: Look) -> list[Growth]:
    """Networks that appear or gain numbers: those that gain most first."""
    network_of = {number: network for network, numbers in before.members.items() for number in numbers}
    found = []
    for network, numbers in after.members.items():
        shared: dict[int, int] = {}
        for number in numbers:
            if number in network_of:
                shared[network_of[number]] = shared.get(network_of[number], 0) + 1
        same = min(shared, key=lambda one: (-shared[one], one), default=None)
        gained = sorted(numbers - (before.members[same] if same is not None else frozenset()))
        if gained:
            found.append(Growth(network, same, gained))
    return sorted(found, key=lambda one: (-len(one.gained), one.after))


def networks_shown(
    growths: Sequence[Growth],
    looks: tuple[Look, Look],
    shown: Mapping[int, ShownNumber],
    *,
    known: Collection[int],
    listed: int,
) -> list[SupposedNetwork]:
    """Growing networks as people may see them; `known` are the ids of networks that there are now."""
    before, after = looks
    found = []
    for one in growths:
        network_id = one.before if one.before in known else None
        found.append(
            SupposedNetwork(
                network_id=network_id,
                reference=None if network_id is None else network_reference(network_id),
                size=len(after.members[one.after]),
                size_without=0 if one.before is None else len(before.members[one.before]),
                joining=[shown[number] for number in one.gained[:listed]],
                exposed=after.met.get(one.after, 0),
            )
        )
    return found
