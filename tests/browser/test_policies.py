"""Two policies side by side on the page: each measure with its interval, and what of the difference may be chance."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from graphsvc.model.evaluations import KeptEvaluation, KeptFigure
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.api.serving import Served, served
from tests.browser.conftest import World
from tests.browser.test_accessible import violations
from tests.story.feeds import DAY, T0

pytestmark = pytest.mark.timeout(300)


def kept(name: str, recall: float, burden: float, at: int) -> KeptEvaluation:
    """A made-up evaluation: recall is sure to two in a hundred, the burden to one warning."""
    figures = (
        KeptFigure("warned_in_time_recall", recall, recall - 0.02, recall + 0.02, 120),
        KeptFigure("burden", burden, burden - 1, burden + 1, 60),
        KeptFigure("scam_type_right", None, None, None, 0),
    )
    return KeptEvaluation(name, at, name, T0, T0 + 7 * DAY, 500, 400, figures)


def test_what_is_more_than_chance_is_told_and_what_is_not(
    opened: Page, world: World, axe: str, screenshots: Path
) -> None:
    opened.get_by_role("link", name="Policies").click()
    expect(opened.get_by_text("No evaluation is kept yet.")).to_be_visible()
    opened.context.grant_permissions(["clipboard-read", "clipboard-write"])
    lines = opened.locator(".command code").all_inner_texts()
    assert [line.split()[:2] for line in lines] == [["graphsvc", "replay"], *[["graphsvc", "evaluate"]] * 2]
    for place, line in enumerate(lines):
        opened.get_by_role("button", name="Copy", exact=True).nth(place).click()
        expect(opened.locator(".command").nth(place)).to_contain_text("Copied")
        assert opened.evaluate("navigator.clipboard.readText()") == line
    assert violations(opened, axe) == []
    with open_service(Settings(home=world.home)) as service:
        service.measuring.keep_evaluation(kept("money", 0.40, 6.0, 1))
        service.measuring.keep_evaluation(kept("worth", 0.50, 5.5, 2))
    opened.reload()
    expect(opened.get_by_label("First")).to_have_value("money")
    expect(opened.get_by_label("Second")).to_have_value("worth")

    def row(head: str) -> str:
        return opened.locator("tbody tr", has=opened.get_by_role("rowheader", name=head, exact=True)).inner_text()

    assert "40.0 %" in row("Losses warned of in time")
    assert "+10.0 %" in row("Losses warned of in time")
    assert "better" in row("Losses warned of in time")
    assert "−0.50" in row("Warnings for each loss warned of in time")
    assert "may be chance" in row("Warnings for each loss warned of in time")
    assert row("Kind of scam right").split() == ["Kind", "of", "scam", "right", "–", "–", "–"]
    opened.screenshot(path=screenshots / "page-policies.png")
    assert violations(opened, axe) == []
    opened.get_by_label("First").select_option("worth")
    opened.get_by_label("Second").select_option("money")
    assert "worse" in row("Losses warned of in time")
    opened.get_by_role("button", name="Switch to Chinese").click()
    expect(opened.get_by_role("rowheader", name="损失前及时预警的比例")).to_be_visible()


@pytest.mark.timeout(900)
def test_two_real_replays_stand_side_by_side_as_evaluate_told_them(
    tmp_path: Path, sign_in: Callable[[Served], Page], screenshots: Path
) -> None:
    """A small made-up world, replayed under two policies; judged by what `graphsvc evaluate --json` printed."""

    def graphsvc(*words: str) -> str:
        command = [sys.executable, "-m", "graphsvc", "--home", "home", *words]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=280, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    graphsvc("simulate", "--out", "world", "--subscribers", "1000", "--days", "4", "--seed", "3")
    graphsvc("load", "world/feeds")
    graphsvc("analyse")
    with served(tmp_path / "home") as running:  # what the page says to type does what it says
        page = sign_in(running)
        page.get_by_role("link", name="Policies").click()
        expect(page.locator(".command")).to_have_count(3)
        for line in page.locator(".command code").all_inner_texts():
            words = line.replace("WORLD", "world").split()[1:]
            graphsvc(*words, *(("--every", "12h") if words[0] == "replay" else ()))
        page.reload()
        expect(page.get_by_label("First")).to_have_value("worth")
        expect(page.get_by_label("Second")).to_have_value("people")
        page.get_by_role("button", name="Sign out").click()  # or it asks on when the server is gone
    policies = ("worth", "grades")
    chosen = [word for policy in policies for word in ("--policy", policy)]
    summaries = graphsvc("replay", "world/feeds", "--out", "replayed", "--every", "12h", *chosen, "--json")
    assert json.loads(summaries)
    told = {
        policy: json.loads(graphsvc("evaluate", "world/truth", f"replayed/{policy}", "--keep", policy, "--json"))
        for policy in policies
    }
    with served(tmp_path / "home") as running:
        page = sign_in(running)
        page.get_by_role("link", name="Policies").click()
        expect(page.get_by_label("First")).to_have_value("worth")
        expect(page.get_by_label("Second")).to_have_value("grades")
        expect(page.get_by_text("different days")).to_have_count(0)

        def cells(head: str) -> list[str]:
            row = page.locator("tbody tr", has=page.get_by_role("rowheader", name=head, exact=True))
            return row.locator("td").all_inner_texts()

        assert cells("Policy")[:2] == list(policies)
        for head, figure in (
            ("Warned people in contact with fraud", "precision_contact"),
            ("Warned people deep in it, or losing", "precision_deep"),
            ("Warnings whose evidence holds", "faithful_evidence"),
        ):
            for cell, policy in zip(cells(head), policies, strict=False):
                assert cell.startswith(f"{100 * told[policy][figure]:.1f} %")
        assert told["worth"]["precision_contact"] != told["grades"]["precision_contact"]
        page.screenshot(path=screenshots / "page-policies-replayed.png", full_page=True)
        page.get_by_role("button", name="Sign out").click()
