"""What the canvas saves, as the tests read it."""

from pathlib import Path

from playwright.sync_api import Page

PURPOSE = "to look at it elsewhere"


def saved(page: Page, kind: str) -> bytes:
    """The file of that kind, saved for a purpose, which is written once."""
    summary = page.locator("details.saving summary")
    purpose = page.locator("details.saving input[name=purpose]")
    if not purpose.is_visible():
        summary.click()
    if purpose.input_value() == "":
        purpose.fill(PURPOSE)
    with page.expect_download() as saving:
        page.get_by_role("button", name=kind, exact=True).click()
    return Path(saving.value.path()).read_bytes()
