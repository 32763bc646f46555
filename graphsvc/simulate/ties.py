"""Ordinary life: whom people know, and how they call and write to each other.

Zipf ties inside communities (five strong ties hold half of the calls), reciprocity .5–.7 in the core, missed calls
that are returned, and now and then a stranger. Figures: fraud-patterns.md §3 and §5.
"""

from typing import Final

import numpy as np

from graphsvc.simulate.chance import Floats, Int64, stream, talk_seconds
from graphsvc.simulate.events import Events, calls, messages, together
from graphsvc.simulate.hours import LIFE, MINUTE, Calendar, times
from graphsvc.simulate.population import Kind, Population

ZIPF: Final = 0.9
TALK_SIGMA: Final = 1.15
"""Spread of one person's calls: with it the mean is twice the median (77 s against 37 s in Sichuan)."""
ANSWERED: Final = 0.78


def everyday(seed: int, people: Population, days: Calendar) -> Events:
    """Everything that people do with each other of their own accord."""
    rng = stream(seed, "ties")
    source, target, rate = _ties(rng, people)
    count = rng.poisson(rate * days.days)
    mutual = rng.random(len(source)) < 0.52
    toward_source = np.where(mutual, rng.beta(6, 6, len(source)), 0.0)
    tie = np.repeat(np.arange(len(source)), count)
    turned = rng.random(len(tie)) < toward_source[tie]
    a = np.where(turned, target[tie], source[tie])
    b = np.where(turned, source[tie], target[tie])
    known = _contacts(rng, people, a, b, days)
    return together([known, _strangers(rng, people, days), _inherited(rng, people, days)])


def _ties(rng: np.random.Generator, people: Population) -> tuple[Int64, Int64, Floats]:
    """Who knows whom, and how many calls a day each tie carries."""
    degree = np.clip(np.exp(2.65 + 0.5 * rng.standard_normal(len(people))), 4, 45).astype(np.int64)
    source = np.repeat(np.arange(len(people)), degree)
    rank = np.arange(len(source)) - np.repeat(np.cumsum(degree) - degree, degree)
    weight = (rank + 1.0) ** -ZIPF
    whole = np.add.reduceat(weight, np.cumsum(degree) - degree)
    rate = people.activity[source] * weight / whole[source]
    start, end = people.community_start[:-1], people.community_start[1:]
    home = people.community[source]
    inside = start[home] + rng.integers(0, 2**31, len(source)) % (end[home] - start[home])
    anywhere = rng.integers(0, len(people), len(source))
    # Strong ties are nearer than weak ones.
    target = np.where(rng.random(len(source)) < np.where(rank < 5, 0.9, 0.6), inside, anywhere)
    # A call centre's lines are nobody's friend.
    kept = (target != source) & (people.kind[target] != Kind.TELEMARKETER)
    return source[kept], target[kept], rate[kept]


def _contacts(rng: np.random.Generator, people: Population, a: Int64, b: Int64, days: Calendar) -> Events:
    at = times(rng, len(a), LIFE, days)
    written = rng.random(len(a)) < 0.13
    answered = rng.random(len(a)) < ANSWERED
    seconds = talk_seconds(rng, people.log_median_talk[a], TALK_SIGMA, len(a))
    first = calls(at, a, b, np.where(answered, seconds, 0))
    first.seconds[written] = -1
    missed = np.flatnonzero(~answered & ~written & (rng.random(len(a)) < 0.28))
    return together([first, returned(rng, people, first.take(missed))])


def returned(rng: np.random.Generator, people: Population, missed: Events) -> Events:
    """Calls back to those whose calls were missed, within two hours, mostly soon."""
    wait = (np.exp(2.3 + 1.0 * rng.standard_normal(len(missed))).clip(1, 120) * MINUTE).astype(np.int64)
    seconds = talk_seconds(rng, people.log_median_talk[missed.b], TALK_SIGMA, len(missed))
    seconds[rng.random(len(missed)) > ANSWERED] = 0
    return calls(missed.at + wait, missed.b, missed.a, seconds)


def _strangers(rng: np.random.Generator, people: Population, days: Calendar) -> Events:
    """One-off calls and messages: a shop, a landlord, a wrong number."""
    count = rng.poisson(0.12 * people.activity * days.days)
    a = np.repeat(np.arange(len(people)), count)
    b = rng.integers(0, len(people), len(a))
    kept = (a != b) & (people.kind[b] != Kind.TELEMARKETER)
    a, b = a[kept], b[kept]
    at = times(rng, len(a), LIFE, days)
    seconds = talk_seconds(rng, people.log_median_talk[a], 1.3, len(a))
    seconds[rng.random(len(a)) > 0.65] = 0
    one_off = calls(at, a, b, seconds)
    missed = one_off.take(np.flatnonzero((seconds == 0) & (rng.random(len(a)) < 0.2)))
    written = messages(at, a, b).take(rng.random(len(a)) < 0.08)
    return together([one_off, written, returned(rng, people, missed)])


def _inherited(rng: np.random.Generator, people: Population, days: Calendar) -> Events:
    """Friends and creditors of a recycled number's owner before ring its new owner, and find a stranger."""
    node = np.flatnonzero(people.recycled)
    b = np.repeat(node, rng.poisson(0.5 * days.days, len(node)))
    a = rng.integers(0, len(people), len(b))
    kept = a != b
    seconds = talk_seconds(rng, 2.5, 0.5, len(b)) * (rng.random(len(b)) < 0.6)
    return calls(times(rng, len(b), LIFE, days), a, b, seconds).take(kept)
