"""A window of time: graph, table and figures follow it; what is of the whole analysis says so."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.changing import changed
from tests.browser.saving import saved
from tests.browser.test_page import PATIENCE_MS, to_the_canvas

pytestmark = [pytest.mark.timeout(300), pytest.mark.usefixtures("nothing_in_flight")]


def with_messages(data: dict[str, Any]) -> None:
    """The world of the tests knows calls alone: here some were messages, and more came."""
    contacts = data["neighbourhood"]["contacts"]
    messages = [1 + place % 3 for place in range(len(contacts["calls"]))]
    contacts["messages"] = messages
    contacts["events"] = [calls + more for calls, more in zip(contacts["calls"], messages, strict=True)]


def figures(page: Page) -> list[int]:
    """Numbers in contact, events, calls, messages, as the page says them."""
    text = page.locator(".figures").inner_text()
    found = re.search(r"([\d,]+) of the numbers .*: ([\d,]+) events \(([\d,]+) calls, ([\d,]+) messages\)", text)
    assert found is not None, text
    return [int(one.replace(",", "")) for one in found.groups()]


def drawn_by_table(page: Page) -> int:
    """What the rows of the table say of contacts that are drawn."""
    return sum(int(text) for text in page.locator(".tabled tbody tr td:nth-last-child(2)").all_inner_texts())


def test_graph_table_and_figures_follow_the_window_and_lists_say_that_they_do_not(opened: Page) -> None:
    changed(opened, {"PageCanvas": with_messages})
    to_the_canvas(opened)
    whole, rows = figures(opened), drawn_by_table(opened)
    assert whole[1] == whole[2] + whole[3]
    assert 0 < whole[3] != whole[2]
    expect(opened.get_by_text("Graph, table and these figures are of this window")).to_have_count(0)
    field = opened.get_by_label("until", exact=True)
    field.fill("2026-03-02 23:00")
    field.press("Enter")
    expect(opened.locator(".figures")).to_contain_text("From the beginning until 2026-03-02 23:00", timeout=PATIENCE_MS)
    expect(opened.locator("section.canvas")).to_have_attribute("aria-busy", "false", timeout=PATIENCE_MS)
    expect(opened.get_by_text("Graph, table and these figures are of this window")).to_be_visible()
    part = figures(opened)
    assert 0 < part[1] < whole[1]
    assert part[0] < whole[0]
    assert drawn_by_table(opened) < rows
    file = json.loads(saved(opened, "JSON"))
    assert part[1:] == [sum(one[of] for one in file["contacts"]) for of in ("events", "calls", "messages")]
    for heading in ("People at risk by it", "Members"):
        section = opened.locator("section", has=opened.get_by_role("heading", name=heading))
        expect(section.last).to_contain_text("whatever window of time is chosen")
    expect(opened.locator(".tabled th").last).to_have_text("All contacts, at any time")


def test_a_person_leads_to_the_page_of_their_number_and_back(opened: Page) -> None:
    opened.locator("td a[href^='#/person/']").first.click()
    tail = opened.get_by_role("heading", level=1).locator(".tail").inner_text()
    opened.get_by_role("link", name="Page of their number").click()
    expect(opened.get_by_role("heading", level=1)).to_have_text(f"Number {tail}")
    opened.locator(".facts a[href^='#/person/']").click()
    expect(opened.get_by_role("heading", level=1)).to_have_text(f"Person {tail}")
