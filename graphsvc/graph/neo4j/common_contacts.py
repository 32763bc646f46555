"""Common contacts in Neo4j: candidates come from all given numbers but the busiest, then each is asked for them."""

from collections.abc import Collection, Sequence

import pyarrow as pa

from graphsvc.graph.neo4j.window import Window
from graphsvc.graph.values import COMMON, COMMON_TIES, CommonContacts


def common_contacts(window: Window, ids: Sequence[int], *, limit: int, closed: Collection[int]) -> CommonContacts:
    """Numbers in contact with two of these (registry ids) at least: known to most first, then by events, then by id."""
    seen = window.database.read("graph/numbers_seen", ids=sorted(set(ids)))
    by_contacts = [row["number"] for row in sorted(seen, key=lambda row: (row["contacts"], row["number"]))]
    # Whoever is known to two is known to one of all but the last: a hub's million contacts are never listed.
    asked = {
        "ids": by_contacts[:-1],
        "most": by_contacts[-1:],
        "aside": sorted({*by_contacts, *closed}),
    }
    room = max(0, limit)
    rows = window.read("common_contacts", by_contacts, **asked, limit=room + 1)
    left_out = 0
    if len(rows) > room:
        left_out = window.read("common_contacts_size", by_contacts, **asked)[0]["numbers"] - room
    shown = [row["number"] for row in rows[:room]]
    ties = window.read("common_contacts_ties", by_contacts, ids=by_contacts, numbers=shown)
    return CommonContacts(
        numbers=pa.Table.from_pylist(
            [
                {
                    "number": row["number"],
                    "known_to": row["knownTo"],
                    "events": row["events"],
                    "first_at": row["firstAt"],
                    "last_at": row["lastAt"],
                }
                for row in rows[:room]
            ],
            schema=COMMON,
        ),
        ties=pa.Table.from_pylist(
            [{**row, "first_at": row["firstAt"], "last_at": row["lastAt"]} for row in ties], schema=COMMON_TIES
        ),
        left_out=left_out,
    )
