"""The graph around some numbers as columns for a canvas: who they are, how suspect, and the contacts among them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from graphsvc.graph.port import Graph
from graphsvc.model.references import network_reference
from graphsvc.model.words import NumberClass
from graphsvc.reports.canvas_entities import entities_among, suspects_among
from graphsvc.reports.known import roles_of
from graphsvc.reports.names import Names
from graphsvc.reports.sharing import Basis
from graphsvc.reports.values import JsonObject
from graphsvc.reports.walks import Around, CanvasEntitiesReport, NeighbourhoodReport
from graphsvc.store import facts_about
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.registry import Registry
from graphsvc.store.results import AnalysisRecord


@dataclass(frozen=True)
class About:
    """What says who is suspect, flagged and public."""

    catalogue: Catalogue
    registry: Registry
    record: AnalysisRecord
    basis: Callable[[AnalysisRecord], Basis]
    """What says who has which device, holder or account."""


def canvas_of(names: Names, graph: Graph, ids: Sequence[int], around: Around, about: About) -> NeighbourhoodReport:
    """The neighbourhood of some numbers (registry ids)."""
    found = graph.neighbourhood(
        ids,
        hops=around.hops,
        since=around.since,
        until=around.until,
        min_events=around.min_events,
        limit=around.limit,
    )
    numbers = found.numbers["number"].to_pylist()
    tokens, shown = names.columns(numbers)
    flags = facts_about.flags_on(about.catalogue, "number", numbers, about.record.as_of)
    flagged, roles = (
        set(flags["number"].to_pylist()),
        roles_of(about.catalogue, about.registry, numbers, about.record.as_of),
    )
    contacts = {name: found.contacts[name].to_numpy() for name in found.contacts.column_names}
    of_number = found.numbers["number"].to_numpy()
    place = np.empty(int(of_number.max(initial=-1)) + 1, dtype=np.int32)  # only what is looked up is touched
    place[of_number] = np.arange(len(of_number))
    places = {end: place[contacts[end]] for end in ("a", "b")}
    columns = {
        "token": tokens,
        "number": shown,
        **found.numbers.drop_columns(["number"]).to_pydict(),
        **_suspicion(names, about, numbers),
        **(_at_risk(names, about, numbers) if around.grades else {}),
        "flagged": [number in flagged for number in numbers],
        "public_role": [roles.get(number) for number in numbers],
    }
    return NeighbourhoodReport(
        numbers=columns,
        contacts={**contacts, **places},
        numbers_left_out=found.numbers_left_out,
        contacts_left_out=found.contacts_left_out,
        hubs_not_walked=found.hubs_not_walked,
        entities=_entities(about, numbers, columns, around.entities) if around.entities else None,
    )


def placed(found: NeighbourhoodReport) -> tuple[list[float], list[float]]:
    """Where to draw each number, x and y from -1 to 1."""
    from graphsvc.graph.layout import layout  # its kernels are compiled when they are asked for

    contacts = found.contacts
    a, b = (np.asarray(contacts[end], dtype=np.int32) for end in ("a", "b"))
    x, y = layout(len(found.numbers["token"]), a, b, np.asarray(contacts["events"], dtype=np.float64))
    return x.round(4).tolist(), y.round(4).tolist()


def _entities(about: About, numbers: list[int], columns: JsonObject, limit: int) -> CanvasEntitiesReport:
    places = suspects_among(columns["fraud_probability"], columns["flagged"])
    return entities_among(about.basis(about.record), [numbers[place] for place in places], places, limit)


def _suspicion(names: Names, about: About, numbers: list[int]) -> JsonObject:
    found = names.freed.suspicion_of(about.catalogue, about.record.analysis_id, numbers)
    count = len(numbers)
    classes, probabilities = [NumberClass.ORDINARY.value] * count, [0.0] * count
    network_ids: list[int | None] = [None] * count
    roles: list[str | None] = [None] * count
    place = {number: k for k, number in enumerate(numbers)}
    figures = (found[name].to_pylist() for name in ("number", "class", "fraud_probability", "network_id", "role"))
    for number, kind, probability, network_id, role in zip(*figures, strict=True):
        k = place[number]
        classes[k], probabilities[k], network_ids[k] = kind, round(probability, 6), network_id
        roles[k] = None if network_id is None else role
    return {
        "class": classes,
        "fraud_probability": probabilities,
        "network_id": network_ids,
        "role": roles,
        "network": [None if each is None else network_reference(each) for each in network_ids],
    }


def _at_risk(names: Names, about: About, numbers: list[int]) -> JsonObject:
    """The grade of those who are ranked as people at risk, and the region that a caller must cover to see it."""
    found, nobody = names.freed.grades_of(about.catalogue, about.record.analysis_id, numbers), (None, None)
    grades = [found.get(number, nobody) for number in numbers]
    return {"grade": [grade for grade, _ in grades], "grade_region": [region for _, region in grades]}
