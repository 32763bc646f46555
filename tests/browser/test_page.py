"""The page in a real browser: from the list of people to a number, a network and back, in two languages."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.api.serving import Served
from tests.browser.reading import all_read
from tests.browser.saving import saved
from tests.story.feeds import DEN

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
"""The first picture on a machine waits for a compiler."""


def test_from_the_list_to_a_person_a_number_and_a_network(opened: Page, screenshots: Path) -> None:
    rows = opened.locator("table tbody tr")
    expect(rows.first).to_be_visible()
    opened.screenshot(path=screenshots / "page-today.png")
    rows.first.locator("a").first.click()
    expect(opened.get_by_role("heading", level=1)).to_contain_text("Person")
    expect(opened.get_by_role("listitem").filter(has_text="listening").first).to_be_visible()
    opened.screenshot(path=screenshots / "page-person.png", full_page=True)
    opened.get_by_role("link", name="Networks", exact=True).click()
    opened.locator("tbody tr a").first.click()
    expect(opened.get_by_role("heading", level=1)).to_contain_text("Network N-")
    opened.screenshot(path=screenshots / "page-network.png", full_page=True)
    opened.locator("tbody tr a[href^='#/number/']").first.click()
    expect(opened.get_by_role("heading", level=1)).to_contain_text("Number")
    expect(opened.get_by_text("Why suspect", exact=True)).to_be_visible()
    opened.screenshot(path=screenshots / "page-number.png", full_page=True)
    opened.go_back()
    expect(opened.get_by_role("heading", level=1)).to_contain_text("Network N-")


def test_a_number_is_searched_in_any_form_and_never_stands_in_the_address(opened: Page) -> None:
    number = next(iter(DEN))
    opened.get_by_role("link", name="Search").click()
    spaced = f"{number[:6]} {number[6:10]} {number[10:]}"
    opened.get_by_role("textbox").fill(spaced)
    opened.get_by_role("button", name="Search").click()
    expect(opened.get_by_role("heading", level=1)).to_contain_text("Number")
    expect(opened.get_by_text("Why suspect", exact=True)).to_be_visible()
    all_read(opened)
    assert number.removeprefix("+") not in opened.url
    assert number[-8:] not in opened.content()


def test_many_pasted_numbers_give_a_line_each(opened: Page) -> None:
    opened.get_by_role("link", name="Search").click()
    never = [f"+8613900{line:06d}" for line in range(1000 - 2 * len(DEN))]
    opened.get_by_role("textbox").fill("\n".join([*DEN, *never, *DEN]))
    opened.get_by_role("button", name="Search").click()
    rows = opened.locator("tbody tr")
    expect(rows).to_have_count(1000, timeout=PATIENCE_MS)
    expect(rows.nth(len(DEN))).to_contain_text("not known")
    expect(rows.last).to_contain_text("fraud")


def test_the_whole_number_is_shown_after_a_purpose_is_given(opened: Page) -> None:
    opened.locator("table tbody tr a").first.click()
    opened.get_by_text("Show the whole number").click()
    opened.get_by_label("Purpose").fill("call back in a test")
    opened.get_by_role("button", name="Show, and write it down").click()
    expect(opened.locator(".revealed")).to_contain_text("+86")


def test_it_speaks_chinese_and_keeps_to_it(opened: Page, screenshots: Path) -> None:
    opened.get_by_role("button", name="Switch to Chinese").click()
    expect(opened.get_by_role("heading", name="接下来最可能受骗的人")).to_be_visible()
    expect(opened.locator("html")).to_have_attribute("lang", "zh-CN")
    opened.reload()
    expect(opened.get_by_role("heading", name="接下来最可能受骗的人")).to_be_visible()
    opened.get_by_role("combobox", name="外观").select_option("dark")
    opened.screenshot(path=screenshots / "page-today-zh-dark.png")


def test_without_a_token_it_asks_for_one(page: Page, server: Served) -> None:
    page.add_init_script("localStorage.setItem('language', 'en')")
    page.goto(f"{server.url}/#/networks")
    page.get_by_label("Token").fill("not a token")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("alert")).to_contain_text("The token is not valid")
    expect(page.get_by_role("heading", name="Access token")).to_be_visible()
    page.get_by_label("Token").fill(server.token)
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("heading", name="Scam networks")).to_be_visible()


def test_it_asks_this_server_alone(opened: Page, server: Served) -> None:
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.reload()
    expect(opened.locator("table tbody tr").first).to_be_visible()
    assert asked
    assert [url for url in asked if not url.startswith((server.url, "data:"))] == []
    stored = json.loads(opened.evaluate("JSON.stringify({...localStorage})"))
    assert set(stored) <= {"language", "theme"}


WITHOUT_WEBGL = """
const whole = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  return kind.startsWith('webgl') ? null : whole.call(this, kind, ...more);
};
"""


def to_the_canvas(opened: Page) -> None:
    opened.get_by_role("link", name="Networks", exact=True).click()
    opened.locator("tbody tr a").first.click()
    expect(opened.locator(".stage canvas").first).to_be_visible(timeout=PATIENCE_MS)
    expect(opened.get_by_text("numbers are drawn")).to_be_visible()


def drawn(page: Page) -> int:
    return int(page.get_by_text("numbers are drawn").inner_text().split()[0])


def something_drawn(page: Page) -> None:
    """Wait until there is something on the stage: an empty one compresses to almost nothing."""
    for _ in range(240):
        if len(page.locator(".stage").screenshot()) > 5_000:
            return
        page.wait_for_timeout(250)
    pytest.fail("nothing is drawn")


@pytest.mark.parametrize("webgl", [True, False], ids=["webgl", "flat"])
def test_the_canvas_hides_undoes_and_is_restored_by_its_link(
    opened: Page, server: Served, screenshots: Path, webgl: bool
) -> None:
    if not webgl:
        opened.add_init_script(WITHOUT_WEBGL)
        opened.reload()
    to_the_canvas(opened)
    expect(opened.get_by_text("Without WebGL")).to_have_count(0 if webgl else 1)
    something_drawn(opened)
    opened.screenshot(path=screenshots / f"page-canvas-{'webgl' if webgl else 'flat'}.png")
    before = drawn(opened)
    opened.locator("details tbody input").last.check()
    opened.get_by_role("button", name="Hide").click()
    expect(opened.get_by_text(f"{before - 1} numbers are drawn")).to_be_visible()
    expect(opened).to_have_url(re.compile("hidden="))
    assert all(number[-8:] not in opened.url for number in DEN)
    opened.reload()
    expect(opened.get_by_text(f"{before - 1} numbers are drawn")).to_be_visible()
    opened.get_by_role("button", name="Show all again").click()
    expect(opened.get_by_text(f"{before} numbers are drawn")).to_be_visible()
    opened.keyboard.press("Control+z")
    expect(opened.get_by_text(f"{before - 1} numbers are drawn")).to_be_visible()
    opened.get_by_role("button", name="Redo").click()
    expect(opened.get_by_text(f"{before} numbers are drawn")).to_be_visible()


def test_a_number_that_is_dragged_stays_where_it_was_put(opened: Page) -> None:
    opened.add_init_script(WITHOUT_WEBGL)
    opened.reload()
    with opened.expect_response(lambda response: "PageCanvas" in (response.request.post_data or "")) as answered:
        to_the_canvas(opened)
    numbers = answered.value.json()["data"]["neighbourhood"]["numbers"]
    all_read(opened)
    something_drawn(opened)
    stage = opened.locator(".stage canvas").bounding_box()
    assert stage is not None
    # Where the number that lies lowest is drawn: the whole picture is fitted into 85 % of the stage.
    wide = [max(along) - min(along) for along in (numbers["x"], numbers["y"])]
    scale = 0.85 * min(stage["width"] / wide[0], stage["height"] / wide[1])
    middle = [(max(along) + min(along)) / 2 for along in (numbers["x"], numbers["y"])]
    lowest = numbers["y"].index(min(numbers["y"]))
    x = stage["x"] + stage["width"] / 2 + (numbers["x"][lowest] - middle[0]) * scale
    y = stage["y"] + stage["height"] / 2 - (numbers["y"][lowest] - middle[1]) * scale
    opened.mouse.move(x, y)
    opened.mouse.down()
    opened.mouse.move(x + 120, y - 60, steps=4)
    opened.mouse.up()
    expect(opened).to_have_url(re.compile("pinned="))
    pinned = parse_qs(urlsplit(opened.url).fragment.split("?")[1])["pinned"][0].split("~")
    assert pinned[0] == numbers["id"][lowest]
    assert float(pinned[1]) == pytest.approx(numbers["x"][lowest] + 120 / scale, abs=0.02)
    assert float(pinned[2]) == pytest.approx(numbers["y"][lowest] + 60 / scale, abs=0.02)
    opened.get_by_role("button", name="Undo").click()
    expect(opened).not_to_have_url(re.compile("pinned="))


@pytest.mark.parametrize("webgl", [True, False], ids=["webgl", "flat"])
def test_pins_are_set_and_let_go_by_keyboard_too(opened: Page, webgl: bool) -> None:
    if not webgl:
        opened.add_init_script(WITHOUT_WEBGL)
        opened.reload()
    to_the_canvas(opened)
    box = opened.get_by_role("checkbox", name="Selected +86 137 **** 0012")
    box.check()
    opened.get_by_role("button", name="Pin", exact=True).click()
    expect(opened).to_have_url(re.compile("pinned="))
    assert all(whole[-8:] not in opened.url for whole in DEN)
    opened.reload()
    opened.get_by_label("At least contacts").fill("500")
    opened.get_by_label("At least contacts").blur()
    expect(box).to_be_visible()  # whatever is filtered
    box.check()
    opened.get_by_role("button", name="Let go").click()
    expect(opened).not_to_have_url(re.compile("pinned="))
    expect(box).to_have_count(0)


def test_two_numbers_have_a_path_and_the_picture_can_be_saved(opened: Page) -> None:
    to_the_canvas(opened)
    boxes = opened.locator("details tbody input")
    boxes.nth(0).check()
    boxes.nth(1).check()
    opened.get_by_role("button", name="Shortest path").click()
    expect(opened.get_by_role("heading", name="The path")).to_be_visible()
    expect(opened.get_by_role("alert")).to_have_count(0)
    for kind, sign in (("CSV", "talk_seconds"), ("GraphML", "<graphml"), ("GEXF", "<gexf"), ("JSON", '"provenance"')):
        content = saved(opened, kind).decode()
        assert sign in content
        assert "asOf" in content
        assert all(number[-8:] not in content for number in DEN)
    assert saved(opened, "PNG").startswith(b"\x89PNG")
