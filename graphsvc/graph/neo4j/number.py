"""What Neo4j knows of one number: see graph.answers for what the figures mean."""

from typing import Any

from graphsvc.graph.neo4j.connection import Database, Row
from graphsvc.graph.neo4j.window import Window
from graphsvc.graph.values import Acquaintance, NumberSummary, Traffic

_NOTHING = Traffic(0, 0, 0, 0, 0, 0)


def summary_of(window: Window, number: int, *, limit: int) -> NumberSummary:
    """A number's traffic with its busiest and its latest acquaintances; the window is open."""
    database = window.database
    window.require_few(database.read("graph/contacts_at", ids=[number])[0]["contacts"])
    found = database.read("graph/number", number=number, limit=max(0, limit))
    if not found:
        return NumberSummary(number, _NOTHING, _NOTHING, 0, 0, None, None, (), ())
    row = found[0]
    first = [way["firstAt"] for way in (row["sent"], row["received"]) if way["firstAt"] is not None]
    last = [way["lastAt"] for way in (row["sent"], row["received"]) if way["lastAt"] is not None]
    known = _acquaintances(database, number, sorted({*row["top"], *row["latest"]}))
    return NumberSummary(
        number=number,
        sent=_traffic(row["sent"], row["sent"]["contacts"]),
        received=_traffic(row["received"], row["received"]["contacts"]),
        self_events=row["selfEvents"],
        acquaintances=row["acquaintances"],
        first_at=min(first, default=None),
        last_at=max(last, default=None),
        top=tuple(known[other] for other in row["top"]),
        latest=tuple(known[other] for other in row["latest"]),
    )


def _acquaintances(database: Database, number: int, others: list[int]) -> dict[int, Acquaintance]:
    ways: dict[int, list[Row]] = {other: [] for other in others}
    for row in database.read("graph/number_acquaintances", number=number, others=others):
        ways[row["other"]].append(row)
    return {other: _acquaintance(other, rows) for other, rows in ways.items()}


def _acquaintance(other: int, rows: list[Row]) -> Acquaintance:
    sent = [_traffic(row, 1) for row in rows if row["sent"]]
    received = [_traffic(row, 1) for row in rows if not row["sent"]]
    return Acquaintance(
        number=other,
        sent=sent[0] if sent else _NOTHING,
        received=received[0] if received else _NOTHING,
        first_at=min(row["firstAt"] for row in rows),
        last_at=max(row["lastAt"] for row in rows),
    )


def _traffic(row: dict[str, Any], contacts: int) -> Traffic:
    return Traffic(contacts, row["events"], row["calls"], row["messages"], row["answered"], row["talkSeconds"])
