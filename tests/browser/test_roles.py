"""What each role sees on the page: what is theirs, and nothing else is even asked for."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from graphsvc.api.authority import READERS
from graphsvc.model.callers import Role
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.api.serving import Served
from tests.browser.conftest import World
from tests.browser.reading import all_read, answered_to, texts_of
from tests.story.feeds import ANN, DEN

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
"""The first picture on a machine waits for a compiler."""

QUEUE, MEASURES = "Queue and capacity", "Warned in time, and missed"
HEADS = {
    Role.DISPATCHER: {QUEUE},
    Role.SUPERVISOR: {QUEUE, MEASURES},
    Role.AUDITOR: {MEASURES},
}
ACTS = {
    Role.INVESTIGATOR: {
        "Flag as fraud",
        "Copy as a parameter for Neo4j Browser",
        "Add to an investigation",
        "Save as a question",
    },
    Role.ANALYST: {"Copy as a parameter for Neo4j Browser", "Save as a question"},
    Role.SUPERVISOR: {"Flag as fraud", "Set free"},
    Role.HOTLINE: {"Appeal"},
}
PLACES = {
    Role.INVESTIGATOR: {"Saved questions", "Investigations", "What if", "Policies"},
    Role.ANALYST: {"Saved questions", "Investigations", "Policies"},
    Role.SUPERVISOR: {"Investigations", "Policies"},
    Role.AUDITOR: {"Investigations", "Policies"},
}
ABOUT_PEOPLE = {"PageToday", "PageQueue", "PageMeasures", "PageBulletin", "PageNetworkPeople", "PageNumbers"}
"""Questions of a supervisor's views whose answers could tell of somebody."""
REVEALING = {Role.INVESTIGATOR, Role.DISPATCHER, Role.SUPERVISOR}


def visited(page: Page, server: Served) -> Iterator[str]:
    """Every view that a role can come to, and some that it may type into the address."""
    page.locator("table tbody tr a").first.wait_for()
    person = page.locator("td a[href^='#/person/']").first.get_attribute("href")
    yield "today"
    page.goto(f"{server.url}/{person}")
    page.locator(".grounds li").first.wait_for()
    yield "person"
    page.goto(f"{server.url}/#/networks")
    page.locator("tbody tr a").first.click()
    member = page.locator("section:has(h2:text('Members')) tbody a").first
    member.wait_for()
    yield "network"
    number = member.get_attribute("href")
    page.goto(f"{server.url}/{number}")
    page.get_by_role("heading", name="Traffic").wait_for()
    yield "number"
    for place in (
        "search",
        "questions",
        "investigations",
        "what-if",
        f"canvas/{number.split('/')[-1]}" if number else "canvas",
    ):
        page.goto(f"{server.url}/#/{place}")
        page.locator("main h1").wait_for()
        yield place


@pytest.mark.parametrize("role", sorted(READERS))
def test_a_role_sees_what_is_theirs_and_asks_for_nothing_else(
    page: Page, server: Served, world: World, faults: list[str], role: Role
) -> None:
    answered = answered_to(page)
    page.add_init_script("localStorage.setItem('language', 'en')")
    page.goto(f"{server.url}/#token={world.tokens[role]}")
    places = {"Today", "Networks", "Search"} | PLACES.get(role, set())
    expect(page.get_by_role("navigation").get_by_role("link")).to_have_count(len(places))
    assert set(page.get_by_role("navigation").get_by_role("link").all_inner_texts()) == places
    for view in visited(page, server):
        if view == "today":
            expect(page.get_by_role("heading", name="Bulletin of the day")).to_be_visible()
            assert {QUEUE, MEASURES} & set(page.locator("aside h2").all_inner_texts()) == HEADS.get(role, set())
        if view == "number":
            acts = set(page.locator(".acts > button").all_inner_texts())
            assert acts == ACTS.get(role, set())
            assert page.get_by_text("Show the whole number").count() == (role in REVEALING)
        if view == "network":
            expect(page.locator(".stage")).to_have_count(int(role is Role.INVESTIGATOR), timeout=PATIENCE_MS)
        all_read(page)
    answers = [json.loads(text) for text in texts_of(answered)]
    assert len(answers) > 5
    assert [error["extensions"]["code"] for answer in answers for error in answer.get("errors", ())] == []


def test_who_only_feeds_is_told_that_nothing_here_is_theirs(page: Page, server: Served, world: World) -> None:
    page.add_init_script("localStorage.setItem('language', 'en')")
    page.goto(f"{server.url}/#token={world.tokens[Role.FEEDER]}")
    expect(page.get_by_text("Your role or region may not see or do this.")).to_be_visible()


def test_times_are_the_operators_wherever_the_browser_is(chromium: Browser, server: Served) -> None:
    context = chromium.new_context(timezone_id="America/New_York", viewport={"width": 1500, "height": 1000})
    page = context.new_page()
    page.add_init_script("localStorage.setItem('language', 'en')")
    page.goto(f"{server.url}/#token={server.token}")
    expect(page.locator("header")).to_contain_text("times of Asia/Shanghai (UTC+8)")
    page.goto(f"{server.url}/#/networks")
    page.locator("tbody tr a").first.click()
    page.locator("section:has(h2:text('Members')) tbody tr", has_text="flagged").locator("a").first.click()
    # The sentence is the service's, the column is the page's: one flag, one time.
    expect(page.locator(".grounds li").first).to_contain_text("2026-03-04 10:00")
    expect(page.locator("table", has_text="Source").locator("tbody tr").first).to_contain_text("2026-03-04 10:00")
    # As of a day is until its end there.
    with page.expect_request(lambda request: "PageNumber" in (request.post_data or "")) as asked:
        page.get_by_label("As of").fill("2026-03-04")
        page.get_by_label("As of").press("Enter")
    assert json.loads(asked.value.post_data or "{}")["variables"]["asOf"] == "2026-03-04T15:59:59.000Z"
    page.go_back()
    page.get_by_label("from").fill("2026-03-02T10:00")
    page.get_by_label("from").press("Enter")
    expect(page).to_have_url(re.compile("since=2026-03-02T02%3A00"))
    expect(page.get_by_label("from")).to_have_value("2026-03-02 10:00")
    context.close()


def test_a_supervisor_of_a_region_is_sent_nothing_of_another_regions_people(
    page: Page, server: Served, world: World, faults: list[str], screenshots: Path
) -> None:
    """Ann lives in 440305. Who answers for 44 sees her; to who answers for 33 no byte about her is sent."""
    with open_service(Settings(home=world.home)) as service:
        tokens = {
            region: service.access.create(role=Role.SUPERVISOR, region=region, expires_at=None, purpose="tests").token
            for region in ("44", "33")
        }
        ann = service.number(ANN, reveal=None)
    answered = answered_to(page)
    page.add_init_script("if (location.origin !== 'null') localStorage.setItem('language', 'en')")
    for region, there in (("44", True), ("33", False)):
        # Nothing that the one before had asked for is on its way any more: only then it counts what is sent.
        page.goto("about:blank")
        answered.clear()
        page.goto(f"{server.url}/#token={tokens[region]}")
        expect(page.get_by_role("heading", name="Queue and capacity")).to_be_visible()
        people = page.locator("td a[href^='#/person/']", has_text=ANN[-4:])
        all_read(page)
        expect(people).to_have_count(int(there))
        page.get_by_role("link", name="Networks", exact=True).click()
        expect(page.get_by_role("heading", name="Scam networks")).to_be_visible()
        page.locator("tbody tr a").first.click()
        risk = page.locator("section:has(> h2:text('People at risk by it'))")
        if there:
            expect(risk.locator("tbody tr").first).to_contain_text(ANN[-4:])
        else:
            expect(risk).to_contain_text("Nobody of your region is ranked because of it.")
        expect(page.locator("section:has(h2:text('Members')) tbody a")).to_have_count(len(DEN))
        page.get_by_role("link", name="Search").click()
        page.get_by_label("A number in any form").fill(f"{ANN}\n{DEN[0]}")
        page.get_by_role("button", name="Search", exact=True).click()
        rows = page.locator("tbody tr")
        expect(rows).to_have_count(2)
        expect(rows.last).to_contain_text("fraud")
        if not there:
            expect(rows.first).to_contain_text("not known")
        all_read(page)
        page.screenshot(path=screenshots / f"page-region-{region}.png", full_page=True)
        assert {name for one in answered for name in ABOUT_PEOPLE if name in (one.post_data or "")} == ABOUT_PEOPLE
        sent = texts_of(answered)
        assert len(sent) > 6
        told = [one for one in sent if ann.number in one or ann.token in one]
        assert bool(told) is there
