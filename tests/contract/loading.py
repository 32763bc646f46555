"""Writes events into an empty Neo4j as docs/neo4j.md describes them, plainly.

The projection that does this in earnest is judged by its own tests; here the questions are judged.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import neo4j

from graphsvc.settings import Neo4jAddress


@dataclass(frozen=True)
class Single:
    """One event; `seconds` None is a message or a call without a duration."""

    a: int
    b: int
    at: int
    call: bool
    seconds: int | None
    answered: bool | None = None
    device: int | None = None

    @property
    def talk_s(self) -> int:
        return 0 if self.answered is False else self.seconds or 0


def load(address: Neo4jAddress, events: Sequence[Single], *, scope: str) -> None:
    """Numbers, contacts, devices used, and with scope `all` the events themselves."""
    contacts: dict[tuple[int, int], list[Single]] = defaultdict(list)
    for event in events:
        if event.a != event.b:
            contacts[event.a, event.b].append(event)
    selves = Counter(event.a for event in events if event.a == event.b)
    seen = sorted({end for event in events for end in (event.a, event.b)})
    used = Counter((e.a, e.device) for e in events if e.a != e.b and e.device is not None)
    single = [
        {"seq": seq, "a": e.a, "b": e.b, "at": e.at, "seconds": e.seconds, "answered": e.answered, "call": e.call}
        for seq, e in enumerate(events)
        if e.a != e.b and scope == "all"
    ]
    with neo4j.GraphDatabase.driver(address.bolt, auth=(address.user, address.password)) as driver:
        for text in _KEYS:
            driver.execute_query(text)
        for text, rows in (
            ("UNWIND $rows AS row CREATE (s:Service) SET s = row", [{"only": 0, "eventsScope": scope}]),
            (
                "UNWIND $rows AS row CREATE (:Number {numberId: row.id, selfEvents: row.selves})",
                [{"id": number, "selves": selves[number]} for number in seen],
            ),
            (_CONTACTS, [_folded(pair, many) for pair, many in contacts.items()]),
            (_CALLS, [event for event in single if event["call"]]),
            (_TEXTS, [event for event in single if not event["call"]]),
            (
                "UNWIND $rows AS row CREATE (:Entity:Device {entityId: row})",
                sorted({device for _, device in used if device is not None}),
            ),
            (_DEVICES, [{"a": a, "device": device, "events": many} for (a, device), many in used.items()]),
        ):
            driver.execute_query(text, {"rows": rows})


_KEYS = (
    "CREATE CONSTRAINT number_id IF NOT EXISTS FOR (n:Number) REQUIRE n.numberId IS UNIQUE",
    "CREATE CONSTRAINT entity_id IF NOT EXISTS FOR (e:Entity) REQUIRE e.entityId IS UNIQUE",
)
_ENDS = "UNWIND $rows AS row MATCH (a:Number {numberId: row.a}) MATCH (b:Number {numberId: row.b}) "
_CONTACTS = (
    _ENDS
    + """CREATE (a)-[c:CONTACTED]->(b)
SET c = row {.events, .calls, .messages, .answered, .talkSeconds, .detailed},
    c.firstAt = datetime({epochMillis: row.firstAt}), c.lastAt = datetime({epochMillis: row.lastAt})"""
)
_CALLS = (
    _ENDS
    + """CREATE (a)-[c:CALLED]->(b)
SET c = row {.seq, .seconds, .answered}, c.at = datetime({epochMillis: row.at})"""
)
_TEXTS = _ENDS + "CREATE (a)-[:TEXTED {seq: row.seq, at: datetime({epochMillis: row.at})}]->(b)"
_DEVICES = """
UNWIND $rows AS row
MATCH (a:Number {numberId: row.a}) MATCH (d:Entity {entityId: row.device})
CREATE (a)-[:USED_DEVICE {events: row.events}]->(d)
"""


def _folded(pair: tuple[int, int], events: list[Single]) -> dict[str, Any]:
    calls = [event for event in events if event.call]
    return {
        "a": pair[0],
        "b": pair[1],
        "events": len(events),
        "calls": len(calls),
        "messages": len(events) - len(calls),
        "answered": sum(call.answered is True or (call.answered is None and (call.seconds or 0) > 0) for call in calls),
        "talkSeconds": sum(call.talk_s for call in calls),
        "firstAt": min(event.at for event in events),
        "lastAt": max(event.at for event in events),
        "detailed": True,
    }
