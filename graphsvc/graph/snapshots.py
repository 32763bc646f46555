"""The folder of snapshots: each is made beside the others under its id, then there for every process to open."""

import os
import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, get_ident

from graphsvc.errors import Tampered
from graphsvc.graph.snapshot import Snapshot

_UNFINISHED = ".unfinished-"


@dataclass(frozen=True)
class Snapshots:
    """Saved snapshots by id."""

    folder: Path
    _making: Lock = field(default_factory=Lock, repr=False, compare=False)

    def open(self, snapshot_id: str) -> Snapshot | None:
        """The snapshot of that id, mapped into memory; None if it is not kept."""
        place = self.folder / snapshot_id
        return Snapshot.open(place) if place.is_dir() else None

    def open_or_make(self, snapshot_id: str, make: Callable[[], Snapshot]) -> Snapshot:
        """The snapshot of that id, made and saved first if it is not kept: once, however many threads ask for it."""
        kept = self.kept(snapshot_id)
        if kept is not None:
            return kept
        with self._making:
            kept = self.kept(snapshot_id)
            if kept is not None:
                return kept
            made = make()
            self.keep(made)
        return self.open(snapshot_id) or made

    def kept(self, snapshot_id: str) -> Snapshot | None:
        """The same as `open`, but what is damaged is removed: a derivation can be made again."""
        try:
            return self.open(snapshot_id)
        except Tampered:
            shutil.rmtree(self.folder / snapshot_id)
            return None

    def keep(self, made: Snapshot) -> None:
        """Save a snapshot under its id; it is there whole and on the disk when this returns, or not at all."""
        beside = self.folder / f"{_UNFINISHED}{made.snapshot_id}-{get_ident()}-{os.getpid()}"
        shutil.rmtree(beside, ignore_errors=True)
        try:
            made.save(beside)
            beside.rename(self.folder / made.snapshot_id)
        except OSError:
            # Another process may have made the same one in the meantime; a folder is not renamed over another.
            if not (self.folder / made.snapshot_id).is_dir():
                raise
        finally:
            shutil.rmtree(beside, ignore_errors=True)

    def sweep(self, *, keep: Collection[str]) -> None:
        """Remove snapshots other than these, and what a crash left unfinished by processes that are gone."""
        for place in self.folder.iterdir():
            if place.name.startswith(_UNFINISHED):
                if not _is_alive(int(place.name.rpartition("-")[2])):
                    shutil.rmtree(place, ignore_errors=True)
            elif place.name not in keep:
                # Renamed first, so that nobody opens half of it; who has it mapped keeps it until the end.
                doomed = place.with_name(f"{_UNFINISHED}{place.name}-{os.getpid()}")
                place.rename(doomed)
                shutil.rmtree(doomed, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
