"""Who shares what: as all links and all events say, read one by one."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from graphsvc.graph.fold import fold
from graphsvc.graph.snapshot import Snapshot
from graphsvc.model.tables import EVENTS, LINKS
from graphsvc.reports.sharing import Basis, belongings_of, entities_of_each, had_by_each, numbers_of, users_of_each
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.facts import add_facts
from graphsvc.store.results import AnalysisRecord

AS_OF = 10
NUMBERS, ENTITIES = 14, 10


def links_of(random: np.random.Generator, count: int) -> list[dict[str, Any]]:
    def maybe(most: int) -> int | None:
        return int(random.integers(most)) if random.random() < 0.3 else None

    rows: list[dict[str, Any]] = []
    for _ in range(count):
        owner, entity = ("holder", "number")[random.integers(2)], int(random.integers(ENTITIES))
        rows.append(
            {
                "number": int(random.integers(NUMBERS)) if owner == "number" else None,
                "holder": int(random.integers(ENTITIES)) if owner == "holder" else None,
                "kind": "account",
                "entity": entity,
                "known_at": int(random.integers(2 * AS_OF)),
                "valid_from": maybe(2 * AS_OF),
                "valid_to": maybe(2 * AS_OF),
            }
        )
    return rows


def events_of(random: np.random.Generator, count: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for seq in range(count):
        a, b = random.choice(NUMBERS, 2, replace=False)
        device = int(random.integers(ENTITIES)) if random.random() < 0.3 else None
        told = {"seq": seq, "started_at": seq, "known_at": 0, "a": int(a), "b": int(b), "channel": 0, "device": device}
        rows.append({**dict.fromkeys(EVENTS.names), **told})
    return rows


class Plain:
    """The slow and obvious judge."""

    def __init__(self, links: list[dict[str, Any]], events: list[dict[str, Any]]) -> None:
        self.links = [
            row
            for row in links
            if row["known_at"] <= AS_OF
            and (row["valid_from"] is None or row["valid_from"] <= AS_OF)
            and (row["valid_to"] is None or row["valid_to"] > AS_OF)
        ]
        self.used = {(event["a"], event["device"]) for event in events if event["device"] is not None}

    def entities(self, number: int) -> list[int]:
        linked = {row["entity"] for row in self.links if row["number"] == number}
        return sorted(linked | {device for user, device in self.used if user == number})

    def users(self, entity: int) -> list[int]:
        found = {user for user, device in self.used if device == entity}
        for row in self.links:
            if row["entity"] != entity:
                continue
            if row["number"] is not None:
                found.add(row["number"])
            else:
                found |= {one["number"] for one in self.links if one["entity"] == row["holder"]} - {None}
        return sorted(found)

    def belongings(self, entity: int) -> list[int]:
        users = self.users(entity)
        linked = {row["entity"] for row in self.links if row["number"] in users}
        owners = {entity, *linked, *(row["holder"] for row in self.links if row["entity"] == entity)} - {None}
        owned = {row["entity"] for row in self.links if row["holder"] in owners}
        used = {device for user, device in self.used if user in users}
        return sorted((linked | owned | used) - {entity})


def basis_of(catalogue: Catalogue, snapshot: Snapshot) -> Basis:
    record = AnalysisRecord("A1", "s", AS_OF, 0, "local", {}, {})
    return Basis(catalogue, None, record, snapshot, AS_OF)  # type: ignore[arg-type]  # nobody is named here


@pytest.mark.parametrize("seed", range(12))
def test_each_answer_is_that_of_all_links_and_events(tmp_path: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    links, events = links_of(random, 40), events_of(random, 30)
    catalogue = Catalogue.open(tmp_path / "catalogue.sqlite")
    try:
        add_facts(catalogue, "links", pa.Table.from_pylist(links, schema=LINKS))
        batch = pa.RecordBatch.from_pylist(events, schema=EVENTS)
        basis = basis_of(catalogue, fold([batch], as_of=AS_OF, snapshot_id="s"))
        plain = Plain(links, events)
        numbers, entities = list(range(NUMBERS)), list(range(ENTITIES))
        had = {number: plain.entities(number) for number in numbers}
        assert entities_of_each(basis, numbers) == had
        assert had_by_each(basis, numbers) == [(number, entity) for number in numbers for entity in had[number]]
        assert users_of_each(basis, entities) == {entity: plain.users(entity) for entity in entities}
        for entity in entities:
            assert numbers_of(basis, entity) == plain.users(entity)
            assert belongings_of(basis, entity) == plain.belongings(entity)
    finally:
        catalogue.close()
