"""What the canvas adds when it is asked to: all contacts of a number, communities, a path in words; when it asks."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.changing import changed
from tests.browser.reading import all_read
from tests.browser.saving import saved
from tests.browser.test_keyboard import walk_to
from tests.browser.test_page import PATIENCE_MS, drawn, to_the_canvas
from tests.story.feeds import DEN

pytestmark = pytest.mark.timeout(300)

FLAGGED = f"Selected +86 139 **** {DEN[0][-4:]}"


def test_expanding_draws_all_contacts_of_a_number_though_the_limit_is_reached(opened: Page) -> None:
    to_the_canvas(opened)
    type_in(opened, "At most", "5")
    said = opened.get_by_text("numbers are drawn")
    expect(said).to_have_text(re.compile(r"^5 numbers"))
    box = opened.get_by_role("checkbox", name=FLAGGED)
    box.check()
    expand = opened.get_by_role("button", name=re.compile(r"^Expand \d+ contacts$"))
    more = int(expand.inner_text().split()[1])
    assert more > 0
    expand.click()
    expect(said).not_to_have_text(re.compile(r"^5 numbers"))
    assert drawn(opened) > 5
    expect(opened.get_by_role("button", name="Expand", exact=True)).to_be_disabled()
    whole = drawn(opened)
    expect(opened).to_have_url(re.compile("expanded="))
    opened.reload()
    expect(opened.get_by_text(f"{whole} numbers are drawn")).to_be_visible(timeout=PATIENCE_MS)
    type_in(opened, "At most", "6")
    opened.get_by_role("button", name="Undo").click()
    expect(opened.get_by_text(f"{whole} numbers are drawn")).to_be_visible()


@pytest.mark.usefixtures("nothing_in_flight")
def test_who_has_a_crowd_of_contacts_is_told_so_before_they_are_drawn_and_offered_the_busiest(opened: Page) -> None:
    contacts = {"of the one": 0}

    def crowd(data: Any) -> None:
        """The number that is selected has as many contacts as is said."""
        numbers = data["neighbourhood"]["numbers"]
        place = numbers["number"].index(f"+86 139 **** {DEN[0][-4:]}")
        numbers["contacts"][place] = contacts["of the one"] or numbers["contacts"][place]

    changed(opened, {"PageCanvas": crowd})
    to_the_canvas(opened)
    box = opened.get_by_role("checkbox", name=FLAGGED)
    said = opened.locator("aside .notice")
    box.check()
    expect(opened.get_by_role("button", name=re.compile("^Expand"))).not_to_have_count(0)
    expect(said).to_have_count(0)
    for many, told, button in (
        (4_000, "make a crowd: the busiest are drawn at once", re.compile(r"^Expand 3,9\d\d contacts$")),
        (
            999_701,
            "A picture has room for 10,000 numbers. Of these 999,",
            re.compile(r"^Draw 9,9\d\d of 999,\d\d\d contacts$"),
        ),
    ):
        contacts["of the one"] = many
        opened.reload()
        box.check()
        expect(said).to_contain_text(told, timeout=PATIENCE_MS)
        expect(opened.get_by_role("button", name=button)).to_be_enabled()
    room, all_of_them = (
        int(n.replace(",", ""))
        for n in re.findall(r"[\d,]{5,}", opened.get_by_role("button", name=button).inner_text())
    )
    assert f"{all_of_them - room:,} would be left out" in said.inner_text()
    with opened.expect_request(lambda one: "query PageCanvas" in (one.post_data or "")) as asked:
        opened.get_by_role("button", name="Draw the 300 busiest").click()
    variables = json.loads(asked.value.post_data or "")["variables"]
    assert variables["expanded"] == [], "that would draw all"
    assert variables["limit"] == 10_000 - room + 300, "as many as are drawn, and 300 more"
    assert len(variables["ids"]) >= 1


@pytest.mark.usefixtures("nothing_in_flight")
def test_the_key_that_expands_tells_of_a_crowd_first_as_the_button_does(opened: Page) -> None:
    def crowd(data: Any) -> None:
        numbers = data["neighbourhood"]["numbers"]
        numbers["contacts"][numbers["number"].index(f"+86 139 **** {DEN[0][-4:]}")] = 4_000

    changed(opened, {"PageCanvas": crowd})
    to_the_canvas(opened)
    opened.locator(".stage").focus()
    walk_to(opened, DEN[0])
    asked: list[str] = []
    opened.on("request", lambda one: asked.append(one.post_data or ""))
    opened.keyboard.press("e")
    expect(opened.locator("aside").get_by_role("status")).to_contain_text("make a crowd")
    expect(opened.get_by_role("button", name="Draw the 300 busiest")).to_be_visible()
    assert [one for one in asked if "query PageCanvas" in one] == []
    expect(opened).not_to_have_url(re.compile("expanded="))
    opened.keyboard.press("e")  # whoever was told may want all of them
    expect(opened).to_have_url(re.compile("expanded="))


def type_in(page: Page, label: str, text: str) -> None:
    page.get_by_label(label).fill(text)
    page.get_by_label(label).press("Enter")


def test_communities_in_view_are_drawn_apart_told_and_saved(opened: Page, screenshots: Path) -> None:
    to_the_canvas(opened)
    numbers = drawn(opened)
    opened.get_by_label("Group by").select_option("community")
    expect(opened.get_by_text("Parted into")).to_be_visible(timeout=PATIENCE_MS)
    communities = int(opened.get_by_text("Parted into").inner_text().partition("Parted into ")[2].split()[0])
    assert communities > 1
    heads = opened.locator("details thead th")
    place = heads.all_inner_texts().index("Community")
    rows = opened.locator(".canvas details tbody tr")
    if numbers > 50:
        opened.locator(".canvas details .more").click()
    expect(rows).to_have_count(numbers)
    assert {row.locator("td").nth(place).inner_text() for row in rows.all()} == {
        str(one + 1) for one in range(communities)
    }
    dots = json.loads(saved(opened, "JSON"))["numbers"]
    discs: dict[int, list[tuple[float, float]]] = {}
    for dot in dots:
        discs.setdefault(dot["community"], []).append((dot["x"], dot["y"]))
    sizes = [len(discs[one + 1]) for one in range(communities)]
    assert sizes == sorted(sizes, reverse=True)
    boxes = [middle_and_reach(discs[one + 1]) for one in range(communities)]
    for one, (x, y, reach) in enumerate(boxes):
        for other_x, other_y, other_reach in boxes[:one]:
            assert ((x - other_x) ** 2 + (y - other_y) ** 2) ** 0.5 > max(reach, other_reach)
    opened.screenshot(path=screenshots / "page-communities.png")
    opened.reload()
    expect(opened.get_by_text(f"Parted into {communities} communities")).to_be_visible(timeout=PATIENCE_MS)
    opened.get_by_label("Group by").select_option("network")
    expect(opened.get_by_text("Parted into")).to_have_count(0)
    expect(heads.filter(has_text="Community")).to_have_count(0)


def middle_and_reach(places: list[tuple[float, float]]) -> tuple[float, float, float]:
    """The middle of a group, and how far from it its farthest lies."""
    x, y = (sum(along) / len(places) for along in zip(*places, strict=True))
    return x, y, max(((a - x) ** 2 + (b - y) ** 2) ** 0.5 for a, b in places)


def test_a_path_is_told_step_by_step_and_is_gone_with_its_ends(opened: Page) -> None:
    to_the_canvas(opened)
    boxes = opened.locator(".canvas details tbody input")
    boxes.nth(0).check()
    boxes.nth(1).check()
    opened.get_by_role("button", name="Shortest path").click()
    way = opened.get_by_role("heading", name="The path").locator("..")
    expect(way.locator("li")).not_to_have_count(0)
    ends = {boxes.nth(k).get_attribute("aria-label") for k in (0, 1)}
    told = [f"Selected {way.locator('li a').nth(k).inner_text()}" for k in (0, -1)]
    assert set(told) == ends
    # Public numbers are left aside, which is said, unless somebody wants them as well.
    expect(way).to_contain_text("1 public numbers (hotlines, banks, short codes) are left aside")
    opened.get_by_role("checkbox", name="paths also through hotlines").check()
    with opened.expect_request(lambda one: '"throughPublic":true' in (one.post_data or "")):
        opened.get_by_role("button", name="Path in order of time").click()
    expect(way).not_to_contain_text("left aside")
    boxes.nth(1).uncheck()
    expect(way).to_have_count(0)


def test_a_field_is_asked_about_when_it_is_typed_out(opened: Page) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        if "PageToday" in (request.post_data or ""):
            asked.append(json.loads(request.post_data or "")["variables"].get("region", ""))

    opened.on("request", note)
    region = opened.get_by_label("Region")
    region.press_sequentially("4403", delay=30)
    with opened.expect_response(lambda response: "PageService" in (response.request.post_data or "")):
        pass  # the page is drawn anew meanwhile
    expect(region).to_have_value("4403")
    region.press_sequentially("05", delay=30)
    with opened.expect_response(lambda response: '"region":"440305"' in (response.request.post_data or "")):
        region.press("Enter")
    assert {one for one in asked if one} == {"440305"}
    expect(region).to_have_value("440305")


COUNTS_CONTEXTS = """
window.contexts = 0;
const whole = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  const made = whole.call(this, kind, ...more);
  if (kind.startsWith('webgl') && !this.counted) {
    this.counted = true;
    window.contexts += 1;
  }
  return made;
};
"""


def test_no_drawing_takes_more_of_the_few_pictures_that_a_browser_holds(opened: Page) -> None:
    opened.add_init_script(COUNTS_CONTEXTS)
    opened.reload()
    to_the_canvas(opened)
    first = opened.evaluate("window.contexts")
    assert first > 0
    boxes = opened.locator(".canvas details tbody input")
    for place in range(4):
        boxes.nth(place).check()
    opened.get_by_label("Group by").select_option("network")
    expect(opened).to_have_url(re.compile("grouped="))
    opened.get_by_role("button", name="Undo").click()
    expect(opened).not_to_have_url(re.compile("grouped="))
    all_read(opened)
    assert opened.evaluate("window.contexts") == first


CUT = """
[...document.querySelectorAll('select')].map((one) => {
  const style = getComputedStyle(one);
  const pen = document.createElement('canvas').getContext('2d');
  pen.font = style.font;
  const longest = Math.max(...[...one.options].map((option) => pen.measureText(option.text).width));
  const room = one.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return [one.name || one.options[0].text, Math.ceil(longest), Math.floor(room)];
}).filter(([, longest, room]) => longest > room)
"""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_field_cuts_its_words_on_a_laptop(opened: Page, language: str) -> None:
    opened.set_viewport_size({"width": 1280, "height": 720})
    opened.evaluate(f"localStorage.setItem('language', '{language}')")
    opened.reload()
    expect(opened.locator("td.words").first).to_be_visible()
    all_read(opened)
    assert opened.evaluate(CUT) == []
    opened.locator("nav a[href='#/networks']").click()
    opened.locator("tbody tr a").first.click()
    expect(opened.locator(".stage canvas").first).to_be_visible(timeout=PATIENCE_MS)
    all_read(opened)
    assert opened.evaluate(CUT) == []
