"""The Browser that we ship, as a newcomer meets it: it opens with our guide, connects, and shows the first network.

The guide comes from `graphsvc serve`, as it does for people.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, Request, Response, expect

from graphsvc.graph.neo4j.guide import HOST, browser_link
from graphsvc.graph.neo4j.style import style_rules
from graphsvc.settings import Neo4jAddress
from tests.api.serving import served
from tests.browser.story import ANN, CALLER, NETWORK, tell

pytestmark = [pytest.mark.xdist_group("neo4j"), pytest.mark.timeout(300)]

PATIENCE_MS = 90_000
HERE = ("http://127.0.0.1:", "http://localhost:", "data:", "blob:")


@pytest.fixture
def guide(tmp_path: Path) -> Iterator[str]:
    """Where a running service has it."""
    with served(tmp_path / "home") as running:
        yield f"http://{HOST}:{running.url.rpartition(':')[2]}/guide"


def test_a_newcomer_gets_from_the_guide_to_the_graph(
    page: Page, empty_neo4j: Neo4jAddress, guide: str, screenshots: Path
) -> None:
    tell(empty_neo4j)
    asked: list[Request] = []
    answered: list[Response] = []
    page.on("request", lambda request: asked.append(request))
    page.on("response", lambda response: answered.append(response))
    page.set_default_timeout(PATIENCE_MS)

    page.goto(browser_link(empty_neo4j, guide))
    log_in(page, empty_neo4j)
    drawer = page.get_by_test_id("guidesDrawer")
    expect(drawer).to_contain_text("From a flagged number to the people at risk", timeout=PATIENCE_MS)

    run_from_guide(page, ":style")
    page.get_by_test_id("guideNextSlide").click()
    run_from_guide(page, "Newest networks")
    nodes = page.locator("svg g.node")
    expect(nodes).to_have_count(4, timeout=PATIENCE_MS)  # the network and its three numbers
    expect(page.locator("svg g.node").filter(has_text=NETWORK)).to_have_count(1)
    expect(page.locator("svg g.relationship")).to_have_count(5)  # memberships, and a call with its contact
    page.wait_for_timeout(1500)  # the layout comes to rest
    page.get_by_label("Collapse the node properties display").first.click()  # it lies over the graph
    page.screenshot(path=screenshots / "browser-first-question.png")
    colours = {"+86 170 **** 0001": "Flagged", "+86 170 **** 0002": "Suspect", NETWORK: "Network"}
    for caption, label in colours.items():
        filled(page, caption, label)

    run_from_guide(page, ":param [reference]")
    expect(page.get_by_text(f'"reference": "{NETWORK}"')).to_be_visible(timeout=PATIENCE_MS)
    page.wait_for_timeout(1500)
    page.screenshot(path=screenshots / "browser-parameter.png")
    run_from_guide(page, ":param limit")
    page.get_by_test_id("guideNextSlide").click()
    page.get_by_test_id("guideNextSlide").click()
    run_from_guide(page, "People who called")
    expect(page.locator("svg g.node").filter(has_text="0012")).to_have_count(1, timeout=PATIENCE_MS)
    for caption, label in {**colours, "+86 138 **** 0012": "Exposed"}.items():  # after every legend was shown
        filled(page, caption, label)

    page.get_by_test_id("guideNextSlide").click()
    run_from_guide(page, ":param [token]")
    expect(page.get_by_text(f'"token": "{ANN}"')).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_test_id("guideNextSlide").click()
    run_from_guide(page, ":param [token]")
    expect(page.get_by_text(f'"token": "{CALLER}"')).to_be_visible(timeout=PATIENCE_MS)

    outside = [request.url for request in asked if not request.url.startswith(HERE)]
    got_out = [response.url for response in answered if not response.url.startswith(HERE)]
    assert not got_out, "the page's policy lets it ask this machine only"
    assert all("neo4j" not in url and empty_neo4j.password not in url for url in outside)


def test_without_the_guide_the_server_brings_the_colours(page: Page, empty_neo4j: Neo4jAddress) -> None:
    tell(empty_neo4j)
    page.set_default_timeout(PATIENCE_MS)
    asked = "MATCH (n:Flagged) RETURN n"
    page.goto(f"{empty_neo4j.http}/browser/?dbms={empty_neo4j.bolt}&cmd=edit&arg={quote(asked)}")
    log_in(page, empty_neo4j)
    expect(page.get_by_text(":style {")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_test_id("editor-Run").click()
    filled(page, "+86 170 **** 0001", "Flagged")


def log_in(page: Page, address: Neo4jAddress) -> None:
    page.get_by_test_id("username").fill(address.user)
    page.get_by_test_id("password").fill(address.password)
    page.get_by_test_id("connect").click()
    expect(page.get_by_text("You are connected as user")).to_be_visible(timeout=PATIENCE_MS)


def filled(page: Page, caption: str, label: str) -> None:
    """Wait until the node with this caption, in the newest frame, has the colour of its label."""
    words = re.compile(r"\s*".join(re.escape(word) for word in caption.split()))
    node = page.locator("svg g.node").filter(has_text=words).first
    colour = style_rules()[f"node.{label}"]["color"]
    expect(node.locator("circle.b-outline")).to_have_attribute("fill", colour, timeout=PATIENCE_MS)


def run_from_guide(page: Page, beginning: str) -> None:
    """Click a box of the guide, which fills the editor, and run what it holds then: a busy Browser takes its time."""
    frames = page.get_by_test_id("frame")
    before = frames.count()
    page.get_by_test_id("guidesDrawer").locator("pre.runnable").filter(has_text=beginning).first.click()
    expect(page.get_by_test_id("activeEditor")).to_contain_text(beginning, timeout=PATIENCE_MS)
    page.get_by_test_id("editor-Run").click()
    expect(frames).to_have_count(before + 1, timeout=PATIENCE_MS)
    expect(frames.first.get_by_test_id("frameCommand")).to_contain_text(beginning)
