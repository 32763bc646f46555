"""A load killed at any moment leaves whole batches, and loading again completes it."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ingest.test_load import HEADER, ROW
from tests.ingest.test_real_store import Folder

ROWS = 30_000
BATCH = 1000

CHILD = """
import sys
from pathlib import Path
from tests.ingest.conftest import NOW
from tests.ingest.test_real_store import Folder
Folder(Path(sys.argv[1])).load(Path(sys.argv[2]), batch_rows=1000, progress=lambda *told: print(told[1], flush=True))
"""


@pytest.mark.parametrize("batches", [1, 4, 9])
def test_a_killed_load_is_completed_by_the_next(tmp_path: Path, batches: int) -> None:
    path = tmp_path / "events.csv"
    path.write_text(
        HEADER + "".join(ROW.replace("e1", f"e{i}").replace("13800138000", f"138{i:08d}") for i in range(ROWS))
    )
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path / "home"), str(path)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    told = [int(child.stdout.readline()) for _ in range(batches)]
    child.kill()
    child.wait()
    child.stdout.close()
    assert child.returncode == -signal.SIGKILL

    folder = Folder(tmp_path / "home")
    there = folder.ledger.count()
    assert there >= told[-1]
    assert there % BATCH == 0
    counts = folder.load(path).feeds["events"]
    assert (counts.read, counts.accepted, counts.duplicate) == (ROWS, ROWS - there, there)
    assert folder.ledger.count() == ROWS
    folder.close()
