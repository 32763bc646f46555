"""What scam networks did day by day: how many of their numbers were in use, and whom they reached."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa

from graphsvc.graph.port import Graph
from graphsvc.reports.values import NetworkDay
from graphsvc.store import facts_about, results
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.results import AnalysisRecord

_DAY_MS = 24 * 3600 * 1000


def timelines_of(
    catalogue: Catalogue, record: AnalysisRecord, network_ids: Sequence[int], graph: Graph, zone: ZoneInfo
) -> dict[int, list[NetworkDay]]:
    """Of each of these networks the days on which it was in contact with others or was flagged, the oldest first.

    Members are those of the analysis, on every day; days are the operator's, as its clock stood at the analysis. As
    many questions are asked as for one network.
    """
    members: defaultdict[int, list[int]] = defaultdict(list)
    for row in results.members_of(catalogue, record.analysis_id, network_ids).to_pylist():
        if row["number"] is not None:
            members[row["network_id"]].append(row["number"])
    wanted = sorted(set(network_ids))
    offset = datetime.fromtimestamp(record.as_of / 1000, zone).utcoffset() or timedelta()
    offset_ms = round(offset.total_seconds() * 1000)
    rows = graph.activity([members[one] for one in wanted], offset_ms=offset_ms).to_pylist()
    flagged = sorted({number for theirs in members.values() for number in theirs})
    said = _flags_said(facts_about.flags_on(catalogue, "number", flagged, record.as_of), members, offset_ms)
    days = {(wanted[row["group"]], row["day"]): row for row in rows}
    found: dict[int, list[NetworkDay]] = {one: [] for one in wanted}
    for network_id, day in sorted({*days, *said}):
        row = days.get((network_id, day), {})
        found[network_id].append(
            NetworkDay(
                date=(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)).date().isoformat(),
                begins_at=day * _DAY_MS - offset_ms,
                active=row.get("active", 0),
                events=row.get("events", 0),
                calls=row.get("calls", 0),
                messages=row.get("messages", 0),
                talk_s=row.get("talk_s", 0),
                reached=row.get("others", 0),
                newly_reached=row.get("new_others", 0),
                flags=said[network_id, day],
            )
        )
    return found


def _flags_said(flags: pa.Table, members: dict[int, list[int]], offset_ms: int) -> Counter[tuple[int, int]]:
    """How many flags on members became known each day."""
    networks: defaultdict[int, list[int]] = defaultdict(list)
    for network_id, numbers in members.items():
        for number in numbers:
            networks[number].append(network_id)
    return Counter(
        (network_id, (row["known_at"] + offset_ms) // _DAY_MS)
        for row in flags.select(["number", "known_at"]).to_pylist()
        if row["known_at"] > 0  # a flag that was always known has no day
        for network_id in networks[row["number"]]
    )
