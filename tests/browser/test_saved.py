"""Saved questions on the page: kept from where one looks, told when their answer grew, until one has seen it."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.browser.conftest import World
from tests.browser.test_accessible import violations
from tests.story.feeds import DEN, write_growth

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000


def save(page: Page, title: str, kind: str | None = None) -> None:
    page.get_by_role("button", name="Save as a question").click()
    form = page.get_by_role("form", name="Save as a question")
    if kind is not None:
        form.get_by_label("Question").select_option(kind)
    form.get_by_label("Title").fill(title)
    form.get_by_role("button", name="Save", exact=True).click()
    expect(form.get_by_role("status")).to_contain_text("Saved")


def test_a_question_tells_when_its_answer_grew(
    opened: Page, world: World, axe: str, screenshots: Path, tmp_path: Path
) -> None:
    opened.get_by_role("combobox", name="Grade").select_option("LOW")
    opened.get_by_role("button", name="Save as a question").click()
    expect(opened.get_by_role("form", name="Save as a question").get_by_label("Title")).to_have_value(
        "People at risk · low"
    )
    opened.get_by_role("button", name="Save as a question").click()
    opened.get_by_role("link", name="Networks", exact=True).click()
    save(opened, "All dens")
    opened.get_by_role("link", name="Search").click()
    opened.get_by_label("A number in any form").fill(DEN[0])
    opened.get_by_role("button", name="Search", exact=True).click()
    save(opened, "Whose handset", "SHARING")
    questions = opened.get_by_role("navigation").get_by_role("link", name="Saved questions")
    expect(questions).to_have_text("Saved questions")

    with open_service(Settings(home=world.home)) as service:
        service.load([write_growth(tmp_path)], kind=None, feed_id="more")
        service.analyse(as_of=None)
    expect(questions).to_contain_text("1", timeout=PATIENCE_MS)
    questions.click()
    row = opened.locator("tbody tr", has_text="Whose handset")
    expect(row.locator(".news")).to_have_text("1")
    expect(opened.locator("tbody tr", has_text="All dens").locator(".news")).to_have_count(0)
    assert violations(opened, axe) == []
    opened.screenshot(path=screenshots / "page-questions.png")
    row.get_by_role("link").click()
    expect(opened.locator("tbody tr").first).to_contain_text("0004 new")
    expect(opened.locator("tbody .news")).to_have_count(1)
    opened.screenshot(path=screenshots / "page-question.png")
    assert violations(opened, axe) == []
    assert DEN[0][-8:] not in opened.content()
    opened.get_by_role("button", name="I have seen the new ones (1)").click()
    expect(opened.locator("tbody .news")).to_have_count(0)
    expect(questions).to_have_text("Saved questions")
    opened.get_by_role("button", name="Switch to Chinese").click()
    expect(opened.get_by_text("与这些号码共用设备、机主或账户的号码")).to_be_visible()
    opened.get_by_role("button", name="改名").click()
    opened.get_by_label("标题").fill("这部手机还有谁在用")
    opened.get_by_role("button", name="保存", exact=True).click()
    expect(opened.get_by_role("heading", level=1)).to_have_text("这部手机还有谁在用")
    opened.get_by_role("button", name="删除这个问题").click()
    expect(opened.locator("tbody tr")).to_have_count(1)
