"""A full look at everybody, published as an analysis: in this process, or in one of its own.

In one of its own, what comes in meanwhile, glances and questions have this interpreter to themselves. What such a look
leaves for glances comes back with its record; the snapshot does not, for every process can open it.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from graphsvc.analysing import Analysed
from graphsvc.apart import Apart, Ended
from graphsvc.errors import AnalysisLost
from graphsvc.glancing import Full
from graphsvc.model.progress import Progress, silent
from graphsvc.store.horizon import Horizon
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


class Look(Protocol):
    """The service's verb."""

    def __call__(self, asked: Asked, progress: Progress = silent) -> Full:
        """Look at everybody; the analysis is published on return. Overtaken where retention goes on meanwhile."""


def looked(made: Analysed) -> Full:
    """What an analysis of this process leaves; its standpoint is made when somebody glances."""

    def standpoint() -> "Standpoint":
        from graphsvc.glancing.standpoint import Standpoint

        about = (made.record, made.facts_due_at, made.kept, made.parts.position, made.parts.calibration)
        return Standpoint.of(made.view, made.tables, *about)

    return Full(made.record, made.parts.position, made.kept, standpoint if made.whole else None)


Carried = tuple[AnalysisRecord, int, Horizon, "Standpoint | None"]
"""A look between two processes."""


def carried(look: Look, asked: Asked) -> Carried:
    """A look whose standpoint is made at once, for another process."""
    made = look(asked)
    return made.record, made.position, made.kept, None if made.standpoint is None else made.standpoint()


@dataclass(frozen=True)
class LooksApart:
    """Looks in a process of their own, from a size on: a small world is looked at sooner than handed over."""

    process: Apart[Asked, Carried]
    events_least: int
    """Events in the ledger from which on it is used."""

    def look(self, asked: Asked) -> Full:
        """See Look. AnalysisLost where the process was ended; the next look begins another."""
        try:
            record, position, kept, standpoint = self.process.ask(asked)
        except Ended:
            raise AnalysisLost(
                "the process that analyses was ended, perhaps for want of memory; the next analysis begins another"
            ) from None
        return Full(record, position, kept, None if standpoint is None else lambda: standpoint)
