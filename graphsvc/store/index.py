"""The runs of the dedup index in their folder: loaded, added to, merged by size class, rebuilt when lost.

The body's keys are in runs on disk, the head's few in memory. The catalogue names the runs that count; a file
that it does not name is rubbish of a crash.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import log
from pathlib import Path
from typing import Final

import pyarrow as pa

from graphsvc.store import ledger_notes as notes
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.dedup import KeySet, sorted_pairs
from graphsvc.store.durable import disk_errors_explained
from graphsvc.store.runs import Run, files_of, merge

_SMALLEST: Final = 100_000  # keys of a run of the lowest class
_FAN: Final = 8  # runs of one size class before they are merged, and the ratio between classes
_REBUILD_KEYS: Final = 2_000_000  # keys of a run when the index is built anew


class Index:
    """What the writer knows of the keys that are there."""

    def __init__(self, folder: Path, catalogue: Catalogue) -> None:
        """Nothing is read before `load`."""
        self.folder = folder
        self.runs: list[Run] = []
        self.head = KeySet()
        self._catalogue = catalogue

    def load(self) -> bool:
        """Read what the catalogue names, drop what it does not; False where a run is missing or cut short."""
        with self._catalogue.reading() as connection:
            head, named = notes.read_head(connection), notes.read_runs(connection)
        self.head = KeySet()
        for blob in head:
            self.head.add(notes.unpacked(blob))
        found = [Run.open(self.folder, name, keys) for name, keys in named]
        self.runs = [run for run in found if run is not None]
        self._drop_orphans()
        return len(self.runs) == len(found)

    def rebuild(self, events: Iterable[pa.RecordBatch]) -> None:
        """Make all runs anew from the keys of the whole body."""
        first = self._unused_number()
        made = [
            Run.write(self.folder, f"rebuilt-{number:010d}", *sorted_pairs(part))
            for number, part in enumerate(_parts(events), first)
        ]
        with self._catalogue.writing() as connection:
            notes.replace_runs(connection, gone=None, made=[(run.name, run.keys) for run in made])
        self.runs = made
        self._drop_orphans()

    def merge_due(self) -> None:
        """Merge runs until no size class has too many."""
        while due := _due(self.runs):
            keys = sum(run.keys for run in due)
            merged = merge(self.folder, f"merged-{keys}-{due[0].name}", due)  # no run before it had so many keys
            with self._catalogue.writing() as connection:
                gone = [run.name for run in due]
                notes.replace_runs(connection, gone=gone, made=[(merged.name, merged.keys)])
            self.runs = [run for run in self.runs if run not in due] + [merged]
            for run in due:
                run.delete()

    def _unused_number(self) -> int:
        """A number above those of earlier rebuilds: a run that the catalogue may still name is never written over."""
        with disk_errors_explained(self.folder):
            used = [int(path.stem.rsplit("-", 1)[1]) for path in self.folder.glob("*rebuilt-*")]
        with self._catalogue.reading() as connection:
            named = [name for name, _ in notes.read_runs(connection) if "rebuilt-" in name]
        used += [int(name.rsplit("-", 1)[1]) for name in named]
        return max(used, default=0) + 1

    def _drop_orphans(self) -> None:
        named = {path for run in self.runs for path in files_of(self.folder, run.name)}
        with disk_errors_explained(self.folder):
            for path in self.folder.iterdir():
                if path.suffix in (".keys", ".contents", ".fences") and path not in named:
                    path.unlink()


def _due(runs: Sequence[Run]) -> list[Run]:
    """Runs of one size class, when there are enough of them to merge; smallest class first."""
    classes: dict[int, list[Run]] = {}
    for run in sorted(runs, key=lambda run: (run.keys, run.name)):
        classes.setdefault(_size_class(run.keys), []).append(run)
    return next((found for found in classes.values() if len(found) >= _FAN), [])


def _parts(events: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """The batches put together to tables of a run's size."""
    waiting: list[pa.RecordBatch] = []
    for batch in events:
        waiting.append(batch)
        if sum(part.num_rows for part in waiting) >= _REBUILD_KEYS:
            yield pa.Table.from_batches(waiting)
            waiting = []
    if waiting:
        yield pa.Table.from_batches(waiting)


def _size_class(keys: int) -> int:
    return max(0, int(log(max(keys, 1) / _SMALLEST, _FAN)))
