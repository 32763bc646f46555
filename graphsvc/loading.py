"""The desk of loading: rows from outside into ledger and catalogue, from files and from messages of brokers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from graphsvc.model.progress import Progress, silent
from graphsvc.settings import Settings
from graphsvc.store import facts as fact_store
from graphsvc.store import horizon, positions
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.home import Home
from graphsvc.store.ledger import Ledger
from graphsvc.store.lock import hold_for_writing
from graphsvc.store.registry import Registry
from graphsvc.store.turns import Turn
from graphsvc.tracing import traced

if TYPE_CHECKING:
    from graphsvc.ingest.keeping import FeedCounts
    from graphsvc.ingest.load import LoadReport
    from graphsvc.ingest.messages import Messages
    from graphsvc.ingest.stores import Stores


@traced("loading", "files", "messages")
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

    def files(
        self, paths: Sequence[Path], *, kind: str | None, feed_id: str, progress: Progress = silent
    ) -> "LoadReport":
        """Take feed folders and files. Loading the same rows again changes nothing."""
        from graphsvc.ingest.load import load

        with self._writing() as stores:
            kept = horizon.of(self.catalogue)
            return load(
                paths,
                stores,
                now=self.wall(),
                kind=kind,
                feed_id=feed_id,
                region=self.settings.national_region,
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

        with self._writing() as stores:
            kept, now = horizon.of(self.catalogue), self.wall()
            intake = Intake(
                self.registry,
                region=self.settings.national_region,
                feed_id=feed_id,
                now=now,
                events_from=kept.events_from,
                facts_from=kept.facts_from,
            )
            with RejectsFile(stores.rejects, now) as rejects:
                counts = take(messages, stores, intake, rejects)
            if counts is None:
                positions.note(self.catalogue, [messages.step])
        return counts or FeedCounts()

    def positions(self, sources: Sequence[str]) -> Mapping[str, int]:
        """How far those of these sources that were ever read have been taken in."""
        return positions.positions(self.catalogue, sources)

    @contextmanager
    def _writing(self) -> Iterator["Stores"]:
        from graphsvc.ingest.stores import Stores

        stores = Stores(
            registry=self.registry,
            ledger=self.ledger,
            add_facts=partial(fact_store.add_facts, self.catalogue),
            rejects=self.home.folder(self.home.rejects),
        )
        wait = self.settings.lock_wait_seconds
        with self.turn, hold_for_writing(self.home, purpose="load", wait_seconds=wait):
            yield stores
