"""The ledger's body: a Delta Lake table of events, one file a day and batch.

Files are written and synced before the commit that names them, because Delta Lake itself does not sync.
"""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, Transaction
from deltalake.exceptions import DeltaError
from deltalake.transaction import AddAction

from graphsvc.errors import StorageFailed
from graphsvc.store import history
from graphsvc.store.body_files import COUNTED, STORED, read_files, write_day
from graphsvc.store.days import by_day
from graphsvc.store.durable import disk_errors_explained, full, not_ours, sync_file, sync_folder
from graphsvc.store.positions import Step

_APPLICATION: Final = "graphsvc.ledger"
_NOTE: Final = "graphsvc"
_TABLE: Final = STORED.append(pa.field("day", pa.string(), nullable=False))
_CHECKPOINT_EVERY: Final = 100  # commits


@dataclass(frozen=True)
class Note:
    """What a commit says of itself, enough for the catalogue to adopt it after a crash."""

    batch: int
    events: int
    """Events of the whole ledger after it."""
    newest_known_at: int | None
    folded: bool
    """It holds the head's events as of then, and the head is empty after it."""
    steps: tuple[Step, ...] = ()
    """How far the sources of its events were read with it."""


@dataclass(frozen=True)
class Commit:
    """A commit that the catalogue has not noted: `note` is None for another program's tidying."""

    version: int
    note: Note | None
    paths: Sequence[Path]


class Body:
    """The table in one folder. `version` arguments are Delta versions that the catalogue has noted."""

    def __init__(self, folder: Path, timezone: str) -> None:
        """The table need not exist yet."""
        self._folder = folder
        self._timezone = timezone
        self._table: DeltaTable | None = None

    def stage(self, events: pa.Table, batch: int) -> list[AddAction]:
        """Write the files of a batch (STORED columns), synced, in no commit yet.

        Two at a time: one is encoded while the other waits for the disk.
        """

        def write(part: tuple[str, npt.NDArray[np.int64]]) -> AddAction:
            day, places = part
            return write_day(self._folder, day, events.take(pa.array(places)), batch)

        with disk_errors_explained(self._folder):
            with ThreadPoolExecutor(2, "write") as threads:
                actions = list(threads.map(write, by_day(events.column("started_at"), self._timezone)))
            sync_folder(self._folder)
        return actions

    def commit(self, actions: Sequence[AddAction], note: Note) -> int:
        """Commit staged files under the batch's name; the new version, on disk when it returns."""
        with _delta_errors_explained(self._folder):
            table = self._newest()
            table.create_write_transaction(
                list(actions),
                "append",
                table.schema(),
                ["day"],
                commit_properties=CommitProperties(
                    custom_metadata={_NOTE: json.dumps(asdict(note))},
                    app_transactions=[
                        Transaction(_APPLICATION, note.batch),
                        *(Transaction(step.source, step.after) for step in note.steps),
                    ],
                    max_commit_retries=0,
                ),
                post_commithook_properties=PostCommitHookProperties(
                    create_checkpoint=False, cleanup_expired_logs=False
                ),
            )
            table.update_incremental()
            version = table.version()
        self._sync_log(version)
        return version

    def checkpoint(self, version: int) -> None:
        """Now and then write down the table's state, so that opening it stays quick."""
        if version % _CHECKPOINT_EVERY == 0 and version:
            with _delta_errors_explained(self._folder):
                self._open(version).create_checkpoint()
            with disk_errors_explained(self._folder):
                for path in self._log.glob("*checkpoint*"):
                    sync_file(path)
                sync_folder(self._log)

    def unnoted(self, noted: int | None) -> Iterator[Commit]:
        """Commits newer than the version that the catalogue noted, oldest first."""
        version = 0 if noted is None else noted + 1
        while (path := self._log_file(version)).exists():
            lines = _parsed(path)
            if lines is None:
                # Torn by a power cut before anybody was told of it; the run that wrote it will be run again.
                with disk_errors_explained(path):
                    path.unlink()
                return
            yield self._commit_of(version, lines)
            version += 1

    def sweep(self, newest_batch: int) -> None:
        """Remove files of batches that never came to be."""
        with disk_errors_explained(self._folder):
            for path in self._folder.glob("day=*/batch-*.parquet"):
                if int(path.stem.split("-")[1]) > newest_batch:
                    path.unlink()

    def drop_days(self, before: str) -> int | None:
        """Take whole days before one (ISO-8601) out of the table; the new version, None where there is no table.

        Their files stay until `forget_history`.
        """
        if not self._exists():
            return None
        quietly = PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False)
        with _delta_errors_explained(self._folder):
            table = self._newest()
            days = pa.table(table.get_add_actions(flatten=True)).column("partition.day").to_pylist()
            if any(day < before for day in days):
                table.delete(f"day < '{before}'", post_commithook_properties=quietly)
            # A commit after it, which names no old day; and no checkpoint names those that are gone.
            table.alter.set_table_properties(
                {"delta.deletedFileRetentionDuration": "interval 0 seconds"}, post_commithook_properties=quietly
            )
            table.update_incremental()
            version = table.version()
        self._sync_log(version)
        return version

    def forget_history(self, version: int) -> None:
        """Remove every file that a version does not name, and what the log says of the time before it."""
        with _delta_errors_explained(self._folder):
            history.forget(self._folder, version)
        self._table = None

    def batches(
        self,
        version: int,
        columns: Sequence[str],
        known_until: int | None,
        seqs: tuple[int, int] | None = None,
        kept_from: int = 0,
    ) -> Iterator[pa.RecordBatch]:
        """Events of that version known until then, of these positions (from, below), these columns of STORED.

        Those that began before `kept_from` are left out: they are on their way out of the table.
        """
        with _delta_errors_explained(self._folder):
            actions = pa.table(self._open(version).get_add_actions(flatten=True))
            if known_until is not None:
                earliest = pc.fill_null(actions.column("min.known_at"), known_until)
                actions = actions.filter(pc.less_equal(earliest, known_until))
            if seqs is not None:  # statistics that are missing keep the file
                first, last = (
                    pc.fill_null(actions.column("min.seq"), 0),
                    pc.fill_null(actions.column("max.seq"), seqs[0]),
                )
                actions = actions.filter(pc.and_(pc.less(first, seqs[1]), pc.greater_equal(last, seqs[0])))
            if kept_from:
                latest = pc.fill_null(actions.column("max.started_at"), kept_from)
                actions = actions.filter(pc.greater_equal(latest, kept_from))
            paths = [self._folder / path for path in actions.column("path").to_pylist()]
        yield from read_files(sorted(paths), columns, known_until, seqs)

    @property
    def _log(self) -> Path:
        return self._folder / "_delta_log"

    def _log_file(self, version: int) -> Path:
        return self._log / f"{version:020d}.json"

    def _newest(self) -> DeltaTable:
        """The table as it is now; kept open, because reading its whole log for each commit would add up."""
        if self._table is None:
            self._table = self._open() if self._exists() else self._create()
        self._table.update_incremental()
        return self._table

    def _exists(self) -> bool:
        return any(self._log.glob("*.json"))

    def _open(self, version: int | None = None) -> DeltaTable:
        return DeltaTable(str(self._folder), version=version)

    def _create(self) -> DeltaTable:
        return DeltaTable.create(
            str(self._folder),
            schema=_TABLE,
            partition_by=["day"],
            configuration={
                "delta.dataSkippingStatsColumns": ",".join(COUNTED),
                "delta.enableExpiredLogCleanup": "false",
            },
        )

    def _sync_log(self, version: int) -> None:
        with disk_errors_explained(self._log):
            for path in {self._log_file(0), self._log_file(version)}:
                if path.exists():  # retention removes the first
                    sync_file(path)
            sync_folder(self._log)
            sync_folder(self._folder)

    def _commit_of(self, version: int, lines: Sequence[dict[str, Any]]) -> Commit:
        note = next((line["commitInfo"].get(_NOTE) for line in lines if "commitInfo" in line), None)
        added = [line["add"] for line in lines if "add" in line]
        if note is None and any(action["dataChange"] for action in added):
            raise StorageFailed(
                f"{self._folder} was changed by another program (version {version}); "
                "only graphsvc may add events. Restore the version before, or load the feeds anew"
            )
        paths = [self._folder / action["path"] for action in added]
        return Commit(version, _read_note(note) if note else None, paths)


def _read_note(text: str) -> Note:
    content = json.loads(text)
    steps = tuple(Step(**step) for step in content.pop("steps", ()))  # notes of earlier versions have none
    return Note(**content, steps=steps)


def _parsed(path: Path) -> list[dict[str, Any]] | None:
    """The actions in a log file; None where it is not whole."""
    try:
        lines = [json.loads(line) for line in path.read_text().splitlines()]
    except ValueError:
        return None
    return lines or None


@contextmanager
def _delta_errors_explained(folder: Path) -> Iterator[None]:
    with disk_errors_explained(folder):
        try:
            yield
        except DeltaError as error:
            text = str(error).lower()
            if "no space" in text or "file too large" in text:
                raise full(folder) from None
            if "permission" in text or "read-only" in text:
                raise not_ours(folder) from None
            raise StorageFailed(
                f"the ledger's table in {folder} cannot be read or written ({type(error).__name__}); "
                "restore it from a backup, or load the feeds into a new folder"
            ) from None
