"""The graph around some numbers as columns for a canvas: who they are, how suspect, and the contacts among them."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from graphsvc.graph.port import Graph
from graphsvc.model.facts import Facts
from graphsvc.model.references import network_reference
from graphsvc.model.words import NumberClass
from graphsvc.reports.names import Names
from graphsvc.reports.values import JsonObject
from graphsvc.reports.walks import Around, NeighbourhoodReport
from graphsvc.store.catalogue import Catalogue


def canvas_of(
    names: Names, graph: Graph, ids: Sequence[int], around: Around, *, about: tuple[Catalogue, str], facts: Facts
) -> NeighbourhoodReport:
    """The neighbourhood of some numbers (registry ids). `about`: the analysis that says who is suspect."""
    found = graph.neighbourhood(
        ids,
        hops=around.hops,
        since=around.since,
        until=around.until,
        min_events=around.min_events,
        limit=around.limit,
    )
    numbers = found.numbers["number"].to_pylist()
    place = {number: position for position, number in enumerate(numbers)}
    contacts = found.contacts.to_pydict()
    contacts |= {end: [place[number] for number in contacts[end]] for end in ("a", "b")}
    held = {row["number"]: row for row in names.freed.suspicion_of(*about, numbers).to_pylist()}
    return NeighbourhoodReport(
        numbers={
            **_shown(names, numbers),
            **found.numbers.drop_columns(["number"]).to_pydict(),
            **_suspicion([held.get(number) for number in numbers]),
            "flagged": _is_in(numbers, facts.flags),
            "public_role": _roles(numbers, facts.directory),
        },
        contacts=contacts,
        numbers_left_out=found.numbers_left_out,
        contacts_left_out=found.contacts_left_out,
        hubs_not_walked=found.hubs_not_walked,
    )


def _shown(names: Names, numbers: list[int]) -> JsonObject:
    shown = names.numbers(numbers)
    return {
        "token": [shown[number].token for number in numbers],
        "number": [shown[number].number for number in numbers],
    }


def _suspicion(rows: list[dict[str, Any] | None]) -> JsonObject:
    network_ids = [row["network_id"] if row else None for row in rows]
    return {
        "class": [row["class"] if row else NumberClass.ORDINARY.value for row in rows],
        "fraud_probability": [round(row["fraud_probability"], 6) if row else 0.0 for row in rows],
        "network_id": network_ids,
        "network": [None if each is None else network_reference(each) for each in network_ids],
    }


def _is_in(numbers: list[int], flags: pa.Table) -> list[bool]:
    flagged = set(flags["number"].to_pylist())
    return [number in flagged for number in numbers]


def _roles(numbers: list[int], directory: pa.Table) -> list[str | None]:
    role_of = dict(zip(directory["number"].to_pylist(), directory["role"].to_pylist(), strict=True))
    return [role_of.get(number) for number in numbers]
