"""Between cuts only the focus is looked at anew: how far that is from a look at the whole world, hour by hour."""

import numpy as np
import polars as pl
import pyarrow.compute as pc
import pytest

from graphsvc.engine.local import LocalEngine
from graphsvc.model.words import SMS
from graphsvc.replay.outlook import Analyst, Outlook, nobody_known
from graphsvc.replay.timeline import Timeline

HOUR = 3_600_000
DAY = 24 * HOUR


def analyst(timeline: Timeline) -> Analyst:
    return Analyst(timeline, LocalEngine())


def whole(analyst: Analyst, at: int) -> Outlook:
    return analyst.whole(at).named(nobody_known())


def focus(analyst: Analyst, at: int) -> Outlook:
    return analyst.focus(at).named(nobody_known())


def suspects(outlook: Outlook) -> dict[int, float]:
    ids, probability = outlook.view.world.population.ids, outlook.view.probability
    return dict(zip(ids.tolist(), probability.tolist(), strict=True))


def test_ids_follow_the_time_of_first_knowledge(timeline: Timeline) -> None:
    first = timeline.numbers.first_known
    assert np.all(np.diff(first) >= 0)
    seen: dict[int, int] = {}
    for side in ("a", "b"):
        for number, at in zip(timeline.events[side].tolist(), timeline.known_at.tolist(), strict=True):
            seen[number] = min(at, seen.get(number, at))
    assert all(first[number] <= at for number, at in seen.items())


def test_a_replay_knows_the_short_codes_that_were_seen_by_then_and_no_other(timeline: Timeline) -> None:
    first, end = int(timeline.known_at[0]), int(timeline.known_at[-1])
    every = timeline.facts_held(end).nobody
    written = np.unique(timeline.events["a"][timeline.events["channel"] == SMS])
    assert len(every) > 10
    assert len(every.intersection(written.tolist())) > 5
    seen = {number for number in every if timeline.numbers.first_known[number] <= first + DAY}
    assert timeline.facts_held(first + DAY).nobody == seen
    assert len(timeline.facts_held(first).nobody) < len(every)


@pytest.mark.parametrize("hours", [1, 6, 23])
def test_a_look_at_the_focus_is_close_to_a_look_at_the_whole(timeline: Timeline, hours: int) -> None:
    """Stated in docs/replay.md: suspicion differs by .05 for one suspect in 100 at most, and who is ranked by 1 %."""
    base = int(timeline.known_at[0]) + 6 * DAY
    focusing, looking = analyst(timeline), analyst(timeline)
    focusing.whole(base)
    looking.whole(base)
    near, far = focus(focusing, base + hours * HOUR), whole(looking, base + hours * HOUR)
    one, other = suspects(near), suspects(far)
    judged = [number for number in other if other[number] >= 0.05 or one.get(number, 0.0) >= 0.05]
    assert len(judged) > 20
    apart = np.array([abs(one.get(number, 0.0) - other[number]) for number in judged])
    assert np.mean(apart < 0.05) >= 0.99
    people = [
        dict(outlook.ranked.rows.filter(pl.col("probability") >= 0.002).select("number", "probability").iter_rows())
        for outlook in (near, far)
    ]
    assert people[1]
    different = people[0].keys() ^ people[1].keys()
    assert len(different) <= 0.01 * len(people[1]) + 1


@pytest.mark.parametrize("hours", [6, 23])
def test_between_cuts_recipients_are_as_popular_and_hubs_the_same_as_in_a_look_at_the_whole(
    timeline: Timeline, hours: int
) -> None:
    base = int(timeline.known_at[0]) + 6 * DAY
    focusing, looking = analyst(timeline), analyst(timeline)
    before = whole(focusing, base)
    looking.whole(base)
    near, far = focus(focusing, base + hours * HOUR), whole(looking, base + hours * HOUR)
    one, other = near.view.world, far.view.world
    place = other.population.index_of(one.population.ids[: one.population.seen])
    assert np.array_equal(one.reach.recipient_weight, other.reach.recipient_weight[place])
    assert (one.reach.recipients, one.reach.listed) == pytest.approx((other.reach.recipients, other.reach.listed))
    assert set(near.hubs.to_list()) == set(far.hubs.to_list())
    assert set(near.hubs.to_list()) != set(before.hubs.to_list())


def test_a_flag_since_the_cut_reaches_the_whole_den_at_the_next_tick(timeline: Timeline) -> None:
    """Not at midnight: the focus carries a new flag on to the numbers of its den, as a look at the whole does."""
    last = int(timeline.known_at[-1])
    flags = timeline.facts["flags"].filter(pc.field("known_at") <= last).filter(pc.is_valid(pc.field("number")))
    at = int(flags.column("known_at").to_pylist()[-1]) + 1
    base = at - 10 * HOUR
    focusing, looking = analyst(timeline), analyst(timeline)
    before = suspects(whole(focusing, base))
    looking.whole(base)
    now, then = suspects(focus(focusing, at)), suspects(whole(looking, at))
    rose = {number for number in then if then[number] > before.get(number, 0.0) + 0.1}
    assert rose
    assert all(now[number] == pytest.approx(then[number], abs=0.05) for number in rose)


def test_the_evidence_of_a_person_is_that_of_a_look_at_everybody(timeline: Timeline) -> None:
    from graphsvc.model.words import NumberClass
    from graphsvc.ranking.rank import rank

    at = int(timeline.known_at[0]) + 6 * DAY
    outlook = whole(analyst(timeline), at)
    findings = outlook.view.findings()
    everybody = rank(findings.exposures, findings.suspicions, outlook.facts, at).to_pylist()
    told = {row["number"]: row for row in everybody}
    numbers = outlook.ranked.rows["number"].head(50).to_list()
    assert numbers
    assert outlook.evidence(numbers) == [told[number]["evidence"] for number in numbers]
    for row in outlook.ranked.rows.head(200).iter_rows(named=True):
        for name in ("probability", "in_contact_probability", "deadline_at", "grade", "stage", "scam_type"):
            assert row[name] == told[row["number"]][name]
    hubs = [row["number"] for row in findings.suspicions.to_pylist() if row["class"] == NumberClass.BENIGN_HUB.value]
    assert hubs


def test_whoever_talked_is_ranked_and_nobody_else(timeline: Timeline) -> None:
    at = int(timeline.known_at[0]) + 6 * DAY
    outlook = whole(analyst(timeline), at)
    findings = outlook.view.findings()
    exposures = pl.from_arrow(findings.exposures)
    assert isinstance(exposures, pl.DataFrame)
    talked = exposures.filter((pl.col("longest_call_s") >= 30) | (pl.col("call_backs") > 0))["number"]
    assert set(outlook.ranked.rows["number"]) <= set(talked)


def test_looks_between_change_nothing(timeline: Timeline) -> None:
    """So that several can share the looks of a day: what one sees hangs on the cut and on its own instant."""
    base = int(timeline.known_at[0]) + 6 * DAY
    every, last = analyst(timeline), analyst(timeline)
    cut = every.whole(base)
    for hours in range(1, 10):
        seen = every.focus(base + hours * HOUR)
    assert every.left is not None
    last.goes_by(every.left)
    alone = last.focus(base + 9 * HOUR)
    assert not np.array_equal(alone.standing.counts.contacts_in, cut.standing.counts.contacts_in)
    for name in ("contacts_in", "contacts_out", "reciprocal", "active_days", "last_day", "new"):
        assert np.array_equal(getattr(alone.standing.counts, name), getattr(seen.standing.counts, name)), name
    assert np.array_equal(alone.standing.focus, seen.standing.focus)
    assert np.array_equal(alone.view.world.population.ids, seen.view.world.population.ids)
    assert np.array_equal(alone.view.probability, seen.view.probability)
    assert alone.named(nobody_known()).ranked.rows.equals(seen.named(nobody_known()).ranked.rows)
