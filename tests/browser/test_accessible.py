"""The page for everybody: axe-core finds nothing in any view, light and dark, in both languages."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.api.serving import Served
from tests.story.feeds import DEN

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
"""The first picture on a machine waits for a compiler."""


def nameless(page: Page) -> list[str]:
    """Lines of the accessibility tree that name no table, and no picture, which axe-core lets pass.

    Whoever hears the page goes from table to table, and from heading to heading: each says what it is.
    """
    lines = [line.strip() for line in page.locator("body").aria_snapshot().splitlines()]
    found = [line for line in lines if re.match(r"- (table|region)(:|$)", line)]
    if page.locator("section.canvas .stage").count() > 0:
        named = {"en": "Picture of contacts", "zh-CN": "联系图"}[page.locator("html").get_attribute("lang") or ""]
        kinds = {kind for kind in ("region", "heading") if any(line.startswith(f'- {kind} "{named}') for line in lines)}
        found += [f"the picture has no {kind}" for kind in ("region", "heading") if kind not in kinds]
    return found


def violations(page: Page, axe: str) -> list[str]:
    """What is against the page as it stands: of axe-core rule, element and reason of each, and what has no name."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(axe)
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations', 'incomplete']})")
    assert found["testEngine"]["name"] == "axe-core"
    assert len(found["passes"]) > 5, "axe looked at next to nothing"
    return nameless(page) + [
        f"{rule['id']}: {node['html'][:160]} | {' '.join(node['failureSummary'].split())}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def views(page: Page, server: Served) -> Iterator[str]:
    """Every view in turn, each with something in it."""
    page.locator("table tbody tr a").first.wait_for()
    yield "today"
    person = page.locator("table tbody tr a").first.get_attribute("href")
    page.goto(f"{server.url}/{person}")
    page.locator(".grounds li").first.wait_for()
    page.locator("details summary").first.click()
    yield "person"
    page.goto(f"{server.url}/#/networks")
    page.locator("tbody tr a").first.wait_for()
    yield "networks"
    page.locator("tbody tr a").first.click()
    page.locator(".stage canvas").first.wait_for(timeout=PATIENCE_MS)
    page.locator("details tbody input").first.check()
    page.locator("details tbody input").nth(1).check()
    yield "network with its canvas"
    page.locator("details.saving summary").click()
    page.locator("form.filters button[aria-pressed]").click()
    page.locator(".stage .lasso").wait_for()
    yield "network with the lasso on and a file to save"
    page.locator("form.filters button[aria-pressed]").click()
    page.locator("section:has(h2) tbody tr a[href^='#/number/']").first.click()
    page.locator(".acts button").first.wait_for()
    page.locator(".acts button[aria-expanded]").first.click()
    yield "number"
    page.goto(f"{server.url}/#/search")
    page.locator("textarea").fill("\n".join([*DEN, "+8613900000000"]))
    page.locator("form.search button").click()
    page.locator("tbody tr").first.wait_for()
    yield "search"
    page.goto(f"{server.url}/#/person/nobody")
    page.get_by_role("alert").wait_for()
    yield "a refusal"


# Colours hang on the theme and names on the language: two of the four pairs meet each of both.
@pytest.mark.parametrize(("theme", "language"), [("light", "en"), ("dark", "zh")])
def test_axe_finds_nothing(opened: Page, server: Served, axe: str, theme: str, language: str) -> None:
    opened.evaluate("([theme, language]) => Object.assign(localStorage, {theme, language})", [theme, language])
    opened.reload()
    expect(opened.locator("html")).to_have_attribute("data-theme", theme)
    found = {view: violations(opened, axe) for view in views(opened, server)}
    assert "\n".join(f"{view}: {one}" for view, said in found.items() for one in said) == ""


def test_axe_finds_nothing_before_signing_in(page: Page, server: Served, axe: str) -> None:
    page.goto(f"{server.url}/")
    page.get_by_role("textbox").or_(page.locator("input[type=password]")).first.wait_for()
    assert "\n".join(violations(page, axe)) == ""
