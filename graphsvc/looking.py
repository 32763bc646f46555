"""A full look at everybody, made the current analysis: in this process, or in one of its own.

In one of its own, what comes in meanwhile, glances and questions have this interpreter to themselves. What such a look
leaves for glances comes back with its record; the snapshot does not, for every process can open it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from graphsvc.analysing import Analysed
from graphsvc.apart import Apart, Ended
from graphsvc.errors import AnalysisLost
from graphsvc.model.progress import Progress, silent
from graphsvc.store.results import AnalysisRecord

if TYPE_CHECKING:
    from graphsvc.glancing.standpoint import Standpoint


@dataclass(frozen=True)
class Asked:
    """Which look."""

    as_of: int
    """Epoch ms of service time."""
    wall: int
    """Epoch ms: when it is made."""
    engine: str = "local"


@dataclass(frozen=True)
class Looked:
    """A look that was made current."""

    record: AnalysisRecord
    position: int
    """The ledger's events below it were looked at."""
    standpoint: "Callable[[], Standpoint] | None"
    """Makes what glances look from; None where not all events were known then."""


class Look(Protocol):
    """The service's verb."""

    def __call__(self, asked: Asked, progress: Progress = silent) -> Looked:
        """Look at everybody; the analysis is current on return. Overtaken where retention goes on meanwhile."""


def looked(made: Analysed) -> Looked:
    """What an analysis of this process leaves; its standpoint is made when somebody glances."""

    def standpoint() -> "Standpoint":
        from graphsvc.glancing.standpoint import Standpoint

        about = (made.record, made.facts_due_at, made.kept, made.parts.position, made.parts.calibration)
        return Standpoint.of(made.view, made.tables, *about)

    return Looked(made.record, made.parts.position, standpoint if made.whole else None)


Carried = tuple[AnalysisRecord, int, "Standpoint | None"]
"""A look between two processes."""


def carried(look: Look, asked: Asked) -> Carried:
    """A look whose standpoint is made at once, for another process."""
    made = look(asked)
    return made.record, made.position, None if made.standpoint is None else made.standpoint()


@dataclass(frozen=True)
class LooksApart:
    """Looks in a process of their own, from a size on: a small world is looked at sooner than handed over."""

    process: Apart[Asked, Carried]
    events_least: int
    """Events in the ledger from which on it is used."""

    def look(self, asked: Asked) -> Looked:
        """See Look. AnalysisLost where the process was ended; the next look begins another."""
        try:
            record, position, standpoint = self.process.ask(asked)
        except Ended:
            raise AnalysisLost(
                "the process that analyses was ended, perhaps for want of memory; the next analysis begins another"
            ) from None
        return Looked(record, position, None if standpoint is None else lambda: standpoint)
