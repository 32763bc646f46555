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
