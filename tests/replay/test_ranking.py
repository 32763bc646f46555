"""Between two looks glances amend the ranking: how far it is then from a look at the same instant."""

from dataclasses import replace
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from graphsvc.dispatch.policies import WORTH
from graphsvc.engine.local import LocalEngine
from graphsvc.model.tables import FLAGS
from graphsvc.replay.dispatcher import people_of
from graphsvc.replay.outlook import Analyst, Outlook, nobody_known
from graphsvc.replay.ranking import Ranking
from graphsvc.replay.timeline import Timeline

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def looked(timeline: Timeline, at: int, *, cut: int) -> tuple[Analyst, Outlook]:
    analyst = Analyst(timeline, LocalEngine())
    analyst.whole(cut)
    return analyst, analyst.focus(at).named(nobody_known())


class Amended:
    """A ranking and whom it ranks, as glances amend it."""

    def __init__(self, timeline: Timeline, look: Outlook) -> None:
        self.ranking = Ranking(timeline, look, (WORTH,))
        self.people = {person.number: person for person in people_of(self.ranking.rows)}

    def glance(self, at: int) -> frozenset[int]:
        """Whom news touched."""
        touched, rows = self.ranking.glance(self.ranking.timeline.facts_held(at))
        assert set(rows["number"]) <= touched
        self.people = {number: person for number, person in self.people.items() if number not in touched}
        self.people |= {person.number: person for person in people_of(rows)}
        return touched


def base(timeline: Timeline, day: int = 6) -> int:
    first = int(timeline.known_at[0])
    return first - first % DAY + day * DAY


def test_glances_rank_whom_news_touch_nearly_as_a_look_would(timeline: Timeline) -> None:
    """Over a day. Suspicion stands between two looks, so that not all is the same."""
    cut = base(timeline)
    analyst, look = looked(timeline, cut + HOUR, cut=cut)
    apart: list[float] = []
    stale: list[float] = []
    different = 0
    for hour in range(1, 15):
        at, touched = cut + hour * HOUR, set[int]()
        ranking = Amended(timeline, look)
        before = dict(ranking.people)
        for minutes in range(5, 61, 5):
            touched |= ranking.glance(at + minutes * MINUTE)
        assert all(ranking.people[one] is before[one] for one in before.keys() - touched)
        look = analyst.focus(at + HOUR).named(nobody_known())
        then = Amended(timeline, look).people
        here, there = (people.keys() & touched for people in (ranking.people, then))
        different += len(here ^ there)
        apart += [abs(ranking.people[one].probability - then[one].probability) for one in here & there]
        stale += [abs(before[one].probability - then[one].probability) for one in before.keys() & here & there]
    assert len(apart) > 30
    assert different <= 0.05 * len(apart) + 1
    assert np.mean(np.array(apart) < 0.003) >= 0.95
    assert np.mean(apart) < np.mean(stale) / 2


def test_several_glances_say_what_one_says(timeline: Timeline) -> None:
    at = base(timeline) + 8 * HOUR
    _, look = looked(timeline, at, cut=base(timeline))
    often, once = Amended(timeline, look), Amended(timeline, look)
    touched = set[int]()
    for minutes in range(5, 60, 5):
        touched |= often.glance(at + minutes * MINUTE)
    assert once.glance(at + 55 * MINUTE) == touched
    last = often.glance(at + 55 * MINUTE)
    assert not last, "nothing came in since"
    assert often.people.keys() == once.people.keys()
    newest = {row["suspect"] for row in (vars(one) for one in once.people.values())}
    assert newest == {one.suspect for one in often.people.values()}


def _flagging(timeline: Timeline, number: int, at: int) -> Timeline:
    """The same, but that police flag a number."""
    row: dict[str, Any] = dict.fromkeys(FLAGS.names) | {
        "flag_id": 10**6,
        "number": number,
        "source": "police",
        "scam_type": "loan",
        "confidence": 0.99,
        "known_at": at,
        "valid_from": at,
    }
    flags = timeline.facts["flags"]
    kept = flags.filter(pc.less_equal(flags.column("known_at"), at))
    told = pa.concat_tables([kept, pa.Table.from_pylist([row], flags.schema)])
    known = {**timeline.facts_known_at, "flags": told.column("known_at").to_numpy()}
    return replace(timeline, facts={**timeline.facts, "flags": told}, facts_known_at=known, _held={})


def unsuspected(timeline: Timeline, *, in_focus: bool) -> tuple[int, set[int]]:
    """A number that is hardly suspect at `base`, and persons whom it had talked with for long by then."""
    look = Analyst(timeline, LocalEngine()).whole(base(timeline)).named(nobody_known())
    focus = look.view.standing().focus
    held = dict(zip(look.view.world.population.ids.tolist(), look.view.probability.tolist(), strict=True))
    people = look.facts.subscribers.column("number").to_numpy()
    known = timeline.known(base(timeline))
    a, b, seconds = (np.asarray(timeline.events[name][:known], np.int64) for name in ("a", "b", "duration_s"))
    talked = (seconds >= 120) & np.isin(a, people) & np.isin(b, people)
    numbers = [one for one in np.unique(a[talked]).tolist() if focus[one] == in_focus and held[one] < 0.05]
    met = {one: set(b[talked & (a == one)].tolist()) for one in numbers}
    number = max(met, key=lambda one: len(met[one]))
    return number, met[number]


def test_a_flag_counts_for_its_number_at_the_next_glance_and_says_why(timeline: Timeline) -> None:
    number, met = unsuspected(timeline, in_focus=True)
    at = base(timeline) + HOUR
    flagged = _flagging(timeline, number, at + 3 * MINUTE)
    analyst, look = looked(flagged, at, cut=base(timeline))
    ranking = Amended(flagged, look)
    assert not any(person.suspect == number for person in ranking.people.values())
    assert analyst.covers(flagged.facts_held(at + 5 * MINUTE))
    touched = ranking.glance(at + 5 * MINUTE)
    assert met <= touched
    reached = [person.number for person in ranking.people.values() if person.suspect == number]
    assert met.intersection(reached)
    for text in ranking.ranking.evidence(reached):
        assert any(item["facts"].get("number") == number for item in orjson.loads(text))
    others = sorted(ranking.people.keys() - touched)[:20]
    assert others
    assert ranking.ranking.evidence([*reached, *others])[len(reached) :] == look.evidence(others)
    assert not met.intersection(ranking.glance(at + 10 * MINUTE))


def test_a_flag_on_a_number_that_the_look_left_out_wants_a_look(timeline: Timeline) -> None:
    """The focus has not all of its contacts."""
    number, met = unsuspected(timeline, in_focus=False)
    at = base(timeline) + HOUR
    flagged = _flagging(timeline, number, at + 3 * MINUTE)
    analyst, _ = looked(flagged, at, cut=base(timeline))
    assert not analyst.covers(flagged.facts_held(at + 5 * MINUTE))
    look = analyst.focus(at + 5 * MINUTE).named(nobody_known())
    assert met.intersection(Amended(flagged, look).people)
    assert analyst.covers(flagged.facts_held(at + 10 * MINUTE))
