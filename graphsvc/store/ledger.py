"""The ledger: every contact event once, by registry ids, append-only.

Small batches rest in the catalogue (the head), large ones in a Delta Lake table (the body); readers see both
as one. A batch is all there or not at all, and on disk when `append` returns. One writer at a time: `append`
and `fold_head` hold a lock of the ledger's own, beside the writer lock that a whole load holds.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graphsvc.errors import InvalidSetting, Overtaken
from graphsvc.model.tables import EVENTS, NEW_EVENTS
from graphsvc.store import horizon, positions
from graphsvc.store import ledger_notes as notes
from graphsvc.store.body import Body, Commit, Note
from graphsvc.store.body_files import KEY_COLUMNS, STORED, read_keys
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.dedup import KeySet, Pairs, by_key, judge, sorted_pairs
from graphsvc.store.home import Home
from graphsvc.store.index import Index
from graphsvc.store.ledger_notes import State
from graphsvc.store.lock import hold
from graphsvc.store.positions import Step
from graphsvc.store.runs import Run

HEAD_EVENTS: Final = 100_000
"""A batch of as many events goes to the body at once, and a head of as many is folded into it."""

_WAIT_SECONDS: Final = 30.0
_UNREAD: Final = State(batch=-1, events=0, newest_known_at=None, body_version=None, timezone=None)


@dataclass(frozen=True)
class Appended:
    """What became of a batch: how many events were new, and the row indices of the others."""

    accepted: int
    duplicates: npt.NDArray[np.int32]
    """Rows with the event key and the content of an event that is there already."""
    conflicts: npt.NDArray[np.int32]
    """Rows with the event key of an event that says something else; the first stands."""


class Ledger:
    """An open ledger. Readers and the writer may be different processes."""

    def __init__(self, home: Home, catalogue: Catalogue, timezone: str, head_events: int) -> None:
        """Nothing is read until a verb needs it."""
        self._home = home
        self._catalogue = catalogue
        self._timezone = timezone
        self._head_events = head_events
        self._body = Body(home.folder(home.ledger), timezone)
        self._index = Index(home.folder(home.index), catalogue)
        self._state = _UNREAD  # what the writer's index belongs to

    @classmethod
    def open(
        cls,
        home: Home,
        catalogue: Catalogue,
        *,
        timezone: str = "Asia/Shanghai",
        head_events: int = HEAD_EVENTS,
    ) -> "Ledger":
        """The ledger of a data folder; its days begin at midnight in `timezone`, always the same one."""
        ledger = cls(home, catalogue, timezone, head_events)
        kept = ledger._read_state().timezone
        if kept is not None and kept != timezone:
            raise InvalidSetting(
                f"{home.path} counts days in {kept}, not in {timezone}; "
                "set GRAPHSVC_TIMEZONE to it, or load into a new data folder"
            )
        return ledger

    @staticmethod
    def places_by_key(events: pa.Table) -> npt.NDArray[np.int64]:
        """The places of NEW_EVENTS rows by their key, ascending: can be worked out while other rows are appended."""
        return by_key(events)

    def append(
        self,
        events: pa.Table,
        order: npt.NDArray[np.int64] | None = None,
        steps: Sequence[Step] = (),
        judged: Callable[[Appended], None] | None = None,
    ) -> Appended:
        """Take in NEW_EVENTS rows: those not there yet are accepted, in their order, all or none.

        `order` is what `places_by_key` says of them, if that was asked before. `steps` of the sources that they came
        from are part of the commit; Overtaken where a source has been read on. `judged` is told before anything counts.
        """
        order = self.places_by_key(events) if order is None else order
        events = events.select(NEW_EVENTS.names).cast(NEW_EVENTS)
        with self._writing("append"):
            if len(self._index.head.keys) >= self._head_events:
                self._fold()
            self._index.merge_due()
            self._refuse_overtaken(steps)
            verdict = judge(events, order, self._index.runs, self._index.head)
            appended = Appended(len(verdict.fresh), verdict.duplicates, verdict.conflicts)
            if judged is not None:
                judged(appended)
            if len(verdict.fresh):
                self._accept(events.take(pa.array(verdict.fresh)) if verdict.others else events, verdict.pairs, steps)
            else:
                positions.note(self._catalogue, steps)
        return appended

    def fold_head(self) -> None:
        """Move the head's events into the body."""
        with self._writing("fold_head"):
            self._fold()

    def events(
        self,
        *,
        known_until: int | None = None,
        columns: Sequence[str] | None = None,
        seqs: tuple[int, int] | None = None,
    ) -> Iterator[pa.RecordBatch]:
        """Every event known at `known_until` (epoch ms; default all), EVENTS columns, in no promised order.

        With `seqs`, those whose seq is not below the first and is below the second. What is committed while this
        runs is not seen.
        """
        names = list(EVENTS.names if columns is None else columns)
        with self._catalogue.reading() as connection:
            state = notes.read_state(connection)
            newest = None if seqs is None else notes.head_from(connection, seqs[0], state.events)
            head = notes.read_head(connection) if newest is None else newest
            kept_from = horizon.read(connection).events_from
        if state.body_version is not None and newest is None:
            for batch in self._body.batches(state.body_version, names, known_until, seqs, kept_from):
                yield _shaped(batch, names)
        for blob in head:
            table = notes.unpacked(blob)
            if kept_from:
                table = table.filter(pc.greater_equal(table.column("started_at"), kept_from))
            if seqs is not None:
                seq = table.column("seq")
                table = table.filter(pc.and_(pc.greater_equal(seq, seqs[0]), pc.less(seq, seqs[1])))
            if known_until is not None:
                table = table.filter(pc.less_equal(table.column("known_at"), known_until))
            for batch in table.select(names).to_batches():
                yield _shaped(batch, names)

    def forget(self, before: str) -> bool:
        """Delete whole days before one of the operator's (ISO-8601), with all traces; whether there were any.

        The horizon must have passed them, so that nobody reads them any more. Run again after a crash, it goes on.
        """
        with self._writing("retention"):
            self._fold()
            version = self._body.drop_days(before)
            if version is not None:
                self._adopt(Commit(version, None, []))
            kept = self._state.body_version
            if kept is None:
                return False
            keys = self._body.batches(kept, KEY_COLUMNS, None)
            self._index.rebuild(keys)
            self._body.forget_history(kept)
            return version is not None

    def kept_from(self) -> int:
        """The instant (epoch ms) from which events are kept; 0: all."""
        return horizon.of(self._catalogue).events_from

    def count(self) -> int:
        """How many events ever came in, those that are not kept any more included."""
        return self._read_state().events

    def position(self) -> int:
        """Where the ledger stands: the `seq` that the next event will get.

        Events are never changed, so that (position, as_of) names what a snapshot was folded from.
        """
        return self._read_state().events

    def kept_before(self, position: int) -> int:
        """How many of the events with a lower seq are kept."""
        if not self.kept_from():
            return position
        return sum(batch.num_rows for batch in self.events(columns=["seq"], seqs=(0, position)))

    def newest_known_at(self) -> int | None:
        """When the newest news came, epoch ms; None for an empty ledger."""
        return self._read_state().newest_known_at

    def _refuse_overtaken(self, steps: Sequence[Step]) -> None:
        """Before a commit of the body, which is not taken back where the catalogue refuses to note it."""
        held = positions.positions(self._catalogue, [step.source for step in steps]) if steps else {}
        if any(held.get(step.source) != step.before for step in steps):
            raise Overtaken("another process has read on from there meanwhile")

    def _accept(self, fresh: pa.Table, pairs: Pairs, steps: Sequence[Step]) -> None:
        first = self._state.events
        seq = pa.array(np.arange(first, first + fresh.num_rows, dtype=np.int64))
        stored = fresh.add_column(0, STORED.field("seq"), seq)
        if fresh.num_rows < self._head_events:
            self._add_to_head(stored, steps)
        else:
            self._add_to_body(stored, pairs, folded=False, steps=steps)

    def _read_state(self) -> State:
        with self._catalogue.reading() as connection:
            return notes.read_state(connection)

    @contextmanager
    def _writing(self, purpose: str) -> Iterator[None]:
        """Hold the ledger with state and index as the disk has them, whatever happened before."""
        lock = self._index.folder / "append.lock"
        with hold(lock, place=self._home.path, purpose=purpose, wait_seconds=_WAIT_SECONDS):
            try:
                self._catch_up()
                yield
            except BaseException:
                self._state = _UNREAD  # how far it came is read from the disk next time
                raise

    def _catch_up(self) -> None:
        state = self._read_state()
        unnoted = list(self._body.unnoted(state.body_version))
        if state == self._state and not unnoted:
            return
        self._state = state
        for commit in unnoted:
            self._adopt(commit)
        self._body.sweep(self._state.batch)
        if not self._index.load():
            version = self._state.body_version
            keys = self._body.batches(version, KEY_COLUMNS, None) if version is not None else iter(())
            self._index.rebuild(keys)

    def _adopt(self, commit: Commit) -> None:
        """Note a commit of the body that a crash left unnoted."""
        if commit.note is not None:
            self._note(commit.note, commit.version, sorted_pairs(read_keys(commit.paths)))
            return
        after = replace(self._state, body_version=commit.version)
        with self._catalogue.writing() as connection:
            notes.write_state(connection, before=self._state, after=after)
        self._state = after

    def _add_to_head(self, stored: pa.Table, steps: Sequence[Step]) -> None:
        after = self._state.after(stored, self._timezone)
        with self._catalogue.writing() as connection:
            notes.write_state(connection, before=self._state, after=after)
            notes.add_to_head(connection, after.batch, stored)
            positions.step_in(connection, steps)
        self._index.head.add(stored)
        self._state = after

    def _add_to_body(self, stored: pa.Table, pairs: Pairs, *, folded: bool, steps: Sequence[Step] = ()) -> None:
        self._home.require_space(stored.nbytes)
        before = self._state
        after = before.after(stored, self._timezone)
        events = before.events if folded else after.events
        note = Note(after.batch, events, after.newest_known_at, folded, tuple(steps))
        version = self._body.commit(self._body.stage(stored, note.batch), note)
        self._note(note, version, pairs)
        self._body.checkpoint(version)

    def _note(self, note: Note, version: int, pairs: Pairs) -> None:
        """Make a commit of the body count: state, index and (if folded) an empty head, in one step."""
        run = Run.write(self._index.folder, f"batch-{note.batch:010d}", *pairs)
        after = State(note.batch, note.events, note.newest_known_at, version, self._timezone)
        with self._catalogue.writing() as connection:
            notes.write_state(connection, before=self._state, after=after)
            notes.replace_runs(connection, gone=[], made=[(run.name, run.keys)])
            if note.folded:
                notes.clear_head(connection)
            positions.step_in(connection, note.steps)
        self._index.runs.append(run)
        if note.folded:
            self._index.head = KeySet()
        self._state = after

    def _fold(self) -> None:
        with self._catalogue.reading() as connection:
            head = [notes.unpacked(blob) for blob in notes.read_head(connection)]
        if head:
            stored = pa.concat_tables(head)
            self._add_to_body(stored, sorted_pairs(stored), folded=True)


def _shaped(batch: pa.RecordBatch, names: Sequence[str]) -> pa.RecordBatch:
    """The batch with the fields exactly as EVENTS has them."""
    schema = pa.schema([EVENTS.field(name) for name in names])
    return pa.RecordBatch.from_arrays(batch.columns, schema=schema)
