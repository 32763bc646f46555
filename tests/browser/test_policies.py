"""Two policies side by side on the page: each measure with its interval, and what of the difference may be chance."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from graphsvc.model.evaluations import KeptEvaluation, KeptFigure
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.browser.conftest import World
from tests.browser.test_accessible import violations
from tests.story.feeds import DAY, T0

pytestmark = pytest.mark.timeout(300)


def kept(name: str, recall: float, burden: float, at: int) -> KeptEvaluation:
    """A made-up evaluation: recall is sure to two in a hundred, the burden to one warning."""
    figures = (
        KeptFigure("warned_in_time_recall", recall, recall - 0.02, recall + 0.02, 120),
        KeptFigure("burden", burden, burden - 1, burden + 1, 60),
        KeptFigure("scam_type_right", None, None, None, 0),
    )
    return KeptEvaluation(name, at, name, T0, T0 + 7 * DAY, 500, 400, figures)


def test_what_is_more_than_chance_is_told_and_what_is_not(
    opened: Page, world: World, axe: str, screenshots: Path
) -> None:
    opened.get_by_role("link", name="Policies").click()
    expect(opened.get_by_text("No evaluation is kept yet.")).to_be_visible()
    with open_service(Settings(home=world.home)) as service:
        service.measuring.keep_evaluation(kept("money", 0.40, 6.0, 1))
        service.measuring.keep_evaluation(kept("worth", 0.50, 5.5, 2))
    opened.reload()
    expect(opened.get_by_label("First")).to_have_value("money")
    expect(opened.get_by_label("Second")).to_have_value("worth")

    def row(head: str) -> str:
        return opened.locator("tbody tr", has=opened.get_by_role("rowheader", name=head, exact=True)).inner_text()

    assert "40.0 %" in row("Losses warned of in time")
    assert "+10.0 %" in row("Losses warned of in time")
    assert "better" in row("Losses warned of in time")
    assert "−0.50" in row("Warnings for each loss warned of in time")
    assert "may be chance" in row("Warnings for each loss warned of in time")
    assert row("Kind of scam right").split() == ["Kind", "of", "scam", "right", "–", "–", "–"]
    opened.screenshot(path=screenshots / "page-policies.png")
    assert violations(opened, axe) == []
    opened.get_by_label("First").select_option("worth")
    opened.get_by_label("Second").select_option("money")
    assert "worse" in row("Losses warned of in time")
    opened.get_by_role("button", name="Switch to Chinese").click()
    expect(opened.get_by_role("rowheader", name="损失前及时预警的比例")).to_be_visible()
