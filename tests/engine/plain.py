"""Worlds of plain tuples, for the engine and the slow reference that judges it; random ones have dens in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

import pyarrow as pa

from graphsvc.engine.local import LocalEngine
from graphsvc.graph.fold import fold
from graphsvc.graph.snapshot import Snapshot
from graphsvc.model.facts import Facts
from graphsvc.model.findings import Findings, KnownNetworks
from graphsvc.model.progress import silent
from graphsvc.model.tables import CASES, DIRECTORY, EVENTS, FLAGS, LINKS, MEMBERS, OUTCOMES, RELEASES, SUBSCRIBERS
from graphsvc.model.words import CALL, SMS

START = 1_700_000_000_000
SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000
NONE_KNOWN = KnownNetworks(MEMBERS.empty_table(), 1)


@dataclass(frozen=True)
class Event:
    """One contact event; `seconds` None is a message; `answered` None is what the feed does not say."""

    a: int
    b: int
    at: int
    seconds: int | None = None
    device: int | None = None
    answered: bool | None = None

    @property
    def talk_s(self) -> int:
        """Seconds of talk: none where nobody answered."""
        return 0 if self.answered is False else self.seconds or 0


@dataclass
class PlainWorld:
    """Facts as tuples. Flags: (number, source, confidence); links: (number, kind, entity)."""

    events: list[Event] = field(default_factory=list)
    flags: list[tuple[int, str, float]] = field(default_factory=list)
    entity_flags: list[tuple[int, str, float]] = field(default_factory=list)
    links: list[tuple[int, str, int]] = field(default_factory=list)
    flag_cases: dict[int, int] = field(default_factory=dict)
    """The case, as a place among `cases`, that the flags on a number are about."""
    flag_types: dict[int, str] = field(default_factory=dict)
    """Kinds of scam that the flags on a number name; else a loan."""
    link_begun: dict[int, int] = field(default_factory=dict)
    """When the links of a number began; the others do not say."""
    holders: list[tuple[int, str, int]] = field(default_factory=list)
    directory: dict[int, str] = field(default_factory=dict)
    activated: dict[int, int] = field(default_factory=dict)
    cases: list[tuple[int, int]] = field(default_factory=list)
    nobody: set[int] = field(default_factory=set)
    """Short codes and sender names."""
    released: set[int] = field(default_factory=set)
    """Released on the tenth day; `flags` are from before."""
    flags_after: list[tuple[int, str, float]] = field(default_factory=list)
    """Flags from the fifteenth day."""
    as_of: int = START + 20 * DAY

    def call(self, a: int, b: int, at: int, seconds: int = 60, device: int | None = None) -> None:
        """A call of some length."""
        self.events.append(Event(a, b, at, seconds, device))

    @property
    def snapshot(self) -> Snapshot:
        """All events, folded."""
        return fold([events_table(self.events)], as_of=2**62, snapshot_id="plain")

    @property
    def facts(self) -> Facts:
        """All facts, as tables."""
        flags = [
            {
                "flag_id": i,
                "number": n,
                "entity": x,
                "known_at": at,
                "scam_type": self.flag_types.get(n or -1, "loan"),
                "source": s,
                "confidence": c,
                "case_id": str(self.flag_cases[n]) if n in self.flag_cases else None,
            }
            for i, (n, x, s, c, at) in enumerate(
                [(n, None, s, c, START) for n, s, c in self.flags]
                + [(None, x, s, c, START) for x, s, c in self.entity_flags]
                + [(n, None, s, c, START + 15 * DAY) for n, s, c in self.flags_after]
            )
        ]
        links: list[dict[str, object]] = [
            {"number": n, "kind": k, "entity": x, "known_at": 0, "valid_from": self.link_begun.get(n)}
            for n, k, x in self.links
        ]
        links += [{"holder": h, "kind": k, "entity": x, "known_at": 0} for h, k, x in self.holders]
        return Facts(
            as_of=self.as_of,
            flags=_table(flags, FLAGS),
            cases=_table(
                [
                    {"case_id": str(i), "number": n, "lost_at": at, "known_at": at, "scam_type": "loan"}
                    for i, (n, at) in enumerate(self.cases)
                ],
                CASES,
            ),
            links=_table(links, LINKS),
            subscribers=_table(
                [
                    {"number": n, "activated_at": at, "region": "330100", "known_at": 0}
                    for n, at in self.activated.items()
                ],
                SUBSCRIBERS,
            ),
            directory=_table(
                [{"number": n, "role": role, "known_at": 0} for n, role in self.directory.items()], DIRECTORY
            ),
            outcomes=OUTCOMES.empty_table(),
            nobody=frozenset(self.nobody),
            releases=_table(
                [
                    {"number": n, "known_at": START + 10 * DAY, "reason": "checked", "released_by": "somebody"}
                    for n in sorted(self.released)
                ],
                RELEASES,
            ),
        )

    def analysed(self, known: KnownNetworks = NONE_KNOWN) -> Findings:
        """What the engine finds; days begin at midnight UTC."""
        return LocalEngine(timezone="UTC").analyse(self.snapshot, self.facts, known, silent)

    def probabilities(self) -> dict[int, float]:
        """`fraud_probability` of every number with a row."""
        table = self.analysed().suspicions
        return dict(zip(table["number"].to_pylist(), table["fraud_probability"].to_pylist(), strict=True))


def random_world(seed: int) -> PlainWorld:
    """A small place: a den with a handler, a business, families, a bank, and flags right and wrong."""
    dice, world = Random(seed), PlainWorld()
    people = list(range(100, 300))
    den, handler, firm, bank, police = list(range(10, 16)), 20, list(range(30, 34)), 1, 2
    world.directory = {bank: "bank", police: "police"}
    leads = dice.sample(people, 30)
    friends = {person: dice.sample(people, 3) for person in people}
    for day in range(12):
        for person in people:
            friend = dice.choice(friends[person])
            if dice.random() < 0.4:
                world.call(person, friend, _during(dice, day), dice.randint(10, 400), device=1000 + person)
        for worker in firm:
            for person in dice.sample(people, 6):
                world.call(worker, person, _during(dice, day), dice.randint(5, 60), device=900)
        for caller in dice.sample(den, 4) if day >= 6 else []:
            for person in dice.sample(leads, 8):
                at = _during(dice, day)
                if dice.random() < 0.1:
                    world.events.append(Event(caller, person, at - 60_000, 200, 800, answered=False))
                world.call(caller, person, at, dice.choice([5, 20, 70, 200]), device=800 + (caller % 2))
                if dice.random() < 0.25:
                    world.call(handler, person, at + dice.randint(1, 20) * HOUR, dice.randint(200, 2000))
                if dice.random() < 0.15:
                    world.call(person, dice.choice([bank, police, caller]), at + dice.randint(1, 150) * MINUTE, 100)
                if dice.random() < 0.15:
                    world.events.append(Event(bank, person, at + dice.randint(-5, 15) * MINUTE))
    known = dice.sample(den, 2)
    world.flags = [
        (known[0], "police", 0.9),
        (known[1], "operator", 0.8),
        (dice.choice(firm), "app", 0.5),
        (dice.choice(people), "hotline", 0.4),
    ]
    if dice.random() < 0.5:
        world.flags.append((bank, "police", 0.9))
    world.links = [(n, "holder", 700) for n in firm] + [(n, "account", 701) for n in dice.sample(den, 3)]
    world.links += [(dice.choice(people), "account", 701), (dice.choice(den), "holder", 702)]
    world.holders = [(702, "account", 703)]
    world.entity_flags = [(703, "police", 0.8)] if dice.random() < 0.5 else []
    world.activated = {n: START - dice.randint(1, 900) * DAY for n in [*den, *firm, *dice.sample(people, 40)]}
    # Dens burn their cards: some are fresh, some half settled.
    world.activated |= {n: START - (START - world.activated[n]) // 5 for n in den}
    world.cases = [(dice.choice(leads), START + 13 * DAY)]
    world.released = {dice.choice(den), dice.choice(firm)} if dice.random() < 0.5 else set()
    world.nobody = {50}
    world.events += [
        Event(50, person, START + (6 + person % 6) * DAY + person * MINUTE) for person in [*people, *leads]
    ]
    world.flags_after = [(n, dice.choice(["police", "app"]), 0.7) for n in world.released if dice.random() < 0.5]
    return world


def with_losses(world: PlainWorld, seed: int) -> PlainWorld:
    """The same, where people lost money in the middle of it, and two more suspects ring some of them around then."""
    dice = Random(seed)
    people = sorted({e.b for e in world.events if 100 <= e.b < 300})
    world.cases = [(person, START + dice.randint(6, 11) * DAY) for person in dice.sample(people, 60)]
    world.flags += [(40, "police", 0.9), (41, "police", 0.8)]
    for person, lost_at in dice.sample(world.cases, 40):
        for _ in range(dice.randint(1, 3)):
            at = lost_at + dice.randint(-30, 60) * HOUR
            if dice.random() < 0.2:
                world.call(person, dice.choice([40, 41]), at, dice.choice([0, 100]))
            else:
                world.call(dice.choice([40, 41]), person, at, dice.choice([5, 20, 200, 900]))
            if dice.random() < 0.3:
                world.call(person, 2, at + dice.randint(-60, 150) * MINUTE, 100)
    return world


def _during(dice: Random, day: int) -> int:
    return START + day * DAY + dice.randint(8 * HOUR, 20 * HOUR)


def events_table(events: Sequence[Event], *, seq: int = 0) -> pa.RecordBatch:
    """EVENTS, the first with this seq."""
    rows = [
        {
            "seq": i,
            "started_at": e.at,
            "known_at": e.at + SECOND * (e.seconds or 0),
            "a": e.a,
            "b": e.b,
            "channel": SMS if e.seconds is None else CALL,
            "duration_s": e.seconds,
            "device": e.device,
            "answered": e.answered,
        }
        for i, e in enumerate(events, seq)
    ]
    return pa.RecordBatch.from_pylist(rows, schema=EVENTS)


def _table(rows: Sequence[Mapping[str, object]], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=schema)
