"""The graph around some numbers as columns for a canvas: who they are, how suspect, and the contacts among them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphsvc.graph.port import Graph
from graphsvc.graph.values import Neighbourhood
from graphsvc.model.references import network_reference
from graphsvc.model.words import NumberClass
from graphsvc.reports.canvas_entities import entities_among, suspects_among
from graphsvc.reports.known import roles_of
from graphsvc.reports.names import Names
from graphsvc.reports.sharing import Basis
from graphsvc.reports.values import JsonObject
from graphsvc.reports.walks import Around, CanvasEntitiesReport, NeighbourhoodReport
from graphsvc.store import facts_about, investigations
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.registry import Registry
from graphsvc.store.results import AnalysisRecord

NUMBERS_MOST: Final = 10_000
"""Numbers on a canvas at most, with those that expanding adds."""


@dataclass(frozen=True)
class About:
    """What says who is suspect, flagged and public."""

    catalogue: Catalogue
    registry: Registry
    record: AnalysisRecord
    basis: Callable[[AnalysisRecord], Basis]
    """What says who has which device, holder or account."""


def canvas_of(
    names: Names, graph: Graph, ids: Sequence[int], expanded: Sequence[int], around: Around, about: About
) -> NeighbourhoodReport:
    """The neighbourhood of some numbers (registry ids), with all contacts of the `expanded` ones."""
    found = _walked(graph, ids, expanded, around)
    numbers = found.numbers["number"].to_pylist()
    tokens, shown = names.columns(numbers)
    ordered = sorted(numbers)  # once: each of these asks in that order
    flags = facts_about.flags_on(about.catalogue, "number", ordered, about.record.as_of)
    flagged = set(flags["number"].to_pylist())
    roles = roles_of(about.catalogue, about.registry, ordered, about.record.as_of)
    contacts = {name: found.contacts[name].to_numpy() for name in found.contacts.column_names}
    of_number = found.numbers["number"].to_numpy()
    place = np.empty(int(of_number.max(initial=-1)) + 1, dtype=np.int32)  # only what is looked up is touched
    place[of_number] = np.arange(len(of_number))
    places = {end: place[contacts[end]] for end in ("a", "b")}
    columns = {
        "token": tokens,
        "number": shown,
        **{name: found.numbers[name].to_numpy().tolist() for name in ("hops", "contacts", "walked")},
        **_suspicion(names, about, numbers, ordered),
        **(_at_risk(names, about, numbers) if around.grades else {}),
        **_investigated(about, numbers, around.investigations_within),
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


def parted(found: NeighbourhoodReport) -> list[int]:
    """The community of each number among those on the canvas: Leiden on what is drawn, two numbers weigh
    ln(1 + events between them). Labels count from 0 in the order of the smallest members."""
    from graphsvc.graph.leiden import leiden  # its kernels are compiled when they are asked for

    contacts = found.contacts
    weight = np.log1p(np.asarray(contacts["events"], dtype=np.float64))
    count = len(found.numbers["token"])
    labels: list[int] = leiden(node_count=count, source=contacts["a"], target=contacts["b"], weight=weight).tolist()
    return labels


def placed(found: NeighbourhoodReport) -> tuple[list[float], list[float]]:
    """Where to draw each number, x and y from -1 to 1."""
    from graphsvc.graph.layout import layout  # its kernels are compiled when they are asked for

    contacts = found.contacts
    a, b = (np.asarray(contacts[end], dtype=np.int32) for end in ("a", "b"))
    x, y = layout(len(found.numbers["token"]), a, b, np.asarray(contacts["events"], dtype=np.float64))
    return x.round(4).tolist(), y.round(4).tolist()


def _walked(graph: Graph, ids: Sequence[int], expanded: Sequence[int], around: Around) -> Neighbourhood:
    """The walk, which takes the strongest first; and beside it whatever else the expanded numbers are in contact with,
    for which the limit had no room."""
    walk = partial(graph.neighbourhood, since=around.since, until=around.until, min_events=around.min_events)
    given = sorted({*ids, *expanded})
    if not expanded:
        return walk(given, hops=around.hops, limit=around.limit)
    found = walk(given, hops=around.hops, limit=max(around.limit, len(given)))
    beside = walk(sorted(set(expanded)), hops=1, limit=NUMBERS_MOST).numbers
    more = beside.filter(pc.invert(pc.is_in(beside["number"], found.numbers["number"])))
    more = more.slice(0, max(0, NUMBERS_MOST - len(found.numbers)))
    numbers = pa.concat_tables([found.numbers, more])
    among = walk(numbers["number"].to_pylist(), hops=0, limit=len(numbers))
    return Neighbourhood(
        numbers=numbers,
        contacts=among.contacts,
        numbers_left_out=found.numbers_left_out - len(more),  # the walk had reached them, and left them out
        contacts_left_out=among.contacts_left_out,
        hubs_not_walked=found.hubs_not_walked,
    )


def _investigated(about: About, numbers: list[int], within: str | None) -> JsonObject:
    if within is None:
        return {}
    found = investigations.counts_of(about.catalogue, numbers, within=within)
    counts = [found.get(number, (0, 0)) for number in numbers]
    return {"investigations": [many for many, _ in counts], "notes": [notes for _, notes in counts]}


def _entities(about: About, numbers: list[int], columns: JsonObject, limit: int) -> CanvasEntitiesReport:
    places = suspects_among(columns["fraud_probability"], columns["flagged"])
    return entities_among(about.basis(about.record), [numbers[place] for place in places], places, limit)


def _suspicion(names: Names, about: About, numbers: list[int], ordered: list[int]) -> JsonObject:
    asked = ("number", "class", "fraud_probability", "network_id", "role")
    found = names.freed.suspicion_of(about.catalogue, about.record.analysis_id, ordered, asked)
    count = len(numbers)
    classes, probabilities = [NumberClass.ORDINARY.value] * count, [0.0] * count
    network_ids: list[int | None] = [None] * count
    roles: list[str | None] = [None] * count
    place = {number: k for k, number in enumerate(numbers)}
    figures = (found[name].to_pylist() for name in asked)
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
