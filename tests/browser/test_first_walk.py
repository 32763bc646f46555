"""A newcomer with one number: its den, their devices, and the people in its latest calls, each a click away."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_accessible import violations
from tests.browser.test_layout import LAPTOP
from tests.browser.test_page import PATIENCE_MS
from tests.story.feeds import ANN, DEN, DEVICE

pytestmark = pytest.mark.timeout(300)


def masked(number: str) -> str:
    return f"{number[:3]} {number[3:6]} **** {number[-4:]}"


def section(page: Page, head: str) -> Locator:
    return page.locator(f"section:has(> :is(h2, h3):text-is('{head}'))")


def in_sight(page: Page, *heads: str) -> None:
    """What these parts begin with is seen on a laptop, before anything is moved."""
    before = page.viewport_size
    page.set_viewport_size(LAPTOP)
    for head in heads:
        lines = section(page, head).locator("tbody tr, li")
        expect(lines.first).to_be_in_viewport(ratio=1)
    if before is not None:
        page.set_viewport_size(before)


def test_from_a_number_to_its_device_its_den_and_the_people_it_rang(opened: Page, axe: str, screenshots: Path) -> None:
    clicks = 0

    def click(one: Locator) -> None:
        nonlocal clicks
        one.click()
        clicks += 1

    click(opened.get_by_role("link", name="Search"))
    opened.get_by_label("A number in any form").fill(DEN[0])
    click(opened.get_by_role("button", name="Search", exact=True))
    # Whom it rang last, as the feeds have it: tests/story/feeds.py.
    latest = section(opened, "Latest contacts").locator("tbody tr")
    expect(latest.first).to_contain_text(masked(ANN))
    expect(latest.first).to_contain_text("2026-03-04 08:00")
    expect(latest.first).to_contain_text(re.compile("at risk (high|medium|low)"))
    in_sight(opened, "Why suspect", "Latest contacts", "Shares with others")
    expect(latest).to_have_count(5)
    section(opened, "Latest contacts").get_by_role("button", name="Show all 10").click()
    expect(latest).to_have_count(10)
    # Its device, and whose else that is.
    shared = section(opened, "Shares with others").locator("tbody tr")
    click(shared.filter(has_text="device").get_by_role("link"))
    expect(opened.get_by_role("heading", level=1)).to_contain_text("device")
    theirs = section(opened, "Whose it is").get_by_role("link")
    expect(theirs).to_have_count(len(DEN))
    assert set(theirs.all_inner_texts()) == {masked(number) for number in DEN}
    assert DEVICE not in opened.content()
    assert DEVICE not in opened.url
    opened.screenshot(path=screenshots / "page-entity.png", full_page=True)
    assert violations(opened, axe) == []
    # The den, drawn, with the people at risk by it.
    click(opened.locator(".facts a[href^='#/network/']"))
    expect(opened.get_by_role("heading", level=1)).to_contain_text("Network N-")
    expect(opened.locator(".stage canvas").first).to_be_visible(timeout=PATIENCE_MS)
    people = section(opened, "People at risk by it").locator("tbody tr")
    expect(people.first).to_contain_text(masked(ANN))
    opened.screenshot(path=screenshots / "page-network-people.png", full_page=True)
    click(people.first.get_by_role("link"))
    expect(opened.get_by_role("heading", level=1)).to_contain_text(f"Person {masked(ANN)}")
    assert clicks == 5


def test_every_device_holder_and_account_on_the_way_leads_somewhere(opened: Page) -> None:
    opened.get_by_role("link", name="Networks", exact=True).click()
    expect(opened.get_by_role("heading", name="Scam networks")).to_be_visible()
    opened.locator("tbody tr a").first.click()
    entities = section(opened, "Devices, holders, accounts").locator("tbody tr")
    expect(entities.first).to_be_visible()
    expect(entities.locator("a[href^='#/entity/']")).to_have_count(entities.count())
    entities.filter(has_text="holder").get_by_role("link").first.click()
    expect(opened.get_by_role("heading", level=1)).to_contain_text("holder")
    # In evidence too: what is named is what can be gone to.
    opened.locator("a[href^='#/number/']").first.click()
    named = opened.locator(".grounds a[href^='#/entity/']").first
    token = named.inner_text()
    named.click()
    expect(opened.get_by_role("heading", level=1)).to_contain_text(token)


def test_a_device_is_searched_as_it_stands_on_its_box(opened: Page) -> None:
    opened.get_by_role("link", name="Search").click()
    opened.get_by_label("A number in any form").fill(DEVICE)
    opened.get_by_label("What it is").select_option("DEVICE")
    opened.get_by_role("button", name="Search", exact=True).click()
    expect(section(opened, "Whose it is").get_by_role("link")).to_have_count(len(DEN))
    assert DEVICE not in opened.url
    opened.get_by_role("link", name="Search").click()
    opened.get_by_label("A number in any form").fill("869999999999999")
    opened.get_by_label("What it is").select_option("DEVICE")
    opened.get_by_role("button", name="Search", exact=True).click()
    expect(opened.get_by_role("alert")).to_be_visible()
    expect(opened.get_by_label("A number in any form")).to_have_value("869999999999999")


def test_the_end_of_a_token_leads_to_what_has_it(opened: Page, faults: list[str]) -> None:
    field, search = opened.get_by_label("A number in any form"), opened.get_by_role("button", name="Search", exact=True)
    opened.get_by_role("link", name="Search").click()
    field.fill(DEN[0])
    search.click()
    device = section(opened, "Shares with others").locator("tbody tr").filter(has_text="device").get_by_role("link")
    token = device.inner_text()
    for end in (token[-8:].upper(), token):
        opened.get_by_role("link", name="Search").click()
        opened.get_by_label("What it is").select_option("The end of a token")
        field.fill(end)
        search.click()
        expect(opened.get_by_role("heading", level=1)).to_contain_text("device")
    # Nothing has it: that is said, and what was typed is still there.
    opened.get_by_role("link", name="Search").click()
    opened.get_by_label("What it is").select_option("The end of a token")
    for typed, said in (("zzzzzzzz", "Not found"), ("abc", "at least 6 of its letters")):
        field.fill(typed)
        search.click()
        expect(opened.get_by_role("alert")).to_contain_text(said)
        expect(field).to_have_value(typed)
    assert len(faults) == 1  # the one that was refused
    faults.clear()
