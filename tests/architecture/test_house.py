"""The house measure: every module opens with its promise and stays readable; documents name what exists."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "graphsvc").rglob("*.py"))
LONGEST_MODULE = 330
LONGEST_FUNCTION = 60


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_opens_with_its_promise_and_stays_short(path: Path) -> None:
    text = path.read_text()
    tree = ast.parse(text)
    assert ast.get_docstring(tree), f"{name(path)} has no docstring"
    assert text.count("\n") <= LONGEST_MODULE, "which noun is missing?"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_every_public_name_has_a_docstring(path: Path) -> None:
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{name(path)}: {node.name}"


def test_the_architecture_page_is_short_and_names_what_exists() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text()
    assert page.count("\n") <= 150
    for path in re.findall(r"`((?:graphsvc|tests|docs|bench)/[\w/.-]*)`", page):
        assert (ROOT / path).exists(), f"ARCHITECTURE.md names {path}"


def test_every_module_is_named_by_a_noun_and_not_a_drawer() -> None:
    drawers = {"utils", "util", "misc", "common", "base", "helpers", "manager", "core"}
    assert not [name(path) for path in MODULES if path.stem in drawers]


def test_links_between_documents_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{name(page)} links to {target}"


def test_the_environment_and_the_clock_stay_above_the_service() -> None:
    allowed = {
        "graphsvc/asgi.py",
        "graphsvc/cli/dispatching.py",
        "graphsvc/cli/door.py",
        "graphsvc/cli/commands.py",
        "graphsvc/cli/output.py",
        "graphsvc/wiring.py",
    }
    reads = re.compile(r"os\.environ|os\.getenv|time\.time\(|datetime\.now\(|date\.today\(|np\.random\.default_rng\(\)")
    found = {name(path) for path in MODULES if reads.search(path.read_text())}
    assert found <= allowed
