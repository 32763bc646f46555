"""A glance says of whom it touches what a look at everybody with the same suspicion says, and touches all it must."""

from dataclasses import replace

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from polars.testing import assert_frame_equal

from graphsvc.engine import exposure, report
from graphsvc.engine.analysing import measured
from graphsvc.engine.begun import Begun
from graphsvc.engine.features import ArrayFeatures
from graphsvc.engine.glance import Glance, News, glance
from graphsvc.engine.local import LocalEngine
from graphsvc.engine.meetings import Pairs
from graphsvc.engine.strangers import Strangers
from graphsvc.engine.verdicts import Verdicts
from graphsvc.engine.view import View
from graphsvc.graph.part import with_newer
from graphsvc.graph.snapshot import Int32, Snapshot
from tests.engine.plain import DAY, HOUR, NONE_KNOWN, START, Event, PlainWorld, events_table, random_world, with_losses

NOBODY = np.empty(0, np.int32)


def _looked_at(world: PlainWorld, until: int) -> tuple[Snapshot, View]:
    """A full look at what had happened by an instant."""
    before = replace(world, events=[one for one in world.events if one.at < until], as_of=until)
    snapshot = before.snapshot
    return snapshot, LocalEngine(timezone="UTC").full(snapshot, before.facts, NONE_KNOWN)


def _newer(world: PlainWorld, snapshot: Snapshot, since: int) -> pa.RecordBatch:
    return events_table([one for one in world.events if one.at >= since], seq=snapshot.event_count)


def _glanced(
    world: PlainWorld, snapshot: Snapshot, before: Verdicts, newer: pa.RecordBatch, flagged: Int32 = NOBODY
) -> Glance:
    news = News(newer, anew=newer.num_rows, flagged=flagged, flagged_anew=flagged)
    return glance(before, snapshot, Strangers(snapshot), news, world.facts)


def _of_everybody(world: PlainWorld, before: Verdicts, snapshot: Snapshot) -> pl.DataFrame:
    """The exposure of all persons in a snapshot, with what a full look before held of the suspects; but with whom these
    began contacts as of now."""
    facts = world.facts
    whole = measured(snapshot, facts, ArrayFeatures(snapshot), timezone="UTC")
    ids = whole.population.ids
    probability = before.probability_of(ids)
    met = exposure.meetings(whole, probability)
    pairs = Pairs.of(met)
    begun = Begun.in_whole(snapshot, whole.traits.reverse, np.isin(np.arange(len(ids)), pairs.suspect))
    held = exposure.Suspects(probability, before.network_of(ids), before.acquaintances(ids, begun))
    found = exposure.exposed(whole, facts, met, pairs, held)
    unsaid = np.full(len(ids), "unknown", dtype=object)
    named = np.array([*before.network_ids, None], dtype=object)[before.network_of(ids)]
    labels = report.Labels(probability, unsaid, unsaid, before.scam_types_of(ids), named)
    events = report.key_events(whole, found)
    return _frame(report.dated_exposures(whole, facts, found.rows, events, labels))


def _frame(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("losing", [False, True])
def test_whoever_is_touched_went_through_what_a_look_at_everybody_finds(seed: int, losing: bool) -> None:
    world = random_world(seed)
    world = with_losses(world, seed) if losing else world
    ends = sorted(one.at for one in world.events)
    since = ends[len(ends) * 9 // 10]
    world.as_of = ends[-1] + 1
    snapshot, view = _looked_at(world, since)
    before, newer = view.verdicts(), _newer(world, snapshot, since)
    found = _glanced(world, snapshot, before, newer)
    everybody = _of_everybody(
        world, before, with_newer(snapshot, np.arange(snapshot.contact_count), [newer], as_of=world.as_of)
    )
    touched = everybody.filter(pl.col("number").is_in(found.people.tolist()))
    assert touched.height > 3
    assert _frame(found.exposures).equals(touched)
    # Whoever it did not touch met no suspect since: with what was known before, the same is said of them.
    others = everybody.filter(~pl.col("number").is_in(found.people.tolist()))
    assert others.filter(pl.col("last_at") >= since).is_empty()


def test_a_flag_counts_at_once_for_whom_its_number_reached() -> None:
    world = random_world(1)
    world.as_of = max(one.at for one in world.events) + HOUR
    loner, person = 90_001, 90_002
    world.events += [Event(loner, person, world.as_of - 30 * 60_000, 900, answered=True)]
    snapshot, view = _looked_at(world, world.as_of)
    world.flags = [*world.flags, (loner, "police", 0.95)]
    flagged = np.array([loner], dtype=np.int32)
    found = _frame(_glanced(world, snapshot, view.verdicts(), events_table([], seq=0), flagged).exposures)
    full = _frame(LocalEngine(timezone="UTC").analyse(snapshot, world.facts, NONE_KNOWN).exposures)
    wanted = full.filter(pl.col("number") == person)
    assert wanted["suspect"].to_list() == [loner]
    assert_frame_equal(found.select(wanted.columns).filter(pl.col("number") == person), wanted, abs_tol=1e-12)


def test_a_flag_taken_back_leaves_nobody_exposed_to_its_number() -> None:
    world = random_world(1)
    world.as_of = max(one.at for one in world.events) + HOUR
    loner, person = 90_001, 90_002
    world.events += [Event(loner, person, world.as_of - 30 * 60_000, 900, answered=True)]
    flags = world.flags
    world.flags = [*flags, (loner, "police", 0.95)]
    snapshot, view = _looked_at(world, world.as_of)
    world.flags = flags
    flagged = np.array([loner], dtype=np.int32)
    found = _glanced(world, snapshot, view.verdicts(), events_table([], seq=0), flagged)
    assert person in found.people.tolist()
    assert person not in found.exposures["number"].to_pylist()


@pytest.mark.parametrize("met", [True, False])
def test_whom_the_present_owner_of_a_number_rings_is_not_exposed_by_a_case_of_the_earlier_one(met: bool) -> None:
    """Nobody of the case is touched by the news: that its victim met the earlier owner still counts."""
    world = random_world(1)
    world.as_of = max(one.at for one in world.events) + DAY
    number, victim, person = 90_001, 90_002, 90_003
    world.activated[number] = world.as_of - 3 * DAY
    world.cases = [*world.cases, (victim, world.as_of - 2 * DAY)]
    world.events += [
        Event(victim if met else person + 1, number, world.as_of - 9 * DAY, 900, answered=True),
        Event(number, person, world.as_of - HOUR, 900, answered=True),
    ]
    snapshot, view = _looked_at(world, world.as_of - 2 * HOUR)
    world.flags = [*world.flags, (number, "police", 0.95)]
    world.flag_cases = {number: len(world.cases) - 1}
    newer = _newer(world, snapshot, world.as_of - 2 * HOUR)
    news = News(newer, anew=newer.num_rows, flagged=np.array([number], dtype=np.int32), flagged_anew=NOBODY)
    flags = world.facts.flags  # the report came after the money was lost
    known_at = pa.array([world.as_of - HOUR if one == number else START for one in flags["number"].to_pylist()])
    facts = replace(world.facts, flags=flags.set_column(flags.column_names.index("known_at"), "known_at", known_at))
    found = glance(view.verdicts(), snapshot, Strangers(snapshot), news, facts)
    assert person in found.people.tolist()
    assert (person in found.exposures["number"].to_pylist()) == (not met)
