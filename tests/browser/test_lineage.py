"""Where a network came from, on its page, in both languages: what split, what died, what it became, and when."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.changing import changed
from tests.browser.test_page import PATIENCE_MS

pytestmark = [pytest.mark.timeout(300), pytest.mark.usefixtures("nothing_in_flight")]

FIRST, THEN, LAST = (f"2026-03-0{day}T00:00:00.000Z" for day in (4, 5, 6))


def step(kind: str, reference: str, shared: int, *, here: bool = True, as_of: str = LAST) -> dict[str, Any]:
    return {"asOf": as_of, "kind": kind, "id": reference, "reference": reference, "shared": shared, "here": here}


def told(page: Page, steps: list[dict[str, Any]], **more: Any) -> None:
    """The network's page, where the service says that this is its life."""

    def lived(data: Any) -> None:
        life = {"keptSince": FIRST, "knownSince": FIRST, "knownUntil": LAST, "born": False, "here": True, "heirs": []}
        data["networkDescent"].update(life, steps=steps, stepCount=len(steps))
        data["networkDescent"].update(more)

    page.unroute_all(behavior="ignoreErrors")
    changed(page, {"PageDescent": lived})
    page.get_by_role("link", name="Networks", exact=True).or_(page.get_by_role("link", name="团伙", exact=True)).click()
    page.locator("tbody tr a").first.click()
    expect(page.get_by_role("heading", name="Lineage")).to_be_visible(timeout=PATIENCE_MS)


def test_what_split_off_what_moved_and_what_died_is_told_of_both_sides_and_when(opened: Page) -> None:
    told(
        opened,
        [
            step("SPLIT_FROM", "N-3333-3", 4),
            step("TOOK_FROM", "N-7777-7", 3),
            step("GAVE_TO", "N-8888-8", 5),
            step("TOOK_IN", "N-4444-4", 1_234, here=False),
            step("SPLIT_OFF", "N-5555-5", 6, as_of=THEN),
            step("SPLIT_OFF", "N-6666-6", 2, as_of=THEN, here=False),
        ],
    )
    lines = opened.locator("ul.lineage li")
    expect(lines).to_have_text(
        [
            "split off from N-3333-3 (members in common: 4)",
            "took members over from N-7777-7 (members in common: 3)",
            "gave members to N-8888-8 (members in common: 5)",
            "merged with N-4444-4, which died (members in common: 1,234)",
            "N-5555-5 split off from it (members in common: 6)",
            "N-6666-6 split off from it, which is gone since (members in common: 2)",
        ],
        timeout=PATIENCE_MS,
    )
    whens = [text for text in opened.locator("section p.quiet").all_inner_texts() if text.startswith("Analysis of")]
    assert whens == ["Analysis of 2026-03-06 08:00", "Analysis of 2026-03-05 08:00"]
    assert [lines.nth(place).get_by_role("link").count() for place in range(6)] == [
        1,
        1,
        1,
        0,
        1,
        0,
    ]  # the gone have no page
    opened.get_by_role("button", name="Switch to Chinese").click()
    expect(lines).to_have_text(
        [
            "分裂自 N-3333-3（共同成员：4）",
            "从 N-7777-7 接收了成员（共同成员：3）",
            "有成员转入 N-8888-8（共同成员：5）",
            "合并自 N-4444-4，该团伙已消亡（共同成员：1,234）",
            "N-5555-5 从本团伙分裂而出（共同成员：6）",
            "N-6666-6 从本团伙分裂而出（该团伙其后已消亡）（共同成员：2）",
        ]
    )


def test_that_nothing_is_known_of_before_the_first_analysis_is_no_birth(opened: Page) -> None:
    told(opened, [])
    since = opened.get_by_text("Known since the earliest analysis kept, of 2026-03-04 08:00")
    expect(since).to_be_visible(timeout=PATIENCE_MS)
    expect(opened.get_by_text("Born")).to_have_count(0)
    told(opened, [], knownSince=THEN, born=True)
    expect(opened.get_by_text("Born: new in the analysis of 2026-03-05 08:00")).to_be_visible(timeout=PATIENCE_MS)
    told(opened, [], knownSince=THEN)
    expect(opened.get_by_text("Known since the analysis of 2026-03-05 08:00.")).to_be_visible(timeout=PATIENCE_MS)


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
