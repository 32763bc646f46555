"""What reaches the operator about fraud: cases, and flags that come late, miss most and sometimes err.

Delays: loss to report from Xiamen, report to flag from fraud-patterns.md §8. A row whose `known_at` lies after the
last day never reaches the feeds.
"""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from graphsvc.model.words import FlagSource, ScamType
from graphsvc.simulate.chance import Floats, Int32, Int64, log_uniform, pick, stream
from graphsvc.simulate.dialling import LISTENING, MISSED
from graphsvc.simulate.gangs import SCAMS, Gangs
from graphsvc.simulate.hours import DAY, HOUR, MINUTE, SECOND
from graphsvc.simulate.making import World
from graphsvc.simulate.population import NEVER, Kind, Population
from graphsvc.simulate.variant import Variant

TYPES: Final = tuple(ScamType)
SOURCES: Final = tuple(FlagSource)
POLICE, OPERATOR, HOTLINE, APP = range(4)
OTHER: Final = TYPES.index(ScamType.OTHER)
_CONFIDENCE: Final = ((0.75, 1.0), (0.5, 0.8), (0.3, 0.7), (0.3, 0.7))
"""Lowest and highest confidence of each source."""
REMEMBERED: Final = 0.85
"""Of the numbers that had to do with a victim, those that the report names."""
WRONG_TYPE: Final = 0.08
"""Of complaints, those that name the scam wrongly."""

REPORT_HOURS: Final = ((0.1, 1.0, 0.177), (1.0, 12.0, 0.485), (12.0, 24.0, 0.103), (24.0, 120.0, 0.234))
"""Hours from loss to report, log-uniform in each span, with the span's share (Xiamen, n = 513)."""
AMOUNT_LOG_MEDIAN: Final = {ScamType.POLICE_IMPERSONATION: 10.8, ScamType.INVESTMENT: 11.5, ScamType.BRUSHING: 9.8}
FALSE_SHARES: Final = {
    Kind.COURIER: 0.03,
    Kind.TELEMARKETER: 0.06,
    Kind.SMALL_BUSINESS: 0.006,
    Kind.ORDINARY: 0.0004,
}
"""Of the innocent numbers of a kind, those that somebody flags within 30 days."""


@dataclass(frozen=True)
class Cases:
    """Losses that were reported. Arrays over cases."""

    story: Int64
    reported_at: Int64
    known_at: Int64
    amount: Floats


@dataclass(frozen=True)
class Flags:
    """Flags on numbers. Arrays over rows; NEVER where a time is missing, -1 for a missing case."""

    node: Int64
    known_at: Int64
    scam: Int64
    """Index into TYPES."""
    source: Int64
    case: Int64
    confidence: Floats
    valid_from: Int64
    revoked_at: Int64


def losses_reported(world: World) -> Cases:
    """Who reports a loss, when, and when the operator hears of it."""
    rng = stream(world.seed, "cases")
    stories, told, variant = world.crimes.stories, world.crimes.told, world.variant
    lost = np.flatnonzero(told.ends.lost_at < NEVER)
    story = lost[rng.random(len(lost)) < variant.report_share]
    reported = told.ends.lost_at[story] + _report_delay(rng, len(story))
    log_median = np.array([AMOUNT_LOG_MEDIAN.get(scam, 9.4) for scam in SCAMS])[stories.scam[story]]
    spread = 0.9 * rng.standard_normal(len(story))
    amount: Floats = np.round(np.exp(log_median + spread), 2).astype(np.float64)
    return Cases(story, reported, reported + _processing(rng, variant, len(story)), amount)


def flags(world: World, cases: Cases) -> Flags:
    """All flags: from cases, complaints and the operator's own doubts; and the false ones."""
    rng = stream(world.seed, "flags")
    return _join(
        [
            _from_cases(rng, world, cases),
            _from_complaints(rng, world),
            _from_operator(rng, world),
            _on_owners(rng, world),
            _on_bystanders(rng, world, cases),
            _false(rng, world),
            _left_behind(rng, world.cast.people),
        ]
    )


def _report_delay(rng: np.random.Generator, size: int) -> Int64:
    low, high, share = (np.array(column) for column in zip(*REPORT_HOURS, strict=True))
    span = pick(rng, tuple(share), size)
    hours = log_uniform(rng, low[span], high[span], size)
    return (hours * 3600).astype(np.int64) * SECOND


def _processing(rng: np.random.Generator, variant: Variant, size: int) -> Int64:
    minutes = variant.processing_median_minutes * np.exp(0.9 * rng.standard_normal(size))
    slow = rng.random(size) < 0.06  # the old way, 6–36 h
    minutes[slow] = np.maximum(minutes[slow], rng.uniform(360, 2160, int(slow.sum())))
    return (np.maximum(minutes, 2) * 60).astype(np.int64) * SECOND


def _flags(rng: np.random.Generator, node: Int64 | Int32, known_at: Int64, scam: Int64, source: int | Int64) -> Flags:
    """Flags without a case, in force, as sure as their source is; some say since when, a day before."""
    size = len(node)
    known_at = known_at // SECOND * SECOND
    sources = np.broadcast_to(np.asarray(source, np.int64), size).copy()
    low, high = np.array(_CONFIDENCE)[sources].T
    return Flags(
        node=np.asarray(node, np.int64),
        known_at=known_at,
        scam=np.asarray(scam, np.int64),
        source=sources,
        case=np.full(size, -1, np.int64),
        confidence=np.round(low + rng.random(size) * (high - low), 2),
        valid_from=np.where(rng.random(size) < 0.3, known_at - DAY, NEVER),
        revoked_at=np.full(size, NEVER, np.int64),
    )


def _join(parts: list[Flags]) -> Flags:
    return Flags(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Flags)))


def _type_of(gangs: Gangs, gang: Int64 | Int32) -> Int64:
    """The gang's scam as an index into TYPES."""
    types = np.array([TYPES.index(scam) for scam in SCAMS], np.int64)
    return types[gangs.plan.scam[gang]]


def _from_cases(rng: np.random.Generator, world: World, cases: Cases) -> Flags:
    """The numbers that victims remember, and that the police pass on with the case."""
    gangs, stories, told = world.cast.gangs, world.crimes.stories, world.crimes.told
    is_sim = np.zeros(len(world.cast.own), bool)
    is_sim[gangs.sims.node] = True
    other = np.where(is_sim[told.events.a], told.events.a, told.events.b).astype(np.int64)
    case_of = np.full(len(stories), -1)
    case_of[cases.story] = np.arange(len(cases.story))
    case = case_of[told.story]
    involved = is_sim[other] & (case >= 0)
    involved &= told.events.at <= np.append(cases.reported_at, 0)[case]
    pairs = np.unique(np.stack([case[involved], other[involved]]), axis=1)
    case, node = pairs[:, rng.random(pairs.shape[1]) < REMEMBERED]
    story = cases.story[case]
    made = _flags(rng, node, cases.known_at[case], _type_of(gangs, stories.gang[story]), POLICE)
    made.case[:] = case
    made.valid_from[:] = np.where(made.valid_from < NEVER, stories.first_at[story], NEVER)
    return made


def _from_complaints(rng: np.random.Generator, world: World) -> Flags:
    """People who heard enough say so through app or hotline; more often those who listened."""
    tried = world.crimes.tried
    weight = np.where(tried.stage >= LISTENING, 4.0, 1.0) * (tried.stage > MISSED)
    weight *= np.where(tried.written, 0.3, 1.0)
    chosen = tried.take(rng.random(len(tried)) < world.variant.complaint_rate * weight)
    delay = (log_uniform(rng, 0.1, 36, len(chosen)) * HOUR).astype(np.int64)
    known_at = chosen.at + delay + _processing(rng, world.variant, len(chosen))
    source = np.where(rng.random(len(chosen)) < 0.6, APP, HOTLINE)
    gangs = world.cast.gangs
    made = _flags(rng, gangs.sims.node[chosen.sim], known_at, _type_of(gangs, chosen.gang), source)
    wrong = np.flatnonzero(rng.random(len(chosen)) < WRONG_TYPE)
    made.scam[wrong] = rng.integers(0, len(TYPES), len(wrong))
    return made


def _from_operator(rng: np.random.Generator, world: World) -> Flags:
    """The operator has doubts of its own about a few cards, days after they went into use."""
    sims = world.cast.gangs.sims
    chosen = np.flatnonzero(rng.random(len(sims)) < world.variant.operator_share)
    late = (rng.uniform(1, 5, len(chosen)) * DAY).astype(np.int64)
    known_at = world.days.start + sims.first_day[chosen] * DAY + late
    return _flags(rng, sims.node[chosen], known_at, np.full(len(chosen), OTHER), OPERATOR)


def _on_owners(rng: np.random.Generator, world: World) -> Flags:
    """People complain about the number they saw in a storm; its owner is cleared days later, if ever."""
    storm = world.crimes.storm
    chosen = np.flatnonzero(rng.random(len(storm.owner)) < 0.4)
    delay = (log_uniform(rng, 0.5, 24, len(chosen)) * HOUR).astype(np.int64)
    known_at = storm.start[chosen] + delay + _processing(rng, world.variant, len(chosen))
    scam = _type_of(world.cast.gangs, storm.gang[chosen])
    return _revoked(rng, _flags(rng, storm.owner[chosen], known_at, scam, HOTLINE), 0.6)


def _on_bystanders(rng: np.random.Generator, world: World, cases: Cases) -> Flags:
    """Victims err: in one case of twelve a courier or a neighbour is named, who only happened to call."""
    people, stories = world.cast.people, world.crimes.stories
    case = np.flatnonzero(rng.random(len(cases.story)) < 0.08)
    home = people.community[stories.person[cases.story[case]]]
    start, end = people.community_start[home], people.community_start[home + 1]
    neighbour = start + (rng.random(len(case)) * (end - start)).astype(np.int64)
    courier = rng.choice(people.of_kind(Kind.COURIER), len(case))
    node = np.where(rng.random(len(case)) < 0.5, courier, neighbour)
    scam = _type_of(world.cast.gangs, stories.gang[cases.story[case]])
    made = _flags(rng, node, cases.known_at[case], scam, POLICE)
    made.case[:] = case
    return _revoked(rng, made, 0.6)


def _false(rng: np.random.Generator, world: World) -> Flags:
    """Complaints about couriers, sellers and neighbours who did nothing wrong."""
    people, days = world.cast.people, world.days
    share = np.zeros(len(people))
    for kind, of_kind in FALSE_SHARES.items():
        share[people.kind == kind] = of_kind * days.days / 30
    node = np.repeat(np.arange(len(people)), rng.poisson(share))
    known_at = days.start + (rng.random(len(node)) * days.days * DAY).astype(np.int64)
    source = np.array([APP, HOTLINE, OPERATOR, POLICE])[pick(rng, (0.5, 0.3, 0.12, 0.08), len(node))]
    scam = rng.integers(0, len(TYPES), len(node))
    return _revoked(rng, _flags(rng, node, known_at, scam, source), 0.5)


def _left_behind(rng: np.random.Generator, people: Population) -> Flags:
    """Flags that stuck to a number whose owner of then is gone: it was recycled since."""
    node = np.flatnonzero(people.recycled & (rng.random(len(people)) < 0.05))
    began = people.activated_at[node] - (rng.uniform(95, 200, len(node)) * DAY).astype(np.int64)
    scam = rng.integers(0, len(TYPES), len(node))
    made = _flags(rng, node, began + 2 * DAY, scam, POLICE)
    made.valid_from[:] = began
    return made


def _revoked(rng: np.random.Generator, made: Flags, share: float) -> Flags:
    """The rows, and for a share of them the later row that revokes them."""
    gone = np.flatnonzero(rng.random(len(made.node)) < share)
    later = Flags(*(getattr(made, f.name)[gone].copy() for f in fields(Flags)))
    later.known_at[:] += (rng.uniform(0.5, 6, len(gone)) * DAY).astype(np.int64) // SECOND * SECOND
    later.revoked_at[:] = later.known_at - 10 * MINUTE
    return _join([made, later])
