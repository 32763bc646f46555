"""Kernels run for a user who may write into the data folder and nowhere else."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import graphsvc
from graphsvc.compiled_cache import CACHE_VARIABLE, settle_cache

_NOBODY = 65534
_PROGRAM = """
import os, sys
from pathlib import Path
from graphsvc.compiled_cache import settle_cache
settle_cache(Path(sys.argv[1]), os.environ)
import numpy as np
from graphsvc.store.ordering import ascending
print(ascending(np.array([3, 1, 2])).tolist())
"""


@pytest.fixture
def site() -> Iterator[Path]:
    """A copy of the package that nobody may write to, in a place that every user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="graphsvc-test-"))
    package = Path(graphsvc.__file__).parent
    shutil.copytree(package, folder / "graphsvc", ignore=shutil.ignore_patterns("__pycache__"))
    made = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    for path in made:
        path.chmod(0o555)
    closed = folder / "home"
    folder.chmod(0o755)
    closed.mkdir(mode=0o000)
    folder.chmod(0o555)
    yield folder
    for path in made:
        path.chmod(0o755)
    shutil.rmtree(folder)


@pytest.fixture
def home() -> Iterator[Path]:
    """A data folder of the user who runs the program."""
    folder = Path(tempfile.mkdtemp(prefix="graphsvc-home-"))
    if os.geteuid() == 0:
        os.chown(folder, _NOBODY, _NOBODY)
    yield folder
    shutil.rmtree(folder)


def test_kernels_are_kept_in_the_data_folder_where_nothing_else_can_be_written(site: Path, home: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(site / "home"), "PYTHONPATH": str(site)}
    drop = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"] if os.geteuid() == 0 else []
    if drop and shutil.which("setpriv") is None:
        pytest.skip("root can write everywhere, and without setpriv the test cannot become somebody else")
    done = subprocess.run(
        [*drop, sys.executable, "-c", _PROGRAM, str(home)], env=environment, cwd=home, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "[1, 2, 0]\n", "")
    assert list(home.glob("kernels/**/*.nbi"))


def test_a_folder_that_was_named_stays(tmp_path: Path) -> None:
    environment = {CACHE_VARIABLE: "/elsewhere"}
    settle_cache(tmp_path, environment)
    assert environment == {CACHE_VARIABLE: "/elsewhere"}


def test_nothing_is_named_where_numba_has_a_folder(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path)}
    settle_cache(tmp_path, environment)
    assert CACHE_VARIABLE not in environment
