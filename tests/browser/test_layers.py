"""What lies over what on the canvas, and that all of it is within the stage, however it is drawn."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.changing import changed, in_no_investigation
from tests.browser.reading import all_read
from tests.browser.test_page import PATIENCE_MS, WITHOUT_WEBGL, to_the_canvas

pytestmark = [pytest.mark.timeout(300), pytest.mark.usefixtures("nothing_in_flight")]

SUSPECT = (217, 112, 26)
"""The colour of a suspect number in the light theme."""
SHEET = (255, 243, 176)
"""The colour of the sheet beside a number with notes, there."""
MANY = 80
"""Contacts of the ordinary number, which make its dot twice as wide as the suspect's."""


def pixels_of(page: Page, colour: tuple[int, int, int]) -> int:
    """How many pixels of the stage have about that colour."""
    picture = np.asarray(Image.open(BytesIO(page.locator(".stage").screenshot())).convert("RGB"), dtype=np.int32)
    return int((np.abs(picture - colour).sum(axis=2) < 40).sum())


def until_seen(page: Page, as_wanted: Callable[[int], bool], colour: tuple[int, int, int] = SUSPECT) -> None:
    """Wait until so many pixels have the colour, of a suspect number where nothing else is said."""
    for _ in range(PATIENCE_MS // 250):
        found = pixels_of(page, colour)
        if as_wanted(found):
            return
        page.wait_for_timeout(250)
    pytest.fail(f"{found} pixels have the colour {colour}")


def one_suspect(columns: dict[str, Any], name: str) -> int:
    """Nobody is suspect but this number, and nobody has a sign; answers its place."""
    numbers = columns["numbers"]
    known = len(numbers["id"])
    numbers.update(flagged=[False] * known, role=[None] * known, grade=[None] * known, publicRole=[None] * known)
    at = next(place for place, number in enumerate(numbers["number"]) if number.endswith(name))
    numbers["fraudProbability"] = [0.9 if place == at else 0.01 for place in range(known)]
    return at


def covered(columns: dict[str, Any], grade: str | None = None) -> None:
    """The only suspect number, first of all, and at its place another one, of a grade, with very many contacts."""
    numbers, contacts = columns["numbers"], columns["contacts"]
    suspect = one_suspect(columns, "0012")
    ordinary = len(numbers["id"])
    for name, column in numbers.items():
        if column is not None:
            column.extend([column[suspect]] * (MANY + 1))
            if name in ("x", "y"):
                column[ordinary + 1 :] = [column[suspect] - 3 + 6 * place / MANY for place in range(MANY)]
    numbers["id"][ordinary:] = [f"v1.more{place:022d}" for place in range(MANY + 1)]
    numbers["number"][ordinary] = "the ordinary one"
    numbers["fraudProbability"][ordinary:] = [0.01] * (MANY + 1)
    numbers["grade"][ordinary] = grade
    for name, column in contacts.items():
        column.extend([column[0]] * MANY)
        if name in ("a", "b"):
            column[-MANY:] = [ordinary if name == "a" else ordinary + 1 + place for place in range(MANY)]


def begun(page: Page, webgl: bool, change: Callable[[dict[str, Any]], None]) -> None:
    """A network on the canvas whose answers are changed, in the light theme."""
    page.evaluate("localStorage.setItem('theme', 'light')")
    if not webgl:
        page.add_init_script(WITHOUT_WEBGL)
    page.reload()
    changed(page, {"PageCanvas": lambda data: change(data["neighbourhood"])})
    in_no_investigation(page)
    to_the_canvas(page)
    all_read(page)
    page.locator(".stage").scroll_into_view_if_needed()


@pytest.mark.parametrize("webgl", [True, False], ids=["webgl", "flat"])
def test_a_suspect_lies_over_an_ordinary_number_and_what_is_chosen_over_both(opened: Page, webgl: bool) -> None:
    begun(opened, webgl, covered)
    until_seen(opened, lambda pixels: pixels > 20)
    opened.get_by_role("checkbox", name="Selected the ordinary one").check()
    opened.locator(".stage").scroll_into_view_if_needed()
    until_seen(opened, lambda pixels: pixels == 0)


@pytest.mark.parametrize("webgl", [True, False], ids=["webgl", "flat"])
def test_the_hole_of_a_person_at_low_risk_is_no_hole_in_the_suspect_above(opened: Page, webgl: bool) -> None:
    """Their dot is so large that its hole is wider than the whole dot of the suspect."""
    begun(opened, webgl, lambda columns: covered(columns, "LOW"))
    until_seen(opened, lambda pixels: pixels > 20)
    opened.wait_for_timeout(500)
    assert pixels_of(opened, SUSPECT) > 20
    opened.get_by_role("checkbox", name="Selected the ordinary one").check()
    opened.locator(".stage").scroll_into_view_if_needed()
    until_seen(opened, lambda pixels: pixels == 0)


@pytest.mark.parametrize("webgl", [True, False], ids=["webgl", "flat"])
def test_a_number_with_notes_has_a_sheet_beside_it(opened: Page, webgl: bool) -> None:
    noted = False

    def with_notes(columns: dict[str, Any]) -> None:
        at = one_suspect(columns, "0012")
        columns["numbers"]["notes"][at] = 3 if noted else 0

    begun(opened, webgl, with_notes)
    until_seen(opened, lambda pixels: pixels > 20)
    assert pixels_of(opened, SHEET) == 0
    expect(opened.locator(".legend")).not_to_contain_text("has notes")
    noted = True
    limit = opened.get_by_label("At most", exact=True)
    limit.fill("400")
    limit.press("Enter")
    expect(opened.locator(".legend")).to_contain_text("has notes")
    opened.locator(".stage").scroll_into_view_if_needed()
    until_seen(opened, lambda pixels: pixels > 5, SHEET)
    expect(opened.locator("details tbody tr", has_text="notes: 3")).to_have_count(1)


@pytest.mark.parametrize("webgl", [True, False], ids=["webgl", "flat"])
def test_another_picture_is_fitted_anew_and_so_is_a_stage_of_another_size(opened: Page, webgl: bool) -> None:
    large: list[bool] = []

    def lowest(columns: dict[str, Any]) -> None:
        at = one_suspect(columns, "0012")
        columns["numbers"]["y"][at] = min(columns["numbers"]["y"]) - 0.1 - 9 * len(large)

    begun(opened, webgl, lowest)
    until_seen(opened, lambda pixels: pixels > 20)
    large.append(True)
    limit = opened.get_by_label("At most", exact=True)
    limit.fill("400")
    limit.press("Enter")
    expect(opened.locator("section.canvas[aria-busy=true]")).to_have_count(0)
    opened.locator(".stage").scroll_into_view_if_needed()
    until_seen(opened, lambda pixels: pixels > 20)
    opened.set_viewport_size({"width": 600, "height": 420})
    opened.locator(".stage").scroll_into_view_if_needed()
    until_seen(opened, lambda pixels: pixels > 20)


WRITTEN = """
window.written = [];
const write = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
  if (text.includes('****')) {
    const wide = this.canvas.width / this.getTransform().a;
    window.written.push([text, Math.floor(x), Math.ceil(x + this.measureText(text).width), wide]);
  }
  write.call(this, text, x, y);
};
"""


@pytest.mark.parametrize("way", ["webgl", "flat"])
def test_no_label_is_cut_by_the_edge_of_the_picture(opened: Page, way: str) -> None:
    """The number farthest out lies at the edge, with too little room beside it for what it is called."""
    opened.add_init_script(WRITTEN)
    if way == "flat":
        opened.add_init_script(WITHOUT_WEBGL)
    to_the_canvas(opened)
    farthest = opened.locator("details tbody a[href^='#/number/']").first
    number, label = (farthest.get_attribute("href") or "").removeprefix("#/number/"), farthest.inner_text()
    opened.evaluate("id => { location.hash += `?pinned=${id}~6~0`; }", number)
    opened.reload()
    expect(opened.get_by_text("numbers are drawn")).to_be_visible(timeout=PATIENCE_MS)
    all_read(opened)
    opened.get_by_role("button", name="Fit", exact=True).click()
    opened.wait_for_function("label => window.written.some(([text]) => text === label)", arg=label)
    opened.evaluate("window.written.length = 0")
    opened.get_by_role("button", name="Fit", exact=True).click()
    opened.locator("details tbody input").nth(1).check()  # whatever is selected is drawn anew
    opened.wait_for_function("label => window.written.some(([text]) => text === label)", arg=label)
    written = opened.evaluate("window.written")
    farthest_right = max(right for text, _, right, _ in written if text == label)
    assert farthest_right > 0.8 * written[0][3], "it lies at the edge, else this shows nothing"
    assert [one for one in written if one[1] < 0 or one[2] > one[3]] == []
