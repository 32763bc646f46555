"""What is saved of the canvas leaves the system: nothing without a purpose, and nothing that the audit log has not."""

import json
from io import BytesIO

import numpy as np
import pytest
import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import Download, Page, Request, expect

from graphsvc.settings import Settings
from graphsvc.store.tables import audit
from graphsvc.wiring import open_service
from tests.browser.conftest import World
from tests.browser.saving import PURPOSE, saved
from tests.browser.test_page import to_the_canvas
from tests.story.feeds import DEN

pytestmark = pytest.mark.timeout(300)


def test_what_is_saved_is_in_the_audit_log_and_the_file_names_the_entry(opened: Page, world: World) -> None:
    to_the_canvas(opened)
    files = {kind: saved(opened, kind) for kind in ("JSON", "CSV", "PNG")}
    expect(opened.locator("details.saving").get_by_role("status")).to_contain_text(".png is saved: entry ")
    with open_service(Settings(home=world.home)) as service, service.catalogue.reading() as connection:
        chosen = sa.select(audit).where(audit.c.action == "export canvas").order_by(audit.c.entry.desc()).limit(3)
        entries = list(reversed(connection.execute(chosen).all()))
        assert service.audit.verify().ok
    assert [entry.purpose for entry in entries] == [PURPOSE] * 3
    told = [json.loads(entry.details) for entry in entries]
    assert [one["format"] for one in told] == ["json", "csv", "png"]
    file = json.loads(files["JSON"])
    assert file["provenance"]["auditEntry"] == entries[0].entry
    assert (told[0]["numbers"], told[0]["contacts"]) == (len(file["numbers"]), len(file["contacts"]))
    assert f"# auditEntry: {entries[1].entry}" in files["CSV"].decode()
    image = Image.open(BytesIO(files["PNG"]))
    inside = json.loads(str(image.info["provenance"]))
    assert (inside["auditEntry"], inside["link"]) == (entries[2].entry, opened.url)
    picture = np.asarray(image.convert("L"))
    assert picture.shape == (2 * (1000 + below(2)), 2 * 1600)
    for line in (0, 1):  # what it is and where it comes from, and its link
        foot = picture[2 * (1000 + 20 * line) :][:40]
        assert (foot < 100).sum() > 1000, "written below the picture"


def below(lines: int) -> int:
    """How much of a saved picture lies below what is drawn, with so many lines there."""
    return 20 * lines + 6


def test_the_link_in_a_saved_picture_brings_the_view_back_and_has_no_number(opened: Page) -> None:
    to_the_canvas(opened)
    before = int(opened.get_by_text("numbers are drawn").inner_text().split()[0])
    opened.locator("details tbody input").last.check()
    opened.get_by_role("button", name="Hide").click()
    expect(opened.get_by_text(f"{before - 1} numbers are drawn")).to_be_visible()
    link = str(json.loads(str(Image.open(BytesIO(saved(opened, "PNG"))).info["provenance"]))["link"])
    assert "hidden=" in link
    assert all(number.removeprefix("+") not in link and number[-8:] not in link for number in DEN)
    opened.get_by_role("link", name="Today", exact=True).click()
    expect(opened.get_by_role("heading", name="Who will probably lose money next")).to_be_visible()
    opened.goto(link)
    expect(opened.get_by_text(f"{before - 1} numbers are drawn")).to_be_visible()


def test_a_link_too_long_for_the_picture_stands_in_the_file(opened: Page) -> None:
    to_the_canvas(opened)
    pinned = ",".join(f"v1.{place:030d}~0.1~0.2" for place in range(60))
    opened.evaluate("(pinned) => { location.hash += '?pinned=' + pinned; }", pinned)
    expect(opened.get_by_role("button", name="Undo")).to_be_disabled()
    expect(opened.get_by_text("numbers are drawn")).to_be_visible()
    image = Image.open(BytesIO(saved(opened, "PNG")))
    assert image.size == (2 * 1600, 2 * (1000 + below(2))), "one line says so"
    assert json.loads(str(image.info["provenance"]))["link"] == opened.url
    assert len(opened.url) > 2000


def test_nothing_is_saved_that_is_not_in_the_log(opened: Page, faults: list[str]) -> None:
    to_the_canvas(opened)
    files: list[Download] = []
    asked: list[Request] = []
    opened.on("download", lambda one: files.append(one))
    opened.on("request", lambda one: asked.append(one) if "recordExport" in (one.post_data or "") else None)
    box = opened.locator("details.saving")
    box.locator("summary").click()
    opened.get_by_role("button", name="CSV", exact=True).click()
    assert asked == []  # without a purpose not even asked
    purpose = box.locator("input[name=purpose]")
    purpose.fill(f"because of {DEN[0]}")
    opened.get_by_role("button", name="CSV", exact=True).click()
    expect(box.get_by_role("alert")).to_contain_text("No telephone or account number may stand in a purpose")
    expect(purpose).to_have_value(f"because of {DEN[0]}")
    opened.context.set_offline(True)
    purpose.fill("because of the case")
    opened.get_by_role("button", name="CSV", exact=True).click()
    expect(box.get_by_role("alert")).to_contain_text("what you did is kept")
    opened.context.set_offline(False)
    assert files == []
    assert len(asked) == 2
    with opened.expect_download():  # the browser tells of a file after the page says that it is saved
        opened.get_by_role("button", name="CSV", exact=True).click()
    expect(box.get_by_role("status")).to_contain_text("is saved")
    expect(box.get_by_role("alert")).to_have_count(0)
    assert len(files) == 1
    assert [said for said in faults if "400" not in said and "ERR_INTERNET_DISCONNECTED" not in said] == []
    faults.clear()


def test_a_purpose_that_is_missing_is_marked_once_somebody_tried_to_save_without(opened: Page) -> None:
    to_the_canvas(opened)
    opened.get_by_text("Save as a file").click()
    form = opened.locator(".saving form")
    border = "(fields) => fields.map((field) => getComputedStyle(field).borderTopColor)"
    purpose, case = form.locator("input").evaluate_all(border)
    assert purpose == case, "nothing was done wrong yet"
    form.get_by_role("button", name="CSV").click()
    purpose, case = form.locator("input").evaluate_all(border)
    assert purpose != case
    expect(form.get_by_label("Purpose")).to_be_focused()
