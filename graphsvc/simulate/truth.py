"""The truth of a world, kept apart from its feeds in `truth/`. Numbers are as in the feeds, instants epoch ms.

`numbers.parquet`: every number of the world, whether the feeds show it or not, by number.
    number · class (`fraud`, `tool`, `spoofed`, `benign_hub`, `ordinary`) · role (`caller`, `handler`, `tool`,
    `unknown`) · kind (the same, finer: `caller`, `handler`, `blaster`, `tool`, `courier`, `telemarketer`,
    `small_business`, `public`, `ordinary`) · gang_id (null for the innocent) · camouflaged (a gang's number that leads
    an ordinary life beside) · subscriber (a number of this operator) · devices (those it used, as far as the operator
    serves it) · fraud_events (how many events of its gang the feeds show with it; 0 for a card in a drawer) ·
    fraud_from, fraud_until (first and last of these) · recycled_at (when an innocent new owner got it; the class is
    that of the gang's time)
`gangs.parquet`: gang_id · scam_type · born_at · dead_at · numbers (how many, borrowed ones included)
`victims.parquet`: a person and a gang, by first contact; those who hung up or did not answer are not listed.
    number · gang_id · scam_type · first_contact_at (first event between the two; may lie before the feeds) · stage
    (`listening`, `engaged`, `committed`, `lost`: how far it gets in the end) · committed_at (null unless committed:
    20 minutes of talk, or repeated contact and a call to a bank, 110 or 114; where money is lost without either, in
    the middle of the conversation) · lost_at (null unless lost; may lie after the feeds end) · reported_at and case_id
    (null where the loss is never reported) · subscriber. Losses before the first day are history and not listed,
    though cases and flags may name them.
`hard_negatives.parquet`: number · kind (`courier`, `telemarketer`, `hotline`, `spoofed_owner`, `recycled`,
    `small_business`), by number; innocent numbers that look guilty. A `recycled` number can have been a gang's before.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from graphsvc.model.words import MemberRole, NumberClass, Stage
from graphsvc.simulate.chance import Bools, Int32, Int64
from graphsvc.simulate.dialling import ENGAGED, LISTENING
from graphsvc.simulate.gangs import Role
from graphsvc.simulate.hours import DAY
from graphsvc.simulate.making import World
from graphsvc.simulate.numbering import opaque
from graphsvc.simulate.population import NEVER, Kind
from graphsvc.simulate.reports import Cases
from graphsvc.simulate.writing import Texts, instants, present, write_table

STAGES: Final = tuple(Stage)
_ROLE_WORDS: Final = (MemberRole.CALLER, MemberRole.HANDLER, MemberRole.CALLER, MemberRole.TOOL)
_KIND_WORDS: Final = {
    Kind.COURIER: "courier",
    Kind.TELEMARKETER: "telemarketer",
    Kind.SMALL_BUSINESS: "small_business",
}


@dataclass(frozen=True)
class Victims:
    """Arrays over pairs of a person and a gang, by first contact."""

    person: Int64
    gang: Int64
    first_at: Int64
    stage: Int64
    story: Int64
    """-1 for those who only listened, or called a missed call back."""


def victims(world: World) -> Victims:
    """Everybody who talked with a gang and had not lost before the first day; one row a person and gang."""
    crimes, persons = world.crimes, len(world.cast.people)
    tried, stories, days = crimes.tried, crimes.stories, world.days
    listened = np.flatnonzero(tried.stage == LISTENING)
    rows = np.concatenate([listened, crimes.curious])
    gang = np.concatenate([stories.gang, tried.gang[rows]]).astype(np.int64)
    pair = gang * persons + np.concatenate([stories.person, tried.person[rows]])
    light = np.repeat([LISTENING, ENGAGED], [len(listened), len(crimes.curious)])
    stage = np.concatenate([stories.stage, light]).astype(np.int64)
    story = np.concatenate([stories.place, np.full(len(rows), -1)])
    order = np.lexsort((-story, -stage, pair))
    chosen = order[np.flatnonzero(np.diff(pair[order], prepend=-1))]
    pair, stage, story = pair[chosen], stage[chosen], story[chosen]
    first_at, last_at = _span(world, pair)
    lost_at = np.append(crimes.told.ends.lost_at, NEVER)[story]
    seen = (last_at >= days.start) & (first_at < days.end) & (lost_at >= days.start)
    kept = np.flatnonzero(seen)
    kept = kept[np.lexsort((pair[kept], first_at[kept]))]
    return Victims(pair[kept] % persons, pair[kept] // persons, first_at[kept], stage[kept], story[kept])


def _span(world: World, pair: Int64) -> tuple[Int64, Int64]:
    """First and last event between the gang and the person of each pair; `pair` ascends."""
    events, gang_of = world.crimes.events, gangs_of(world)
    calls_out = gang_of[events.a] >= 0
    gang = np.where(calls_out, gang_of[events.a], gang_of[events.b])
    person = np.where(calls_out, events.b, events.a)
    key = gang * len(world.cast.people) + person
    at = np.minimum(np.searchsorted(pair, key), len(pair) - 1)
    met = (gang >= 0) & (pair[at] == key) if len(pair) else np.zeros(len(key), bool)
    first, last = np.full(len(pair), NEVER), np.full(len(pair), -NEVER)
    np.minimum.at(first, at[met], events.at[met])
    np.maximum.at(last, at[met], events.at[met])
    return first, last


def gangs_of(world: World) -> Int64:
    """[nodes] the gang that each node works for, or -1."""
    gang_of = np.full(len(world.cast.own), -1, np.int64)
    gang_of[world.cast.gangs.sims.node] = world.cast.gangs.sims.gang
    return gang_of


def write_victims(path: Path, world: World, cases: Cases, texts: Texts) -> int:
    """Write who talked with which gang, and how it ended."""
    seen, ends = victims(world), world.crimes.told.ends
    stories = len(world.crimes.stories)
    reported_at, case_of = np.full(stories + 1, NEVER), np.full(stories + 1, -1)
    reported_at[cases.story], case_of[cases.story] = cases.reported_at, np.arange(len(cases.story))
    report, case = reported_at[seen.story], case_of[seen.story]  # -1, no story, finds the empty last place
    gangs = world.cast.gangs
    return write_table(
        path,
        {
            "number": texts.numbers.take(pa.array(seen.person)),
            "gang_id": pa.array(seen.gang),
            "scam_type": pa.array([str(gangs.scam_of(g)) for g in seen.gang.tolist()], pa.string()),
            "first_contact_at": pa.array(seen.first_at),
            "stage": pa.array([str(STAGES[s]) for s in seen.stage.tolist()], pa.string()),
            "committed_at": instants(np.append(ends.committed_at, NEVER)[seen.story]),
            "lost_at": instants(np.append(ends.lost_at, NEVER)[seen.story]),
            "reported_at": instants(report),
            "case_id": present(np.array(opaque(world.seed, "case", case).to_pylist(), object), case >= 0),
            "subscriber": pa.array(world.cast.own[seen.person]),
        },
    )


def write_gangs(path: Path, world: World) -> int:
    """Write one row a gang."""
    gangs, plan = world.cast.gangs, world.cast.gangs.plan
    born = world.days.start + plan.born_day * DAY
    return write_table(
        path,
        {
            "gang_id": pa.array(np.arange(len(plan))),
            "scam_type": pa.array([str(gangs.scam_of(g)) for g in range(len(plan))]),
            "born_at": pa.array(born),
            "dead_at": pa.array(born + plan.life_days * DAY),
            "numbers": pa.array(np.bincount(gangs.sims.gang, minlength=len(plan))),
        },
    )


def write_numbers(path: Path, world: World, texts: Texts) -> int:
    """Write what every number is."""
    cast, sims = world.cast, world.cast.gangs.sims
    size, people = len(cast.own), world.cast.people
    count, since, until = _fraud_events(world)
    # A borrowed number that the feeds never show at work is that of an innocent person.
    works = np.flatnonzero((sims.role != Role.TOOL) | (count[sims.node] > 0))
    at_work, gang_of = sims.node[works], np.full(size, -1)
    gang_of[at_work] = sims.gang[works]
    camouflaged = np.zeros(size, bool)
    camouflaged[at_work] = sims.camouflaged[works]
    recycled_at = np.full(size, NEVER)
    heir = np.flatnonzero(world.former >= 0)
    recycled_at[world.former[heir]] = cast.activated_at[heir]
    kind, class_, role = _words(world, works)
    node = np.delete(np.arange(size), heir)  # they are in the row of the number's former use
    return write_table(
        path,
        {
            "number": texts.numbers.take(pa.array(node)),
            "class": pa.array([str(word) for word in class_[node]]),
            "role": pa.array([str(word) for word in role[node]]),
            "kind": pa.array([str(word) for word in kind[node]]),
            "gang_id": present(gang_of[node], gang_of[node] >= 0),
            "camouflaged": pa.array(camouflaged[node]),
            "subscriber": pa.array(cast.own[node]),
            "devices": _devices(world, texts, node, len(people)),
            "fraud_events": pa.array(count[node]),
            "fraud_from": instants(since[node]),
            "fraud_until": instants(until[node]),
            "recycled_at": instants(recycled_at[node]),
        },
        sort_by="number",
    )


def _words(world: World, works: Int64) -> tuple[Int64, Int64, Int64]:
    """[nodes] kind, class and role of every number, as words."""
    cast, sims = world.cast, world.cast.gangs.sims
    kind = np.full(len(cast.own), "ordinary", object)
    class_ = np.full(len(cast.own), NumberClass.ORDINARY, object)
    role = np.full(len(cast.own), MemberRole.UNKNOWN, object)
    for code, word in _KIND_WORDS.items():
        nodes = cast.people.of_kind(code)
        kind[nodes] = word
        if code is not Kind.SMALL_BUSINESS:
            class_[nodes] = NumberClass.BENIGN_HUB
    public = len(cast.activated_at)
    kind[public:], class_[public:] = "public", NumberClass.BENIGN_HUB
    class_[world.crimes.storm.owner] = NumberClass.SPOOFED
    node, does = sims.node[works], sims.role[works]
    kind[node] = np.array([r.name.lower() for r in Role], object)[does]
    role[node] = np.array(_ROLE_WORDS, object)[does]
    class_[node] = np.where(does == Role.TOOL, NumberClass.TOOL, NumberClass.FRAUD)
    return kind, class_, role


def _fraud_events(world: World) -> tuple[Int64, Int64, Int64]:
    """[nodes] events of its gang that the feeds show with a gang's number, and the first and last of them."""
    size = len(world.cast.own)
    done = world.events.take(world.from_gang)
    working = gangs_of(world) >= 0
    count = np.zeros(size, np.int64)
    first, last = np.full(size, NEVER), np.full(size, -NEVER)
    for end, other in ((done.a, done.b), (done.b, done.a)):
        # The operator's message to a gang's card is no fraud.
        its = working[end] & (other < len(world.cast.activated_at))
        count += np.bincount(end[its], minlength=size)
        np.minimum.at(first, end[its], done.at[its])
        np.maximum.at(last, end[its], done.at[its])
    return count, first, np.where(count > 0, last, NEVER)


def _devices(world: World, texts: Texts, node: Int64, persons: int) -> pa.Array:
    """The devices that each number was used in, as far as the operator could see."""
    cast, size = world.cast, len(world.cast.own)
    first, count = np.full(size, -1, np.int64), np.ones(size, np.int64)
    after = np.full(size, -1, np.int64)
    first[:persons] = cast.people.device
    changed: Int64 = np.flatnonzero(cast.people.device_changed_at < NEVER)
    after[changed] = cast.people.device_after[changed]
    sims = cast.gangs.sims
    placed = sims.device >= 0
    cards: Int32 = sims.node[placed]
    first[cards], count[cards], after[cards] = sims.device[placed], sims.device_count[placed], -1
    served: Bools = cast.own & (first >= 0)
    lists = [
        sorted({*range(f, f + n), *((a,) if a >= 0 else ())}) if mine else []
        for f, n, a, mine in zip(*(column[node].tolist() for column in (first, count, after, served)), strict=True)
    ]
    flat = texts.devices.take(pa.array([device for one in lists for device in one], pa.int64()))
    ends = np.concatenate([[0], np.cumsum([len(one) for one in lists])]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(ends), flat)


def write_hard_negatives(path: Path, world: World, texts: Texts) -> int:
    """Write the innocent numbers that look guilty."""
    people, sims = world.cast.people, world.cast.gangs.sims
    guilty = np.zeros(len(world.cast.own), bool)
    guilty[sims.node] = True
    recycled = np.flatnonzero(people.recycled & people.own)
    groups = [(people.of_kind(code), word) for code, word in _KIND_WORDS.items()]
    groups.append((np.arange(len(world.cast.activated_at), len(guilty)), "hotline"))
    groups.append((np.unique(world.crimes.storm.owner), "spoofed_owner"))
    groups.append((recycled[~guilty[recycled]], "recycled"))
    return write_table(
        path,
        {
            "number": texts.numbers.take(pa.array(np.concatenate([nodes for nodes, _ in groups]))),
            "kind": pa.array([word for nodes, word in groups for _ in range(len(nodes))]),
        },
        sort_by="number",
    )
