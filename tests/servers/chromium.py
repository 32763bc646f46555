"""A headless Chromium for tests of what a person sees; screenshots go to the git-ignored folder `.screenshots`.

    def test_it(page: Page, screenshots: Path) -> None:
        page.goto(...)
        page.screenshot(path=screenshots / "it.png")

Chromium is Debian's (tests/servers/install.sh); it is driven by Playwright, which brings no browser of its own here.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.servers.missing import missing

PATIENCE_MS = 60_000
"""What a person would wait for is waited for, however busy the machine is: each click, text and file."""

# As root it wants no sandbox; without the rest it calls home at every start.
_OPTIONS = (
    "--no-sandbox",
    "--enable-unsafe-swiftshader",  # WebGL without a graphics card
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a module's tests: while it is there an event loop runs, which tests of servers do not expect."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        missing("there is no Chromium here (apt-get install chromium)")
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=found, args=list(_OPTIONS))
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page that remembers nothing of the last test."""
    context = chromium.new_context(viewport={"width": 1500, "height": 1000})
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


@pytest.fixture
def screenshots() -> Path:
    """The folder for pictures, kept after the run."""
    folder = Path(__file__).parents[2] / ".screenshots"
    folder.mkdir(exist_ok=True)
    return folder
