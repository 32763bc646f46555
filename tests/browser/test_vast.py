"""VAST Challenge 2008, mini challenge 3, with the tools of the page: the core around node 200, and its new handsets.

Judged by a count over the published table that shares no code with us. The data set begins on 2006-06-01; on the eighth
day the core's handsets fall all but silent and others, hardly used before, ring the same people.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Page, expect

from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.api.serving import Served, served

pytestmark = pytest.mark.timeout(300)

CHANGE = 1_149_724_800
"""2006-06-08 00:00 on the data's clock, epoch seconds."""
LEADER = 200


def number(node: int) -> str:
    """The data set's README: how a node became a number."""
    return f"+861303{(6_180_339 * node + 2_718_281) % 10_000_000:07d}"


def masked(node: int) -> str:
    whole = number(node)
    return f"{whole[:3]} {whole[3:6]} **** {whole[-4:]}"


@pytest.fixture(scope="module")
def vast(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    feeds = Path(__file__).parents[3] / "shared" / "data" / "vast2008_mc3" / "feeds"
    if not feeds.is_dir():
        pytest.skip("the data sets are not beside the checkout (../shared/data)")
    home = tmp_path_factory.mktemp("vast") / "home"
    with open_service(Settings(home=home, timezone="UTC")) as service:
        service.load([feeds], kind=None, feed_id="default")
        service.analyse(as_of=None)
    with served(home, GRAPHSVC_TIMEZONE="UTC") as running:
        yield running


@pytest.fixture(scope="module")
def published() -> tuple[dict[int, Counter[int]], dict[int, Counter[int]]]:
    """Who was in contact with whom how often, before the change and after."""
    path = Path(__file__).parents[3] / "shared" / "data" / "vast2008_mc3" / "edges.parquet"
    if not path.is_file():
        pytest.skip("the data sets are not beside the checkout (../shared/data)")
    table = pq.read_table(path).to_pydict()
    before: dict[int, Counter[int]] = defaultdict(Counter)
    after: dict[int, Counter[int]] = defaultdict(Counter)
    for a, b, at in zip(table["src"], table["dst"], table["timestamp"], strict=True):
        when = before if at < CHANGE else after
        when[a][b] += 1
        when[b][a] += 1
    return before, after


def look_up(page: Page, text: str) -> None:
    page.get_by_role("link", name="Search").click()
    page.get_by_label("A number in any form").fill(text)
    page.get_by_role("button", name="Search").click()
    expect(page.locator("h1")).to_contain_text("Number")


def on_the_canvas(page: Page) -> None:
    page.get_by_role("link", name="Open on the canvas").click()
    expect(page.get_by_text("numbers are drawn")).to_be_visible(timeout=60_000)


def in_table(page: Page, text: str) -> None:
    """Wait until the table beside the canvas has it, some way down maybe."""
    row, more = page.locator("details tbody tr", has_text=text), page.locator("details button.more")
    expect(row.or_(more).first).to_be_visible()
    for _ in range(240):
        if row.count():
            break
        if more.count():
            more.first.click()
        page.wait_for_timeout(250)
    expect(row).to_be_visible()


def test_the_core_and_its_new_handsets_are_found(
    vast: Served,
    published: tuple[dict[int, Counter[int]], dict[int, Counter[int]]],
    sign_in: Callable[[Served], Page],
    screenshots: Path,
) -> None:
    before, after = published
    core = [node for node, _ in before[LEADER].most_common(4)]
    page = sign_in(vast)
    # The core: whom the leader is in contact with most, on its own page.
    look_up(page, number(LEADER))
    busiest = page.locator("table", has_text="Received").last.locator("tbody tr a")
    expect(busiest.nth(3)).to_be_visible()
    assert set(busiest.all_inner_texts()[:4]) == {masked(node) for node in core}
    found = {}
    for node in core:
        look_up(page, number(node))
        on_the_canvas(page)
        row = page.locator("details tbody tr", has_text=masked(node))
        # From the change on it is all but silent …
        typed(page, "until", "2006-06-08 00:00")
        expect(row.locator("td").nth(6)).to_have_text(str(len(before[node])))
        page.get_by_role("button", name="Select all that are drawn").click()
        # … and the people it used to ring have somebody new in common. The window changes and the selection stays.
        typed(page, "until", "")
        typed(page, "from", "2006-06-08 00:00")
        expect(row.locator("td").nth(6)).to_have_text(str(len(after[node])))
        page.get_by_role("button", name="Contacts in common").click()
        successor = page.locator(".common tbody tr").first
        expect(successor).to_be_visible()
        people = before[node].keys() | {node}
        known = Counter({other: len(people & after[other].keys()) for other in after if other not in people})
        (best, most), (_, second) = known.most_common(2)
        assert most > 2 * second, "the table alone does not single it out"
        assert before[best].total() * 10 <= after[best].total(), "it was in use before"
        expect(successor.locator("td").nth(0)).to_have_text(masked(best))
        expect(successor.locator("td").nth(1)).to_have_text(str(most))
        found[node] = best
        page.get_by_role("button", name="Draw these as well").click()
        in_table(page, masked(best))
    page.get_by_role("button", name="Fit").click()
    page.wait_for_timeout(300)
    page.screenshot(path=screenshots / "page-vast.png", full_page=True)
    assert len(set(found.values())) == len(core)


def typed(page: Page, label: str, time: str) -> None:
    """Type a time as a person does."""
    page.get_by_label(label).fill(time)
    page.get_by_label(label).press("Enter")
