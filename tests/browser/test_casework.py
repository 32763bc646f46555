"""Casework on the page: from numbers to an investigation with notes and a status, and what would follow from flags."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.api.serving import Served
from tests.browser.conftest import World
from tests.browser.test_accessible import violations
from tests.story.feeds import BANK, BOB, DEN

pytestmark = pytest.mark.timeout(300)


def test_an_investigation_from_a_pasted_list_to_its_end(
    opened: Page, axe: str, screenshots: Path, faults: list[str]
) -> None:
    opened.get_by_role("link", name="Investigations").click()
    opened.get_by_text("Open a new one").click()
    opened.get_by_label("Title").fill("A den in the south")
    opened.get_by_label("Case").fill("C-1")
    opened.get_by_role("button", name="Open", exact=True).click()
    expect(opened.get_by_role("heading", level=1)).to_contain_text("A den in the south I-")
    opened.get_by_text("Add numbers", exact=True).click()
    opened.get_by_label("Numbers in any form").fill(f"{DEN[0]}\n{BOB}; +8613900000000")
    opened.get_by_role("button", name="Add", exact=True).click()
    expect(opened.get_by_text("2 of 3 lines were added. Never seen, or not yours to see: line 3.")).to_be_visible()
    rows = opened.locator("section:has(h2:text('Numbers')) tbody tr")
    expect(rows).to_have_count(2)
    opened.get_by_label("Note (no").fill(f"ring {DEN[0]}")
    opened.get_by_role("button", name="Write it down").click()
    expect(opened.get_by_role("alert")).to_be_visible()  # no number in a note; what was typed stays
    assert [said for said in faults if "400" in said] == faults
    faults.clear()
    opened.get_by_label("Note (no").fill("rings on Wednesdays\nfrom one device")
    opened.get_by_label("About").select_option(index=1)
    opened.get_by_role("button", name="Write it down").click()
    expect(opened.locator(".log li").first).to_contain_text("rings on Wednesdays")
    expect(opened.get_by_role("alert")).to_have_count(0)
    opened.get_by_role("button", name="Take it over").click()
    expect(opened.get_by_role("button", name="Take it over")).to_have_count(0)
    opened.get_by_label("State").select_option("WAITING")
    expect(opened.locator(".facts .mark")).to_have_text("waiting")
    rows.last.get_by_role("button").click()
    expect(rows).to_have_count(1)
    expect(opened.locator(".log li")).to_have_count(4)
    expect(opened.locator(".log li").first).to_contain_text("taken out")
    opened.screenshot(path=screenshots / "page-investigation.png", full_page=True)
    assert violations(opened, axe) == []
    assert DEN[0][-8:] not in opened.content()
    with opened.expect_download() as saving:
        opened.get_by_role("button", name="Save the evidence pack").click()
    kept = Path(saving.value.path()).read_bytes()
    assert saving.value.suggested_filename.startswith("I-")
    assert saving.value.suggested_filename.endswith(".html")
    expect(opened.locator(".hash")).to_have_text(hashlib.sha256(kept).hexdigest())
    opened.get_by_role("link", name="Investigations").click()
    expect(opened.locator("tbody tr", has_text="A den in the south")).to_contain_text("waiting")
    assert violations(opened, axe) == []


def test_a_network_and_a_number_go_into_one_investigation(opened: Page) -> None:
    opened.get_by_role("link", name="Networks", exact=True).click()
    opened.locator("tbody tr a").first.click()
    opened.get_by_role("button", name="Add to an investigation").first.click()
    opened.get_by_label("Title").fill("Both of them")
    opened.get_by_role("button", name="Add", exact=True).click()
    made = opened.get_by_role("status").filter(has_text="1 added to")
    expect(made).to_be_visible()
    reference = made.get_by_role("link").inner_text()
    expect(opened.locator("section:has(> h2:text('Investigations'))")).to_contain_text(f"{reference} Both of them")
    opened.locator("section:has(h2:text('Members')) tbody a").first.click()
    opened.get_by_role("button", name="Add to an investigation").click()
    # What one works on is where the next goes, without a look through the list.
    chosen = opened.get_by_role("combobox", name="Investigation").locator("option:checked")
    expect(chosen).to_have_text(f"{reference} Both of them")
    opened.get_by_role("button", name="Add", exact=True).click()
    opened.get_by_role("status").get_by_role("link", name=reference).click()
    expect(opened.get_by_role("heading", level=1)).to_contain_text("Both of them")
    expect(opened.locator("section:has(h2:text('Networks')) tbody a[href^='#/network/']")).not_to_have_count(0)
    expect(opened.get_by_role("link", name="Open on the canvas")).to_be_visible()
    network = opened.locator("section:has(h2:text('Networks')) tbody a[href^='#/network/']").last.inner_text()
    expect(opened.locator("section:has(h2:text('Numbers')) tbody tr").first).to_contain_text(network)
    # What is noted about the number is read where the number is.
    opened.get_by_label("About").select_option(index=1)
    opened.get_by_label("Note (no").fill("rings on Wednesdays")
    opened.get_by_role("button", name="Write it down").click()
    opened.locator("tbody a[href^='#/number/']").first.click()
    expect(opened.get_by_role("heading", level=1)).to_contain_text("Number")
    expect(opened.locator("section:has(> h2:text('Investigations'))")).to_contain_text("rings on Wednesdays")
    opened.get_by_role("link", name="Search").click()
    opened.get_by_label("A number in any form").fill(reference.lower())
    opened.get_by_role("button", name="Search").click()
    expect(opened.get_by_role("heading", level=1)).to_contain_text("Both of them")


def test_what_would_follow_from_flags_is_shown_and_nothing_is_flagged(
    opened: Page, axe: str, screenshots: Path
) -> None:
    opened.get_by_role("link", name="What if").click()
    opened.get_by_label("Numbers in any form").fill("\n".join([*DEN[1:], BOB, "+8613900000000"]))
    opened.get_by_role("button", name="Suppose").click()
    expect(opened.get_by_text("3 of 4 numbers are supposed to be flagged. Never seen: line 4.")).to_be_visible(
        timeout=60_000
    )
    expect(opened.get_by_role("heading", name="Warnings that would follow, and what they cost")).to_be_visible()
    opened.screenshot(path=screenshots / "page-what-if.png", full_page=True)
    assert violations(opened, axe) == []
    opened.get_by_role("link", name="Search").click()
    opened.get_by_label("A number in any form").fill(BOB)
    opened.get_by_role("button", name="Search").click()
    expect(opened.get_by_text("Nobody has flagged it.")).to_be_visible()


def test_what_if_says_why_nothing_follows_from_a_public_number(opened: Page) -> None:
    opened.get_by_role("link", name="What if").click()
    opened.get_by_label("Numbers in any form").fill("\n".join([DEN[1], BANK]))
    opened.get_by_role("button", name="Suppose").click()
    expect(opened.get_by_text("Line 2: a public number")).to_be_visible(timeout=60_000)
    opened.get_by_role("button", name="Switch to Chinese").click()
    expect(opened.get_by_text("第 2 行：名录中的公共服务号码")).to_be_visible()


def test_an_analyst_reads_and_annotates_what_an_investigator_opened(
    opened: Page, server: Served, world: World, sign_in: Callable[[Served], Page]
) -> None:
    opened.get_by_role("link", name="Investigations").click()
    opened.get_by_text("Open a new one").click()
    opened.get_by_label("Title").fill("For two to read")
    opened.get_by_role("button", name="Open", exact=True).click()
    expect(opened.get_by_role("heading", level=1)).to_contain_text("For two to read")
    opened.get_by_role("button", name="Sign out").click()
    opened.get_by_label("Token").fill(next(token for role, token in world.tokens.items() if role == "analyst"))
    opened.get_by_role("button", name="Open").click()
    expect(opened.get_by_role("heading", level=1)).to_contain_text("For two to read")
    opened.get_by_label("Note (no").fill("seen by the other desk as well")
    opened.get_by_role("button", name="Write it down").click()
    expect(opened.locator(".log li").first).to_contain_text("seen by the other desk")
    for name in ("Assign", "Take it over", "Add numbers"):
        expect(opened.get_by_text(name, exact=True)).to_have_count(0)
