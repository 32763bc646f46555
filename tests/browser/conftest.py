"""What the tests of the page share: a server with a world written by hand, and a browser's page that is signed in."""

import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from graphsvc.model.callers import Role
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.api.serving import Served, served
from tests.servers.chromium import PATIENCE_MS
from tests.servers.missing import missing
from tests.story.feeds import write_world

expect.set_options(timeout=PATIENCE_MS)

WEB = Path(__file__).parents[2] / "web"


@dataclass(frozen=True)
class World:
    """A data folder with the world written by hand, and an access token for each role."""

    home: Path
    tokens: Mapping[Role, str]


@pytest.hookimpl(tryfirst=True)  # before xdist reads groups, also where this folder alone is named
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of a module go to one worker: dealt out one by one, each worker would start its server and browser."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent) and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The world, which no test opens: what one changes, the next would find."""
    return make_world(tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")
def world(made_once: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The module's own copy of the world."""
    place = tmp_path_factory.mktemp("copied") / "home"
    return World(Path(shutil.copytree(made_once.home, place)), made_once.tokens)


def make_world(place: Path, *earlier: int) -> World:
    """The world with its current analysis, and before it one as of each of these instants (epoch ms)."""
    with open_service(Settings(home=place / "home")) as service:
        service.load([write_world(place / "feeds")], kind=None, feed_id="default")
        for as_of in (*earlier, None):
            service.analyse(as_of=as_of)
        tokens = {
            role: service.access.create(role=role, region="", expires_at=None, purpose="tests").token for role in Role
        }
    return World(place / "home", tokens)


@pytest.fixture(scope="module")
def server(world: World) -> Iterator[Served]:
    with served(world.home) as running:
        yield running


@pytest.fixture
def faults(page: Page) -> Iterator[list[str]]:
    """What the browser complains of: nothing, refusals included, for nothing forbidden is asked for."""
    said: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            said.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield said
    assert said == []


@pytest.fixture
def sign_in(page: Page, faults: list[str]) -> Callable[[Served], Page]:
    """Opens the page by a server's one-time link, in English."""

    def signed_in(server: Served) -> Page:
        page.add_init_script("localStorage.setItem('language', localStorage.getItem('language') ?? 'en')")
        page.goto(f"{server.url}/#token={server.token}")
        expect(page.get_by_role("heading", name="Who will probably lose money next")).to_be_visible()
        assert server.token not in page.url
        return page

    return signed_in


@pytest.fixture
def opened(server: Served, sign_in: Callable[[Served], Page]) -> Page:
    """The page of the world written by hand, signed in."""
    return sign_in(server)


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script of axe-core, of the version in the page's lock file; installed in a folder of its own."""
    if shutil.which("npm") is None:
        missing("npm is not installed, which brings axe-core")
    place = tmp_path_factory.mktemp("axe")
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(WEB / name, place / name)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=240, check=False)
    if done.returncode:
        missing(f"axe-core cannot be installed: {done.stderr[-300:]}")
    return (place / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def nothing_in_flight(page: Page) -> Iterator[None]:
    """What the page still asks when a test that changes answers ends is let go: its answer would come to nobody."""
    yield
    page.unroute_all(behavior="ignoreErrors")
