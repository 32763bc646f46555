"""A picture with very many lines: numbers are there at once, and every line follows while nothing moves."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.changing import changed, in_no_investigation
from tests.browser.test_page import PATIENCE_MS, WITHOUT_WEBGL, to_the_canvas

pytestmark = [pytest.mark.timeout(300), pytest.mark.usefixtures("nothing_in_flight")]

NUMBERS = 10_000
LINES = 20_000
INK = """
(canvas) => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value, place) => place % 4 === 3 && value > 0);
}
"""


def grown(columns: dict[str, Any]) -> None:
    """The service's columns with as many numbers and contacts as the canvas can be asked for; nobody rings back."""
    numbers, contacts = columns["numbers"], columns["contacts"]
    known = len(numbers["id"])
    for column in numbers.values():
        if column is not None:
            column.extend(column[k % known] for k in range(NUMBERS - known))
    numbers["id"][known:] = [f"v1.more{k:022d}" for k in range(NUMBERS - known)]
    numbers["x"][known:] = [(k % 100) / 50 - 1 for k in range(NUMBERS - known)]
    numbers["y"][known:] = [k / NUMBERS * 2 - 1 for k in range(NUMBERS - known)]
    for name, column in contacts.items():
        if name not in ("a", "b"):
            column[:] = [column[0]] * LINES
    contacts["a"][:] = [k % NUMBERS for k in range(LINES)]
    contacts["b"][:] = [(k + 1 + k // NUMBERS) % NUMBERS for k in range(LINES)]


@pytest.mark.parametrize("webgl", [True, False], ids=["webgl", "flat"])
def test_lines_of_a_heavy_picture_follow_when_it_rests(opened: Page, webgl: bool) -> None:
    if not webgl:
        opened.add_init_script(WITHOUT_WEBGL)
        opened.reload()
    changed(opened, {"PageCanvas": lambda data: grown(data["neighbourhood"])})
    in_no_investigation(opened)
    opened.set_default_timeout(PATIENCE_MS)
    opened.get_by_role("link", name="Networks", exact=True).click()
    opened.locator("tbody tr a").first.click()
    expect(opened.get_by_text("10,000 numbers are drawn")).to_be_visible(timeout=PATIENCE_MS)
    lines = opened.locator(".stage .sheaf")
    expect(lines).to_have_attribute("data-drawn", str(LINES), timeout=PATIENCE_MS)
    expect(lines).to_be_visible()
    assert lines.evaluate(INK)

    # What is only marked moves no line, and none is drawn again.
    lines.evaluate("(canvas) => { canvas.dataset.drawn = 'before'; }")
    opened.locator("details tbody input").first.check()
    expect(opened.get_by_role("button", name="Hide")).to_be_visible()
    opened.wait_for_timeout(400)
    expect(lines).to_have_attribute("data-drawn", "before")

    opened.evaluate("scrollTo(0, 0)")
    stage = opened.locator(".stage").bounding_box()
    assert stage is not None
    opened.evaluate("""() => {
      window.wasHidden = false;
      const lines = document.querySelector('.stage .sheaf');
      new MutationObserver(() => { window.wasHidden ||= lines.hidden; }).observe(lines, { attributes: true });
    }""")
    opened.mouse.move(stage["x"] + 8, stage["y"] + 8)
    opened.mouse.down()
    opened.mouse.move(stage["x"] + 90, stage["y"] + 60, steps=4)
    opened.mouse.up()
    expect(lines).to_have_attribute("data-drawn", str(LINES), timeout=PATIENCE_MS)
    assert opened.evaluate("window.wasHidden"), "while it moves there are numbers alone"


def test_a_light_picture_has_its_lines_at_once(opened: Page) -> None:
    to_the_canvas(opened)
    opened.wait_for_timeout(400)
    expect(opened.locator(".stage .sheaf")).to_have_count(0)
