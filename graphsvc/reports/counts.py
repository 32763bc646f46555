"""What an analysis comes to, in figures."""

import pyarrow as pa

from graphsvc.graph.snapshot import Snapshot
from graphsvc.model.findings import Findings
from graphsvc.reports.belongings import SUSPECT_FROM


def counts_of(snapshot: Snapshot, findings: Findings, victims: pa.Table) -> dict[str, int]:
    """Numbers, contacts, events, suspects, networks and victims of an analysis."""
    held_suspect = findings.suspicions["fraud_probability"].to_numpy() >= SUSPECT_FROM
    return {
        "numbers": snapshot.number_count,
        "contacts": snapshot.contact_count,
        "events": snapshot.event_count,
        "suspects": int(held_suspect.sum()),
        "networks": findings.networks.num_rows,
        "victims": victims.num_rows,
    }
