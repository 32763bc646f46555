"""What links numbers to holders, accounts and devices, and when the operator got to know it.

Everybody has links: companies hold many cards, families share accounts and phones, and links become known at any
time. A gang's cards are registered to straw men who hold several, also for other gangs, and its accounts come to
light when a case is investigated.
"""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from graphsvc.model.words import EntityKind
from graphsvc.simulate.chance import Int64, stream
from graphsvc.simulate.gangs import Gangs, Role
from graphsvc.simulate.hours import DAY, HOUR, SECOND, Calendar
from graphsvc.simulate.hubs import Teams
from graphsvc.simulate.making import World
from graphsvc.simulate.population import NEVER, Kind, Population
from graphsvc.simulate.reports import POLICE, Flags

HOLDER, ACCOUNT, SOCIAL, URL, DEVICE = range(5)
KINDS: Final = (
    EntityKind.HOLDER,
    EntityKind.ACCOUNT,
    EntityKind.SOCIAL_ACCOUNT,
    EntityKind.URL,
    EntityKind.DEVICE,
)
REGISTERED: Final = 0.85
"""Of the operator's numbers, those whose holder it can tell."""


@dataclass(frozen=True)
class Links:
    """Arrays over links. `node` or `holder` is -1, whichever does not apply."""

    node: Int64
    holder: Int64
    kind: Int64
    """Index into KINDS."""
    entity: Int64
    """Place of the entity among those of its kind."""
    known_at: Int64
    valid_from: Int64
    valid_to: Int64


def links(world: World, made: Flags) -> Links:
    """All links: of holders, accounts, web addresses and phones."""
    rng = stream(world.seed, "links")
    cast, days = world.cast, world.days
    since = cast.activated_at
    holder = _holders(rng, cast.people, cast.gangs, cast.team)
    numbers = np.flatnonzero(cast.own[: len(since)])
    registered = numbers[rng.random(len(numbers)) < REGISTERED]
    held = _links(registered, HOLDER, holder[registered], since[registered], since[registered])
    # The card that a gang gave up is no longer its holder's when somebody else has the number.
    heir = np.flatnonzero(world.former >= 0)
    until = np.full(len(since), NEVER)
    until[world.former[heir]] = since[heir] - DAY
    held.valid_to[:] = until[registered]
    return _join(
        [
            held,
            _accounts(rng, numbers, holder, since, days),
            _investigated(rng, cast.gangs, made),
            _addresses(rng, cast.gangs, cast.public.senders.astype(np.int64), days),
            _registered_devices(rng, cast.people, since),
        ]
    )


def _links(node: Int64, kind: int, entity: Int64, known_at: Int64, valid_from: Int64 | None = None) -> Links:
    size = len(node)
    return Links(
        node.astype(np.int64),
        np.full(size, -1, np.int64),
        np.full(size, kind, np.int64),
        entity.astype(np.int64),
        known_at // SECOND * SECOND,
        np.full(size, NEVER, np.int64) if valid_from is None else valid_from,
        np.full(size, NEVER, np.int64),
    )


def _join(parts: list[Links]) -> Links:
    return Links(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Links)))


def _holders(rng: np.random.Generator, people: Population, gangs: Gangs, team: Teams) -> Int64:
    """The holder of each person's number and each SIM card."""
    holder = np.concatenate([people.holder.astype(np.int64), np.zeros(len(gangs.own), np.int64)])
    first = len(people) + len(gangs.own)
    holder[team.members] = first + team.team
    first += int(team.team.max(initial=0)) + 1
    couriers = people.of_kind(Kind.COURIER)
    employed = couriers[rng.random(len(couriers)) < 0.3]
    holder[employed] = first + np.arange(len(employed)) // 15
    first += len(employed) // 15 + 1
    # Straw men: some four cards each, three in ten of them sold to whichever gang comes along.
    sims = np.flatnonzero(gangs.sims.role != Role.TOOL)
    straw = max(1, len(sims) // 4)
    of_gang = gangs.sims.gang[sims] * straw // len(gangs.plan)
    spread = max(1, straw // len(gangs.plan))
    mine = of_gang + (rng.random(len(sims)) * spread).astype(np.int64)
    anybody = rng.integers(0, straw, len(sims))
    holder[gangs.sims.node[sims]] = first + np.where(rng.random(len(sims)) < 0.7, mine, anybody)
    return holder


def _accounts(rng: np.random.Generator, numbers: Int64, holder: Int64, activated_at: Int64, days: Calendar) -> Links:
    """A quarter of all numbers are bound to a bank account of their holder; some card is known by its holder only."""
    bound = numbers[rng.random(len(numbers)) < 0.25]
    known_at = activated_at[bound] + (rng.exponential(40, len(bound)) * DAY).astype(np.int64)
    family = rng.random(len(bound)) < 0.03
    account = np.where(family, holder[np.roll(bound, 1)], holder[bound])
    by_number = _links(bound, ACCOUNT, account, known_at)
    cards = np.unique(holder[numbers[rng.random(len(numbers)) < 0.06]])
    day = (rng.random(len(cards)) * (days.days + 300) * DAY).astype(np.int64)
    by_holder = _links(np.full(len(cards), -1), ACCOUNT, cards, days.end - day)
    by_holder.holder[:] = cards
    return _join([by_number, by_holder])


def _investigated(rng: np.random.Generator, gangs: Gangs, made: Flags) -> Links:
    """Mule accounts and chat accounts of the flagged numbers, as investigators find them after the flag."""
    gang_of = np.full(int(max(gangs.sims.node.max(), made.node.max(initial=0))) + 1, -1, np.int64)
    gang_of[gangs.sims.node] = gangs.sims.gang
    asked = (made.source == POLICE) & (made.case >= 0) & (gang_of[made.node] >= 0)
    found = np.flatnonzero(asked & (rng.random(len(made.node)) < 0.5))
    node = made.node[found]
    gang = gang_of[node]
    later = (rng.exponential(6, len(found)) * HOUR).astype(np.int64)
    chat = rng.random(len(found)) < 0.3
    # Six accounts a gang, of which few take most of the money; a tenth of the mules serve another gang as well.
    lent = np.where(rng.random(len(found)) < 0.1, (gang + 1) % len(gangs.plan), gang)
    entity = 10**7 + lent * 6 + (rng.random(len(found)) ** 2 * 6).astype(np.int64)
    made_links = _links(node, ACCOUNT, entity, made.known_at[found] + later)
    made_links.kind[chat] = SOCIAL
    return made_links


def _addresses(rng: np.random.Generator, gangs: Gangs, senders: Int64, days: Calendar) -> Links:
    """Web addresses seen in reported messages: those of shops, and those of gangs."""
    shops = senders[rng.random(len(senders)) < 0.3]
    seen = days.start + (rng.random(len(shops)) * days.days * DAY).astype(np.int64)
    sims = gangs.sims
    writes = np.flatnonzero((sims.role == Role.BLASTER) & (rng.random(len(sims)) < 0.4))
    age = (rng.uniform(1, 5, len(writes)) * DAY).astype(np.int64)
    reported = days.start + sims.first_day[writes] * DAY + age
    node = np.concatenate([shops, sims.node[writes]])
    address = np.concatenate([shops, 10**7 + sims.gang[writes].astype(np.int64)])
    return _links(node, URL, address, np.concatenate([seen, reported]))


def _registered_devices(rng: np.random.Generator, people: Population, activated_at: Int64) -> Links:
    """Phones sold together with the number."""
    sold = np.flatnonzero(people.own & (rng.random(len(people)) < 0.04))
    return _links(sold, DEVICE, people.device[sold].astype(np.int64), activated_at[sold], activated_at[sold])
