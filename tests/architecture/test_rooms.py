"""The rooms import downwards only, and the test that says so would notice if they did not."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "graphsvc", tmp_path / "graphsvc", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_the_rooms_import_downwards_only() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("engine/port.py", "import graphsvc.ranking"),
        ("store/home.py", "import graphsvc.graph"),
        ("model/words.py", "import graphsvc.store"),
        ("graph/snapshot.py", "import sqlalchemy"),
        ("service.py", "import click"),
    ],
)
def test_a_planted_import_is_caught(copy: Path, module: str, line: str) -> None:
    planted = copy / "graphsvc" / module
    planted.write_text(planted.read_text() + f"\n{line}\n")
    result = lint_imports(copy)
    assert result.returncode == 1
    assert "BROKEN" in result.stdout


def test_a_stray_module_is_caught(copy: Path) -> None:
    (copy / "graphsvc" / "utils.py").write_text('"""A drawer."""\n')
    assert lint_imports(copy).returncode == 1
