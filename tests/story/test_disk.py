"""A full disk and a read-only folder: a clear message, the right exit status, and nothing accepted is lost.

The disks are real (tmpfs in a mount namespace of the test's own), not a patched function.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.story.feeds import T0, call, write_world

UNSHARE = ["unshare", "--map-root-user", "--mount", "sh", "-c"]


def can_mount() -> bool:
    try:
        probe = subprocess.run([*UNSHARE, "mount -t tmpfs tmpfs /mnt"], capture_output=True, check=False)
    except FileNotFoundError:
        return False
    return probe.returncode == 0


pytestmark = pytest.mark.skipif(
    not can_mount(), reason="this machine lets no test mount a small disk (unshare --mount)"
)


def on_small_disk(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a script with $D a disk of 12 MB and $G the command line on a data folder there."""
    folder.mkdir(exist_ok=True)
    prelude = f'D={folder}; G="{sys.executable} -m graphsvc --home $D/home"; mount -t tmpfs -o size=12m tmpfs $D; '
    return subprocess.run([*UNSHARE, prelude + script], capture_output=True, text=True, check=False)


def write_many(folder: Path, count: int) -> Path:
    folder.mkdir()
    with (folder / "events.ndjson").open("w") as file:
        for k in range(count):
            event = call(f"+86139{k * 7 % 99991:08d}", f"+86136{k * 11 % 99989:08d}", T0 + k * 1000, k % 500)
            file.write(json.dumps(event) + "\n")
    return folder


def test_a_full_disk_is_said_and_what_was_accepted_stays(tmp_path: Path) -> None:
    small = write_world(tmp_path / "small")
    large = write_many(tmp_path / "large", 300_000)
    run = on_small_disk(
        f"$G load {small} >/dev/null 2>&1; echo first $?; $G load {large} >/dev/null; echo second $?;"
        f"rm -rf $D/home/rejects; $G load {small} --json 2>/dev/null",
        tmp_path / "disk",
    )
    first, second, *rest = run.stdout.splitlines()
    assert (first, second) == ("first 0", "second 1"), run.stderr
    assert "full" in run.stderr
    assert "Traceback" not in run.stderr
    answer = json.loads("\n".join(rest))
    assert "error" in answer or answer["feeds"]["events"]["accepted"] == 0


def test_a_read_only_folder_is_said(tmp_path: Path) -> None:
    small = write_world(tmp_path / "small")
    run = on_small_disk(
        f"$G load {small} >/dev/null 2>&1; mount -o remount,ro $D; $G load {small}; echo $?; "
        "mount -o remount,rw $D; $G analyse; echo $?",
        tmp_path / "disk",
    )
    assert run.stdout.splitlines()[0] == "1"
    assert run.stdout.splitlines()[-1] == "0", run.stderr
    assert "read-only" in run.stderr
    assert "Traceback" not in run.stderr
