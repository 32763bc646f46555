"""Many numbers at one stroke, a window of time that leaves room for what happened in it, and the picture for Gephi."""

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.changing import changed
from tests.browser.reading import all_read
from tests.browser.saving import saved
from tests.browser.test_page import PATIENCE_MS, WITHOUT_WEBGL, something_drawn, to_the_canvas
from tests.story.feeds import DEN

pytestmark = pytest.mark.timeout(300)


def around(page: Page, low: float, high: float, *, shift: bool = False) -> None:
    """Draws a lasso around a part of the stage, from one share of its width to another."""
    page.get_by_role("button", name="Lasso", exact=True).click()
    box = page.locator(".stage .lasso").bounding_box()
    assert box is not None
    left, right = box["x"] + low * box["width"] + 2, box["x"] + high * box["width"] - 2
    top, bottom = box["y"] + 2, box["y"] + box["height"] - 2
    if shift:
        page.keyboard.down("Shift")
    page.mouse.move(left, top)
    page.mouse.down()
    for x, y in ((right, top), (right, bottom), (left, bottom)):
        page.mouse.move(x, y, steps=6)
    page.mouse.up()
    if shift:
        page.keyboard.up("Shift")
    expect(page.locator(".stage .lasso")).to_have_count(0)


@pytest.mark.parametrize("webgl", [True, False], ids=["webgl", "flat"])
def test_a_lasso_selects_what_lies_within_it_however_it_is_drawn(opened: Page, webgl: bool) -> None:
    if not webgl:
        opened.add_init_script(WITHOUT_WEBGL)
        opened.reload()
    to_the_canvas(opened)
    ticked = opened.locator("details tbody input:checked")
    drawn = len(json.loads(saved(opened, "JSON"))["numbers"])
    something_drawn(opened)
    all_read(opened)
    opened.locator(".stage").scroll_into_view_if_needed()
    around(opened, 0, 1)
    expect(ticked).to_have_count(min(drawn, 50))
    around(opened, 0, 0.5)
    left = chosen(opened)
    around(opened, 0.5, 1)
    right = chosen(opened)
    assert left
    assert right
    assert left + right <= drawn
    around(opened, 0, 0.5, shift=True)
    assert chosen(opened) == left + right


def chosen(page: Page) -> int:
    """How many are selected, as the page says beside the picture: twelve by name, the others by count."""
    more = page.locator("aside").get_by_text(re.compile(r"^\d+ more are selected"))
    named = page.locator(".selection li").count()
    return named + (int(more.inner_text().split()[0]) if more.count() else 0)


def test_who_has_no_contact_in_a_window_of_time_stands_below_and_leaves_room_to_the_others(opened: Page) -> None:
    to_the_canvas(opened)
    # The first of the den rang all day on the second of March, the others on the days after.
    field = opened.get_by_label("until", exact=True)
    field.fill("2026-03-02 23:00")
    field.press("Enter")
    expect(opened).to_have_url(re.compile("until="), timeout=PATIENCE_MS)
    expect(opened.locator("section.canvas")).to_have_attribute("aria-busy", "false", timeout=PATIENCE_MS)
    found: dict[str, Any] = json.loads(saved(opened, "JSON"))
    joined = {line[end] for line in found["contacts"] for end in ("from", "to")}
    met = [one for one in found["numbers"] if one["id"] in joined]
    alone = [one for one in found["numbers"] if one["id"] not in joined]
    assert met
    assert alone
    assert max(one["y"] for one in alone) < min(one["y"] for one in met)
    high = max(one["y"] for one in met) - min(one["y"] for one in met)
    whole = [one["y"] for one in found["numbers"]]
    assert high >= 0.5 * (max(whole) - min(whole))
    assert room_beside(opened, found["numbers"], alone) > LABEL


LABEL = 115
"""Pixels: a label takes some 105, and two halves of dots."""
MANY = 40


def room_beside(page: Page, numbers: list[dict[str, Any]], alone: list[dict[str, Any]]) -> float:
    """How many pixels of the stage lie between two that stand alone beside each other, at least."""
    across, down = ([one[name] for one in numbers] for name in ("x", "y"))
    wide, tall = page.evaluate(
        "(({clientWidth, clientHeight}) => [clientWidth, clientHeight])(document.querySelector('.stage'))"
    )
    scale = 0.85 * min(wide / (max(across) - min(across)), tall / (max(down) - min(down)))
    rows = {one["y"]: sorted(other["x"] for other in alone if other["y"] == one["y"]) for one in alone}
    gaps = [after - before for row in rows.values() for before, after in pairwise(row)]
    assert gaps
    return float(min(gaps) * scale)


def lonely(columns: dict[str, Any]) -> None:
    """Beside the service's numbers many more, all around, that are in contact with nobody."""
    numbers = columns["numbers"]
    known = len(numbers["id"])
    for column in numbers.values():
        if column is not None:
            column.extend([column[0]] * MANY)
    numbers["id"][known:] = [f"v1.lone{place:022d}" for place in range(MANY)]
    numbers["x"][known:] = [(-1) ** place * 5 for place in range(MANY)]


@pytest.mark.usefixtures("nothing_in_flight")
def test_many_who_stand_below_have_room_for_their_labels_too(opened: Page) -> None:
    changed(opened, {"PageCanvas": lambda data: lonely(data["neighbourhood"])})
    to_the_canvas(opened)
    numbers = json.loads(saved(opened, "JSON"))["numbers"]
    alone = [one for one in numbers if one["id"].startswith("v1.lone")]
    assert len(alone) == MANY
    assert len({one["y"] for one in alone}) > 1, "one row would not do"
    assert room_beside(opened, numbers, alone) > LABEL


def test_what_is_drawn_is_read_by_others_as_gexf_with_its_places(opened: Page, tmp_path: Path) -> None:
    to_the_canvas(opened)
    text, same = saved(opened, "GEXF").decode(), json.loads(saved(opened, "JSON"))
    (tmp_path / "drawn.gexf").write_text(text, encoding="utf-8")
    graph = nx.read_gexf(tmp_path / "drawn.gexf", version="1.3")
    assert set(graph) == {one["id"] for one in same["numbers"]}
    assert graph.number_of_edges() == len(same["contacts"])
    first = same["numbers"][0]
    node = graph.nodes[first["id"]]
    assert node["label"] == first["label"]
    assert node["viz"]["position"]["x"] == pytest.approx(first["x"] * 1000)
    assert node["fraudProbability"] == pytest.approx(first["fraudProbability"])
    assert all(number[-8:] not in text for number in DEN)
