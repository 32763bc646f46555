"""Where a network came from, on its page, in both languages: what split, what died into it, and what is new."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.changing import changed
from tests.browser.test_page import PATIENCE_MS

pytestmark = [pytest.mark.timeout(300), pytest.mark.usefixtures("nothing_in_flight")]


def told(page: Page, lineage: list[dict[str, Any]]) -> None:
    """The network's page, where the service says that its network came from these; ids of None are its own."""

    def came_from(data: Any) -> None:
        network = data["network"]
        network["lineage"] = [{**one, "id": one["id"] or network["id"]} for one in lineage]

    page.unroute_all(behavior="ignoreErrors")
    changed(page, {"PageNetwork": came_from})
    page.get_by_role("link", name="Networks", exact=True).or_(page.get_by_role("link", name="团伙", exact=True)).click()
    page.locator("tbody tr a").first.click()
    expect(page.locator("section", has=page.locator("h2")).last).to_be_visible(timeout=PATIENCE_MS)


SAME = {"id": None, "reference": "N-2222-2", "kind": "same", "shared": 9}
SPLIT = {"id": "network.split", "reference": "N-3333-3", "kind": "split", "shared": 4}
MERGED = {"id": "network.merged", "reference": "N-4444-4", "kind": "merged", "shared": 1_234}


def test_what_split_and_what_died_is_told_and_what_goes_on_is_not(opened: Page) -> None:
    told(opened, [SAME, SPLIT, MERGED])
    lines = opened.locator("ul.lineage li")
    expect(lines).to_have_text(
        [
            "split off from N-3333-3 (members in common: 4)",
            "merged with N-4444-4, which died (members in common: 1,234)",
        ],
        timeout=PATIENCE_MS,
    )
    expect(lines.nth(0).get_by_role("link")).to_have_count(1)
    expect(lines.nth(1).get_by_role("link")).to_have_count(0)  # nothing is left to be opened
    opened.get_by_role("button", name="Switch to Chinese").click()
    expect(lines).to_have_text(["分裂自 N-3333-3 (共同成员: 4)", "合并自 N-4444-4, 该团伙已消亡 (共同成员: 1,234)"])


def test_a_network_that_only_goes_on_has_no_lineage_and_a_new_one_was_born(opened: Page) -> None:
    told(opened, [SAME])
    expect(opened.get_by_role("heading", name="Members")).to_be_visible(timeout=PATIENCE_MS)
    expect(opened.get_by_role("heading", name="Lineage")).to_have_count(0)
    told(opened, [])
    expect(opened.get_by_text("Born: no network of the analysis before")).to_be_visible(timeout=PATIENCE_MS)


def test_a_network_that_died_says_so(opened: Page) -> None:
    opened.route(
        "**/graphql",
        lambda route: (
            route.fulfill(json={"data": {"network": None}})
            if "PageNetwork(" in (route.request.post_data or "")
            else route.continue_()
        ),
    )
    opened.evaluate("location.hash = '#/network/N-4444-4'")
    expect(opened.get_by_text("it may have died")).to_be_visible(timeout=PATIENCE_MS)
