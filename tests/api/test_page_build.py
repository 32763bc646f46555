"""The page's built files are those that its source makes: built again from the lock file, byte by byte the same."""

import gzip
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.servers.missing import missing

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "graphsvc" / "api" / "page"
MAIN_BYTES_MAX = 150 * 1024


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page, built in a folder of its own; nothing is left in the repository."""
    if shutil.which("npm") is None:
        missing("npm is not installed, which builds the page")
    place = tmp_path_factory.mktemp("page")
    shutil.copytree(ROOT / "web", place / "web", ignore=shutil.ignore_patterns("node_modules"))
    shutil.copytree(ROOT / "schema", place / "schema")
    (place / "graphsvc" / "api").mkdir(parents=True)
    for command in (["npm", "ci", "--no-audit", "--no-fund"], ["npm", "run", "build"]):
        done = subprocess.run(command, cwd=place / "web", capture_output=True, text=True, timeout=240, check=False)
        if done.returncode and command[1] == "ci":
            missing(f"the packages that build the page cannot be installed: {done.stderr[-300:]}")
        assert done.returncode == 0, done.stdout + done.stderr
    return place / "graphsvc" / "api" / "page"


def test_the_built_files_are_those_of_the_source(rebuilt: Path) -> None:
    made = {path.name: path.read_bytes() for path in rebuilt.iterdir()}
    kept = {path.name: path.read_bytes() for path in BUILT.iterdir()}
    assert made.keys() == kept.keys()
    assert [name for name in made if made[name] != kept[name]] == [], "run npm run build in web/"


def test_little_is_loaded_before_the_canvas_is_needed() -> None:
    first = [BUILT / name for name in ("index.html", "index.js", "style.css")]
    assert sum(len(gzip.compress(path.read_bytes(), 9, mtime=0)) for path in first) <= MAIN_BYTES_MAX


def test_the_lock_file_names_no_address() -> None:
    """Neither a registry's nor one where a package asks for money: npm writes both."""
    lock = (ROOT / "web" / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert "://" not in lock
