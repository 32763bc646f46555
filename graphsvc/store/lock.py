"""One writer at a time: a lock on the data folder that ends with the process, however it ends."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from math import ceil
from pathlib import Path

from graphsvc.errors import FolderHeld
from graphsvc.store.durable import disk_errors_explained
from graphsvc.store.home import Home

_POLL_SECONDS = 0.05


@contextmanager
def hold_for_writing(home: Home, *, purpose: str, wait_seconds: float) -> Iterator[None]:
    """Hold the folder's writer lock inside the block; FolderHeld names who has it after `wait_seconds`.

    The kernel drops the lock when the process dies, so that a kill leaves nothing to clean up.
    """
    with hold(home.lock, place=home.path, purpose=purpose, wait_seconds=wait_seconds):
        yield


@contextmanager
def hold(lock: Path, *, place: Path, purpose: str, wait_seconds: float) -> Iterator[None]:
    """Hold the lock file `lock`, which guards `place`, inside the block."""
    with disk_errors_explained(lock):
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(handle, place, wait_seconds)
        with disk_errors_explained(lock):
            os.ftruncate(handle, 0)
            os.pwrite(handle, json.dumps({"pid": os.getpid(), "purpose": purpose}).encode(), 0)
        yield
    finally:
        os.close(handle)


def _take(handle: int, place: Path, wait_seconds: float) -> None:
    for remaining in range(ceil(wait_seconds / _POLL_SECONDS), -1, -1):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if remaining:
                time.sleep(_POLL_SECONDS)
        else:
            return
    raise FolderHeld(f"{place} is being written by {_holder(handle)}; wait for it to end, then try again")


def _holder(handle: int) -> str:
    # The file's own time says since when: the holder wrote it as soon as it had the lock.
    since = datetime.fromtimestamp(os.fstat(handle).st_mtime, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    try:
        note = json.loads(os.pread(handle, 4096, 0))
        return f"process {note['pid']} ({note['purpose']}) since {since}"
    except (ValueError, KeyError, TypeError):
        return f"another process since {since}"
