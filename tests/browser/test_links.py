"""Links to views with settings: each brings its own, also to a view that is open already, and none is written over."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reading import all_read
from tests.browser.test_page import PATIENCE_MS, to_the_canvas

pytestmark = pytest.mark.timeout(300)

HIDE_AND_GO = """
(to) => {
  [...document.querySelectorAll('aside button')].find((one) => one.textContent === 'Hide').click();
  location.hash = to;
}
"""


def canvas_of_one(page: Page) -> str:
    """The canvas of a network's first member; answers its address without settings."""
    to_the_canvas(page)
    seed = page.locator("section", has=page.get_by_role("heading", name="Members")).locator("a[href^='#/number/']")
    address = f"#/canvas/{(seed.first.get_attribute('href') or '').removeprefix('#/number/')}"
    page.evaluate("(to) => { location.hash = to; }", address)
    expect(page.get_by_role("heading", level=1, name="Canvas")).to_be_visible()
    expect(page.get_by_text("numbers are drawn")).to_be_visible(timeout=PATIENCE_MS)
    all_read(page)
    return address


def test_another_link_to_the_open_canvas_brings_its_own_settings_and_back_the_former(opened: Page) -> None:
    address = canvas_of_one(opened)
    limit = opened.get_by_label("At most", exact=True)
    expect(limit).to_have_value("300")
    with opened.expect_request(lambda one: "PageCanvas" in (one.post_data or "")) as asked:
        opened.evaluate("(to) => { location.hash = to; }", f"{address}?limit=2&events=2")
    assert json.loads(asked.value.post_data or "")["variables"]["limit"] == 2
    expect(limit).to_have_value("2")
    expect(opened.get_by_label("At least events")).to_have_value("2")
    expect(opened).to_have_url(re.compile(r"\?limit=2&events=2$"))
    opened.go_back()
    expect(limit).to_have_value("300")
    expect(opened).to_have_url(re.compile(re.escape(address) + "$"))


@pytest.mark.parametrize("to", ["#/networks", "{address}?limit=7"])
def test_what_is_changed_as_somebody_leaves_is_not_written_onto_where_they_go(opened: Page, to: str) -> None:
    to = to.format(address=canvas_of_one(opened))
    opened.locator("details tbody input").last.check()
    expect(opened.get_by_role("button", name="Hide")).to_be_visible()
    opened.evaluate(HIDE_AND_GO, to)
    expect(opened.get_by_role("button", name="Hide")).to_have_count(0)
    all_read(opened)
    opened.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 200)))")
    assert opened.evaluate("location.hash") == to


def test_a_change_stands_in_the_address_before_a_link_can_be_pressed(opened: Page) -> None:
    canvas_of_one(opened)
    opened.locator("details tbody input").last.check()
    expect(opened.get_by_role("button", name="Hide")).to_be_visible()
    there = opened.evaluate("""async () => {
      [...document.querySelectorAll('aside button')].find((one) => one.textContent === 'Hide').click();
      const { port1, port2 } = new MessageChannel();
      await new Promise((done) => {
        port1.onmessage = done;
        port2.postMessage(0);
      });
      return location.hash;
    }""")
    assert "hidden=" in there, "in the very next turn"


def test_the_link_of_a_list_in_the_navigation_lets_go_of_its_filters(opened: Page) -> None:
    opened.get_by_role("link", name="Networks", exact=True).click()
    order = opened.get_by_role("combobox", name="Order")
    order.select_option("LOSSES")
    expect(opened).to_have_url(re.compile("orderBy=LOSSES"))
    opened.get_by_role("link", name="Networks", exact=True).click()
    expect(order).to_have_value("EXPOSED")
