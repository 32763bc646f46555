"""Notes on what is on the canvas: written where it is looked at, kept by an investigation, found by the link."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from graphsvc.investigating import Subjects
from graphsvc.model.investigations import InvestigationStatus
from graphsvc.model.purposes import Errand
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.browser.conftest import World
from tests.browser.reading import all_read
from tests.browser.test_accessible import violations
from tests.browser.test_page import PATIENCE_MS, to_the_canvas
from tests.story.feeds import DEN

pytestmark = pytest.mark.timeout(300)

NOTE = "answers at night only"


def selected(page: Page) -> Locator:
    """The notes beside the picture, on the only number that is selected."""
    page.get_by_role("checkbox", name="Selected +86 137 **** 0012").check()
    return page.locator(".stage-and-side > aside section")


def test_a_note_on_a_number_is_there_for_whoever_opens_the_link(opened: Page, axe: str, faults: list[str]) -> None:
    asked: list[str] = []
    opened.on("request", lambda one: asked.append(one.post_data or ""))
    to_the_canvas(opened)
    limit = opened.get_by_label("At most", exact=True)
    limit.fill("200")
    limit.press("Enter")
    expect(opened).to_have_url(re.compile("limit=200"))
    all_read(opened)
    notes = selected(opened)
    expect(notes).to_contain_text("In none.")
    row = opened.locator("details tbody tr", has_text="+86 137 **** 0012")
    expect(row).not_to_contain_text("notes")
    opened.locator("aside").get_by_role("button", name="Add to an investigation").click()
    form = opened.locator("aside form[aria-label='Add to an investigation']")
    form.get_by_label("Title").fill("The den at night")
    about = [one for one in asked if "query PageContaining" in one]
    assert len(about) == 1, "of the network, and not of a number that is known to be in none"
    field = form.get_by_label("Note about it")
    field.fill(f"the same as {DEN[0]}")
    form.get_by_role("button", name="Add", exact=True).click()
    expect(form.get_by_role("alert")).to_be_visible()  # no number in a note; what was typed stays
    expect(field).to_have_value(f"the same as {DEN[0]}")
    assert [said for said in faults if "400" in said] == faults
    faults.clear()
    field.fill(NOTE)
    form.get_by_role("button", name="Add", exact=True).click()
    expect(notes).to_contain_text(NOTE)
    expect(form.get_by_role("alert")).to_have_count(0)
    expect(field).to_have_value("")
    expect(row).to_contain_text("notes: 1")
    expect(opened.locator(".legend")).to_contain_text("has notes")
    expect(notes.get_by_role("link")).to_have_count(1)  # the second attempt began no second investigation
    assert violations(opened, axe) == []

    opened.reload()
    expect(limit).to_have_value("200")
    all_read(opened)
    expect(selected(opened)).to_contain_text(NOTE)
    opened.get_by_role("checkbox", name=re.compile("^Selected")).first.check()
    expect(opened.locator(".stage-and-side > aside section")).to_have_count(0)  # of one number at a time


def test_what_a_colleague_notes_is_read_without_asking_again(opened: Page, world: World) -> None:
    opened.get_by_role("link", name="Search").click()
    opened.get_by_label("A number in any form").fill(DEN[1])
    opened.get_by_role("button", name="Search", exact=True).click()
    about = opened.locator("section:has(> h2:text('Investigations'))")
    expect(about).to_be_visible(timeout=PATIENCE_MS)
    all_read(opened)
    errand = Errand("colleague", "tests")
    with open_service(Settings(home=world.home)) as service:
        made = service.investigating.open("By the other desk", "", errand=errand)
        token = service.number(DEN[1], reveal=None).token
        service.investigating.add(made.investigation_id, Subjects([token], []), within="", errand=errand)
    expect(about).to_contain_text("By the other desk", timeout=PATIENCE_MS)
    about.get_by_role("link").last.click()
    expect(opened.get_by_role("heading", level=1)).to_contain_text("By the other desk")
    opened.get_by_label("Note (no").fill("half typed")
    with open_service(Settings(home=world.home)) as service:
        nothing = Subjects([], [])
        service.investigating.annotate(made.investigation_id, "rings at dawn", nothing, within="", errand=errand)
    expect(opened.locator(".log")).to_contain_text("rings at dawn", timeout=PATIENCE_MS)
    expect(opened.get_by_label("Note (no")).to_have_value("half typed")


def test_what_a_colleague_opens_comes_into_the_list_by_itself(opened: Page, world: World) -> None:
    opened.get_by_role("link", name="Investigations").click()
    expect(opened.get_by_role("heading", level=1)).to_have_text("Investigations")
    all_read(opened)
    rows = opened.locator("tbody tr", has_text="Opened while one looks")
    expect(rows).to_have_count(0)
    opened.get_by_text("Open a new one").click()
    opened.get_by_label("Title").fill("half typed")
    errand = Errand("colleague", "tests")
    with open_service(Settings(home=world.home)) as service:
        made = service.investigating.open("Opened while one looks", "", errand=errand)
    expect(rows).to_have_count(1, timeout=PATIENCE_MS)
    expect(rows).to_contain_text("open")
    with open_service(Settings(home=world.home)) as service:
        waiting = InvestigationStatus.WAITING
        service.investigating.change(made.investigation_id, within="", errand=errand, status=waiting)
    expect(rows).to_contain_text("waiting", timeout=PATIENCE_MS)
    expect(opened.get_by_label("Title")).to_have_value("half typed")


def test_a_note_is_about_one_thing(opened: Page) -> None:
    to_the_canvas(opened)
    opened.get_by_role("checkbox", name=re.compile("^Selected")).nth(0).check()
    opened.locator("aside").get_by_role("button", name="Add to an investigation").click()
    field = opened.locator("aside form").get_by_label("Note about it")
    field.fill(NOTE)
    opened.get_by_role("checkbox", name=re.compile("^Selected")).nth(1).check()
    expect(field).to_have_count(0)
    opened.get_by_role("checkbox", name=re.compile("^Selected")).nth(0).uncheck()
    expect(field).to_have_value("")  # what was typed was about another one
