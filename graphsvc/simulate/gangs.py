"""Gangs: dens with their scam, their devices, their SIM cards and who does what.

Figures: fraud-patterns.md §5 (roles) and §6 (dens). At 20,000 subscribers and 14 days some sixteen gangs are alive at
some time, eight to eleven at once. They hold about 2 % of all numbers, two thirds of which the feeds show at work, and
50 to 60 persons lose money in these days, some ten more after them. That is far denser than life (.01–.1 %, §5): a
small world would have no losses otherwise. Gangs grow in proportion to subscribers and days; rotation doubles their
cards.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from graphsvc.model.words import ScamType
from graphsvc.simulate.chance import Bools, Floats, Int8, Int32, Int64, stream
from graphsvc.simulate.hours import DAY, Calendar
from graphsvc.simulate.population import Kind, Population
from graphsvc.simulate.variant import Variant

BIRTHS_A_DAY: Final = 0.6 / 20_000
"""Gangs that begin, a day and subscriber."""

LOSS_SHARES: Final = {
    ScamType.CUSTOMER_SERVICE: 0.20,
    ScamType.POLICE_IMPERSONATION: 0.10,
    ScamType.LOAN: 0.12,
    ScamType.CREDIT_RECORD: 0.08,
    ScamType.ACQUAINTANCE: 0.05,
    ScamType.BRUSHING: 0.33,
    ScamType.INVESTMENT: 0.07,
    ScamType.SHOPPING: 0.03,
    ScamType.GAMING: 0.02,
}
"""§7, with loan and credit record, and shopping and gaming, split."""
SCAMS: Final = tuple(LOSS_SHARES)
BY_MESSAGE: Final = frozenset({ScamType.BRUSHING, ScamType.INVESTMENT, ScamType.SHOPPING, ScamType.GAMING})
"""Scams that begin with a message rather than a call."""
MESSAGE_BEFORE: Final = frozenset({ScamType.LOAN, ScamType.CREDIT_RECORD})
"""Scams whose calls are announced by a message."""


class Role(IntEnum):
    """What a SIM card does for its gang."""

    CALLER = 0
    HANDLER = 1
    BLASTER = 2
    TOOL = 3  # an innocent person's SIM, lent or taken over for a day or two


@dataclass(frozen=True)
class Plan:
    """The gangs of a world before it has people. Arrays over gangs."""

    scam: Int8
    """Index into SCAMS."""
    born_day: Int64
    life_days: Int64
    callers: Int64
    """SIM cards that dial or write to new people."""
    handlers: Int64
    blasters: Int64
    tools: Int64
    camouflaged: Int64
    """How many of the callers lead an ordinary life beside."""
    block_days: int
    block_callers: Int64
    """Callers of one block of days, where SIM cards are rotated."""

    def __len__(self) -> int:
        return len(self.scam)


@dataclass(frozen=True)
class Sims:
    """SIM cards of gangs. Arrays over cards, those of a gang together."""

    node: Int32
    gang: Int32
    role: Int8
    first_day: Int64
    """Used on days first_day … last_day - 1 only."""
    last_day: Int64
    camouflaged: Bools
    device: Int32
    """The first of its devices; -1 where the operator sees none."""
    device_count: Int32
    cell: Int32
    cell_count: Int32

    def __len__(self) -> int:
        return len(self.node)


@dataclass(frozen=True)
class Gangs:
    """Everything about the gangs that people cannot see."""

    plan: Plan
    sims: Sims
    first_node: int
    """Nodes from here on are SIM cards that belong to nobody but gangs."""
    own: Bools
    """[sim nodes] SIM cards of this operator."""
    device_end: int
    """Devices below this are those of persons and dens."""
    answer_rate: Floats
    recontact: Floats
    cap: Int64
    """New contacts a day and SIM card at most (60–120)."""

    def scam_of(self, gang: int) -> ScamType:
        """What the gang is after."""
        return SCAMS[int(self.plan.scam[gang])]


def plan_gangs(seed: int, *, subscribers: int, days: Calendar, variant: Variant) -> Plan:
    """How many gangs there are, of which kind, when, and how many SIM cards they need."""
    rng = stream(seed, "gangs")
    mean_life = 12.5
    count = max(4, round(BIRTHS_A_DAY * subscribers * (days.days + mean_life)))
    # Systematic sampling: the scams keep their shares even among few gangs.
    edges = np.cumsum(list(LOSS_SHARES.values()))
    points = (np.arange(count) + rng.random()) / count * edges[-1]
    scam = rng.permutation(np.searchsorted(edges, points, side="right")).astype(np.int8)
    life = rng.integers(5, 21, count)
    investing = scam == SCAMS.index(ScamType.INVESTMENT)
    life[investing] = rng.integers(30, 61, int(investing.sum()))
    # Births are spread evenly, so that even a few gangs overlap the days of the feeds in much the same way.
    even = (rng.permutation(count) + rng.random(count)) / count
    born = np.floor(-0.9 * life + even * (days.days + 0.9 * life - 2)).astype(np.int64)
    callers = np.clip(np.exp(3.12 + 0.2 * rng.standard_normal(count)), 20, 200).astype(np.int64)
    by_message = [SCAMS.index(name) for name in BY_MESSAGE]
    tools = np.maximum(1, np.round(rng.uniform(0.1, 0.2, count) * callers)).astype(np.int64)
    block = np.zeros(count, np.int64)
    if variant.block_days:
        block = rng.integers(5, 9, count)
        callers = block * -(-life // variant.block_days)
    handlers = callers // rng.integers(3, 7, count)
    return Plan(
        scam=scam,
        born_day=born,
        life_days=life,
        callers=callers,
        handlers=handlers,
        blasters=np.where(np.isin(scam, by_message) & ~investing, rng.integers(2, 5, count), 1),
        tools=tools,
        camouflaged=rng.binomial(callers, variant.camouflaged_share),
        block_days=variant.block_days,
        block_callers=block,
    )


def staff(seed: int, plan: Plan, people: Population, days: Calendar) -> Gangs:
    """Give the planned gangs SIM cards, devices, cells, and the persons who lend them theirs."""
    rng = stream(seed, "staff")
    gangs = len(plan)
    in_group = np.stack([plan.callers, plan.handlers, plan.blasters, plan.tools])
    gang = np.repeat(np.arange(gangs), in_group.sum(axis=0))
    role = np.repeat(np.tile(np.arange(4), gangs), in_group.T.ravel()).astype(np.int8)
    camouflaged = _camouflaged(rng, plan, gang, role)
    node = _nodes(rng, people, role, camouflaged, days.start - 30 * DAY)
    bare = node >= len(people)
    own = np.ones(len(node), bool)
    # As many SIM cards of other operators (and voice over the internet) as among everybody.
    gang_own = rng.permutation(gangs) >= round(0.23 * gangs)
    own[bare] = gang_own[gang[bare]]
    own[~bare] = people.own[node[~bare]]
    # Half of the camouflaged cards sit in a device of the den, the others in a phone of their own.
    in_device = bare | (camouflaged & (rng.random(len(node)) < 0.5))
    device, device_count, device_end = _devices(rng, plan, 2 * len(people), gang, role, ~camouflaged)
    cells, cell_count = _den_cells(rng, gangs, people)
    first_day, last_day = _in_use(rng, plan, gang, role)
    sims = Sims(
        node=node,
        gang=gang.astype(np.int32),
        role=role,
        first_day=first_day,
        last_day=last_day,
        camouflaged=camouflaged,
        device=np.where(own & in_device, device, -1).astype(np.int32),
        device_count=device_count,
        cell=np.where(own, cells[gang], -1).astype(np.int32),
        cell_count=cell_count[gang].astype(np.int32),
    )
    return Gangs(
        plan=plan,
        sims=sims,
        first_node=len(people),
        own=own[bare],
        device_end=device_end,
        answer_rate=rng.uniform(0.40, 0.55, gangs),
        recontact=rng.uniform(0.13, 0.28, gangs),
        cap=rng.integers(60, 121, gangs),
    )


def _camouflaged(rng: np.random.Generator, plan: Plan, gang: Int64, role: Int8) -> Bools:
    chosen = np.zeros(len(gang), bool)
    for one in range(len(plan)):
        callers = np.flatnonzero((gang == one) & (role == Role.CALLER))
        chosen[rng.permutation(callers)[: plan.camouflaged[one]]] = True
    return chosen


def _nodes(rng: np.random.Generator, people: Population, role: Int8, camouflaged: Bools, old: int) -> Int32:
    node = np.full(len(role), -1, np.int64)
    node[camouflaged] = rng.permutation(people.of_kind(Kind.CAMOUFLAGED))
    lenders = np.flatnonzero((people.kind == Kind.ORDINARY) & people.own & (people.activated_at < old))
    tools = role == Role.TOOL
    node[tools] = rng.choice(lenders, int(tools.sum()), replace=False)
    rest = node < 0
    node[rest] = len(people) + np.arange(int(rest.sum()))
    return node.astype(np.int32)


def _devices(
    rng: np.random.Generator, plan: Plan, first_device: int, gang: Int64, role: Int8, plain: Bools
) -> tuple[Int32, Int32, int]:
    """Dens have 1–4 devices that all their cards share; a fifth of the cards go through forged IMEIs (§6)."""
    of_den = rng.integers(1, 5, len(plan))
    first = first_device + np.cumsum(of_den) - of_den
    device = first[gang] + (rng.random(len(gang)) * of_den[gang]).astype(np.int64)
    count = np.ones(len(gang), np.int64)
    # Handlers sit elsewhere, with phones of their own.
    end = first_device + int(of_den.sum())
    apart = np.flatnonzero((role == Role.HANDLER) & (rng.random(len(gang)) < 0.6))
    device[apart] = end + np.arange(len(apart))
    end += len(apart)
    swapped = np.flatnonzero((role == Role.CALLER) & plain & (rng.random(len(gang)) < 0.27))
    count[swapped] = rng.integers(5, 13, len(swapped))
    device[swapped] = end + np.cumsum(count[swapped]) - count[swapped]
    end += int(count[swapped].sum())
    return device.astype(np.int32), count.astype(np.int32), end


def _den_cells(rng: np.random.Generator, gangs: int, people: Population) -> tuple[Int64, Int64]:
    cells = rng.integers(0, max(1, people.cell_count - 1), gangs)
    cells[rng.random(gangs) < 0.07] = -1
    return cells, rng.integers(1, 3, gangs)


def _in_use(rng: np.random.Generator, plan: Plan, gang: Int64, role: Int8) -> tuple[Int64, Int64]:
    """The days on which each card works: numbers are burnt one after the other, and borrowed ones in a burst."""
    born, life = plan.born_day[gang], plan.life_days[gang]
    lasts = np.exp(1.7 + 0.8 * rng.standard_normal(len(gang))).astype(np.int64).clip(2, None)
    tools = role == Role.TOOL
    lasts[tools] = rng.integers(1, 4, int(tools.sum()))
    lasts = np.minimum(lasts, life)
    first = born + (rng.random(len(gang)) * (life - lasts + 1)).astype(np.int64)
    for one in range(len(plan)):
        for follows in (Role.HANDLER, Role.BLASTER):  # one takes over from the other
            cards = np.flatnonzero((gang == one) & (role == follows))
            turn = plan.life_days[one] * np.arange(len(cards) + 1) // len(cards)
            first[cards], lasts[cards] = plan.born_day[one] + turn[:-1], np.diff(turn)
        if plan.block_days:
            callers = np.flatnonzero((gang == one) & (role == Role.CALLER))
            block = np.arange(len(callers)) // plan.block_callers[one]
            first[callers], lasts[callers] = plan.born_day[one] + block * plan.block_days, plan.block_days
    return first, first + lasts
