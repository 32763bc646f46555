"""Makes a world in memory: ordinary life, gangs, what they do to people."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np

from graphsvc.errors import UsageError
from graphsvc.model.progress import Progress, silent
from graphsvc.simulate import hubs
from graphsvc.simulate.chance import Bools, Int64, stream
from graphsvc.simulate.dialling import Approaches, approach_events, approaches
from graphsvc.simulate.events import Events, messages, together
from graphsvc.simulate.gangs import Gangs, plan_gangs, staff
from graphsvc.simulate.hours import DAY, MACHINE, SECOND, Calendar, calendar, times_on
from graphsvc.simulate.population import NEVER, OLDEST_DAYS, Kind, Population, populate
from graphsvc.simulate.scripts import tell
from graphsvc.simulate.services import PublicNumbers, public_numbers, services
from graphsvc.simulate.stories import Stories, Told, begin
from graphsvc.simulate.storms import Storms, storms
from graphsvc.simulate.ties import everyday
from graphsvc.simulate.variant import Variant, variant_named

FEWEST_SUBSCRIBERS: Final = 500
RECYCLED_SHARE: Final = 0.15
"""Of a den's cards that have served their time, those that a new owner gets while the world lasts."""


@dataclass(frozen=True)
class Cast:
    """Who takes part. Nodes: persons, then SIM cards of gangs, then public numbers."""

    people: Population
    gangs: Gangs
    team: hubs.Teams
    public: PublicNumbers
    own: Bools
    """[nodes] numbers of this operator."""
    activated_at: Int64
    """[persons and SIM cards] when the present owner got the number."""


@dataclass(frozen=True)
class Crimes:
    """What gangs do, to whom, and how it ends."""

    tried: Approaches
    curious: Int64
    """Approaches that were called back out of curiosity."""
    stories: Stories
    told: Told
    storm: Storms
    events: Events
    """All of it but storms, uncut: also before the first day and after the last."""


@dataclass(frozen=True)
class World:
    """Everything about a world before it is written."""

    seed: int
    variant: Variant
    days: Calendar
    cast: Cast
    crimes: Crimes
    former: Int64
    """[persons] the node of the SIM card whose number the person has now, or -1."""
    events: Events
    """What the feeds show."""
    from_gang: Bools
    """[events] those of `crimes.events`."""


def make_world(
    *,
    subscribers: int,
    days: int,
    seed: int,
    variant: str,
    start: date,
    progress: Progress = silent,
) -> World:
    """A world in memory. UsageError for one that is too small or has no day, a negative seed, an unknown variant."""
    if subscribers < FEWEST_SUBSCRIBERS:
        raise UsageError(f"a world needs at least {FEWEST_SUBSCRIBERS} subscribers")
    if days < 1 or seed < 0:
        raise UsageError("a world needs at least one day, and a seed that is not negative")
    kind, span = variant_named(variant), calendar(start, days)
    progress("people", 0, 3)
    cast = _cast(seed, subscribers, kind, span)
    progress("gangs", 1, 3)
    crimes = _crimes(seed, cast, kind, span)
    progress("ordinary life", 2, 3)
    former = _recycled(seed, cast, crimes.events, span)
    people = replace(cast.people, recycled=cast.people.recycled | (former >= 0))
    cast = replace(cast, people=people)
    life = _isolated(seed, _ordinary_life(seed, cast, span), crimes)
    everything = together([life, crimes.events, crimes.storm.events])
    shown = np.flatnonzero(_visible(everything, cast, span))
    progress("ordinary life", 3, 3)
    return World(
        seed=seed,
        variant=kind,
        days=span,
        cast=cast,
        crimes=crimes,
        former=former,
        events=everything.take(shown),
        from_gang=(shown >= len(life)) & (shown < len(life) + len(crimes.events)),
    )


def _cast(seed: int, subscribers: int, variant: Variant, days: Calendar) -> Cast:
    plan = plan_gangs(seed, subscribers=subscribers, days=days, variant=variant)
    people = populate(seed, subscribers=subscribers, camouflaged=int(plan.camouflaged.sum()), days=days)
    team = hubs.teams(seed, people)
    people = _with_gateways(people, team)
    gangs = staff(seed, plan, people, days)
    activated_at = _activated(seed, people, gangs, days)
    people = replace(people, activated_at=activated_at[: len(people)])
    public = public_numbers(seed, people, len(people) + len(gangs.own))
    own = np.concatenate([people.own, gangs.own, np.zeros(len(public.texts), bool)])
    return Cast(people, gangs, team, public, own, activated_at)


def _crimes(seed: int, cast: Cast, variant: Variant, days: Calendar) -> Crimes:
    people, gangs, public = cast.people, cast.gangs, cast.public
    tried = approaches(seed, gangs, people, days)
    tries, curious = approach_events(seed, gangs, tried, people, days)
    stories = begin(tried, gangs, public)
    told = tell(seed, stories, gangs, people, public, days)
    return Crimes(
        tried=tried,
        curious=curious,
        stories=stories,
        told=told,
        storm=storms(seed, gangs, people, variant, days),
        events=together([tries, told.events, _card_notices(seed, cast, days)]),
    )


def _card_notices(seed: int, cast: Cast, days: Calendar) -> Events:
    """Gangs' cards get the operator's messages like any other: a welcome, the balance."""
    rng = stream(seed, "card notices")
    sims = cast.gangs.sims
    bare = np.flatnonzero((sims.node >= len(cast.people)) & cast.own[sims.node])
    card = np.repeat(bare, rng.poisson(0.12 * (sims.last_day[bare] - sims.first_day[bare] + 2)))
    day = sims.first_day[card] - 2 + rng.random(len(card)) * (sims.last_day[card] - sims.first_day[card] + 2)
    at = times_on(rng, np.floor(day).astype(np.int64), MACHINE, days)
    return messages(at, np.full(len(card), cast.public.operator), sims.node[card])


def _with_gateways(people: Population, team: hubs.Teams) -> Population:
    """Some telemarketers go out through one device for the whole team."""
    device, changed_at = people.device.copy(), people.device_changed_at.copy()
    device[team.members] = people.device[team.gateway]
    changed_at[team.members] = NEVER
    return replace(people, device=device, device_changed_at=changed_at)


def _activated(seed: int, people: Population, gangs: Gangs, days: Calendar) -> Int64:
    """When each number got its present owner. Gangs buy fresh cards and old ones, all before they use them."""
    rng = stream(seed, "activations")
    sims = gangs.sims
    at = np.concatenate([people.activated_at, np.zeros(len(gangs.own), np.int64)])
    bare = sims.node >= len(people)
    used = days.start + sims.first_day[bare] * DAY
    long_ago = np.exp(6.2 + rng.standard_normal(len(used))).clip(1, OLDEST_DAYS)
    ago = np.where(rng.random(len(used)) < 0.5, rng.uniform(1, 60, len(used)), long_ago)
    at[sims.node[bare]] = (used - (ago * DAY).astype(np.int64)) // SECOND * SECOND
    others = sims.node[~bare]
    at[others] = np.minimum(at[others], days.start + (sims.first_day[~bare] - 2) * DAY)
    return at


def _recycled(seed: int, cast: Cast, done: Events, days: Calendar) -> Int64:
    """New owners for some cards that no gang uses any more: people who got their number after that."""
    rng = stream(seed, "recycled")
    people, cards_end = cast.people, len(cast.people) + len(cast.gangs.own)
    last = np.full(cards_end, -NEVER)
    for end in (done.a, done.b):
        card = (end >= len(people)) & (end < cards_end)
        np.maximum.at(last, end[card], done.at[card])
    retired = (last >= days.start - 30 * DAY) & (last < days.end - 3 * DAY) & cast.own[:cards_end]
    cards = rng.permutation(np.flatnonzero(retired))
    free = (people.kind == Kind.ORDINARY) & people.own & (people.activated_at >= days.start)
    former = np.full(len(people), -1, np.int64)
    for card in cards[: round(RECYCLED_SHARE * len(cards))].tolist():
        owners = np.flatnonzero(free & (people.activated_at > last[card] + 2 * DAY))
        if len(owners):
            owner = rng.choice(owners)
            former[owner], free[owner] = card, False
    return former


def _ordinary_life(seed: int, cast: Cast, days: Calendar) -> Events:
    people, public = cast.people, cast.public
    return together(
        [
            everyday(seed, people, days),
            services(seed, people, public, days),
            hubs.couriers(seed, people, days),
            hubs.telemarketers(seed, people, cast.team, public, days),
            hubs.small_businesses(seed, people, days),
        ]
    )


def _isolated(seed: int, life: Events, crimes: Crimes) -> Events:
    """Whom a gang has isolated answers nobody else, and hardly calls anybody."""
    rng = stream(seed, "isolation")
    person, ends = crimes.stories.person, crimes.told.ends
    nodes = int(max(life.a.max(initial=0), life.b.max(initial=0), person.max(initial=0))) + 1
    alone = np.flatnonzero(ends.isolated_from < NEVER)
    since, until = np.full(nodes, NEVER), np.full(nodes, -NEVER)
    since[person[alone]] = ends.isolated_from[alone]
    until[person[alone]] = ends.isolated_until[alone]
    rejected = (life.at >= since[life.b]) & (life.at < until[life.b]) & (life.seconds > 0)
    life.seconds[rejected] = 0
    silenced = (life.at >= since[life.a]) & (life.at < until[life.a]) & (rng.random(len(life)) < 0.85)
    return life.take(~silenced)


def _visible(events: Events, cast: Cast, days: Calendar) -> Bools:
    """What the operator's feeds show: its own numbers' events, while these numbers are in use."""
    own = cast.own
    since = np.full(len(own), -NEVER)
    since[: len(cast.activated_at)] = cast.activated_at
    seen: Bools = (events.at >= days.start) & (events.at < days.end)
    seen &= own[events.a] | own[events.b]
    seen &= (events.at >= since[events.a]) & (events.at >= since[events.b])
    return seen
