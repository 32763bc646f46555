"""Bad days on the page: whatever goes wrong is said, and what somebody was doing is still there afterwards."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from graphsvc.model.callers import Role
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.api.serving import Served, served
from tests.browser.conftest import World
from tests.browser.reading import all_read
from tests.servers.ports import kept_ports
from tests.story.feeds import ANN, DAY, DEN, MINUTE, T0, call, write_growth, write_world

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
HUB = "+8613512345678"
REACHED = 6_000


def made(place: Path, *, events: Path | None = None) -> str:
    """A data folder at `place`/home with the world written by hand; a token that outlives servers."""
    with open_service(Settings(home=place / "home")) as service:
        service.load([write_world(place / "feeds")], kind=None, feed_id="default")
        if events is not None:
            service.load([events], kind=None, feed_id="more")
        service.analyse(as_of=None)
        return service.access.create(role=Role.INVESTIGATOR, region="", expires_at=None, purpose="tests").token


def come_in(page: Page, url: str, token: str) -> None:
    page.add_init_script("localStorage.setItem('language', 'en')")
    page.goto(f"{url}/#token={token}")
    expect(page.get_by_role("navigation").get_by_role("link", name="Search")).to_be_visible(timeout=PATIENCE_MS)


def nothing_sticks_out(page: Page) -> None:
    """The page is as wide as its window: what is wider scrolls in a place of its own."""
    wide, window = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= window


def test_a_server_that_went_away_and_came_back(page: Page, tmp_path: Path) -> None:
    token, home = made(tmp_path), tmp_path / "home"
    port, _ = kept_ports()  # that nobody is given while the server is away
    with served(home, "--port", str(port)) as first:
        url = first.url
        come_in(page, url, token)
        page.get_by_role("link", name="What if", exact=True).click()
        page.get_by_label("Numbers in any form").fill("\n".join(DEN))
        page.get_by_label("Scam").select_option("INVESTMENT")
        places = [page.get_by_role("heading", level=1), page.get_by_role("button", name="Suppose")]
        before = [place.bounding_box() for place in places]
    expect(page.locator("header")).to_contain_text("does not answer", timeout=PATIENCE_MS)
    assert [place.bounding_box() for place in places] == before, "what is read or pressed stays where it is"
    page.get_by_role("button", name="Suppose").click()
    expect(page.get_by_role("alert")).to_contain_text("what you did is kept")
    with served(home, "--port", str(port)) as second:
        assert second.url == url
        expect(page.locator("header")).not_to_contain_text("does not answer", timeout=PATIENCE_MS)
        expect(page.locator("header")).to_contain_text("Data as of")
        expect(page.get_by_label("Numbers in any form")).to_have_value("\n".join(DEN))
        expect(page.get_by_label("Scam")).to_have_value("INVESTMENT")
        page.get_by_role("button", name="Suppose").click()
        expect(page.get_by_text("3 of 3 numbers are supposed to be flagged")).to_be_visible(timeout=PATIENCE_MS)


def test_what_could_not_be_read_comes_by_itself_when_the_service_is_back(opened: Page, faults: list[str]) -> None:
    opened.context.set_offline(True)
    opened.get_by_role("link", name="Networks", exact=True).click()
    expect(opened.get_by_role("alert")).to_contain_text("what you did is kept")
    expect(opened.locator("tbody tr")).to_have_count(0)
    opened.context.set_offline(False)
    expect(opened.locator("tbody a[href^='#/network/']").first).to_be_visible(timeout=PATIENCE_MS)
    expect(opened.get_by_role("alert")).to_have_count(0)
    assert [said for said in faults if "ERR_INTERNET_DISCONNECTED" not in said] == []
    faults.clear()


def test_a_token_that_expired_while_somebody_was_typing(page: Page, server: Served, world: World) -> None:
    with open_service(Settings(home=world.home)) as service:
        short = service.access.create(role=Role.INVESTIGATOR, region="", expires_at=None, purpose="tests")
    come_in(page, server.url, short.token)
    page.get_by_role("link", name="Search").click()
    page.get_by_label("A number in any form").fill("\n".join(DEN))
    with open_service(Settings(home=world.home)) as service:
        service.access.revoke(short.about.token_id)
    expect(page.get_by_role("alert")).to_contain_text("The token is not valid any more", timeout=PATIENCE_MS)
    expect(page.get_by_label("A number in any form")).to_have_value("\n".join(DEN))
    page.get_by_role("textbox", name="Token", exact=True).fill(world.tokens[Role.INVESTIGATOR])
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("textbox", name="Token", exact=True)).to_have_count(0, timeout=PATIENCE_MS)
    expect(page.get_by_label("A number in any form")).to_have_value("\n".join(DEN))
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(len(DEN))
    # Another role begins anew: nothing of the one before is left to be seen.
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("tbody tr")).to_have_count(0)
    page.get_by_role("textbox", name="Token", exact=True).fill(world.tokens[Role.HOTLINE])
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_label("A number in any form")).to_have_value("")


def test_an_analysis_that_is_switched_under_the_eyes(opened: Page, world: World, tmp_path: Path) -> None:
    opened.get_by_role("link", name="Search").click()
    opened.get_by_label("A number in any form").fill(DEN[0])
    opened.get_by_role("button", name="Search", exact=True).click()
    traffic = opened.locator("dl", has_text="sent").last
    expect(traffic).to_contain_text("42 people")
    opened.get_by_role("button", name="Flag as fraud").click()
    case = opened.get_by_role("form", name="Flag as fraud").get_by_label("Case")
    case.fill("C-17")
    opened.get_by_role("button", name="Save as a question").click()
    opened.get_by_label("Title").fill("half typed")
    before = opened.locator("header .fresh").inner_text()
    with open_service(Settings(home=world.home)) as service:
        service.load([write_growth(tmp_path)], kind=None, feed_id="more")
        service.analyse(as_of=None)
    expect(opened.locator("header .fresh")).not_to_have_text(before, timeout=PATIENCE_MS)
    expect(opened.locator("dl", has_text="received").last).to_contain_text("1 people", timeout=PATIENCE_MS)
    expect(case).to_have_value("C-17")
    expect(opened.get_by_label("Title")).to_have_value("half typed")


def test_an_empty_world_says_what_to_do(page: Page, tmp_path: Path) -> None:
    with open_service(Settings(home=tmp_path / "home")) as service:
        token = service.access.create(role=Role.INVESTIGATOR, region="", expires_at=None, purpose="tests").token
    with served(tmp_path / "home") as running:
        come_in(page, running.url, token)
        for place in ("today", "networks", "questions", "search"):
            page.goto(f"{running.url}/#/{place}")
            expect(page.locator("h1")).to_be_visible()
        expect(page.locator("header")).to_contain_text("graphsvc load")
        lines = "(told) => told.offsetHeight / parseFloat(getComputedStyle(told).lineHeight)"
        assert page.locator("header .fresh").evaluate(lines) < 1.5, "what to do is one line, not a column beside"
        page.get_by_label("A number in any form").fill(ANN)
        page.get_by_role("button", name="Search", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("There is no analysis yet")
        expect(page.get_by_label("A number in any form")).to_have_value(ANN)


HOSTILE = {
    "script": "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>",
    "right to left": "ملف القضية רשימה 案件",
    "emoji": "👩‍👩‍👧‍👦🧿🇨🇳 den",
    "no spaces": "W" * 120,
}


def test_hostile_labels_are_text_and_break_nothing(
    opened: Page, screenshots: Path, faults: list[str], server: Served
) -> None:
    opened.goto(f"{server.url}/#/investigations")
    expect(opened.get_by_text("Open a new one")).to_be_visible()
    all_read(opened)
    before = opened.locator("tbody tr").count()  # what other tests of this world opened
    for title in HOSTILE.values():
        opened.goto(f"{server.url}/#/investigations")
        opened.get_by_text("Open a new one").click()
        opened.get_by_label("Title").fill(title)
        opened.get_by_role("button", name="Open", exact=True).click()
        expect(opened.get_by_role("heading", level=1)).to_contain_text(title)
        opened.get_by_label("Note (no").fill(f"{title} {'長' * 1500}")
        opened.get_by_role("button", name="Write it down").click()
        expect(opened.locator(".log li").first).to_contain_text(title)
        nothing_sticks_out(opened)
    # What is too long is not cut silently, and what turns the text around is refused: what was typed stays.
    told = opened.get_by_role("alert")
    for typed in ("長" * 3_000, "paid to \u202e evil"):
        opened.get_by_label("Note (no").fill(typed)
        # The refusals are told in the same words, so it is the browser's own word that says when the service answered.
        with opened.expect_console_message(lambda said: "400" in said.text):
            opened.get_by_role("button", name="Write it down").click()
        expect(told).to_contain_text("1 to 2,000 characters, all of which can be printed")
        expect(opened.get_by_label("Note (no")).to_have_value(typed)
    assert ["400" in said for said in faults] == [True, True]
    faults.clear()
    opened.get_by_role("link", name="Investigations").click()
    expect(opened.locator("tbody tr")).to_have_count(before + len(HOSTILE))
    nothing_sticks_out(opened)
    opened.screenshot(path=screenshots / "page-hostile.png")
    opened.get_by_role("link", name="Search").click()
    opened.get_by_label("A number in any form").fill("<b>ten kilobytes</b>" * 512)
    opened.get_by_role("button", name="Search", exact=True).click()
    expect(opened.locator("tbody tr")).to_have_count(1)
    expect(opened.locator("tbody tr")).to_contain_text("not known")
    nothing_sticks_out(opened)
    assert opened.evaluate("window.hacked") is None


def test_a_purpose_or_reason_that_is_too_long_is_refused_and_stays(opened: Page, faults: list[str]) -> None:
    long = "why " * 60
    opened.get_by_role("link", name="Search").click()
    opened.get_by_label("A number in any form").fill(DEN[0])
    opened.get_by_role("button", name="Search", exact=True).click()
    told = opened.get_by_role("alert")
    opened.get_by_text("Show the whole number").click()
    opened.get_by_label("Purpose").fill(long)
    opened.get_by_label("Purpose").press("Enter")
    expect(told).to_contain_text("one line of 1 to 200 characters")
    expect(opened.get_by_label("Purpose")).to_have_value(long)
    assert ["400" in said for said in faults] == [True]
    faults.clear()


def test_refusals_are_told_in_the_readers_language_with_their_figures(opened: Page, faults: list[str]) -> None:
    too_large = {"code": "WHAT_IF_TOO_LARGE", "contacts": 1_000_000, "most": 100_000}
    answers = [too_large, {"code": "OPERATION_TIMEOUT"}] * 2

    def refuse(route: Route) -> None:
        if "simulateFlag" not in (route.request.post_data or ""):
            route.continue_()
            return
        error = {"message": "in English", "extensions": answers.pop(0)}
        route.fulfill(status=400, json={"errors": [error]})

    opened.route("**/graphql", refuse)
    told = opened.get_by_role("alert")
    opened.get_by_role("link", name="What if", exact=True).click()
    opened.locator("textarea").fill("10086")
    for told_in in (("have 1,000,000 contacts", "took too long"), ("1,000,000 个联系", "耗时过长")):
        for said in told_in:
            opened.locator("button[type=submit]").click()
            expect(told).to_contain_text(said)
            expect(told).not_to_contain_text("English")
            expect(opened.locator("textarea")).to_have_value("10086")
        opened.get_by_role("button", name=re.compile("^中文:|^English：")).click()
    assert answers == []
    faults.clear()  # the four that the route made


def test_what_was_typed_wrongly_is_said_in_chinese(opened: Page, faults: list[str]) -> None:
    opened.get_by_role("link", name="Investigations").click()
    opened.get_by_text("Open a new one").click()
    opened.get_by_label("Title").fill("Told in Chinese")
    opened.get_by_role("button", name="Open", exact=True).click()
    expect(opened.get_by_role("heading", level=1)).to_contain_text("Told in Chinese")
    opened.get_by_role("button", name=re.compile("^中文:")).click()
    told = opened.get_by_role("alert")
    for typed, said in ((f"ring {DEN[0]}", "不可含有电话"), ("paid \u202e evil", "1 至 2,000 个可显示的字符")):
        opened.get_by_label("备注").fill(typed)
        opened.get_by_role("button", name="记录", exact=True).click()
        expect(told).to_contain_text(said)
        assert re.search("[A-Za-z]", told.inner_text()) is None
    assert len(faults) == 2
    faults.clear()


def test_a_number_with_very_many_contacts(page: Page, tmp_path: Path, faults: list[str]) -> None:
    rung = [f"+861511{k:07d}" for k in range(REACHED)]
    rows = [call(HUB, one, T0 - DAY + k * MINUTE // 100, 20) for k, one in enumerate(rung)]
    (tmp_path / "events.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))
    token = made(tmp_path, events=tmp_path / "events.ndjson")
    with served(tmp_path / "home") as running:
        come_in(page, running.url, token)
        page.get_by_role("link", name="Search").click()
        page.get_by_label("A number in any form").fill(HUB)
        page.get_by_role("button", name="Search", exact=True).click()
        expect(page.locator("dl", has_text="sent").last).to_contain_text("6,000 people")
        assert page.locator("tr").count() < 100
        page.get_by_role("link", name="Open on the canvas").click()
        said = page.get_by_text("numbers are drawn")
        expect(said).to_contain_text(re.compile(r"300 numbers are drawn"), timeout=PATIENCE_MS)
        expect(said).to_contain_text("5,701")
        page.get_by_label("At most", exact=True).fill("5000")
        page.get_by_label("At most", exact=True).blur()
        expect(said).to_contain_text("5,000 numbers are drawn", timeout=PATIENCE_MS)
        expect(page.get_by_text("More than 2,000")).to_be_visible()
        assert page.locator("details tr").count() < 500
        nothing_sticks_out(page)
        # A list that somebody has made longer stays so under the next analysis, and the keys stay where they were.
        page.goto(f"{running.url}/#/today")
        people = page.locator("td a[href^='#/person/']")
        expect(people).to_have_count(25)
        page.get_by_role("button", name="Show more").click()
        expect(page.get_by_role("button", name="Show more")).to_have_count(0)
        longer = people.count()
        people.nth(1).focus()
        reader = people.nth(1).get_attribute("href")
        before = page.locator("header .fresh").inner_text()
        page.evaluate(FEWEST)
        with open_service(Settings(home=tmp_path / "home")) as service:
            service.load([write_growth(tmp_path)], kind=None, feed_id="grown")
            service.analyse(as_of=None)
        expect(page.locator("header .fresh")).not_to_have_text(before, timeout=PATIENCE_MS)
        page.wait_for_load_state("networkidle")
        assert longer > 40
        assert page.evaluate("window.fewest") >= min(longer, people.count()) > 40
        # Whoever read a row is still on it; where its person is not ranked any more, in the page's content.
        listed, keys, content = page.evaluate(WHERE_THE_KEYS_ARE, reader)
        assert (keys, content) == ((reader, False) if listed else (None, True))
    assert [said for said in faults if "Failed to load" not in said] == []
    faults.clear()


WHERE_THE_KEYS_ARE = """
(reader) => [
  document.querySelector(`td a[href='${reader}']`) !== null,
  document.activeElement.getAttribute("href"),
  document.activeElement.id === "content",
]
"""
"""Whether somebody's row is listed, and what has the focus."""
FEWEST = """
window.fewest = Infinity;
new MutationObserver(() => {
  window.fewest = Math.min(window.fewest, document.querySelectorAll("td a[href^='#/person/']").length);
}).observe(document.body, { childList: true, subtree: true });
"""
"""Notes the shortest that the list of people ever was."""
