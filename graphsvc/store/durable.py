"""Bytes that stay: files written so that they survive a crash, and plain words when the disk fails."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graphsvc.errors import StorageFailed

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NOT_OURS = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


def sync_file(path: Path) -> None:
    """Bring a written file to the disk itself."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(path: Path) -> None:
    """Bring the names in a folder to the disk; else a new file can be lost though its bytes are safe."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def create_private(path: Path, content: bytes) -> None:
    """Make a new file with mode 0600 and these bytes, whole or not at all; fails if it exists."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # unlike rename, never replaces a file that another process made meanwhile
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def replace_private(path: Path, content: bytes) -> None:
    """Put these bytes in the place of a file (mode 0600): readers see the old content or the new."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
    sync_folder(path.parent)


def full(place: object) -> StorageFailed:
    """What to tell when no more bytes fit."""
    return StorageFailed(
        f"no space is left for {place}: free some space or move the data folder to a larger disk, "
        "then run the same command again; what was committed before stays"
    )


def not_ours(place: object) -> StorageFailed:
    """What to tell when a file or folder cannot be read or written by this user."""
    return StorageFailed(
        f"{place} cannot be used: it is read-only or belongs to another user; "
        "mend its owner and permissions, or choose another data folder with --home"
    )


def explained(error: OSError, place: object) -> StorageFailed:
    """An operating system's refusal as advice."""
    if error.errno in _FULL:
        return full(place)
    if error.errno in _NOT_OURS:
        return not_ours(place)
    return StorageFailed(
        f"{place} cannot be read or written ({error.strerror or type(error).__name__}); "
        "check the disk and the path of the data folder"
    )


@contextmanager
def disk_errors_explained(place: object) -> Iterator[None]:
    """Turn an OSError inside the block into StorageFailed with advice."""
    try:
        yield
    except OSError as error:
        raise explained(error, place) from error
