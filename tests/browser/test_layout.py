"""How the page lies in windows of other sizes: nothing is cut, and nothing has to be moved sideways to be read."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from graphsvc.model.callers import Role
from tests.api.serving import Served
from tests.browser.conftest import World
from tests.browser.reading import all_read
from tests.browser.test_page import WITHOUT_WEBGL, to_the_canvas

pytestmark = pytest.mark.timeout(300)

LAPTOP: ViewportSize = {"width": 1280, "height": 720}
DESK: ViewportSize = {"width": 2560, "height": 1440}

WIDER_THAN_ITS_PLACE = """
[...document.querySelectorAll('.scroll, main, html')]
  .filter((one) => one.scrollWidth > one.clientWidth)
  .map((one) => `${one.tagName}.${one.className}: ${one.scrollWidth} in ${one.clientWidth}`)
"""


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("role", [Role.INVESTIGATOR, Role.SUPERVISOR])
def test_the_list_of_people_fits_a_laptop(
    page: Page, server: Served, world: World, screenshots: Path, role: Role, language: str
) -> None:
    page.set_viewport_size(LAPTOP)
    page.add_init_script(f"localStorage.setItem('language', '{language}')")
    page.goto(f"{server.url}/#token={world.tokens[role]}")
    expect(page.locator("td.words").first).to_be_visible()
    all_read(page)
    # The longest words that a row can have stand in it: a person deep in it, warned by everything.
    page.evaluate("""
        document.querySelectorAll('tbody tr').forEach((row) => {
          const cells = [...row.cells];
          if (cells.length !== 10) return;
          cells[3].querySelector('time')?.replaceChildren('overdue by 23 h 59 min');
          cells[6].textContent = 'Customer service';
          cells[8].innerHTML = '<span>Visit: handed over</span><span>SMS: with a worker</span>';
        });
    """)
    assert page.evaluate(WIDER_THAN_ITS_PLACE) == []
    page.screenshot(path=screenshots / f"page-today-laptop-{role.value}-{language}.png")


WALL: ViewportSize = {"width": 3840, "height": 2160}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_wall_display_is_legible_from_afar(
    page: Page, server: Served, world: World, screenshots: Path, language: str
) -> None:
    page.set_viewport_size(WALL)
    page.add_init_script(f"localStorage.setItem('language', '{language}')")
    page.goto(f"{server.url}/#token={world.tokens[Role.SUPERVISOR]}")
    expect(page.locator("td.words").first).to_be_visible()
    expect(page.locator("aside table").first).to_be_visible()
    all_read(page)
    sizes = page.evaluate("""[...document.querySelectorAll('tbody td, nav a, h1')]
        .map((one) => parseFloat(getComputedStyle(one).fontSize))""")
    assert min(sizes) >= 24, "a hundred and sixtieth of the width, or more"
    assert page.evaluate(WIDER_THAN_ITS_PLACE) == []
    page.screenshot(path=screenshots / f"page-today-wall-{language}.png")


SQUEEZED = """
(() => {
  const told = (one, why) => `${one.tagName} "${one.textContent.trim().slice(0, 40)}": ${why}`;
  const found = [];
  const boxes = 'td, th, dt, dd, li, p, h1, h2, h3, a, button, summary, label, legend, figcaption, small, time';
  for (const one of document.querySelectorAll(boxes)) {
    const style = getComputedStyle(one);
    if (one.closest('.hidden, .skip') !== null || !one.checkVisibility() || style.display === 'inline') continue;
    if (style.overflowX === 'visible' && one.scrollWidth > one.clientWidth + 1) {
      found.push(told(one, `${one.scrollWidth} wide in ${one.clientWidth}`));
    }
  }
  const texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    if (texts.currentNode.parentElement.closest('.hidden') !== null) continue;
    const letters = texts.currentNode.data.trim().length;
    const around = document.createRange();
    around.selectNodeContents(texts.currentNode);
    const lines = new Set([...around.getClientRects()].map((line) => Math.round(line.top))).size;
    if (lines <= 2 || letters >= 3 * lines) continue;
    found.push(told(texts.currentNode.parentElement, `${letters} letters in ${lines} lines`));
  }
  return found;
})()
"""
"""Boxes that are narrower than their words, and words that stand a letter or two a line."""

LONG = {
    "en": "A gang that says that it is the police, a prosecutor or a court",
    "zh": "冒充公安机关、检察院、法院工作人员实施诈骗的团伙（含冒充海关、出入境管理）",
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("role", [Role.INVESTIGATOR, Role.SUPERVISOR])
def test_no_box_is_squeezed_by_a_long_name_beside_it(
    page: Page, server: Served, world: World, role: Role, language: str
) -> None:
    page.add_init_script(f"localStorage.setItem('language', '{language}')")
    page.goto(f"{server.url}/#token={world.tokens[role]}")
    expect(page.locator("td.words").first).to_be_visible()
    expect(page.locator("aside dt.head").first).to_be_visible()
    all_read(page)
    page.evaluate(
        """(long) => document.querySelectorAll('aside dt:not(.head)').forEach((one) => {
          one.textContent = long;
          one.nextElementSibling.textContent = '1,234 of 12,345';
        })""",
        LONG[language],
    )
    for size in (WALL, DESK, LAPTOP):
        page.set_viewport_size(size)
        assert page.evaluate(SQUEEZED) == [], size
        assert page.evaluate(WIDER_THAN_ITS_PLACE) == [], size


LIES = """
Object.fromEntries(['header', 'h1', '.filters', '.stage', '.stage-and-side > aside', '.brush', 'details table']
  .map((one) => [one, document.querySelector(one).getBoundingClientRect()])
  .map(([one, { x, y, width, height }]) => [one, [x, y, width, height]]))
"""


@pytest.mark.parametrize("size", [LAPTOP, WALL], ids=["laptop", "wall"])
def test_a_network_lies_the_same_with_and_without_webgl(opened: Page, screenshots: Path, size: ViewportSize) -> None:
    opened.set_viewport_size(size)
    to_the_canvas(opened)
    all_read(opened)
    assert opened.evaluate(WIDER_THAN_ITS_PLACE) == []
    with_webgl = opened.evaluate(LIES)
    opened.screenshot(path=screenshots / f"page-network-{size['width']}-webgl.png")
    opened.add_init_script(WITHOUT_WEBGL)
    opened.reload()
    expect(opened.get_by_text("Without WebGL")).to_be_visible()
    expect(opened.locator(".stage canvas")).to_have_count(1)
    all_read(opened)
    assert opened.evaluate(LIES) == with_webgl
    opened.screenshot(path=screenshots / f"page-network-{size['width']}-flat.png")
