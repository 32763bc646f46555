"""What a lesson learns, what it says of itself, and when it is refused."""

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from graphsvc.learning.examples import DAY_MS, HORIZON_MS, Examples, Known, examples_of, joined
from graphsvc.learning.lesson import POSITIVES_LEAST, REPORTED, Lesson, Setting, lesson, reported_share
from graphsvc.learning.odds import log_odds, probability
from graphsvc.model.calibration import UNCHANGED, Calibration
from graphsvc.model.tables import CASES, FLAGS, OUTCOMES

AT = 1_700_000_000_000


def _past(days: int, a_day: int, *, shift: float = -2.0, seed: int = 3) -> Examples:
    """People of some days; losses come `shift` rarer than was said, contacts half as often."""
    dice, parts = np.random.default_rng(seed), []
    for day in range(days):
        loss, contact = dice.normal(-2, 1.5, a_day), dice.normal(1, 2, a_day)
        lost = dice.random(a_day) < probability(loss + shift)
        met = dice.random(a_day) < 0.5 * probability(contact)
        parts.append(Examples(np.full(a_day, AT + day * DAY_MS), loss, contact, lost, met))
    return joined(parts)


def _setting(in_use: Calibration = UNCHANGED, reported: float = 1.0) -> Setting:
    return Setting("C1", AT + 40 * DAY_MS, in_use, reported)


def test_a_lesson_sets_right_what_was_too_sure_and_says_from_what() -> None:
    taught = lesson(_past(20, 400), _setting())
    assert isinstance(taught, Lesson)
    assert taught.better
    at = np.array([-4.0, -2.0, 0.0])
    assert taught.calibration.loss(at) == pytest.approx(at - 2, abs=0.5)
    # Only half of the contacts get a label: that is taken into account.
    assert probability(taught.calibration.contact(np.array([3.0])))[0] > 0.8
    told = taught.card
    assert told["examples"] == 8000
    assert told["window"] == {"first": AT, "last": AT + 19 * DAY_MS, "days": 20, "horizon_days": 7}
    assert told["metrics"]["loss"]["ece"] < told["metrics"]["loss"]["ece_in_use"]
    assert told["labelled_share"] == pytest.approx(0.5, abs=0.1)


def test_a_lesson_that_does_worse_than_what_is_in_use_is_refused() -> None:
    good = lesson(_past(20, 400), _setting())
    assert isinstance(good, Lesson)
    # Older days that taught something else: what fits them fits the newest days worse.
    strange = _past(14, 400, shift=3.0, seed=4)
    newest = _past(20, 400)
    mixed = joined([strange, newest.where(newest.at >= AT + 14 * DAY_MS)])
    taught = lesson(mixed, _setting(good.calibration))
    assert isinstance(taught, Lesson)
    assert not taught.better
    assert "loss" in taught.refused
    assert taught.card["refused"] == taught.refused


@pytest.mark.parametrize("past", [_past(1, 400), _past(20, 5), _past(20, 400, shift=-30.0)])
def test_too_little_teaches_nothing_and_says_what_is_missing(past: Examples) -> None:
    told = lesson(past, _setting())
    assert isinstance(told, str)
    assert str(POSITIVES_LEAST) in told or "day" in told


def test_unreported_losses_raise_what_is_said() -> None:
    all_reported, half = (lesson(_past(20, 400), _setting(reported=share)) for share in (1.0, 0.5))
    assert isinstance(all_reported, Lesson)
    assert isinstance(half, Lesson)
    at = np.array([-3.0])
    twice = log_odds(2 * probability(all_reported.calibration.loss(at)))
    assert half.calibration.loss(at) == pytest.approx(twice, abs=0.1)


def test_the_share_of_reports_is_counted_where_officers_heard_of_enough_losses() -> None:
    assert reported_share(10, 3) == (REPORTED, "assumed")
    share, source = reported_share(98, 49)
    assert source == "outcomes"
    assert share == pytest.approx(0.5)


def test_examples_know_nothing_that_came_later_and_leave_out_whom_somebody_spoke_to() -> None:
    lost_at = AT + 2 * DAY_MS
    cases = [(1, lost_at), (2, AT - DAY_MS), (3, AT + HORIZON_MS + 1)]
    known = Known.of(
        pa.Table.from_pylist(
            [{"case_id": str(n), "number": n, "lost_at": at, "known_at": at, "scam_type": "loan"} for n, at in cases],
            schema=CASES,
        ),
        pa.Table.from_pylist(
            [
                {"number": 4, "at": lost_at, "outcome": "dissuaded", "reported_by": "officer", "known_at": lost_at},
                {"number": 5, "at": lost_at, "outcome": "already_lost", "reported_by": "officer", "known_at": lost_at},
            ],
            schema=OUTCOMES,
        ),
        pa.Table.from_pylist(
            [
                {"flag_id": n, "number": n, "known_at": AT, "scam_type": "loan", "source": source}
                for n, source in ((90, "police"), (91, "app"))
            ],
            schema=FLAGS,
        ),
    )
    talk = '[{"at":%d,"what":"call","number":%d,"seconds":%d}]'
    events = [
        talk % (AT - DAY_MS, 90, 60),
        talk % (AT - DAY_MS, 90, 60),
        talk % (AT - 8 * DAY_MS, 90, 60),
        talk % (AT - DAY_MS, 90, 60),
        talk % (AT - DAY_MS, 91, 60),
    ]
    rows = pl.DataFrame({"number": [1, 2, 3, 4, 5], "key_events": events})
    said = (np.arange(5.0), np.arange(5.0) + 10)
    found = examples_of(rows, said, known, at=AT)
    assert found.loss_said.tolist() == [0.0, 2.0, 4.0]  # 2 had lost before, 4 was spoken to
    assert found.contact_said.tolist() == [10.0, 12.0, 14.0]
    assert found.lost.tolist() == [True, False, True]  # 3 lost after the seven days; 5 was heard of by an officer
    assert found.met.tolist() == [True, False, False]  # 3 talked too long ago; a complaint confirms nothing
