"""The page without a mouse: from a search over the canvas to a revealed number; what has the focus is always seen."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessible import violations
from tests.browser.test_page import PATIENCE_MS, WITHOUT_WEBGL
from tests.story.feeds import ANN, DEN

pytestmark = pytest.mark.timeout(300)

FOCUSED = """
(() => {
  const one = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(one);
  const { top, bottom } = one.getBoundingClientRect();
  return {
    name: (one.getAttribute('aria-label') ?? one.labels?.[0]?.textContent ?? one.textContent ?? '').trim(),
    tag: one.tagName,
    // Inside a field for a day the browser rings the part that has it, and the field itself has it no more.
    seen: (!one.matches(':focus') || (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2))
      && bottom > 0 && top < innerHeight,
  };
})()
"""


def tab_to(page: Page, wanted: Callable[[str], bool], most: int = 300) -> str:
    """Tab until something of that name has the focus; whatever had it on the way was seen."""
    met = []
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused["tag"] in {"BODY", "MAIN"}:  # a view that just came has it, at its beginning
            continue
        assert focused["seen"], f"nobody sees that {focused['tag']} {focused['name']!r} has the focus"
        if wanted(focused["name"]):
            return str(focused["name"])
        met.append(focused["name"])
    raise AssertionError(f"the key never came there, but to {met}")


def masked(number: str) -> str:
    return f"{number[:3]} {number[3:6]} **** {number[-4:]}"


def walk_to(page: Page, number: str) -> None:
    """On the canvas: through the numbers by suspicion until the keys stand on this one."""
    stood = page.locator(".stood")
    page.keyboard.press("Home")
    for _ in range(200):
        before = stood.inner_text()
        if before.startswith(masked(number)):
            return
        page.keyboard.press("PageDown")
        expect(stood).not_to_have_text(before)
    raise AssertionError(f"{masked(number)} is not on the canvas")


def drawn(page: Page) -> str:
    return page.get_by_text("numbers are drawn").inner_text().split()[0]


@pytest.mark.parametrize("webgl", [True, False], ids=["webgl", "flat"])
def test_from_a_search_over_the_canvas_to_a_revealed_number(opened: Page, axe: str, webgl: bool) -> None:
    if not webgl:
        opened.add_init_script(WITHOUT_WEBGL)
        opened.reload()
        opened.locator("tbody tr a").first.wait_for()
    tab_to(opened, lambda name: name == "Search")
    opened.keyboard.press("Enter")
    tab_to(opened, lambda name: name.startswith("A number in any form"))
    opened.keyboard.type(DEN[0])
    tab_to(opened, lambda name: name == "Search")
    opened.keyboard.press("Enter")
    expect(opened.get_by_role("heading", level=1)).to_contain_text("Number")
    expect(opened.get_by_role("link", name=re.compile("^N-")).first).to_be_visible()
    tab_to(opened, lambda name: name.startswith("N-"))
    opened.keyboard.press("Enter")
    expect(opened.get_by_role("heading", level=1)).to_contain_text("Network N-")
    expect(opened.locator(".stage canvas").first).to_be_visible(timeout=PATIENCE_MS)
    expect(opened.get_by_text("numbers are drawn")).to_be_visible(timeout=PATIENCE_MS)

    tab_to(opened, lambda name: name == "Canvas")
    stood = opened.locator(".stood")
    expect(stood).to_contain_text("Used for fraud")
    # Arrows: there and back again, or to the edge; somewhere they lead.
    first = stood.inner_text()
    for way in ("ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"):
        opened.keyboard.press(way)
    opened.keyboard.press("Home")
    expect(stood).to_have_text(first)

    walk_to(opened, ANN)
    opened.keyboard.press("Enter")
    expect(stood).to_contain_text("selected")
    chosen = opened.get_by_role("checkbox", name=f"Selected {masked(ANN)}")
    expect(chosen).to_be_checked()
    assert violations(opened, axe) == []
    before = drawn(opened)
    opened.keyboard.press("e")
    expect(opened).to_have_url(re.compile("expanded="))
    expect(opened.get_by_text(f"{before} numbers are drawn")).to_have_count(0)
    walk_to(opened, ANN)
    opened.keyboard.press("p")
    expect(opened).to_have_url(re.compile("pinned="))
    expect(stood).to_contain_text("pinned")
    opened.keyboard.press("p")
    expect(opened).not_to_have_url(re.compile("pinned="))
    opened.keyboard.press("Escape")
    expect(chosen).not_to_be_checked()
    walk_to(opened, DEN[2])
    with_it = drawn(opened)
    opened.keyboard.press("h")
    expect(opened).to_have_url(re.compile("hidden="))
    expect(opened.get_by_text(f"{int(with_it) - 1} numbers are drawn")).to_be_visible()
    opened.keyboard.press("Control+z")
    expect(opened.get_by_text(f"{with_it} numbers are drawn")).to_be_visible()
    walk_to(opened, ANN)
    opened.keyboard.press("o")

    expect(opened.get_by_role("heading", level=1)).to_contain_text("Number")
    expect(opened.get_by_role("link", name="Rank ")).to_be_visible()
    tab_to(opened, lambda name: name.startswith("Rank "))
    opened.keyboard.press("Enter")
    expect(opened.get_by_role("heading", level=1)).to_contain_text("Person")
    tab_to(opened, lambda name: name == "Show the whole number")
    opened.keyboard.press("Enter")
    tab_to(opened, lambda name: name == "Purpose")
    opened.keyboard.type("a call back, without a mouse")
    opened.keyboard.press("Enter")
    expect(opened.locator(".revealed")).to_contain_text(ANN)


def test_whoever_comes_to_another_view_is_at_its_beginning_and_the_window_is_named_after_it(opened: Page) -> None:
    expect(opened).to_have_title("Today · graphsvc")
    opened.get_by_role("link", name="Networks", exact=True).click()
    expect(opened.get_by_role("heading", name="Scam networks")).to_be_visible()
    opened.locator("tbody tr a").first.click()
    expect(opened).to_have_title("Network · graphsvc")
    expect(opened.locator("#content")).to_be_focused()
    opened.locator("section:has(h2:text('Members')) tbody a").first.click()
    expect(opened.get_by_role("heading", name="Why suspect")).to_be_visible()
    assert opened.evaluate("scrollY") == 0
    opened.get_by_role("button", name="Switch to Chinese").click()
    expect(opened).to_have_title("号码 · graphsvc")
