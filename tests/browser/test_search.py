"""Search as somebody uses it for the first time: whatever they paste is understood, and what they did stays."""

import re

import pytest
from playwright.sync_api import Page, expect

from graphsvc.model.callers import Role
from tests.browser.conftest import World
from tests.browser.reading import all_read
from tests.browser.test_page import PATIENCE_MS, to_the_canvas
from tests.story.feeds import ANN, BOB, DEN, DEVICE, HOLDER

pytestmark = pytest.mark.timeout(300)


def searched(page: Page, text: str) -> None:
    page.get_by_role("link", name="Search", exact=True).click()
    page.get_by_label("A number in any form").fill(text)
    page.get_by_role("button", name="Search", exact=True).click()


def short(number: str) -> str:
    return number.removeprefix("+86")


def test_a_telephones_list_with_names_and_words_is_read_as_numbers(opened: Page) -> None:
    listed = f"张三\t{short(DEN[0])}\n{DEN[1]}, Li Si\nTel: {DEN[2]}; 电话：{short(ANN)}\n{BOB} {short(DEN[0])}\nTaobao"
    searched(opened, listed)
    rows = opened.locator("tbody tr")
    expect(rows).to_have_count(7)
    expect(opened.get_by_role("status").filter(has_text="are known")).to_have_text("6 of 7 are known.")
    for row, number in zip(rows.all(), [*DEN, ANN, BOB, DEN[0]], strict=False):
        expect(row).to_contain_text(number[-4:])
    expect(rows.last).to_contain_text("Taobao not known")  # nobody counts lines to find which one


def test_a_name_beside_a_number_with_a_space_between_is_no_part_of_it(opened: Page) -> None:
    first, second = short(DEN[0]), short(DEN[1])
    spaced = f"{first[:3]} {first[3:7]} {first[7:]}"
    searched(opened, f"{spaced} 王某\n老王 {second}\nLi Si {DEN[2]} 2 floor\n老家 江西")
    rows = opened.locator("tbody tr")
    expect(rows).to_have_count(4)
    for row, number in zip(rows.all(), DEN[:2], strict=False):
        expect(row).to_contain_text(number[-4:])
        expect(row.get_by_role("link")).not_to_have_count(0)
    expect(rows.nth(2)).to_contain_text("2 floor not known")  # which of its figures are the number is not guessed


def test_rubbish_among_many_keeps_nothing_from_being_found(opened: Page) -> None:
    """A line of ten thousand letters, a thousand bytes a line, and one that is written from right to left."""
    rubbish = ["x" * 10_000, *("長" * 300 for _ in range(40)), "\u202edlrow", "<script>alert(1)</script>"]
    searched(opened, "\n".join([DEN[0], *rubbish, DEN[1]]))
    expect(opened.get_by_role("status").filter(has_text="known")).to_have_text("2 of 45 are known.")
    rows = opened.locator("tbody tr")
    expect(rows.nth(1)).to_contain_text("x… not known")
    backwards = opened.get_by_text("\u202edlrow", exact=True)
    # No mark of what was typed turns the page's own words round.
    assert backwards.evaluate("one => getComputedStyle(one).unicodeBidi") == "isolate"


def test_more_than_a_thousand_are_not_cut_silently(opened: Page) -> None:
    searched(opened, "\n".join([*DEN, *(f"+8613900{line:06d}" for line in range(1000))]))
    expect(opened.locator("tbody tr")).to_have_count(1000, timeout=PATIENCE_MS)
    expect(opened.get_by_role("status").filter(has_text="known")).to_contain_text("3 more were left out")


def test_what_is_not_found_is_told_as_what_was_searched_for(opened: Page) -> None:
    opened.get_by_role("link", name="Search", exact=True).click()
    opened.get_by_label("What it is").select_option("The end of a token")
    searched(opened, "zzzzzz")
    expect(opened.get_by_role("alert")).to_have_text(re.compile("^Not found: nothing that is known has it"))
    opened.get_by_role("button", name="Switch to Chinese").click()
    expect(opened.get_by_role("alert")).to_have_text(re.compile("^没有找到：已知的数据中没有它"))


@pytest.mark.parametrize(("typed", "kind"), [(DEVICE, "device"), (HOLDER, "holder")])
def test_nobody_has_to_say_that_it_is_a_device_or_a_holder(opened: Page, typed: str, kind: str) -> None:
    searched(opened, typed)
    expect(opened.get_by_role("heading", level=1)).to_contain_text(re.compile(rf"^{kind} v1\."))


def test_a_masked_number_is_told_to_say_too_little(opened: Page) -> None:
    searched(opened, "+86 139 **** 0001")
    expect(opened.get_by_role("status").filter(has_text="known")).to_contain_text("search for its token")


def test_a_reference_is_found_however_it_is_spaced(opened: Page) -> None:
    opened.get_by_role("link", name="Networks", exact=True).click()
    reference = opened.locator("tbody tr a").first.inner_text()
    searched(opened, reference.lower().replace("-", " "))
    expect(opened.get_by_role("heading", level=1)).to_have_text(f"Network {reference}")


def test_what_the_canvas_shows_of_a_token_is_enough_to_search_by(opened: Page) -> None:
    to_the_canvas(opened)
    opened.get_by_role("button", name="Devices, holders, accounts of suspects").click()
    opened.get_by_label(re.compile("^device ")).check()
    label = opened.locator("details tbody a[href^='#/entity/']").first.inner_text()
    searched(opened, "…" + label.split("…")[1])
    expect(opened.get_by_role("heading", level=1)).to_contain_text(label.split("…")[1])


def test_a_list_is_there_again_when_somebody_comes_back_and_gone_when_they_sign_out(opened: Page, world: World) -> None:
    pasted = "\n".join(DEN)
    searched(opened, pasted)
    opened.locator("tbody a[href^='#/number/']").nth(1).click()
    expect(opened.get_by_role("heading", level=1)).to_contain_text("Number")
    opened.go_back()
    expect(opened.get_by_label("A number in any form")).to_have_value(pasted)
    expect(opened.locator("tbody tr")).to_have_count(len(DEN))
    all_read(opened)
    opened.get_by_role("button", name="Sign out").click()
    opened.get_by_label("Token").fill(world.tokens[Role.INVESTIGATOR])
    opened.get_by_role("button", name="Open").click()
    expect(opened.get_by_label("A number in any form")).to_have_value("")
    expect(opened.locator("tbody tr")).to_have_count(0)


def test_what_was_supposed_is_there_again_and_never_beside_a_refusal_of_something_else(opened: Page) -> None:
    opened.get_by_role("link", name="What if", exact=True).click()
    field = opened.get_by_label("Numbers in any form")
    field.fill("\n".join(DEN[1:]))
    opened.get_by_role("button", name="Suppose").click()
    said = opened.get_by_text("2 of 2 numbers are supposed to be flagged")
    expect(said).to_be_visible(timeout=PATIENCE_MS)
    opened.get_by_role("link", name="Today", exact=True).click()
    opened.go_back()
    expect(field).to_have_value("\n".join(DEN[1:]))
    expect(said).to_be_visible()
    field.fill("\n".join(f"+8613900{line:06d}" for line in range(101)))
    opened.get_by_role("button", name="Suppose").click()
    expect(opened.get_by_role("alert")).to_contain_text("These are 101 numbers; it takes 100 at a time.")
    expect(said).to_have_count(0)


def test_half_typed_text_stays_where_a_link_leads_to_the_same_view_with_other_settings(opened: Page) -> None:
    searched(opened, DEN[1])
    opened.get_by_role("button", name="Flag as fraud").click()
    opened.get_by_role("textbox", name="Case").fill("C-17")
    opened.get_by_role("button", name="Add to an investigation").click()
    title = opened.get_by_label("Title")
    title.fill("half a title")
    opened.evaluate("location.hash += '?asOf=2026-03-04'")
    expect(opened.get_by_label("As of")).to_have_value("2026-03-04")
    expect(opened.get_by_role("textbox", name="Case")).to_have_value("C-17")
    expect(title).to_have_value("half a title")
    # What was sent, or taken back, is not typed any more.
    opened.get_by_role("button", name="Cancel").click()
    opened.get_by_role("button", name="Add", exact=True).click()
    expect(opened.get_by_text("1 added to")).to_be_visible()
    opened.evaluate("location.hash = location.hash.replace('03-04', '03-03')")
    expect(opened.get_by_label("As of")).to_have_value("2026-03-03")
    all_read(opened)
    expect(opened.get_by_role("button", name="Send")).to_have_count(0)
    expect(title).to_have_count(0)
