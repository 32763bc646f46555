"""The canvas under the hand: what is dragged stays, however it is drawn; what is shared is counted, then drawn."""

import json
import re
from datetime import datetime
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, Response, expect

from tests.browser.reading import all_read
from tests.browser.saving import saved
from tests.browser.test_page import PATIENCE_MS, WITHOUT_WEBGL, to_the_canvas
from tests.story.feeds import ANN, DEN

pytestmark = pytest.mark.timeout(300)

FLAGGED = (168, 18, 33)
"""The colour of a flagged number in the light theme."""


def middle_of_red(page: Page) -> tuple[float, float]:
    """Where the flagged number is drawn, in pixels of the window, once two looks in turn say the same."""
    before = None
    for _ in range(120):
        found = _red_now(page)
        if found is not None and found == before:
            return found
        before = found
        page.wait_for_timeout(250)
    pytest.fail("the flagged number is not drawn, or does not come to rest")


def _red_now(page: Page) -> tuple[float, float] | None:
    """The middle of what has the flagged number's colour on the stage; None where hardly anything has."""
    box = page.locator(".stage").bounding_box()
    assert box is not None
    picture = np.asarray(Image.open(BytesIO(page.locator(".stage").screenshot())).convert("RGB"), dtype=np.int32)
    y, x = np.nonzero(np.abs(picture - FLAGGED).sum(axis=2) < 40)
    return (box["x"] + float(x.mean()), box["y"] + float(y.mean())) if len(x) > 20 else None


@pytest.mark.parametrize("webgl", [True, False], ids=["webgl", "flat"])
def test_what_is_dragged_stays_where_it_was_put_however_it_is_drawn(opened: Page, webgl: bool) -> None:
    opened.set_viewport_size({"width": 1000, "height": 700})
    opened.evaluate("localStorage.setItem('theme', 'light')")
    if not webgl:
        opened.add_init_script(WITHOUT_WEBGL)
    opened.reload()
    to_the_canvas(opened)
    all_read(opened)
    opened.locator(".stage").scroll_into_view_if_needed()
    opened.mouse.move(5, 5)
    x, y = middle_of_red(opened)
    opened.mouse.move(x, y)
    opened.mouse.down()
    opened.mouse.move(x + 30, y + 20)
    opened.mouse.move(x + 90, y + 50, steps=5)
    opened.mouse.up()
    expect(opened).to_have_url(re.compile("pinned="))
    opened.mouse.move(5, 5)
    expect(opened.get_by_role("button", name="Undo")).to_be_enabled()
    now_x, now_y = middle_of_red(opened)
    assert now_x - x == pytest.approx(90, abs=12)
    assert now_y - y == pytest.approx(50, abs=12)
    opened.get_by_role("button", name="Undo").click()
    expect(opened).not_to_have_url(re.compile("pinned="))


def test_what_a_number_shares_is_counted_and_then_drawn(opened: Page) -> None:
    opened.get_by_role("link", name="Search").click()
    opened.get_by_label("A number in any form").fill(ANN)
    opened.get_by_role("button", name="Search", exact=True).click()
    opened.get_by_role("link", name="Open on the canvas").click()
    expect(opened.get_by_text("numbers are drawn")).to_be_visible(timeout=PATIENCE_MS)
    flagged = opened.get_by_role("checkbox", name=f"Selected +86 139 **** {DEN[0][-4:]}")
    flagged.check()
    opened.get_by_role("button", name="Expand by what they share").click()
    device = opened.get_by_role("checkbox", name="device 1")
    expect(opened.locator("label.kind", has_text="device")).to_contain_text("in use by 3 numbers, 3 of them suspect")
    expect(opened.locator("label.kind", has_text="holder")).to_contain_text("in use by 3 numbers, 3 of them suspect")
    expect(opened.get_by_role("checkbox", name=re.compile("^account 0"))).to_be_disabled()
    before = opened.url
    device.check()
    opened.get_by_role("button", name="Draw their numbers").click()
    expect(opened.get_by_text("3 numbers were added")).to_be_visible()
    expect(opened).not_to_have_url(before)
    opened.get_by_role("button", name="Undo").click()
    expect(opened).to_have_url(before)


def test_a_span_of_time_that_is_dragged_is_what_graph_table_and_figures_tell_of(opened: Page) -> None:
    def asked(response: Response) -> bool:
        return "PageCanvas" in (response.request.post_data or "")

    with opened.expect_response(asked) as first:
        to_the_canvas(opened)
    contacts = first.value.json()["data"]["neighbourhood"]["contacts"]
    all_read(opened)
    brush = opened.locator(".brush svg")
    brush.scroll_into_view_if_needed()
    box = brush.bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    with opened.expect_response(asked) as second:
        opened.mouse.move(box["x"] + 0.3 * box["width"], y)
        opened.mouse.down()
        opened.mouse.move(box["x"] + 0.5 * box["width"], y, steps=3)
        expect(opened.locator(".brush .held")).to_have_count(1)
        opened.mouse.move(box["x"] + 0.8 * box["width"], y, steps=3)
        opened.mouse.up()
    expect(opened.locator(".brush .held")).to_have_count(0)
    window = json.loads(second.value.request.post_data or "")["variables"]
    begin, end = instant(min(contacts["firstAt"])), instant(max(contacts["lastAt"]))
    for name, share in (("since", 0.3), ("until", 0.8)):
        assert (instant(window[name]) - begin) / (end - begin) == pytest.approx(share, abs=0.02)
    shown = second.value.json()["data"]["neighbourhood"]
    assert set(shown["contacts"]["firstAt"]) != set(contacts["firstAt"])
    expect(opened.get_by_text(f"{len(shown['numbers']['id'])} numbers are drawn")).to_be_visible()
    expect(opened.locator("details tbody tr")).to_have_count(min(50, len(shown["numbers"]["id"])))
    expect(opened.get_by_label("from")).not_to_have_value("")
    expect(opened).to_have_url(re.compile("since="))
    # Beyond the picture that side stays as it is, and what was dragged is undone in one step.
    opened.get_by_role("button", name="Undo").click()
    expect(opened).not_to_have_url(re.compile("since="))
    all_read(opened)  # the time that is drawn is the whole one again
    box = brush.bounding_box()
    assert box is not None
    opened.mouse.move(box["x"] + 0.5 * box["width"], y)
    opened.mouse.down()
    opened.mouse.move(box["x"] + box["width"] + 40, y, steps=3)
    opened.mouse.up()
    expect(opened).to_have_url(re.compile("since="))
    assert "until=" not in opened.url
    # A time is typed in the form that the whole page has; what is none is not taken, and what was typed stays.
    until = opened.get_by_label("until")
    for wrong in ("03/04/2026", "2026-02-31 10:00"):
        until.fill(wrong)
        until.press("Enter")
        assert until.evaluate("field => field.validationMessage") == "YYYY-MM-DD HH:MM"
        expect(until).to_have_value(wrong)
        assert "until=" not in opened.url
    until.fill("2026-03-04 10:00")
    until.press("Enter")
    expect(opened).to_have_url(re.compile("until=2026-03-04T02%3A00%3A00.000Z"))
    opened.get_by_role("button", name="Undo").click()
    expect(until).to_have_value("")


def instant(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize("webgl", [True, False], ids=["webgl", "flat"])
def test_devices_and_holders_of_a_den_are_counted_picked_and_drawn_with_it(opened: Page, webgl: bool) -> None:
    if not webgl:
        opened.add_init_script(WITHOUT_WEBGL)
        opened.reload()
    opened.evaluate("localStorage.setItem('theme', 'light')")
    opened.reload()
    to_the_canvas(opened)
    said = opened.get_by_text("numbers are drawn")
    before = said.inner_text().split()[0]
    assert pixels(opened, SQUARE) == 0
    opened.get_by_role("button", name="Devices, holders, accounts of suspects").click()
    device = opened.get_by_role("checkbox", name="device 1")
    expect(device).not_to_be_checked()
    device.check()
    opened.get_by_role("checkbox", name="holder 1").check()
    expect(said).to_contain_text(f"{before} numbers are drawn")
    expect(said).to_contain_text("2 devices, holders or accounts are drawn with them, 0 of these kinds are left out")
    expect(opened).to_have_url(re.compile("entities=DEVICE%2CHOLDER|entities=DEVICE,HOLDER"))
    expect(opened.locator("details tbody tr", has_text="device")).to_have_count(1)
    for _ in range(120):
        if pixels(opened, SQUARE) > 100:
            break
        opened.wait_for_timeout(250)
    else:
        pytest.fail("no square is drawn")
    # A link brings them back; nothing that is for numbers is offered for a device, and it leads to its own page.
    opened.reload()
    expect(said).to_contain_text("2 devices, holders or accounts", timeout=PATIENCE_MS)
    opened.get_by_role("checkbox", name=re.compile("Selected device …")).check()
    expect(opened.get_by_role("button", name="Hide", exact=True)).to_be_visible()
    expect(opened.get_by_role("button", name=re.compile("^Expand"))).to_have_count(0)
    file = json.loads(saved(opened, "JSON"))
    assert len(file["numbers"]) == int(before)
    assert {one["entity"] for one in file["entities"]} == {"DEVICE", "HOLDER"}
    assert {use["number"] for use in file["uses"]} <= {one["id"] for one in file["numbers"]}
    opened.get_by_role("button", name="Hide", exact=True).click()
    expect(said).to_contain_text("1 devices, holders or accounts")
    opened.locator("details tbody tr", has_text="holder").get_by_role("link").click()
    expect(opened.get_by_role("heading", level=1)).to_contain_text("holder")


SQUARE = (93, 74, 28)
"""The colour of a device, holder or account in the light theme."""


def pixels(page: Page, colour: tuple[int, int, int]) -> int:
    """How many of the stage have a colour."""
    picture = np.asarray(Image.open(BytesIO(page.locator(".stage").screenshot())).convert("RGB"), dtype=np.int32)
    return int((np.abs(picture - colour).sum(axis=2) < 20).sum())
