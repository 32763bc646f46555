"""How the page lies in windows of other sizes: nothing is cut, and nothing has to be moved sideways to be read."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from graphsvc.model.callers import Role
from tests.api.serving import Served
from tests.browser.conftest import World

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
