"""What happened over time, on the page: a person step by step, a number analysis by analysis."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import World, make_world
from tests.browser.test_accessible import violations
from tests.story.feeds import ANN, DAY, DEN, HOUR, T0

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """With two analyses of earlier days: nobody had flagged the den yet."""
    return make_world(tmp_path_factory.mktemp("aged"), T0 + DAY, T0 + 2 * DAY - HOUR)


def test_a_person_is_told_step_by_step(opened: Page, axe: str, screenshots: Path) -> None:
    opened.locator("td a[href^='#/person/']", has_text=ANN[-4:]).click()
    told = opened.locator("section", has=opened.get_by_role("heading", name="Step by step"))
    rows = told.locator("tbody tr")
    # The newest first, as the feeds have it: written by hand in tests/story/feeds.py.
    expected = [
        ("10:40", "Called a suspect back, 25 min", DEN[2]),
        ("10:30", "Rang a bank", "95588"),
        ("10:00", "Stage reached: committed", ""),
        ("10:00", "Called by a suspect, 15 min", DEN[2]),
        ("09:00", "Called by a suspect, 10 min", DEN[1]),
        ("08:00", "Stage reached: engaged", ""),
        ("08:00", "Called by a suspect, 5 min", DEN[0]),
    ]
    happened = rows.filter(has_not_text="Warning")
    expect(happened).to_have_count(len(expected))
    for place, (time, what, number) in enumerate(expected):
        cells = happened.nth(place).locator("td").all_inner_texts()
        assert cells[0] == f"2026-03-04 {time}"
        assert cells[1].strip() == what
        assert cells[2].endswith(number[-4:])
    assert all(number[-8:] not in opened.content() for number in (ANN, *DEN))
    likely = {row.locator("td").nth(3).inner_text() for row in happened.all()}
    assert "> 99 %" in likely, "nearly certain"
    assert "100 %" not in likely, "and not more"
    expect(rows.filter(has_text="Warning W-").filter(has_text="made").first).to_be_visible()
    axis = told.get_by_role("img")
    expect(axis.locator(".event-CALL circle")).to_have_count(3)
    expect(axis.locator(".event-CALL_BACK circle")).to_have_count(1)
    expect(axis.locator(".band")).to_have_count(2)
    # On one axis: what came later stands further to the right.
    calls = [float(one.get_attribute("cx") or "nan") for one in axis.locator(".event-CALL circle").all()]
    assert calls == sorted(calls)
    assert calls[-1] < float(axis.locator(".event-CALL_BACK circle").get_attribute("cx") or "nan")
    opened.screenshot(path=screenshots / "page-person-timeline.png", full_page=True)
    assert violations(opened, axe) == []
    rows.filter(has_text="Rang a bank").get_by_role("link").click()
    expect(opened.get_by_role("heading", level=1)).to_contain_text("Number")
    opened.go_back()
    opened.get_by_role("button", name="Switch to Chinese").click()
    expect(opened.get_by_role("heading", name="经过")).to_be_visible()
    expect(opened.get_by_role("cell", name="回拨可疑号码，25 分")).to_be_visible()


def test_a_number_is_told_analysis_by_analysis(opened: Page, axe: str, screenshots: Path) -> None:
    opened.get_by_role("link", name="Search").click()
    opened.get_by_label("A number in any form").fill(DEN[0])
    opened.get_by_role("button", name="Search", exact=True).click()
    opened.get_by_text("The 3 analyses that are kept").click()
    rows = opened.locator("details tbody tr")
    expect(rows).to_have_count(3)
    assert "fraud" in rows.first.inner_text()
    dots = opened.locator("svg.history circle")
    expect(dots).to_have_count(3)
    high = [float(one.get_attribute("cy") or "nan") for one in dots.all()]
    assert high[-1] < high[0], "it stands higher since it was flagged"
    said = opened.locator("svg.history").get_attribute("aria-label") or ""
    assert said.startswith("Held to be fraud since 2026-03-04 11:05, before that ordinary")
    expect(opened.get_by_text(said, exact=True)).to_be_visible()
    opened.screenshot(path=screenshots / "page-number-history.png", full_page=True)
    assert violations(opened, axe) == []
    # As of the first of these days there is nothing to compare yet.
    opened.get_by_label("As of").fill("2026-03-03")
    opened.get_by_label("As of").press("Enter")
    expect(opened.get_by_text("One analysis is kept of this number so far")).to_be_visible()
