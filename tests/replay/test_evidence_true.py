"""Evidence is true: over thousands of people ranked, what is cited happened, was known, adds up, carries the score."""

from dataclasses import dataclass, replace
from datetime import date
from math import log
from typing import Any

import numpy as np
import orjson
import polars as pl
import pyarrow as pa
import pytest

from graphsvc.engine import exposure
from graphsvc.engine.acquainted import Acquaintances
from graphsvc.engine.local import LocalEngine
from graphsvc.engine.meetings import Pairs
from graphsvc.engine.view import View
from graphsvc.model.facts import Facts
from graphsvc.model.progress import silent
from graphsvc.ranking.rank import Ranked, ordered
from graphsvc.ranking.reasons import Suspects
from graphsvc.replay.outlook import Analyst, nobody_known
from graphsvc.replay.timeline import Timeline, read_timeline
from graphsvc.settings import Settings
from graphsvc.simulate.world import simulate
from graphsvc.wiring import open_service

HOUR, DAY = 3_600_000, 86_400_000
PATHS_MOST = 3
NO_HUBS = pl.Series([], dtype=pl.Int32)
REACTED = ("verification", "bank_call", "code")

Item = dict[str, Any]


@dataclass(frozen=True)
class Look:
    """The world at an instant, everybody ranked, and why."""

    at: int
    view: View
    facts: Facts
    ranked: Ranked
    evidence: dict[int, list[Item]]

    @property
    def probability(self) -> dict[int, float]:
        return dict(self.ranked.rows.select("number", "probability").iter_rows())


@pytest.fixture(scope="module")
def timeline(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    world = tmp_path_factory.mktemp("dense")
    simulate(world, subscribers=6000, days=12, seed=11, variant="plain", start=date(2026, 3, 2), progress=silent)
    with open_service(Settings(home=tmp_path_factory.mktemp("loaded"))) as service:
        service.load([world / "feeds"], kind=None, feed_id="default")
        return read_timeline(service)


@pytest.fixture(scope="module")
def looks(timeline: Timeline) -> list[Look]:
    last = int(timeline.known_at[-1])
    return [look(timeline, last - hours * HOUR) for hours in range(0, 120, 12)]


def look(timeline: Timeline, at: int) -> Look:
    outlook = Analyst(timeline, LocalEngine()).whole(at).named(nobody_known())
    view, facts = outlook.view, outlook.facts
    found = ordered(view.everybody(), NO_HUBS, facts, at)
    numbers = found.rows["number"].to_list()
    told = Ranked(found.rows.with_columns(key_events=pl.Series(view.key_events_of(numbers))), found.found)
    suspects = Suspects.of(view.suspicions_of(found.rows["suspect"].to_list()), facts)
    texts = told.evidence(suspects)
    return Look(at, view, facts, found, {n: orjson.loads(text) for n, text in zip(numbers, texts, strict=True)})


def events_cited(look: Look, number: int) -> list[Item]:
    return [event for item in look.evidence[number] for event in item["facts"].get("events", [])]


def test_thousands_are_looked_at(looks: list[Look]) -> None:
    assert sum(len(one.evidence) for one in looks) >= 2000


def test_nobody_is_given_more_than_three_paths_and_everybody_one(looks: list[Look]) -> None:
    for one in looks:
        for items in one.evidence.values():
            paths = [item for item in items if {"number", "numbers", "entity"} & item["facts"].keys()]
            assert 1 <= len(paths) <= PATHS_MOST


def test_contributions_add_up_to_the_probability(looks: list[Look]) -> None:
    for one in looks:
        said = one.probability
        for number, items in one.evidence.items():
            together = sum(item["contribution"] for item in items)
            assert together == pytest.approx(log(said[number] / (1 - said[number])), abs=1e-4)


def test_cited_events_and_flags_are_in_the_feeds_and_were_known(looks: list[Look], timeline: Timeline) -> None:
    events = timeline.events
    known: dict[tuple[int, int, int], int] = {}
    columns = (events["a"].tolist(), events["b"].tolist(), events["started_at"].tolist(), timeline.known_at.tolist())
    for a, b, at, known_at in zip(*columns, strict=True):
        known[a, b, at] = min(known_at, known.get((a, b, at), known_at))
    for one in looks:
        flagged_at = {row["flag_id"]: row["known_at"] for row in one.facts.flags.to_pylist()}
        for number, items in one.evidence.items():
            for event in events_cited(one, number):
                pair = {(number, event["number"], event["at"]), (event["number"], number, event["at"])} & known.keys()
                assert pair
                assert min(known[one_way] for one_way in pair) <= one.at
            for item in items:
                assert all(flagged_at[flag] <= one.at for flag in item["facts"].get("flag_ids", []))
                assert item["facts"].get("flag_at", 0) <= one.at


def test_taking_the_cited_events_away_lowers_the_probability(looks: list[Look]) -> None:
    """Of everybody at once: what one person did changes no other's rank while suspicion stays as it was."""
    counted, fell = 0, 0
    for one in looks:
        before, after = one.probability, _without(one).select("number", "probability").iter_rows()
        left = dict(after)
        told = [number for number in before if events_cited(one, number)]
        counted += len(told)
        fell += sum(left.get(number, 0.0) < before[number] for number in told)
    assert counted >= 1000
    assert fell >= 0.99 * counted, (fell, counted)


def _without(one: Look) -> pl.DataFrame:
    """Everybody ranked anew, without the events that the evidence cites of them."""
    view, ids = one.view, one.view.world.population.ids
    cited = {(number, e["number"], e["at"]) for number in one.evidence for e in events_cited(one, number)}

    def kept(person: Any, other: Any, at: Any) -> np.ndarray[Any, np.dtype[np.bool_]]:
        rows = zip(ids[person].tolist(), ids[other].tolist(), at.tolist(), strict=True)
        return np.array([row not in cited for row in rows], dtype=bool)

    met, reacted = view.exposed.met, view.exposed.reacted
    stays = kept(met.person, met.suspect, met.at)
    met = replace(met, **{name: getattr(met, name)[stays] for name in met.__dataclass_fields__})
    stays = kept(reacted.person, reacted.other, reacted.at)
    reacted = replace(reacted, **{name: getattr(reacted, name)[stays] for name in reacted.__dataclass_fields__})
    # What is known of a suspect's friends goes with what is taken away.
    pairs, world = Pairs.of(met), view.world
    known = Acquaintances.of(world.snapshot, world.traits, world.fresh, pairs)
    held = exposure.Suspects(view.probability, view.networks.of_number, known)
    rows = exposure.summarise(met, pairs, reacted, held, as_of=one.facts.as_of)
    rest = replace(view, met=met, exposed=exposure.Exposed(met, reacted, rows))
    return ordered(rest.everybody(), NO_HUBS, one.facts, one.at).rows


def test_taking_the_cited_flags_away_lowers_the_suspicion_and_the_probability(
    looks: list[Look], timeline: Timeline
) -> None:
    one = looks[0]
    citing: dict[tuple[int, ...], list[tuple[int, int]]] = {}
    for number, items in one.evidence.items():
        for item in items:
            if item["facts"].get("flag_ids") and item["facts"].get("number"):
                key = tuple(item["facts"]["flag_ids"])
                citing.setdefault(key, []).append((number, item["facts"]["number"]))
    chosen = sorted(citing, key=lambda flags: (-len(citing[flags]), flags))[:12]
    assert len(chosen) >= 5
    fell, counted = 0, 0
    for flags in chosen:
        held = one.facts.flags.filter(pa.array([row not in flags for row in one.facts.flags["flag_id"].to_pylist()]))
        facts = replace(one.facts, flags=held)
        view = LocalEngine().full(one.view.world.snapshot, facts, nobody_known())
        after = dict(ordered(view.everybody(), NO_HUBS, facts, one.at).rows.select("number", "probability").iter_rows())
        for number, suspect in citing[flags]:
            counted += 1
            place = one.view.world.population.index_of([suspect])
            there = view.world.population.index_of([suspect])
            assert view.probability[there] < one.view.probability[place]
            fell += after.get(number, 0.0) < one.probability[number]
    assert fell >= 0.95 * counted, (fell, counted)
