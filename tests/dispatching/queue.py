"""A queue to test: ranked people put straight into the catalogue, a clock that only the test moves."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from graphsvc.dispatching import Dispatching
from graphsvc.model import tables as arrow
from graphsvc.model.findings import Findings
from graphsvc.model.warnings import ClaimedWarning, Moment, WarningChannel
from graphsvc.model.words import OutcomeKind
from graphsvc.store import facts as fact_store
from graphsvc.store import publishing
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.results import AnalysisRecord

START = 1_772_700_000_000  # 2026-03-05 16:40 in Shanghai
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
SMS, CALL, VISIT = WarningChannel.SMS, WarningChannel.CALL, WarningChannel.VISIT
APP, VOICE = WarningChannel.APP, WarningChannel.VOICE


def ranked(number: int, **changes: Any) -> dict[str, Any]:
    """A person of medium grade in Shenzhen whom a suspect of network 7 called an hour ago."""
    person = {
        "number": number,
        "probability": 0.02,
        "in_contact_probability": 0.9,
        "stage": "engaged",
        "grade": "medium",
        "scam_type": "loan",
        "deadline_at": START + 6 * HOUR,
        "network_id": 7,
        "region": "440305",
        "evidence": "[]",
        "suspect": 1_000_000,
        "last_at": START - HOUR,
    }
    return person | changes


@dataclass
class Queue:
    """The desk with its clock."""

    desk: Dispatching
    now: Moment = field(default_factory=lambda: Moment(START, START))
    keys: int = 0

    @classmethod
    def on(cls, catalogue: Catalogue) -> "Queue":
        """A queue on a catalogue with a thousand subscribers, where nobody is ranked yet."""
        return cls(Dispatching(catalogue, ZoneInfo("Asia/Shanghai"), b"secret"))

    @property
    def catalogue(self) -> Catalogue:
        return self.desk.catalogue

    def later(self, ms: int) -> None:
        """Let time pass, by both clocks."""
        self.now = Moment(self.now.service + ms, self.now.wall + ms)

    def rank(self, *people: dict[str, Any], lineage: dict[int, str] | None = None) -> None:
        """Make an analysis current that ranks these people, and plan from it."""
        publish(self.catalogue, people, self.now.service, lineage or {})
        self.desk.plan(now=self.now)

    def unbounded(self, *channels: WarningChannel) -> None:
        """Let channels make as many warnings as they like."""
        for channel in channels or (SMS, CALL, VISIT):
            self.capacity(channel, None)

    def capacity(self, channel: WarningChannel, per_day: int | None, **more: Any) -> None:
        said = {"region": None, "per_hour": None, "from_at": None, "until_at": None} | more
        self.desk.set_capacity(channel, per_day=per_day, now=self.now, **said)

    def claim(self, channel: WarningChannel = SMS, limit: int = 100, **more: Any) -> list[ClaimedWarning]:
        """Claim under a key of its own, unless one is given."""
        self.keys += 1
        said: dict[str, Any] = {"worker": "w", "idempotency_key": f"k{self.keys}", "region": None, "lease_seconds": 60}
        said |= {"now": self.now, "wall": lambda: self.now.wall}
        return self.desk.claim(channel=channel, limit=limit, **(said | more))

    def ack(self, *claimed: ClaimedWarning, outcome: str | None = None) -> None:
        """Acknowledge leases; each must count."""
        kind = None if outcome is None else OutcomeKind(outcome)
        result = self.desk.ack([one.lease_token for one in claimed], outcome=kind, now=self.now)
        assert not result.refused

    def add(self, feed: str, **row: Any) -> None:
        """A row of a feed, known now."""
        schema = arrow.FACTS[feed]
        whole = {**dict.fromkeys(schema.names), "known_at": self.now.service, **row}
        fact_store.add_facts(self.catalogue, feed, pa.Table.from_pylist([whole], schema=schema))

    def kinds(self) -> list[str]:
        """What the log says, in order."""
        return [event.kind.value for event in self.desk.events(first=1000, after=None).events]


def publish(catalogue: Catalogue, people: Sequence[dict[str, Any]], as_of: int, lineage: dict[int, str]) -> None:
    """An analysis that ranks these people, made current."""
    victims = [{"rank": place, **person} for place, person in enumerate(people, 1)]
    exposures = [{**_NOTHING_ELSE, **{k: v for k, v in p.items() if k in arrow.EXPOSURES.names}} for p in people]
    networks = [{**_NETWORK, "network_id": network_id, "lineage": text} for network_id, text in lineage.items()]
    findings = Findings(
        suspicions=arrow.SUSPICIONS.empty_table(),
        entity_suspicions=arrow.ENTITY_SUSPICIONS.empty_table(),
        networks=pa.Table.from_pylist(networks, schema=arrow.NETWORKS),
        members=arrow.MEMBERS.empty_table(),
        exposures=pa.Table.from_pylist(exposures, schema=arrow.EXPOSURES),
    )
    record = AnalysisRecord(
        analysis_id=publishing.new_analysis_id(catalogue),
        snapshot_id=f"0-{as_of}",
        as_of=as_of,
        made_at=as_of,
        engine="none",
        counts={},
        timings={},
    )
    publishing.publish(catalogue, record, findings, pa.Table.from_pylist(victims, schema=arrow.VICTIMS))
    publishing.turn_to(catalogue, record.analysis_id)


_NOTHING_ELSE = {
    name: "[]" if name == "key_events" else False if name == "message_then_call" else 0
    for name in arrow.EXPOSURES.names
    if not arrow.EXPOSURES.field(name).nullable
}
_NETWORK = {name: 0 for name in arrow.NETWORKS.names if not arrow.NETWORKS.field(name).nullable} | {"linked": "[]"}
