"""What groups of numbers did day by day, in Neo4j; see graph.activity."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from graphsvc.graph.neo4j.window import Window
from graphsvc.graph.values import ACTIVITY


def activity(window: Window, groups: Sequence[Sequence[int]], *, offset_ms: int) -> pa.Table:
    """ACTIVITY of these groups, by group and day."""
    asked: dict[str, Any] = {"groups": [sorted(set(group)) for group in groups], "offset": offset_ms}
    window.require_events(number for group in groups for number in group)
    rows = window.database.read("graph/activity", **asked)
    began = window.database.read("graph/activity_new", **asked)
    new = {(row["group"], row["day"]): row["others"] for row in began}
    table = [
        {
            "group": row["group"],
            "day": row["day"],
            "active": row["active"],
            "events": row["events"],
            "calls": row["calls"],
            "messages": row["events"] - row["calls"],
            "talk_s": row["talkSeconds"],
            "others": row["others"],
            "new_others": new.get((row["group"], row["day"]), 0),
        }
        for row in rows
    ]
    return pa.Table.from_pylist(table, schema=ACTIVITY)
