"""Files of events taken together: judged at once, one commit for all, and each is told what became of its own rows.

A feeder sends small batches, of which most of the work is there whatever their size.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from graphsvc.errors import InputRefused
from graphsvc.ingest.blocks import Block
from graphsvc.ingest.faults import Broken
from graphsvc.ingest.feeds import EVENTS
from graphsvc.ingest.files import FeedFile
from graphsvc.ingest.keeping import FeedCounts, check, keep
from graphsvc.ingest.read import as_batch, open_feed
from graphsvc.ingest.rejects import Rejects
from graphsvc.ingest.rows import Intake
from graphsvc.ingest.stores import Stores

_APART: Final = 1 << 32
"""Record numbers of one file from those of the next."""


@dataclass
class Told:
    """What became of one file."""

    counts: FeedCounts
    rejects: list[Broken] = field(default_factory=list)


def take(
    files: Sequence[FeedFile], place: str, stores: Stores, intake: Intake, rejects: Rejects
) -> list[Told | InputRefused]:
    """Keep the events of NDJSON files, all or none; by file what became of them, or why it was refused whole.

    Rejects call each file `place`. All are in memory at once.
    """
    told = list[Told | InputRefused]()
    blocks = list[Block]()
    for file in files:
        try:
            own = list(open_feed(file, EVENTS).blocks)
        except InputRefused as refusal:
            told.append(refusal)
            continue
        blocks += [_of_file(len(told), block) for block in own]
        told.append(Told(FeedCounts(read=sum(block.rows for block in own))))
    if not blocks:
        return told
    here = {at: one for at, one in enumerate(told) if isinstance(one, Told)}
    kept = keep(check(place, EVENTS, as_batch(blocks), intake, stores), stores, _Parted(rejects, here))
    duplicate = np.bincount(kept.duplicates // _APART, minlength=len(files)).tolist()
    for at, one in here.items():
        counts = one.counts
        counts.duplicate, counts.rejected = duplicate[at], len(one.rejects)
        counts.accepted = counts.read - counts.duplicate - counts.rejected
    return told


def _of_file(at: int, block: Block) -> Block:
    """A block whose record numbers say which file it is of."""
    broken = [replace(one, line=one.line + at * _APART) for one in block.broken]
    return Block(block.table, block.lines + at * _APART, broken)


@dataclass(frozen=True)
class _Parted:
    """Writes rejects down by file, and tells each file its own."""

    rejects: Rejects
    told: dict[int, Told]

    def write(self, place: str, refused: Sequence[Broken]) -> None:
        """See Rejects."""
        for one in refused:
            at, line = divmod(one.line, _APART)
            self.told[at].rejects.append(replace(one, line=line))
        self.rejects.write(place, [one for each in self.told.values() for one in each.rejects])
