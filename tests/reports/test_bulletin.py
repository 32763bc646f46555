"""The day's bulletin tells counts by kind of scam, and gives no small one away, not even by what is missing."""

import re
from datetime import date
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphsvc.reports.bulletin import SMALLEST, daily_bulletin, suppressed
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.conftest import CommandLine
from tests.story.feeds import ANN, DEN, write_world

ZONE = ZoneInfo("Asia/Shanghai")
MOST = 9
COUNTS = st.lists(st.integers(0, MOST), min_size=1, max_size=4)


def told(counts: list[int]) -> tuple[tuple[int | None, ...], int | None]:
    """What the world sees of a table."""
    shown, total = suppressed({str(k): count for k, count in enumerate(counts)})
    return tuple(shown[str(k)] for k in range(len(counts))), total


@settings(max_examples=120, deadline=None)
@given(COUNTS)
def test_whoever_knows_the_rules_cannot_work_a_small_count_out(counts: list[int]) -> None:
    seen = told(counts)
    worlds = [other for other in product(range(MOST + 1), repeat=len(counts)) if told(list(other)) == seen]
    for place, count in enumerate(counts):
        if 0 < count < SMALLEST:
            assert seen[0][place] is None
            assert {other[place] for other in worlds} == {1, 2, 3, 4}


def test_nothing_is_hidden_without_need() -> None:
    assert suppressed({"a": 5, "b": 0, "c": 12}) == ({"a": 5, "b": 0, "c": 12}, 17)
    assert suppressed({"a": 2, "b": 6, "c": 12}) == ({"a": None, "b": 6, "c": 12}, None)
    assert suppressed({}) == ({}, 0)


@pytest.fixture
def analysed(graphsvc: CommandLine, tmp_path: Path) -> Path:
    assert graphsvc("load", write_world(tmp_path / "feeds")).status == 0
    assert graphsvc("analyse").status == 0
    return tmp_path / "home"


def test_a_bulletin_of_a_real_day_names_nobody_and_tells_no_small_count(analysed: Path) -> None:
    with open_service(Settings(home=analysed)) as service:
        days = [daily_bulletin(service.catalogue, date(2026, 3, day), ZONE) for day in range(1, 7)]
    assert any(row for one in days for section in one.sections for row in section.rows)
    for one in days:
        for text in (one.chinese, one.english):
            said = text.partition("\n")[2]
            assert all(
                int(figure) >= SMALLEST for figure in re.findall(r"[0-9]+", said.replace("114", "").replace("110", ""))
            )
            assert not any(number[-4:] in text for number in (ANN, *DEN))
            assert "N-" not in text
        assert [section.key for section in one.sections] == ["flagged", "reported", "warned", "methods", "networks"]


def test_a_day_without_anything_says_so(analysed: Path) -> None:
    with open_service(Settings(home=analysed)) as service:
        one = daily_bulletin(service.catalogue, date(2020, 1, 1), ZONE)
    assert one.chinese.count("无") == 5
    assert one.english.count(": none") == 5
