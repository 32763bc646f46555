"""Answers to saved questions as ids, from one analysis: numbers, or networks."""

from collections.abc import Collection
from dataclasses import asdict

from graphsvc.graph.port import Graph
from graphsvc.model.questions import ANSWER_MOST, Criteria
from graphsvc.reports.released import Freed
from graphsvc.reports.sharing import Basis, had_by_each, users_of_each
from graphsvc.store import results
from graphsvc.store.catalogue import Catalogue

Found = tuple[list[int], bool]
"""At most ANSWER_MOST ids in the order of the answer, and whether there are more."""


def people(catalogue: Catalogue, analysis_id: str, criteria: Criteria, freed: Freed) -> Found:
    """Who is ranked, by rank."""
    chosen = asdict(criteria)
    rows = results.victims(catalogue, analysis_id, limit=ANSWER_MOST + 1, **chosen)
    return [row["number"] for row in freed.ranked(rows[:ANSWER_MOST])], len(rows) > ANSWER_MOST


def networks(catalogue: Catalogue, analysis_id: str, criteria: Criteria) -> Found:
    """The networks of a kind of scam, those that reach most people first."""
    found = results.networks(catalogue, analysis_id, limit=ANSWER_MOST + 1, scam_type=criteria.scam_type)
    ids = found["network_id"].to_pylist()
    return ids[:ANSWER_MOST], len(ids) > ANSWER_MOST


def contacts(graph: Graph, numbers: Collection[int], public: Collection[int]) -> Found:
    """Who is in contact with some numbers, the nearest first; public numbers are nobody."""
    most = ANSWER_MOST + 1 + len(public)
    near = graph.people_near(sorted(numbers), max_hops=1, limit=most, closed=sorted(public))
    ids = [person.number for person in near.people if person.number not in public]
    return ids[:ANSWER_MOST], len(ids) > ANSWER_MOST


def sharing(basis: Basis, numbers: Collection[int]) -> Found:
    """Which other numbers have a device, holder or account of some numbers, by id."""
    held = {entity for _, entity in had_by_each(basis, sorted(numbers))}
    users = users_of_each(basis, sorted(held)) if held else {}
    ids = sorted({number for found in users.values() for number in found} - set(numbers))
    return ids[:ANSWER_MOST], len(ids) > ANSWER_MOST
