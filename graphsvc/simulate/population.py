"""The persons of a world: who they are, where they live, whose phone they use.

A person is one number of somebody. `subscribers` of them are customers of the operator; the rest are customers of
others, whom the operator sees only when they talk with its own (no device, no cell, no subscriber row).
Shares and distributions: fraud-patterns.md §3 and §5.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from graphsvc.simulate.chance import Bools, Floats, Int8, Int32, Int64, pick, stream
from graphsvc.simulate.hours import DAY, Calendar

OTHERS_SHARE: Final = 0.3
"""Customers of other operators in the world, relative to the operator's own."""
OLDEST_DAYS: Final = 8_000
"""Nobody has had a number for longer."""
NEVER: Final = 2**62


class Kind(IntEnum):
    """How a number is used."""

    ORDINARY = 0
    COURIER = 1
    TELEMARKETER = 2
    SMALL_BUSINESS = 3
    CAMOUFLAGED = 4  # a den's SIM card that leads an ordinary life beside
    SIM = 5  # any other SIM card of a den
    PUBLIC = 6  # hotline, bank, sender of codes and notices


REGIONS: Final = (
    "330102",
    "330105",
    "330106",
    "330108",
    "330109",
    "330110",
    "330203",
    "330205",
    "330212",
    "330302",
    "330304",
    "330402",
    "330602",
    "330702",
)
"""Districts in Zhejiang (GB/T 2260)."""
KIND_SHARES: Final = {Kind.COURIER: 0.012, Kind.TELEMARKETER: 0.005, Kind.SMALL_BUSINESS: 0.01}


@dataclass(frozen=True)
class Population:
    """Arrays over persons; a person's place is its node."""

    subscribers: int
    own: Bools
    """Customers of this operator."""
    kind: Int8
    community: Int32
    community_start: Int32
    """[communities + 1] members of community c: community_start[c] … community_start[c + 1]."""
    community_region: Int8
    activity: Floats
    """Calls a day that the person brings about."""
    log_median_talk: Floats
    susceptibility: Floats
    """How readily somebody goes along with a stranger; 1 on average (§2: funnel)."""
    device: Int32
    device_after: Int32
    """The device from `device_changed_at` on."""
    device_changed_at: Int64
    holder: Int32
    activated_at: Int64
    """When the present owner got the number; nothing of theirs happens before."""
    recycled: Bools
    """The number had an owner before, who is still known to some."""
    home_cell: Int32
    work_cell: Int32
    cell_count: int

    def __len__(self) -> int:
        return len(self.own)

    def of_kind(self, kind: Kind) -> Int64:
        """Nodes of all persons of a kind."""
        return np.flatnonzero(self.kind == kind)


def populate(seed: int, *, subscribers: int, camouflaged: int, days: Calendar) -> Population:
    """Persons in communities of 20 to 150, of which `camouflaged` are dens' SIM cards that pass for persons."""
    rng = stream(seed, "population")
    others = round(OTHERS_SHARE * (subscribers + camouflaged))
    size = subscribers + camouflaged + others
    own = rng.permutation(size) >= others
    kind = _kinds(rng, own, camouflaged)
    community, starts = _communities(rng, size)
    activated_at, recycled = _activations(rng, kind, days)
    device, after, changed_at, holder = _possessions(rng, kind, community, days)
    home_cell, work_cell, cell_count = _cells(rng, community, starts)
    susceptibility = np.exp(0.8 * rng.standard_normal(size))
    return Population(
        subscribers=subscribers,
        own=own,
        kind=kind,
        community=community,
        community_start=starts,
        community_region=rng.integers(0, len(REGIONS), len(starts) - 1).astype(np.int8),
        activity=_activity(rng, kind, holder),
        log_median_talk=3.65 + 0.46 * rng.standard_normal(size),
        susceptibility=susceptibility / susceptibility.mean(),
        device=device,
        device_after=after,
        device_changed_at=changed_at,
        holder=holder,
        activated_at=activated_at,
        recycled=recycled,
        home_cell=home_cell,
        work_cell=work_cell,
        cell_count=cell_count,
    )


def _kinds(rng: np.random.Generator, own: Bools, camouflaged: int) -> Int8:
    kind = np.full(len(own), Kind.ORDINARY, np.int8)
    # Dens buy their SIM cards from this operator as often as anybody else does.
    order = rng.permutation(len(own))
    kind[order[:camouflaged]] = Kind.CAMOUFLAGED
    free = rng.permutation(np.flatnonzero((kind == Kind.ORDINARY) & own))
    at = 0
    for name, share in KIND_SHARES.items():
        count = max(4, round(share * own.sum()))
        kind[free[at : at + count]] = name
        at += count
    return kind


def _communities(rng: np.random.Generator, size: int) -> tuple[Int32, Int32]:
    sizes = np.clip(np.exp(4.0 + 0.45 * rng.standard_normal(size // 20 + 2)), 20, 150).astype(np.int64)
    ends = np.cumsum(sizes)
    count = max(1, int(np.searchsorted(ends, size)))
    starts = np.concatenate([[0], ends[: count - 1], [size]]).astype(np.int32)
    community = np.repeat(np.arange(count), np.diff(starts)).astype(np.int32)
    return community, starts


def _activity(rng: np.random.Generator, kind: Int8, holder: Int32) -> Floats:
    # LogN(2.63, 1.23) calls a day in Sichuan counts both directions of heavy users; scaled to about 200 events
    # a number and month, with lighter tails (§5 halves it).
    activity = np.exp(0.9 * rng.standard_normal(len(kind)))
    activity *= 2.4 / np.exp(0.9**2 / 2)
    second = holder != np.arange(len(kind))  # second SIM of somebody: used little
    activity[second] *= 0.3
    activity[kind == Kind.TELEMARKETER] *= 0.2
    activity[kind == Kind.CAMOUFLAGED] *= 0.6
    return activity


def _activations(rng: np.random.Generator, kind: Int8, days: Calendar) -> tuple[Int64, Bools]:
    """2 % of the numbers change hands or are new in a month; a third of those had an owner before (§5)."""
    size = len(kind)
    ago = np.exp(6.2 + 1.0 * rng.standard_normal(size)) * DAY
    activated_at = days.end - np.clip(ago, DAY, OLDEST_DAYS * DAY).astype(np.int64)
    fresh = rng.random(size) < 0.02 * days.days / 30
    activated_at[fresh] = days.start + (rng.random(int(fresh.sum())) * days.days * DAY).astype(np.int64)
    recent = activated_at > days.start - 60 * DAY
    recycled = recent & (rng.random(size) < 0.33) & (kind == Kind.ORDINARY)
    return activated_at // 1000 * 1000, recycled


def _possessions(
    rng: np.random.Generator, kind: Int8, community: Int32, days: Calendar
) -> tuple[Int32, Int32, Int64, Int32]:
    """Devices and holders: second SIM cards 5 %, a phone shared in the family 1 %, a new phone 3 % a month."""
    size = len(kind)
    device = np.arange(size, dtype=np.int32)
    holder = np.arange(size, dtype=np.int32)
    neighbour = np.arange(size) + 1
    neighbour[-1] = 0
    draw = rng.random(size)
    ordinary = (kind == Kind.ORDINARY) & (kind[neighbour] == Kind.ORDINARY) & (community == community[neighbour])
    first = ordinary & (draw < 0.055) & (np.arange(size) % 2 == 0)
    shares_phone = np.flatnonzero(first)
    device[neighbour[shares_phone]] = shares_phone
    same_person = np.flatnonzero(first & (draw < 0.045))
    holder[neighbour[same_person]] = same_person
    changed_at = np.full(size, NEVER, np.int64)
    changers = np.flatnonzero(rng.random(size) < 0.03 * days.days / 30)
    changed_at[changers] = days.start + (rng.random(len(changers)) * days.days * DAY).astype(np.int64)
    after = device.copy()
    after[changers] = size + np.arange(len(changers))
    # A refurbished phone: somebody's new phone is another's old one.
    refurbished = changers[rng.random(len(changers)) < 0.25]
    after[refurbished] = device[rng.permutation(refurbished)]
    return device, after, changed_at, holder


def _cells(rng: np.random.Generator, community: Int32, starts: Int32) -> tuple[Int32, Int32, int]:
    """Each community lives around two cells; people work around one of their own or of another community."""
    communities = len(starts) - 1
    home = community * 2 + rng.integers(0, 2, len(community))
    away = rng.integers(0, communities, len(community)) * 2 + rng.integers(0, 2, len(community))
    work = np.where(pick(rng, (0.4, 0.6), len(community)) == 0, home, away)
    unknown = rng.random(len(community)) < 0.007  # no serving city is on record (§3)
    home[unknown] = work[unknown] = -1
    return home.astype(np.int32), work.astype(np.int32), communities * 2
