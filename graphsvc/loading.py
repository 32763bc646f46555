"""The desk of loading: rows from outside into ledger and catalogue, from files and from messages of brokers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from graphsvc.model.progress import Progress, silent
from graphsvc.settings import Settings
from graphsvc.store import facts as fact_store
from graphsvc.store import horizon, positions
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.home import Home
from graphsvc.store.horizon import NEVER, Horizon
from graphsvc.store.ledger import Ledger
from graphsvc.store.lock import hold_for_writing
from graphsvc.store.registry import Registry
from graphsvc.store.turns import Turn
from graphsvc.tracing import traced

if TYPE_CHECKING:
    from graphsvc.errors import InputRefused
    from graphsvc.ingest.files import FeedFile
    from graphsvc.ingest.ids import Met
    from graphsvc.ingest.keeping import FeedCounts
    from graphsvc.ingest.load import LoadReport
    from graphsvc.ingest.messages import Messages
    from graphsvc.ingest.stores import Stores
    from graphsvc.ingest.together import Told


TEXTS_MOST: Final = 1_000_000
"""Texts whose ids are remembered from load to load: at most some 96 MB. [assumed]"""


@dataclass
class Remembered:
    """The ids that loads of this process met, for as long as nobody deletes numbers: retention moves the horizon first.

    For whoever holds the folder for writing. A load that fails leaves nothing.
    """

    _met: "Met | None" = None
    _kept: Horizon = NEVER

    def take(self, kept: Horizon) -> "Met | None":
        """What still holds at this horizon, to be given back; None where nothing does."""
        met, self._met = self._met, None
        return met if kept.finished and kept.same_instants(self._kept) else None

    def keep(self, met: "Met", kept: Horizon) -> None:
        """Remember what was met while the horizon was this."""
        if kept.finished and met.texts <= TEXTS_MOST:
            self._met, self._kept = met, kept


@traced("loading", "files", "messages", "together")
@dataclass(frozen=True)
class Loading:
    """Loads into one data folder. The threads of this process take turns, before processes do."""

    home: Home
    catalogue: Catalogue
    registry: Registry
    ledger: Ledger
    settings: Settings
    wall: Callable[[], int]
    """Epoch ms."""
    turn: Turn = field(default_factory=Turn)
    remembered: Remembered = field(default_factory=Remembered)

    def files(
        self, paths: Sequence[Path], *, kind: str | None, feed_id: str, progress: Progress = silent
    ) -> "LoadReport":
        """Take feed folders and files. Loading the same rows again changes nothing."""
        from graphsvc.ingest.load import load

        with self._writing() as (stores, met, kept):
            return load(
                paths,
                stores,
                now=self.wall(),
                kind=kind,
                feed_id=feed_id,
                met=met,
                batch_rows=self.settings.batch_rows,
                events_from=kept.events_from,
                facts_from=kept.facts_from,
                progress=progress,
            )

    def messages(self, messages: "Messages", *, feed_id: str) -> "FeedCounts":
        """Take messages of a source, with its step: all or nothing, durable on return.

        Overtaken where the source has been read on from before them.
        """
        from graphsvc.ingest.keeping import FeedCounts
        from graphsvc.ingest.messages import take
        from graphsvc.ingest.rejects import RejectsFile
        from graphsvc.ingest.rows import Intake

        with self._writing() as (stores, met, kept):
            now, instants = self.wall(), {"events_from": kept.events_from, "facts_from": kept.facts_from}
            intake = Intake(met, feed_id=feed_id, now=now, **instants)
            with RejectsFile(stores.rejects, now) as rejects:
                counts = take(messages, stores, intake, rejects)
            if counts is None:
                positions.note(self.catalogue, [messages.step])
        return counts or FeedCounts()

    def together(self, files: Sequence["FeedFile"], *, place: str, feed_id: str) -> "list[Told | InputRefused]":
        """Take NDJSON files of events together: all or nothing, durable on return; what became of each."""
        from graphsvc.ingest.rejects import RejectsFile
        from graphsvc.ingest.rows import Intake
        from graphsvc.ingest.together import take

        with self._writing() as (stores, met, kept):
            now, instants = self.wall(), {"events_from": kept.events_from, "facts_from": kept.facts_from}
            with RejectsFile(stores.rejects, now) as rejects:
                return take(files, place, stores, Intake(met, feed_id=feed_id, now=now, **instants), rejects)

    def positions(self, sources: Sequence[str]) -> Mapping[str, int]:
        """How far those of these sources that were ever read have been taken in."""
        return positions.positions(self.catalogue, sources)

    @contextmanager
    def _writing(self) -> Iterator[tuple["Stores", "Met", Horizon]]:
        """Hold the folder. What is met is remembered for the next load if this one comes to its end."""
        from graphsvc.ingest.ids import Met
        from graphsvc.ingest.stores import Stores

        stores = Stores(
            registry=self.registry,
            ledger=self.ledger,
            add_facts=partial(fact_store.add_facts, self.catalogue),
            rejects=self.home.folder(self.home.rejects),
        )
        wait = self.settings.lock_wait_seconds
        with self.turn, hold_for_writing(self.home, purpose="load", wait_seconds=wait):
            kept = horizon.of(self.catalogue)
            met = self.remembered.take(kept) or Met(self.registry, self.settings.national_region)
            yield stores, met, kept
            self.remembered.keep(met, kept)
