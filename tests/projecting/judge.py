"""What a graph should hold, worked out row by row in plain Python, and what it does hold, read over Bolt.

Shares no code with the projection: only the verbs of the stores.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import neo4j

from graphsvc.model.references import network_reference
from graphsvc.reports.known import facts_known
from graphsvc.service import Service
from graphsvc.settings import Neo4jAddress
from graphsvc.store import results

Key = tuple[str, Any]  # label and key of a node
Shape = dict[Any, Any]

_ENTITY = {
    "device": "Device",
    "holder": "Holder",
    "account": "Account",
    "social_account": "SocialAccount",
    "url": "Url",
}
_LINK = {
    "device": "HAS_DEVICE",
    "holder": "HELD_BY",
    "account": "USES_ACCOUNT",
    "social_account": "USES_SOCIAL_ACCOUNT",
    "url": "USES_URL",
}
_KEYS = {
    "Number": "numberId",
    "Entity": "entityId",
    "Network": "networkId",
    "Flag": "flagId",
    "Case": "caseId",
}
_TIMES = {"activatedAt", "firstExposedAt", "lastExposedAt", "lostAt", "deadlineAt", "firstSeen", "lastSeen"}
_TIMES |= {"knownAt", "validFrom", "validTo", "firstAt", "lastAt", "at"}


@dataclass
class Graph:
    """Nodes by key with labels and properties; relationships as a multiset. Times are epoch ms."""

    nodes: dict[Key, tuple[frozenset[str], Shape]] = field(default_factory=dict)
    relationships: dict[tuple[str, Key, Key], list[Shape]] = field(default_factory=lambda: defaultdict(list))

    def relate(self, kind: str, a: Key, b: Key, **properties: Any) -> None:
        self.relationships[kind, a, b].append(_said(properties))

    def settled(self) -> "Graph":
        for found in self.relationships.values():
            found.sort(key=lambda shape: json.dumps(shape, sort_keys=True))
        self.relationships = dict(self.relationships)
        return self


def assert_same(address: Neo4jAddress, service: Service) -> None:
    """Every node and relationship is as the ledger, the facts and the current full analysis say."""
    is_there, should_be = there(address), expected(service)
    assert is_there.nodes.keys() == should_be.nodes.keys()
    for key, shape in should_be.nodes.items():
        assert is_there.nodes[key] == shape, key
    assert is_there.relationships.keys() == should_be.relationships.keys()
    for ends, shapes in should_be.relationships.items():
        assert is_there.relationships[ends] == shapes, ends


def there(address: Neo4jAddress) -> Graph:
    """All that the database holds but the projection's book-keeping."""
    graph = Graph()
    with (
        neo4j.GraphDatabase.driver(address.bolt, auth=(address.user, address.password)) as driver,
        driver.session() as session,
    ):
        for record in session.run("MATCH (n) WHERE NOT n:Service AND NOT n:Migration RETURN n"):
            key, labels, shape = _node(record["n"])
            assert key not in graph.nodes, f"{key} is there twice"
            graph.nodes[key] = (labels, shape)
        for record in session.run("MATCH (a)-[r]->(b) RETURN a, b, type(r) AS kind, properties(r) AS properties"):
            graph.relate(record["kind"], _node(record["a"])[0], _node(record["b"])[0], **_plain(record["properties"]))
    return graph.settled()


def expected(service: Service) -> Graph:
    """What it should hold."""
    graph = Graph()
    labels: dict[Key, set[str]] = defaultdict(set)
    shapes: dict[Key, Shape] = {}
    numbers, entities = service.registry.next_ids()
    for row in service.registry.numbers_from(0, numbers).to_pylist():
        key = ("Number", row["number_id"])
        labels[key] = {"Number"}
        shapes[key] = {
            "numberId": row["number_id"],
            "token": row["token"],
            "kind": row["kind"],
            "masked": row["masked"],
        }
    for row in service.registry.entities_from(0, entities).to_pylist():
        if row["kind"] in _ENTITY:
            key = ("Entity", row["entity_id"])
            labels[key] = {"Entity", _ENTITY[row["kind"]]}
            shapes[key] = {"entityId": row["entity_id"], "token": row["token"]}
    _facts(service, graph, labels, shapes)
    detailed = _findings(service, graph, labels, shapes)
    if service.settings.neo4j_events == "suspects":
        for number in detailed:
            labels["Number", number].add("Detailed")
    _events(service, graph, shapes, detailed)
    for key, shape in shapes.items():
        graph.nodes[key] = (frozenset(labels[key]), _said(shape))
    return graph.settled()


def _facts(service: Service, graph: Graph, labels: dict[Key, set[str]], shapes: dict[Key, Shape]) -> None:
    facts = facts_known(service.catalogue, service.registry, service.time.now())
    for row in facts.subscribers.to_pylist():
        told = {"region": row["region"], "language": row["language"], "activatedAt": row["activated_at"]}
        shapes["Number", row["number"]].update(told)
    for row in facts.directory.to_pylist():
        shapes["Number", row["number"]]["role"] = row["role"]
    for row in facts.cases.to_pylist():
        key = ("Case", row["case_id"])
        labels[key] = {"Case"}
        shapes[key] = {
            "caseId": row["case_id"],
            "scamType": row["scam_type"],
            "amount": row["amount"],
            "lostAt": row["lost_at"],
            "knownAt": row["known_at"] or None,
        }
        graph.relate("REPORTED", ("Number", row["number"]), key)
    released = {row["number"]: row["known_at"] for row in facts.releases.to_pylist()}
    for row in facts.flags.to_pylist():
        if row["number"] in released and row["known_at"] <= released[row["number"]]:
            continue
        key = ("Flag", row["flag_id"])
        on = ("Number", row["number"]) if row["number"] is not None else ("Entity", row["entity"])
        labels[on].add("Flagged")
        labels[key] = {"Flag"}
        shapes[key] = {
            "flagId": row["flag_id"],
            "scamType": row["scam_type"],
            "source": row["source"],
            "confidence": row["confidence"],
            "knownAt": row["known_at"] or None,
            "validFrom": row["valid_from"],
        }
        graph.relate("FLAGS", key, on)
        if row["case_id"] is not None:
            case = ("Case", row["case_id"])
            labels[case].add("Case")
            shapes.setdefault(case, {"caseId": row["case_id"]})
            graph.relate("IN_CASE", key, case)
    for line in sorted({json.dumps(row) for row in facts.links.to_pylist() if row["kind"] in _LINK}):
        row = json.loads(line)
        owned = row["number"] is None
        graph.relate(
            "OWNS" if owned else _LINK[row["kind"]],
            ("Entity", row["holder"]) if owned else ("Number", row["number"]),
            ("Entity", row["entity"]),
            validFrom=row["valid_from"],
            validTo=row["valid_to"],
            knownAt=row["known_at"] or None,
            institution=row["institution"],
            cardType=row["card_type"],
        )


def _findings(service: Service, graph: Graph, labels: dict[Key, set[str]], shapes: dict[Key, Shape]) -> set[int]:
    """Adds what the current full analysis says, without what glances amended since; numbers whose events are shown."""
    detailed: set[int] = set()
    record = results.current_full(service.catalogue)
    if record is None:
        return detailed
    table = {name: results.whole(service.catalogue, record.analysis_id, name).to_pylist() for name in results.SCHEMAS}
    there = {row["network_id"] for row in table["networks"]}
    free = _free(service)
    table["members"] = [row for row in table["members"] if row["number"] not in free]
    table["victims"] = [row for row in table["victims"] if not _rests_on(row["evidence"], free)]
    for row in table["suspicions"]:
        if row["number"] in free:
            continue
        key = ("Number", row["number"])
        told = {"class": row["class"], "fraudProbability": row["fraud_probability"], "scamType": row["scam_type"]}
        shapes[key].update(told)
        labels[key].add("Hub" if row["class"] == "benign_hub" else "Candidate")
        if row["class"] in ("fraud", "tool", "spoofed"):
            labels[key].add("Suspect")
        if row["class"] != "benign_hub":
            detailed.add(row["number"])
    for row in table["exposures"]:
        key = ("Number", row["number"])
        labels[key].add("Exposed")
        detailed.add(row["number"])
        shapes[key].update(
            exposure=row["in_fraud_probability"],
            suspectsMet=row["suspects"],
            exposureEvents=row["events"],
            exposureTalkSeconds=row["talk_s"],
            firstExposedAt=row["first_at"],
            lastExposedAt=row["last_at"],
            exposureScamType=row["scam_type"],
            lostAt=row["lost_at"],
        )
        if row["network_id"] in there:
            graph.relate("EXPOSED_TO", key, ("Network", row["network_id"]))
    for row in table["victims"]:
        shapes["Number", row["number"]].update(
            rank=row["rank"],
            probability=row["probability"],
            inContactProbability=row["in_contact_probability"],
            stage=row["stage"],
            grade=row["grade"],
            deadlineAt=row["deadline_at"],
        )
    for row in table["entity_suspicions"]:
        shapes["Entity", row["entity"]]["fraudProbability"] = row["fraud_probability"]
    _networks(table, graph, labels, shapes)
    return detailed


def _free(service: Service) -> set[int]:
    """Released, and not flagged since by somebody answerable."""
    facts = facts_known(service.catalogue, service.registry, service.time.now())
    released = {row["number"]: row["known_at"] for row in facts.releases.to_pylist()}
    for flag in facts.flags.to_pylist():
        at = released.get(flag["number"])
        if at is not None and flag["known_at"] > at and flag["source"] in (None, "police", "operator"):
            del released[flag["number"]]
    return set(released)


def _rests_on(evidence: str, free: set[int]) -> bool:
    """The only suspect that a person met is free."""
    met = [
        item["facts"] for item in json.loads(evidence) if item["rule"].startswith("met_") and "number" in item["facts"]
    ]
    return any(facts.get("suspects") == 1 and facts["number"] in free for facts in met)


def _networks(table: dict[str, Any], graph: Graph, labels: dict[Key, set[str]], shapes: dict[Key, Shape]) -> None:
    there = {row["network_id"] for row in table["networks"]}
    pairs: dict[Any, float] = {}
    for row in table["networks"]:
        key = ("Network", row["network_id"])
        labels[key] = {"Network"}
        shapes[key] = {
            "networkId": row["network_id"],
            "reference": network_reference(row["network_id"]),
            "size": row["size"],
            "flagged": row["flagged"],
            "exposed": row["exposed"],
            "losses": row["losses"],
            "scamType": row["scam_type"],
            "firstSeen": row["first_seen"],
            "lastSeen": row["last_seen"],
            "cameFrom": sorted(network_reference(one["network_id"]) for one in json.loads(row["lineage"])) or None,
        }
        for link in json.loads(row["linked"]):
            if link["network_id"] in there:
                low, high = sorted((row["network_id"], link["network_id"]))
                pairs[low, high, link["through"]] = link["strength"]
    for (low, high, through), strength in pairs.items():
        graph.relate("LINKED_TO", ("Network", low), ("Network", high), through=through, strength=strength)
    for row in table["members"]:
        member = ("Number", row["number"]) if row["number"] is not None else ("Entity", row["entity"])
        graph.relate("MEMBER_OF", member, ("Network", row["network_id"]), role=row["role"], score=row["score"])


def _events(service: Service, graph: Graph, shapes: dict[Key, Shape], detailed: set[int]) -> None:
    settings = service.settings
    newest = service.ledger.newest_known_at() or 0
    since = (newest // 86_400_000 - settings.neo4j_events_days) * 86_400_000
    contacts: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for event in _rows(service.ledger.events()):
        if event["a"] == event["b"]:
            shape = shapes["Number", event["a"]]
            shape["selfEvents"] = shape.get("selfEvents", 0) + 1
        else:
            contacts[event["a"], event["b"]].append(event)
    for (a, b), events in contacts.items():
        ends = ("Number", a), ("Number", b)
        shown = settings.neo4j_events == "all" or (settings.neo4j_events == "suspects" and bool({a, b} & detailed))
        calls = [event for event in events if event["channel"] == 0]
        talks = [event["duration_s"] or 0 for event in calls if event["answered"] is not False]
        graph.relate(
            "CONTACTED",
            *ends,
            events=len(events),
            calls=len(calls),
            messages=len(events) - len(calls),
            answered=sum(
                event["answered"] is True or (event["answered"] is None and (event["duration_s"] or 0) > 0)
                for event in calls
            ),
            talkSeconds=sum(talks),
            longestSeconds=max(talks, default=0),
            firstAt=min(event["started_at"] for event in events),
            lastAt=max(event["started_at"] for event in events),
            detailed=shown or None,
        )
        for event in events:
            if shown and event["started_at"] >= since:
                said = {"seq": event["seq"], "at": event["started_at"]}
                if event["channel"] == 0:
                    said |= {"seconds": event["duration_s"], "answered": event["answered"]}
                graph.relate("CALLED" if event["channel"] == 0 else "TEXTED", *ends, **said)
        devices: dict[int, list[int]] = defaultdict(list)
        for event in events:
            if event["device"] is not None:
                devices[event["device"]].append(event["started_at"])
        for device, times in devices.items():
            _use(graph, a, device, times)


def _use(graph: Graph, number: int, device: int, times: list[int]) -> None:
    found = graph.relationships["USED_DEVICE", ("Number", number), ("Entity", device)]
    if not found:
        found.append({"events": 0, "firstAt": min(times), "lastAt": max(times)})
    found[0]["events"] += len(times)
    found[0]["firstAt"] = min(found[0]["firstAt"], *times)
    found[0]["lastAt"] = max(found[0]["lastAt"], *times)


def _rows(batches: Iterable[Any]) -> Iterable[dict[str, Any]]:
    for batch in batches:
        yield from batch.to_pylist()


def _node(node: Any) -> tuple[Key, frozenset[str], Shape]:
    label = next(label for label in _KEYS if label in node.labels)
    return (label, node[_KEYS[label]]), frozenset(node.labels), _said(_plain(dict(node)))


def _plain(properties: Shape) -> Shape:
    return {name: _epoch_ms(value) if name in _TIMES else value for name, value in properties.items()}


def _epoch_ms(value: Any) -> int:
    assert value.tzinfo is not None
    seconds: float = value.to_native().timestamp()
    return round(seconds * 1000)


def _said(shape: Shape) -> Shape:
    return {name: value for name, value in shape.items() if value is not None}
