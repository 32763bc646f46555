"""A snapshot: every contact event known at an instant, folded into contacts, as flat arrays.

Immutable once written; opened by memory mapping, so that processes share it. Holds registry ids only.

Numbers are *dense*: index 0 … n-1 in the order of their registry ids, so a tie broken on the index is a tie
broken on the id. A *contact* is all events from one number to another (never to itself). Contacts stand in
order of (from, to), events in order of (contact, started_at, seq): the events of a contact are one slice, the
contacts of an a-number are one slice, and so are all the events that an a-number originated.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import numpy as np
import numpy.typing as npt
import orjson

from graphsvc.errors import StorageFailed, Tampered

Int8 = npt.NDArray[np.int8]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Number = TypeVar("Number", np.int32, np.int64)


@dataclass(frozen=True)
class Snapshot:
    """Arrays of one instant. n numbers, m contacts, e events between different numbers."""

    snapshot_id: str
    as_of: int
    """Epoch ms; only events with known_at <= as_of are in it."""
    event_count: int
    """All events known, calls to oneself included."""

    numbers: Int32
    """[n] registry ids, ascending."""
    self_events: Int32
    """[n] events in which the number called itself: counted, never a contact."""

    out_start: Int64
    """[n+1] contacts of a-number i: out_start[i] … out_start[i+1]."""
    contact_from: Int32
    """[m] dense a-number."""
    contact_to: Int32
    """[m] dense b-number."""
    in_start: Int64
    """[n+1] contacts that reach b-number i: in_contact[in_start[i] … in_start[i+1]]."""
    in_contact: Int64
    """[m] indices of contacts, by (to, from)."""

    calls: Int32
    """[m] calls of the contact."""
    answered: Int32
    """[m] calls answered, or with a duration above 0 where the feed does not say."""
    talk_s: Int64
    """[m] seconds of all its calls but those known as unanswered, whose seconds are ringing."""
    longest_s: Int32
    """[m] seconds of the longest of these."""

    event_start: Int64
    """[m+1] events of contact c: event_start[c] … event_start[c+1]."""
    event_at: Int64
    """[e] started_at, epoch ms."""
    event_duration_s: Int32
    """[e] seconds, 0 where there is none."""
    event_channel: Int8
    """[e] words.CALL or words.SMS."""
    event_answered: Int8
    """[e] 1, 0, or -1 where the feed does not say."""
    event_device: Int32
    """[e] entity id of a_imei, or -1."""
    event_cell: Int32
    """[e] entity id of a_cell, or -1."""

    def __post_init__(self) -> None:
        """Nobody may change an array, whether it lies in memory or in a file."""
        for name in ARRAYS:
            getattr(self, name).setflags(write=False)

    @property
    def number_count(self) -> int:
        """How many numbers took part in an event."""
        return len(self.numbers)

    @property
    def contact_count(self) -> int:
        """How many ordered pairs of different numbers had an event."""
        return len(self.contact_from)

    # What follows from other arrays is not kept beside them: it would be half of what a contact takes.

    @cached_property
    def events(self) -> Int32:
        """[m] events of the contact. For some contacts `sizes` is quicker."""
        return _fixed(np.diff(self.event_start).astype(np.int32))

    @cached_property
    def messages(self) -> Int32:
        """[m] of those, messages."""
        return _fixed(self.events - self.calls)

    @cached_property
    def first_at(self) -> Int64:
        """[m] epoch ms of its first event. For some contacts `began` is quicker."""
        return _fixed(self.event_at[self.event_start[:-1]])

    @cached_property
    def last_at(self) -> Int64:
        """[m] epoch ms of its last event. For some contacts `ended` is quicker."""
        return _fixed(self.event_at[self.event_start[1:] - 1])

    def sizes(self, contacts: npt.NDArray[np.integer[Any]]) -> Int64:
        """Events of each of these contacts, given by index."""
        sizes: Int64 = self.event_start[contacts + 1] - self.event_start[contacts]
        return sizes

    def began(self, contacts: npt.NDArray[np.integer[Any]]) -> Int64:
        """Epoch ms of the first event of each of these contacts, given by index."""
        times: Int64 = self.event_at[self.event_start[contacts]]
        return times

    def ended(self, contacts: npt.NDArray[np.integer[Any]]) -> Int64:
        """Epoch ms of the last event of each of these contacts, given by index."""
        times: Int64 = self.event_at[self.event_start[contacts + 1] - 1]
        return times

    def dense(self, ids: npt.ArrayLike) -> Int32:
        """Dense indices of registry ids; -1 for a number without any event here."""
        wanted = np.asarray(ids, dtype=np.int32)
        if not len(self.numbers):
            return np.full(wanted.shape, -1, dtype=np.int32)
        at = np.searchsorted(self.numbers, wanted)
        at = np.minimum(at, len(self.numbers) - 1)
        return np.where(self.numbers[at] == wanted, at, -1).astype(np.int32)

    def save(self, folder: Path) -> None:
        """Write one .npy file an array and the rest as JSON into `folder`, which must not exist yet.

        `meta.json` is written last and all is flushed to the disk: a folder without it was never finished.
        """
        try:
            folder.mkdir(mode=0o700, parents=True)
            for name in ARRAYS:
                with _new_file(folder / f"{name}.npy") as file:
                    np.save(file, getattr(self, name), allow_pickle=False)
            with _new_file(folder / _META) as file:
                file.write(orjson.dumps(self._meta(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
            for touched in (folder, folder.parent):
                _flush_folder(touched)
        except OSError as error:
            raise StorageFailed(
                f"cannot write the snapshot {folder}: {error.strerror}; free space or choose another --home"
            ) from None

    @classmethod
    def open(cls, folder: Path) -> "Snapshot":
        """Map a saved snapshot into memory; costs milliseconds whatever its size.

        Raises Tampered where it is not what `save` finished, StorageFailed where it cannot be read.
        """
        try:
            meta = orjson.loads((folder / _META).read_bytes())
            arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in ARRAYS}
        except FileNotFoundError:
            raise Tampered(f"a file of the snapshot {folder} is missing; run analyse again") from None
        except OSError as error:
            raise StorageFailed(f"cannot read the snapshot {folder}: {error.strerror}; run analyse again") from None
        except (ValueError, EOFError):
            raise Tampered(f"a file of the snapshot {folder} is damaged; run analyse again") from None
        if not isinstance(meta, dict) or meta.get("format") != _FORMAT or not meta.keys() >= set(_WORDS):
            raise Tampered(f"the snapshot {folder} is of a format unknown to this version; run analyse again")
        plain = {name: np.asarray(array) for name, array in arrays.items()}
        snapshot = cls(meta["snapshot_id"], meta["as_of"], meta["event_count"], **plain)
        if snapshot._meta() != meta:
            raise Tampered(f"a file of the snapshot {folder} is not what was written; run analyse again")
        return snapshot

    def _meta(self) -> dict[str, object]:
        arrays = {name: [str(getattr(self, name).dtype), len(getattr(self, name))] for name in ARRAYS}
        return {
            "format": _FORMAT,
            "arrays": arrays,
            **{word: getattr(self, word) for word in _WORDS},
        }


_WORDS = ("snapshot_id", "as_of", "event_count")
ARRAYS = tuple(f.name for f in fields(Snapshot) if f.name not in _WORDS)

_META = "meta.json"
_FORMAT = 2


def _fixed(array: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """The array, which nobody may change any more."""
    array.setflags(write=False)
    return array


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """A file only its owner may read, on the disk when the block ends."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
