"""Innocent numbers that call many: couriers, telemarketers and collectors, small businesses.

The hard negatives: high fan-out, short calls, shared recipients, bought lead lists and now and then a shared device,
and nobody loses money. Figures: fraud-patterns.md §4 and §5.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from graphsvc.simulate.chance import Floats, Int32, Int64, stream, talk_seconds
from graphsvc.simulate.events import Events, calls, messages, together
from graphsvc.simulate.hours import MINUTE, OFFICE, ROUTE, Calendar, Rhythm, times_on
from graphsvc.simulate.population import Kind, Population
from graphsvc.simulate.services import PublicNumbers

COMMUNITIES_A_ROUTE: Final = 15
VENDOR_SHARE: Final = 0.15
"""Share of all persons on one vendor's list of leads."""


@dataclass(frozen=True)
class Teams:
    """Telemarketers work in teams: `team` of each of them, in the order of `members`."""

    members: Int64
    team: Int64
    gateway: Int64
    """[members] the member whose device the call goes out through: its own, or the team's."""
    leads: tuple[Int64, ...]
    """The persons on each team's list; teams buy from the same vendors."""
    collecting: tuple[bool, ...]


def teams(seed: int, people: Population) -> Teams:
    """Who works with whom, on which list."""
    rng = stream(seed, "teams")
    members = people.of_kind(Kind.TELEMARKETER)
    sizes = rng.integers(3, 11, len(members) // 3 + 1)
    team = np.repeat(np.arange(len(sizes)), sizes)[: len(members)]
    count = int(team[-1]) + 1
    vendors = [
        rng.choice(len(people), max(50, int(VENDOR_SHARE * len(people))), replace=False)
        for _ in range(max(2, count // 3))
    ]
    collecting = rng.random(count) < 0.3
    leads = []
    for collects in collecting:
        vendor = vendors[rng.integers(len(vendors))]
        size = rng.integers(200, 500) if collects else rng.integers(600, 3000)
        leads.append(rng.choice(vendor, min(int(size), len(vendor)), replace=False))
    through_gateway = (rng.random(count) < 0.3)[team]
    first = members[np.searchsorted(team, team)]
    gateway = np.where(through_gateway, first, members)
    return Teams(members, team, gateway, tuple(leads), tuple(bool(c) for c in collecting))


def couriers(seed: int, people: Population, days: Calendar) -> Events:
    """Calls on the doorstep: 60–150 a day along a route, 10–40 s, and 10–25 % of them called back."""
    rng = stream(seed, "couriers")
    nodes = people.of_kind(Kind.COURIER)
    who, day = _workdays(rng, nodes, np.exp(4.3 + 0.25 * rng.standard_normal(len(nodes))), ROUTE, days)
    communities = len(people.community_start) - 1
    span = min(COMMUNITIES_A_ROUTE, communities)
    home = people.community[who] // span * span
    community = np.minimum(home + rng.integers(0, span, len(who)), communities - 1)
    start, end = people.community_start[community], people.community_start[community + 1]
    # Some order far more than others.
    b = start + (rng.random(len(who)) ** 1.6 * (end - start)).astype(np.int64)
    at = times_on(rng, day, ROUTE, days)
    seconds = talk_seconds(rng, 2.95, 0.5, len(who))
    seconds[rng.random(len(who)) > 0.7] = 0
    kept = who != b
    rung = calls(at, who, b, seconds).take(kept)
    back = rung.take(rng.random(len(rung)) < np.where(rung.seconds == 0, 0.45, 0.05))
    wait = (np.exp(2.0 + 1.0 * rng.standard_normal(len(back))).clip(1, 120) * MINUTE).astype(np.int64)
    answer = talk_seconds(rng, 3.0, 0.5, len(back)) * (rng.random(len(back)) < 0.85)
    note = rung.take((rung.seconds == 0) & (rng.random(len(rung)) < 0.25))
    return together(
        [
            rung,
            calls(back.ended + wait, back.b, back.a, answer),
            messages(note.at + MINUTE, note.a, note.b),
        ]
    )


def telemarketers(seed: int, people: Population, team: Teams, public: PublicNumbers, days: Calendar) -> Events:
    """100–300 calls a day down a list that others bought too; almost nobody calls back."""
    rng = stream(seed, "telemarketers")
    calls_a_day = np.exp(4.65 + 0.3 * rng.standard_normal(len(team.members))).clip(60, 300)
    place, day = _workdays(rng, np.arange(len(team.members)), calls_a_day, OFFICE, days)
    lists = np.concatenate(team.leads)
    sizes = np.array([len(leads) for leads in team.leads])
    starts = np.cumsum(sizes) - sizes
    its_team = team.team[place]
    lead = (rng.random(len(place)) * sizes[its_team]).astype(np.int64)
    a, b = team.members[place], lists[starts[its_team] + lead]
    at = times_on(rng, day, OFFICE, days)
    collecting = np.array(team.collecting)[its_team]
    seconds = talk_seconds(rng, np.where(collecting, 3.8, 3.1), 0.8, len(place))
    interested = rng.random(len(place)) < 0.02
    seconds[interested] = talk_seconds(rng, 5.4, 0.6, int(interested.sum()))
    seconds[rng.random(len(place)) > 0.48] = 0
    rung = calls(at, a, b, seconds).take(a != b)
    back = rung.take(rng.random(len(rung)) < np.where(rung.seconds == 0, 0.008, 0.012))
    wait = rng.integers(1, 180, len(back)) * MINUTE
    answer = talk_seconds(rng, 3.6, 0.8, len(back)) * (rng.random(len(back)) < 0.6)
    # Some who listened for long ask their bank, 114 or 110 whether this is in order.
    doubt = rung.take((rung.seconds > 60) & (rng.random(len(rung)) < 0.03))
    asked = np.array([public.enquiries, public.police])[(rng.random(len(doubt)) < 0.3).astype(int)]
    asked = np.where(rng.random(len(doubt)) < 0.6, public.bank_of[doubt.b], asked)
    later = rng.integers(1, 110, len(doubt)) * MINUTE
    return together(
        [
            rung,
            calls(back.ended + wait, back.b, back.a, answer),
            calls(doubt.ended + later, doubt.b, asked, talk_seconds(rng, 4.6, 0.6, len(doubt))),
        ]
    )


def small_businesses(seed: int, people: Population, days: Calendar) -> Events:
    """20–80 calls a day with customers, a third of whom call too (reciprocity .2–.4)."""
    rng = stream(seed, "small businesses")
    nodes = people.of_kind(Kind.SMALL_BUSINESS)
    customers = rng.integers(80, 500, len(nodes))
    book = rng.integers(0, len(people), int(customers.sum()))
    starts = np.cumsum(customers) - customers
    calls_a_day = np.exp(3.4 + 0.45 * rng.standard_normal(len(nodes))).clip(10, 80)
    place, day = _workdays(rng, np.arange(len(nodes)), calls_a_day, ROUTE, days)
    lead = starts[place] + (rng.random(len(place)) ** 1.3 * customers[place]).astype(np.int64)
    a, b = nodes[place], book[lead]
    at = times_on(rng, day, ROUTE, days)
    seconds = talk_seconds(rng, 4.3, 0.8, len(place))
    seconds[rng.random(len(place)) > 0.7] = 0
    inward = (rng.random(len(book)) < 0.4)[lead] & (rng.random(len(place)) < 0.5)
    kept = a != b
    return calls(at, np.where(inward, b, a), np.where(inward, a, b), seconds).take(kept)


def _workdays(
    rng: np.random.Generator, nodes: Int64 | Int32, a_day: Floats, rhythm: Rhythm, days: Calendar
) -> tuple[Int64, Int64]:
    """One row a call: who makes it and on which day; people have a day off now and then."""
    day = np.arange(days.days)
    share = 1.0 - days.weekend(day) * (1.0 - rhythm.weekend_share)
    at_work = rng.random((len(nodes), len(day))) < 0.92
    count = rng.poisson(a_day[:, None] * share[None, :] * at_work).astype(np.int64)
    who = np.repeat(np.asarray(nodes, np.int64), count.sum(axis=1))
    which_day = np.repeat(np.tile(day, len(nodes)), count.ravel())
    return who, which_day
