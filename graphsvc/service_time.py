"""Service time: the wall clock, or, with data of the past, the newest `known_at`. Deadlines and new facts go by it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from graphsvc.model.warnings import Moment
from graphsvc.store import facts as fact_store
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.ledger import Ledger

DAY_MS: Final = 24 * 3600 * 1000


@dataclass(frozen=True)
class ServiceTime:
    """The two clocks of a data folder. All instants are epoch ms."""

    catalogue: Catalogue
    ledger: Ledger
    wall: Callable[[], int]
    """The wall clock."""

    def now(self) -> int:
        """The wall clock; with data older than a day, the newest `known_at`."""
        newest, wall = self.newest_known_at(), self.wall()
        return wall if newest is None or wall - newest <= DAY_MS else newest

    def moment(self) -> Moment:
        """Now by both clocks."""
        return Moment(service=self.now(), wall=self.wall())

    def new_instant(self) -> int:
        """The time of a fact stated now: after all that is known, so that what is said last holds."""
        newest = self.newest_known_at()
        return self.now() if newest is None else max(self.now(), newest + 1)

    def newest_known_at(self) -> int | None:
        """When the newest news came; None where there is none."""
        times = (self.ledger.newest_known_at(), fact_store.newest_known_at(self.catalogue))
        return max((known for known in times if known is not None), default=None)
