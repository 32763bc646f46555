"""Numbers that were released are shown free at once, whichever analysis an answer is taken from.

An analysis made after a release knows of it; until then its answers are corrected here, so that nothing shows a free
number as suspect, and nothing cites it against somebody. What it made of *others* changes with the next analysis.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp
from typing import Any, Final
from weakref import WeakKeyDictionary

import pyarrow as pa

from graphsvc.engine import parameters
from graphsvc.engine.releases import Releases
from graphsvc.model.evidence import Evidence, from_json, to_json
from graphsvc.model.facts import Facts
from graphsvc.model.tables import SUSPICIONS
from graphsvc.model.words import MemberRole, NumberClass
from graphsvc.store import facts as fact_store
from graphsvc.store import facts_about, results
from graphsvc.store import releases as store
from graphsvc.store.catalogue import Catalogue

_MET: Final = ("met_flagged_number", "met_suspect_number")


@dataclass(frozen=True)
class Freed:
    """Who is free now."""

    releases: Releases

    def __contains__(self, number: object) -> bool:
        return number in self.releases.free

    def suspicion_of(
        self, catalogue: Catalogue, analysis_id: str, numbers: Sequence[int], only: Sequence[str] | None = None
    ) -> pa.Table:
        """SUSPICIONS rows of these numbers in an analysis; free numbers' as an analysis would say now.

        `only`: of these columns, `number` and `class` among them; else of all.
        """
        found = results.suspicion_of(catalogue, analysis_id, numbers, only)
        if not self.releases.free:
            return found
        rows = [self._row(row) if row["number"] in self else row for row in found.to_pylist()]
        return pa.Table.from_pylist(rows, schema=SUSPICIONS).select(found.column_names)

    def ranked(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """VICTIMS rows without those that rest on free numbers alone."""
        if not self.releases.free:
            return rows
        return [row for row in rows if not any(self._rests_on_free(item) for item in from_json(row["evidence"]))]

    def grades_of(
        self, catalogue: Catalogue, analysis_id: str, numbers: Sequence[int]
    ) -> dict[int, tuple[str, str | None]]:
        """Of those who are ranked, by number: the grade and the region; not of whoever rests on free numbers alone."""
        only = ["number", "grade", "region", *(["evidence"] if self.releases.free else [])]
        rows = results.victims_of(catalogue, analysis_id, numbers, only).to_pylist()
        return {row["number"]: (row["grade"], row["region"]) for row in self.ranked(rows)}

    def evidence(self, items: list[Evidence]) -> list[Evidence]:
        """The same evidence without naming anybody who is free."""
        return [self._unnamed(item) for item in items] if self.releases.free else items

    def _row(self, row: dict[str, Any]) -> dict[str, Any]:
        said = parameters.PRIOR_LOG_ODDS + parameters.RELEASED_SAYS
        evidence = [
            Evidence("prior", parameters.PRIOR_LOG_ODDS),
            Evidence("released", parameters.RELEASED_SAYS, {"first_at": self.releases.released_at[row["number"]]}),
        ]
        hub = row["class"] == NumberClass.BENIGN_HUB.value
        return {
            "number": row["number"],
            "fraud_probability": 1 / (1 + exp(-said)),
            "class": row["class"] if hub else NumberClass.ORDINARY.value,
            "role": MemberRole.UNKNOWN.value,
            "scam_type": None,
            "network_id": None,
            "evidence": to_json(evidence),
        }

    def _rests_on_free(self, item: Evidence) -> bool:
        return item.rule in _MET and item.facts.get("suspects") == 1 and item.facts["number"] in self

    def _unnamed(self, item: Evidence) -> Evidence:
        facts = dict(item.facts)
        if item.rule in _MET and facts["number"] in self:
            others = {"count": int(facts.get("suspects", 1)) - 1}
            return Evidence("met_other_suspects", item.contribution, others)
        if any(number in self for number in facts.get("numbers", ())):
            facts["numbers"] = [number for number in facts["numbers"] if number not in self]
        if "events" in facts:
            facts["events"] = [event for event in facts["events"] if event.get("number") not in self]
        return item._replace(facts=facts)


NOBODY: Final = Freed(Releases({}, frozenset()))


_WORKED_OUT: Final[WeakKeyDictionary[Catalogue, tuple[tuple[int | None, ...], Freed]]] = WeakKeyDictionary()
"""Who is free, by catalogue, and the mark that it was worked out behind."""


def freed(catalogue: Catalogue) -> Freed:
    """Who is free by all that is known. Every answer asks: it is worked out anew when the mark has changed."""
    mark = store.mark(catalogue)  # before the rest: what comes in meanwhile changes the next one
    held = _WORKED_OUT.get(catalogue)
    if held is None or held[0] != mark:
        held = _WORKED_OUT[catalogue] = mark, _worked_out(catalogue)
    return held[1]


def _worked_out(catalogue: Catalogue) -> Freed:
    released = store.newest(catalogue)
    if not released.num_rows:
        return NOBODY
    as_of = fact_store.newest_known_at(catalogue) or 0
    flags = facts_about.flags_on(catalogue, "number", released["number"].to_pylist(), as_of)
    return Freed(Releases.of(replace(Facts.none(as_of), flags=flags, releases=released)))
