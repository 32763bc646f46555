"""A day's capacity is released evenly, never beyond it, and whole by the day's end."""

from hypothesis import given
from hypothesis import strategies as st

from graphsvc.dispatch.pacing import released

DAY = 86_400_000


@given(st.integers(0, 100_000), st.integers(0, DAY), st.integers(0, DAY))
def test_more_is_released_as_time_passes_and_never_more_than_there_is(per_day: int, one: int, other: int) -> None:
    early, late = sorted((one, other))
    spent = [released(per_day, begun=0, at=at, ends=DAY) for at in (early, late)]
    assert 0 <= spent[0] <= spent[1] <= per_day


@given(st.integers(0, 100_000))
def test_the_whole_is_released_by_the_end_and_half_by_noon(per_day: int) -> None:
    assert released(per_day, begun=0, at=DAY, ends=DAY) == per_day
    assert released(per_day, begun=0, at=DAY // 2, ends=DAY) == per_day // 2


def test_before_the_day_begins_nothing_is_released() -> None:
    assert released(100, begun=DAY, at=0, ends=2 * DAY) == 0
