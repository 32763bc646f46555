"""What the service would know at an instant: an analysis of all that was known then, and the people it ranks.

The same engine and the same ranking as `graphsvc analyse`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import orjson
import pyarrow as pa

from graphsvc.engine.port import Engine
from graphsvc.graph.fold import fold
from graphsvc.model.facts import Facts
from graphsvc.model.findings import Findings, KnownNetworks
from graphsvc.model.progress import silent
from graphsvc.model.tables import MEMBERS
from graphsvc.ranking.rank import Ranked, ordered
from graphsvc.ranking.reasons import Suspects
from graphsvc.replay.timeline import Timeline, events_table


@dataclass(frozen=True)
class Outlook:
    """People ranked at an instant, and what they are ranked by."""

    facts: Facts
    findings: Findings
    ranked: Ranked

    def evidence(self, numbers: Sequence[int]) -> list[str]:
        """Why these people (ids) are ranked, in the order given."""
        place = {number: at for at, number in enumerate(self.ranked.rows["number"].to_list())}
        chosen = self.ranked.only([place[number] for number in numbers])
        return chosen.evidence(Suspects.of(self.findings.suspicions, self.facts))

    def same_networks(self) -> dict[int, Collection[int]]:
        """Network → networks of the analysis before that it came from."""
        lineage = self.findings.networks.select(["network_id", "lineage"]).to_pylist()
        return {row["network_id"]: {one["network_id"] for one in orjson.loads(row["lineage"])} for row in lineage}


@dataclass
class Analyst:
    """Looks at the timeline as of one instant after another."""

    timeline: Timeline
    engine: Engine
    known: KnownNetworks
    """Networks of the look before, which keep their ids."""

    def look(self, at: int) -> Outlook:
        """Everything known at an instant (epoch ms)."""
        facts = self.timeline.facts_held(at)
        batch = events_table(self.timeline.events, slice(0, self.timeline.known(at)))
        snapshot = fold([batch], as_of=at, snapshot_id=f"replay-{at}")
        findings = self.engine.analyse(snapshot, facts, self.known, silent)
        self.known = known_after(self.known, findings)
        return Outlook(facts, findings, ordered(findings.exposures, findings.suspicions, facts, at))


def nobody_known() -> KnownNetworks:
    """Before the first look."""
    return KnownNetworks(members=MEMBERS.empty_table(), next_id=1)


def known_after(before: KnownNetworks, findings: Findings) -> KnownNetworks:
    """The networks found last, and the first id that was never given away."""
    ids: pa.ChunkedArray = findings.networks["network_id"]
    newest = max((int(one) for one in ids.to_pylist()), default=0)
    return KnownNetworks(members=findings.members, next_id=max(before.next_id, newest + 1))
