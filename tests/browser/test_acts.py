"""What is done to a number on its page and to numbers on the canvas, pressed as people press it."""

import re

import pytest
from playwright.sync_api import Page, expect

from graphsvc.graph.neo4j.guide import questions
from graphsvc.model.callers import Role
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.api.serving import Served
from tests.browser.conftest import World
from tests.browser.test_page import PATIENCE_MS, drawn, to_the_canvas
from tests.story.feeds import DEN

pytestmark = pytest.mark.timeout(300)


def number_page(page: Page, token: str, number: str) -> None:
    """Somebody signs in and looks a number up."""
    page.get_by_label("Token").fill(token)
    page.get_by_role("button", name="Open").click()
    page.get_by_role("link", name="Search", exact=True).click()
    page.get_by_label("A number in any form").fill(number)
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Number", timeout=PATIENCE_MS)


def test_an_appeal_is_heard_and_the_number_set_free(
    page: Page, server: Served, world: World, faults: list[str]
) -> None:
    page.add_init_script("localStorage.setItem('language', 'en')")
    page.goto(server.url)
    number_page(page, world.tokens[Role.HOTLINE], DEN[2])
    expect(page.get_by_role("heading", name="Why suspect", exact=True)).to_be_visible()
    page.get_by_role("button", name="Appeal").click()
    page.get_by_role("button", name="Send").click()  # not without a reason
    expect(page.get_by_label("Reason")).to_be_focused()
    page.get_by_label("Reason").fill("it is a shop")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("The appeal is recorded.")).to_be_visible()
    with open_service(Settings(home=world.home)) as service:
        token = service.number(DEN[2], reveal=None).token
    page.get_by_role("button", name="Sign out").click()
    number_page(page, world.tokens[Role.SUPERVISOR], DEN[2])
    page.get_by_role("button", name="Set free").click()
    page.get_by_label("Reason").fill("seen by the police")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Set free: no answer shows it as suspect")).to_be_visible()
    expect(page.get_by_role("heading", name="Why not suspect", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Why suspect", exact=True)).to_have_count(0)
    with open_service(Settings(home=world.home)) as service:
        found = service.number(DEN[2], reveal=None)
    assert found.token == token
    assert found.fraud_probability < 0.5


def test_what_is_copied_for_browser_is_the_token_and_no_number(opened: Page, world: World) -> None:
    opened.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened.get_by_role("link", name="Search", exact=True).click()
    opened.get_by_label("A number in any form").fill(DEN[1])
    opened.get_by_role("button", name="Search", exact=True).click()
    opened.get_by_role("button", name="Copy as a parameter for Neo4j Browser").click()
    expect(opened.get_by_role("button", name="Copied")).to_be_visible()
    with open_service(Settings(home=world.home)) as service:
        token = service.number(DEN[1], reveal=None).token
    assert opened.evaluate("navigator.clipboard.readText()") == f":param token => '{token}'"
    assert {"token"} < {name for question in questions() for name in question.parameters}, (
        "as Browser's questions have it"
    )


def test_only_what_is_kept_is_drawn_until_all_is_shown_again(opened: Page) -> None:
    to_the_canvas(opened)
    before = drawn(opened)
    boxes = opened.locator(".canvas details tbody input")
    names = [boxes.nth(place).get_attribute("aria-label") for place in (0, 2)]
    for name in names:
        opened.get_by_role("checkbox", name=name or "").check()
    opened.get_by_role("button", name="Keep only these").click()
    expect(opened.get_by_text("2 numbers are drawn")).to_be_visible()
    expect(boxes).to_have_count(2)
    assert {box.get_attribute("aria-label") for box in boxes.all()} == set(names)
    expect(opened).to_have_url(re.compile("kept="))
    opened.reload()
    expect(opened.get_by_text("2 numbers are drawn")).to_be_visible(timeout=PATIENCE_MS)
    opened.get_by_role("button", name="Show all again").click()
    expect(opened.get_by_text(f"{before} numbers are drawn")).to_be_visible()
