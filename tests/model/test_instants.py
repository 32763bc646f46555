"""How instants are written for people of a zone, against Python's own calendar."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphsvc.model.instants import local

ZONES = ("Asia/Shanghai", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Monrovia", "Asia/Kathmandu", "UTC")


def by_the_calendar(instant: int, zone: str) -> str:
    return datetime.fromtimestamp(instant // 1000, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


@given(st.integers(-5_000_000_000_000, 30_000_000_000_000), st.sampled_from(ZONES))
def test_an_instant_is_written_as_the_clocks_of_the_zone_show_it(instant: int, zone: str) -> None:
    assert local(instant, ZoneInfo(zone)) == by_the_calendar(instant, zone)


@pytest.mark.parametrize(
    ("zone", "changes"),
    [
        ("Europe/Berlin", datetime(2026, 3, 29, 1, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),  # within an hour
        ("Africa/Monrovia", datetime(1972, 1, 7, 0, 44, 30, tzinfo=UTC)),  # within a minute
    ],
)
def test_on_both_sides_of_a_change_of_the_clocks(zone: str, changes: datetime) -> None:
    at = int(changes.timestamp() * 1000)
    for instant in (at - 3_600_000, at - 60_001, at - 1, at, at + 1, at + 59_999, at + 3_600_000):
        assert local(instant, ZoneInfo(zone)) == by_the_calendar(instant, zone)
