"""What was known at an instant, as tables."""

from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa

from graphsvc.model.tables import CASES, DIRECTORY, FLAGS, LINKS, OUTCOMES, RELEASES, SUBSCRIBERS

SPEAKS_OF: Final = "speaks_of"
"""Column of flags that the engine adds: `Facts.flags_speak_of`, as known by contacts."""
SHOWN_CALLS: Final = "shown_calls"
"""Column of flags that the engine adds: complaints about calls that the number's own SIM did not make."""


@dataclass(frozen=True)
class Facts:
    """The facts known at `as_of` (epoch ms), beside the contact events.

    `flags` holds those in force then: the newest row of each (number or entity, source, case, type, valid_from),
    neither revoked nor yet to begin. `subscribers`, `directory` and `releases` hold the newest row of each number,
    `cases` that of each victim of a case. `links` and `outcomes` hold every row known; a link's validity is for the
    reader to apply.
    """

    as_of: int
    flags: pa.Table
    cases: pa.Table
    links: pa.Table
    subscribers: pa.Table
    directory: pa.Table
    outcomes: pa.Table
    releases: pa.Table = field(default_factory=RELEASES.empty_table)
    nobody: frozenset[int] = frozenset()
    """Short codes and sender names: no person has them, so that none of them is at risk."""

    @classmethod
    def none(cls, as_of: int) -> "Facts":
        """No facts at all: what a data folder with nothing but events knows."""
        return cls(
            as_of=as_of,
            flags=FLAGS.empty_table(),
            cases=CASES.empty_table(),
            links=LINKS.empty_table(),
            subscribers=SUBSCRIBERS.empty_table(),
            directory=DIRECTORY.empty_table(),
            outcomes=OUTCOMES.empty_table(),
        )

    def flags_speak_of(self) -> list[int]:
        """By row of `flags`, the latest instant that it can speak of, epoch ms.

        That is when it became known; of a case, when its money was lost (of several victims, that of the last): news of
        a loss come days late, and the number may have another owner by then. The engine, which knows contacts, says it
        more exactly, in a column SPEAKS_OF of its own.
        """
        if SPEAKS_OF in self.flags.column_names:
            return list(self.flags[SPEAKS_OF].to_pylist())
        cases = self.cases.select(["case_id", "lost_at"]).sort_by("lost_at")
        lost_at = dict(zip(cases["case_id"].to_pylist(), cases["lost_at"].to_pylist(), strict=True))
        rows = zip(self.flags["case_id"].to_pylist(), self.flags["known_at"].to_pylist(), strict=True)
        return [min(known_at, lost_at.get(case, known_at)) for case, known_at in rows]
