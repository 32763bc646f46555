"""The writer's lock: one at a time, named, and gone with its process."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from graphsvc.errors import FolderHeld
from graphsvc.store.home import Home
from graphsvc.store.lock import hold_for_writing

HOLD = """
import sys, time
from pathlib import Path
from graphsvc.store.home import Home
from graphsvc.store.lock import hold_for_writing
with hold_for_writing(Home.open(Path(sys.argv[1])), purpose="load", wait_seconds=0):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def _holder(home: Home, seconds: float) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", HOLD, str(home.path), str(seconds)]
    holder = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_a_second_writer_is_told_who_holds_the_folder_what_for_and_since_when(tmp_path: Path) -> None:
    home = Home.open(tmp_path / "data")
    with _holder(home, 60) as holder:
        with pytest.raises(FolderHeld) as told, hold_for_writing(home, purpose="load", wait_seconds=0.1):
            pass
        holder.kill()
    year = time.strftime("%Y", time.gmtime(os.stat(home.lock).st_mtime))
    assert f"process {holder.pid} (load) since {year}-" in str(told.value)


def test_a_lock_ends_with_its_process_however_that_ends(tmp_path: Path) -> None:
    home = Home.open(tmp_path / "data")
    with _holder(home, 60) as holder:
        holder.kill()
    with hold_for_writing(home, purpose="load", wait_seconds=0):
        assert f'"pid": {os.getpid()}' in home.lock.read_text()


def test_a_second_writer_waits_for_the_first(tmp_path: Path) -> None:
    home = Home.open(tmp_path / "data")
    with _holder(home, 0.4) as holder, hold_for_writing(home, purpose="load", wait_seconds=120):
        assert holder.wait() == 0
