"""A watched feed folder: what is put there is loaded, then moved to `taken/` in it, or to `refused/` with the reason.

A file is taken when it has been left alone for a while, and moved only if it is still as it was read: one that grew
meanwhile is read again, and what was in it already changes nothing: a crash between the two loses and doubles nothing.
Names that begin with a dot or underscore are left alone, so that a file can be written under one and then renamed.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graphsvc.errors import SourceFailed
from graphsvc.ingest.files import FeedFile, files_in
from graphsvc.live.source import Closing, Taken
from graphsvc.loading import Loading

SETTLED_MS: Final = 5_000
"""How long a file must have been left alone. [assumed: writers that do not rename write at least every few seconds]"""
TAKEN: Final = "taken"
REFUSED: Final = "refused"

Mark = tuple[int, int, int]
"""Size, instant of the last change (ns), inode."""


@dataclass(frozen=True)
class WatchedFolder:
    """One folder, watched."""

    path: Path
    feed_id: str
    loading: Loading
    wall: Callable[[], int]
    """Epoch ms."""
    settled_ms: int = SETTLED_MS

    @property
    def name(self) -> str:
        """See LiveSource."""
        return "folder"

    def step(self, closing: Closing) -> list[Taken]:
        """Take the files that are settled, in the order of the feeds, then of their names."""
        taken: list[Taken] = []
        for file, mark in self._settled():
            if closing():
                break
            report = self.loading.files([file.path], kind=file.feed, feed_id=self.feed_id)
            taken += [
                Taken(feed, counts.accepted, counts.duplicate, counts.rejected) for feed, counts in report.feeds.items()
            ]
            if _mark_of(file.path) != mark:
                continue  # it grew, was replaced or is gone: what is there then is read then
            refused = "".join(f"{one.reason}\n" for one in report.refused)
            self._put_away(file, REFUSED if refused else TAKEN, refused)
        return taken

    def waiting(self) -> int:
        """How many files are there that have not been taken."""
        return len(self._files())

    def close(self) -> None:
        """See LiveSource: nothing is held."""

    def _files(self) -> list[FeedFile]:
        try:
            return files_in(self.path)
        except OSError as failed:
            raise SourceFailed(f"the watched folder {self.path} cannot be read: {failed.strerror}") from None

    def _settled(self) -> list[tuple[FeedFile, Mark]]:
        before = 1_000_000 * (self.wall() - self.settled_ms)
        marked = [(file, _mark_of(file.path)) for file in self._files()]
        return [(file, mark) for file, mark in marked if mark is not None and mark[1] <= before]

    def _put_away(self, file: FeedFile, where: str, reason: str) -> None:
        """Move a file out of the way, under a name that is free."""
        place = self.path / where / file.path.relative_to(self.path)
        try:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            free = place
            for attempt in range(1, 1_000_000):
                if not free.exists():
                    break
                free = place.with_name(f"{attempt}-{place.name}")
            if reason:
                free.with_name(f"{free.name}.reason").write_text(reason, "utf-8")
            os.rename(file.path, free)
        except OSError as failed:
            raise SourceFailed(
                f"{file.name} was read and cannot be moved to {place.parent}: {failed.strerror}; "
                "let the service write there, or take the file away"
            ) from None


def _mark_of(path: Path) -> Mark | None:
    """What changes when somebody writes to a file; None where it is gone."""
    try:
        now = path.stat()
    except FileNotFoundError:
        return None
    return now.st_size, now.st_mtime_ns, now.st_ino
