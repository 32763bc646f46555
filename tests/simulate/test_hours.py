"""Days and rhythms, and the shapes of chance."""

from datetime import UTC, date, datetime

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graphsvc.simulate.chance import stream, whole
from graphsvc.simulate.hours import DAY, HOUR, SHIFT, calendar, times, times_on, waking


def test_a_day_begins_at_midnight_in_shanghai() -> None:
    days = calendar(date(2024, 3, 4), 3)
    assert datetime.fromtimestamp(days.start / 1000, UTC) == datetime(2024, 3, 3, 16, tzinfo=UTC)
    assert days.first_weekday == 0
    assert days.weekend(np.array([4, 5, 6, 7, -1])).tolist() == [0, 1, 1, 0, 1]


@given(st.lists(st.integers(0, 5 * DAY - 1), min_size=2, max_size=50))
def test_pressing_into_waking_hours_keeps_the_order_and_the_day(offsets: list[int]) -> None:
    days = calendar(date(2024, 3, 4), 5)
    at = days.start + np.sort(np.array(offsets, np.int64))
    pressed = waking(at, days)
    assert (np.diff(pressed) >= 0).all()
    assert (days.day_of(pressed) == days.day_of(at)).all()
    assert ((pressed - days.start) % DAY).min() >= 9 * HOUR
    assert ((pressed - days.start) % DAY).max() <= 21 * HOUR


def test_shifts_lie_in_working_hours_and_weekends_see_less() -> None:
    days = calendar(date(2024, 3, 4), 14)
    at = times(stream(1, "x"), 40_000, SHIFT, days)
    hour = days.hour_of(at)
    weekend = days.weekend(days.day_of(at)).mean()
    assert hour.min() >= 8
    assert hour.max() < 20
    assert 0.22 < weekend < 0.28  # 4 × .85 of 10 + 4 × .85
    assert (at % 1000 == 0).all()


def test_times_on_a_day_stay_on_it() -> None:
    days = calendar(date(2024, 3, 4), 14)
    day = np.repeat(np.arange(-3, 14), 50)
    assert (days.day_of(times_on(stream(1, "y"), day, SHIFT, days)) == day).all()


def test_whole_counts_keep_the_expectation() -> None:
    counts = whole(stream(1, "z"), np.full(20_000, 2.3))
    assert set(counts.tolist()) == {2, 3}
    assert abs(counts.mean() - 2.3) < 0.02
