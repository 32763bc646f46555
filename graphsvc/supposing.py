"""The desk of what-if: who would be warned, at what cost, if some numbers were flagged. Nothing is written.

A full look at the world is made once and left standing in memory; each question is a focused look at what its flags
can change (engine.standing), with them and without them. So an answer takes as long as the world around the numbers
is big, and not as the world is.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING, Final, Protocol

import pyarrow as pa

from graphsvc.dispatch.people import Occasion, Person
from graphsvc.errors import TooLarge
from graphsvc.model.calibration import Calibration
from graphsvc.model.facts import Facts
from graphsvc.model.findings import KnownNetworks
from graphsvc.model.tables import FLAGS
from graphsvc.model.warnings import Imagined, Moment, WarningChannel
from graphsvc.model.words import FlagSource, ScamType
from graphsvc.reports import known as known_roles
from graphsvc.reports import supposed
from graphsvc.reports.belongings import SUSPECT_FROM
from graphsvc.reports.names import Names
from graphsvc.reports.subjects import find_numbers
from graphsvc.reports.supposed import ChannelCost, Look, Supposed, SupposedSuspect, SupposedWarning
from graphsvc.service_time import ServiceTime
from graphsvc.store import results
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.registry import Registry
from graphsvc.store.results import AnalysisRecord
from graphsvc.tracing import traced

if TYPE_CHECKING:
    from graphsvc.engine.standing import Standing
    from graphsvc.engine.view import View
    from graphsvc.graph.snapshot import Snapshot

GROUND_LASTS_MS: Final = 15 * 60_000
"""How much newer an analysis may be than the look that questions start from: a full look costs as much as an analysis.
[assumed: a what-if is about a gang's weeks, not about the last minutes]"""

CONTACTS_MOST: Final = 100_000
"""Of the supposed numbers together: everybody whom they met is ranked twice, and held meanwhile."""

_NEW: Final = 2**62
"""Ids of supposed flags begin here: no fact has them."""


class Imagine(Protocol):
    """The queue's verb that says which warnings planning would make."""

    def __call__(self, people: Sequence[Person], occasion: Occasion, *, now: Moment) -> list[Imagined]:
        """Nothing is written."""


@dataclass(frozen=True)
class Ground:
    """What a full look at an analysis left standing."""

    record: AnalysisRecord
    snapshot: "Snapshot"
    standing: "Standing"


@dataclass
class Grounds:
    """Keeps the newest ground in memory, from one question to the next. For any thread."""

    _held: Ground | None = None
    _turn: Lock = field(default_factory=Lock)

    def of(self, record: AnalysisRecord, make: Callable[[], Ground]) -> Ground:
        """The ground that is held, if this analysis is hardly newer; else a new one. Others wait meanwhile."""
        with self._turn:
            held = self._held
            if held is None or not 0 <= record.made_at - held.record.made_at <= GROUND_LASTS_MS:
                self._held = held = make()
            return held


@traced("supposing", "flag")
@dataclass(frozen=True)
class Supposing:
    """What-if on one data folder."""

    catalogue: Catalogue
    registry: Registry
    time: ServiceTime
    timezone: str
    region: str
    """The country whose national number forms are understood."""
    grounds: Grounds
    snapshot: Callable[[AnalysisRecord], "Snapshot"]
    facts: Callable[[int], Facts]
    names: Callable[..., Names]
    imagine: Imagine
    calibration: Callable[[], Calibration]
    """How the ranking's probabilities are set right."""

    def flag(
        self, record: AnalysisRecord, texts: Sequence[str], scam_type: ScamType, *, limit: int, within: str
    ) -> Supposed:
        """What would follow if the police flagged these numbers now.

        `limit` bounds each list; `within` is the caller's region: people of others are counted, not shown. TooLarge
        where these numbers have more than CONTACTS_MOST contacts.
        """
        subjects = find_numbers(self.registry, texts, self.region)
        ids = sorted({subject.id for subject in subjects if subject is not None})
        names = self.names(None, "simulate flag", *(one.token for one in subjects if one is not None))
        self._require_few_contacts(self.snapshot(record), ids)
        ground = self.grounds.of(record, lambda: self._ground(record))
        moment, known = self.time.moment(), results.known_networks(self.catalogue)
        without = self.facts(self.time.new_instant())
        public = known_roles.roles_of(self.catalogue, self.registry, ids, without.as_of)
        before, after = self._looks(ground, without, _flagged(without, ids, scam_type), known)
        made, rows = self._warnings(before, after, record, without.as_of, moment, names.freed.releases.free)
        suspects = [one for one in supposed.suspects_made(before, after, SUSPECT_FROM) if one not in ids]
        growths = supposed.growing(before, after)[:limit]
        mine = [one for one in made if (one.warning.region or "").startswith(within)][:limit]
        shown = names.numbers(
            [
                *(one.warning.number for one in mine),
                *suspects[:limit],
                *(number for one in growths for number in one.gained[:limit]),
            ]
        )
        current = set(known.members["network_id"].to_pylist())
        return Supposed(
            analysis_id=ground.record.analysis_id,
            as_of=ground.record.as_of,
            flagged=len(ids),
            not_found=[place for place, subject in enumerate(subjects) if subject is None],
            public=[place for place, subject in enumerate(subjects) if subject is not None and subject.id in public],
            costs=_costs(made),
            elsewhere=sum(not (one.warning.region or "").startswith(within) for one in made),
            warnings=[
                SupposedWarning(
                    person=shown[one.warning.number],
                    region=one.warning.region,
                    channel=one.warning.channel.value,
                    grade=one.warning.grade,
                    stage=one.warning.stage,
                    scam_type=one.warning.scam_type,
                    probability=round(one.warning.probability, 6),
                    probability_without=round(rows.get(one.warning.number, 0.0), 6),
                    deadline_at=one.warning.deadline_at,
                    network_id=one.warning.network_id if one.warning.network_id in current else None,
                    worth=round(one.warning.worth, 6),
                    fits=one.fits,
                )
                for one in mine
            ],
            suspects=[
                SupposedSuspect(shown[one], round(after.suspicion[one], 6), round(before.suspicion.get(one, 0.0), 6))
                for one in suspects[:limit]
            ],
            networks=supposed.networks_shown(growths, (before, after), shown, known=current, listed=limit),
        )

    def _require_few_contacts(self, snapshot: "Snapshot", ids: Sequence[int]) -> None:
        here = snapshot.dense(ids)
        here = here[here >= 0]
        contacts = int(sum((start[here + 1] - start[here]).sum() for start in (snapshot.out_start, snapshot.in_start)))
        if contacts > CONTACTS_MOST:
            raise TooLarge(
                f"these numbers have {contacts:,} contacts, and what-if looks at {CONTACTS_MOST:,} at most; ask "
                "without those that ring or write to nearly everybody",
                contacts=contacts,
                most=CONTACTS_MOST,
            )

    def _ground(self, record: AnalysisRecord) -> Ground:
        from graphsvc.engine.local import LocalEngine

        snapshot, facts = self.snapshot(record), self.facts(record.as_of)
        view = LocalEngine(self.timezone).full(snapshot, facts, results.known_networks(self.catalogue))
        return Ground(record, snapshot, view.standing())

    def _looks(self, ground: Ground, without: Facts, with_flags: Facts, known: KnownNetworks) -> tuple[Look, Look]:
        """The same focused look without the flags and with them: only they make a difference."""
        from graphsvc.engine.local import LocalEngine
        from graphsvc.graph.part import part_of

        flags = (with_flags.flags[name].drop_null().to_numpy() for name in ("number", "entity"))
        standing = ground.standing.joined_by(*flags) or ground.standing
        part = part_of(ground.snapshot, standing.wanted(ground.snapshot.numbers))
        engine = LocalEngine(self.timezone)
        first, second = (
            _look(engine.focus(part, facts, known, standing), facts, standing, self.calibration())
            for facts in (without, with_flags)
        )
        return first, second

    def _warnings(
        self,
        before: Look,
        after: Look,
        record: AnalysisRecord,
        as_of: int,
        moment: Moment,
        released: Collection[int],
    ) -> tuple[list[Imagined], dict[int, float]]:
        """The warnings that the flags alone bring about; and how likely these people would lose without the flags."""
        people = supposed.touched(before, after)
        occasion = Occasion(record.analysis_id, as_of, moment.service, frozenset(released))
        anyway = {
            (one.warning.number, one.warning.channel)
            for one in self.imagine(_persons(before, people), occasion, now=moment)
        }
        made = self.imagine(_persons(after, people), occasion, now=moment)
        fresh = [one for one in made if (one.warning.number, one.warning.channel) not in anyway]
        likely = {number: float(before.people[number]["probability"]) for number in people if number in before.people}
        return fresh, likely


def _flagged(facts: Facts, numbers: Sequence[int], scam_type: ScamType) -> Facts:
    """The facts with a flag of the police on each of these numbers."""
    rows = [
        {
            "flag_id": _NEW + place,
            "number": number,
            "known_at": facts.as_of,
            "scam_type": scam_type.value,
            "source": FlagSource.POLICE.value,
        }
        for place, number in enumerate(numbers)
    ]
    return replace(facts, flags=pa.concat_tables([facts.flags, pa.Table.from_pylist(rows, schema=FLAGS)]))


def _look(view: "View", facts: Facts, standing: "Standing", calibration: Calibration) -> Look:
    import numpy as np
    import polars as pl

    from graphsvc.ranking.rank import ordered

    exposures = view.everybody()
    hubs = pl.Series(standing.hubs(view.world, view.suspicion))
    ranked = ordered(exposures, hubs, facts, facts.as_of, calibration)
    members: dict[int, set[int]] = {}
    for row in view.members().select(["network_id", "number"]).to_pylist():
        if row["number"] is not None:
            members.setdefault(row["network_id"], set()).add(row["number"])
    ids, probability = view.world.population.ids, view.probability
    held = np.flatnonzero(probability > 0)
    return Look(
        people={row["number"]: row for row in ranked.rows.to_dicts()},
        suspicion=dict(zip(ids[held].tolist(), probability[held].tolist(), strict=True)),
        members={network: frozenset(numbers) for network, numbers in members.items()},
        met=Counter(network for network in exposures["network_id"].to_pylist() if network is not None),
    )


def _persons(look: Look, numbers: Sequence[int]) -> list[Person]:
    """Those of these people who are ranked, as planning sees them; what a warning cites is for the real one to say."""
    rows = [look.people[number] for number in numbers if number in look.people]
    return [
        Person(
            number=row["number"],
            network_id=row["network_id"],
            suspect=row["suspect"],
            last_at=row["last_at"],
            grade=row["grade"],
            stage=row["stage"],
            scam_type=row["scam_type"],
            probability=row["probability"],
            in_contact_probability=row["in_contact_probability"],
            deadline_at=row["deadline_at"],
            region=row["region"],
            evidence="[]",
        )
        for row in rows
    ]


def _costs(made: Sequence[Imagined]) -> list[ChannelCost]:
    costs = []
    for channel in WarningChannel:
        own = [one for one in made if one.warning.channel is channel]
        if own:
            worth = round(sum(one.warning.worth for one in own), 6)
            costs.append(ChannelCost(channel.value, len(own), sum(one.fits for one in own), worth))
    return costs
