"""Which numbers an export takes and what it tells about each: token, masked number, class, suspicion, network."""

import pyarrow as pa

from graphsvc.graph.snapshot import Snapshot
from graphsvc.model.references import network_reference
from graphsvc.model.words import NumberClass
from graphsvc.reports.names import Names
from graphsvc.store import results
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.results import AnalysisRecord


def content_of(
    catalogue: Catalogue, record: AnalysisRecord, names: Names, snapshot: Snapshot, network_id: int | None
) -> tuple[list[int] | None, pa.Table]:
    """The numbers to write (None: all) and a table about them. NotFound where there is no such network."""
    only = None if network_id is None else _around(catalogue, record, network_id)
    ids = snapshot.numbers.tolist() if only is None else only
    shown = names.numbers(ids)
    rows = names.freed.suspicion_of(catalogue, record.analysis_id, ids).to_pylist()
    held = {row["number"]: row for row in rows}
    about = []
    for number in ids:
        row = held.get(number)
        network = row["network_id"] if row else None
        about.append(
            {
                "number": number,
                "token": shown[number].token,
                "masked": shown[number].number,
                "class": row["class"] if row else NumberClass.ORDINARY.value,
                "fraud_probability": row["fraud_probability"] if row else 0.0,
                "network": None if network is None else network_reference(network),
            }
        )
    return only, pa.Table.from_pylist(about, schema=_ABOUT)


_ABOUT = pa.schema(
    [
        pa.field("number", pa.int32()),
        pa.field("token", pa.string()),
        pa.field("masked", pa.string()),
        pa.field("class", pa.string()),
        pa.field("fraud_probability", pa.float64()),
        pa.field("network", pa.string()),
    ]
)


def _around(catalogue: Catalogue, record: AnalysisRecord, network_id: int) -> list[int]:
    """The members of a network and the people exposed to it, ascending."""
    results.network(catalogue, record.analysis_id, network_id)
    members = results.members(catalogue, record.analysis_id, network_id)["number"].drop_null().to_pylist()
    return sorted({*members, *results.exposed_to(catalogue, record.analysis_id, network_id)})
