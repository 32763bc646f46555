"""Neighbourhoods in Neo4j, level by level: the same as graph.neighbourhood, one statement a level."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from graphsvc.graph.neo4j.window import Window
from graphsvc.graph.values import CONTACTS, NEIGHBOURS, Limits, Neighbourhood


@dataclass
class _Taken:
    """Numbers as they were taken: hops, and how many contacts start or end there."""

    hops: dict[int, int] = field(default_factory=dict)
    contacts: dict[int, int] = field(default_factory=dict)
    left_out: int = 0
    levels_walked: int = 0


def neighbourhood(
    window: Window, ids: Sequence[int], *, hops: int, min_events: int, limit: int, limits: Limits
) -> Neighbourhood:
    """The numbers within `hops` of these (registry ids), at most `limit`, with the contacts among them."""
    taken, room, least = _Taken(), max(0, limit), max(1, min_events)
    given = window.database.read("graph/numbers_seen", ids=sorted(set(ids)))
    for row in given[:room]:
        taken.hops[row["number"]], taken.contacts[row["number"]] = 0, row["contacts"]
    taken.left_out = len(given[room:])
    for level in range(1, hops + 1):
        walked = _walked(taken, level, limits)
        if taken.left_out or not walked:
            break
        window.require_few(sum(taken.contacts[number] for number in walked))
        _take_level(window, taken, walked, level, least, room - len(taken.hops))
        taken.levels_walked = level
    return _answer(window, taken, hops, least, limits)


def _walked(taken: _Taken, level: int, limits: Limits) -> list[int]:
    last = [number for number, at in taken.hops.items() if at == level - 1]
    return [number for number in last if level == 1 or taken.contacts[number] <= limits.hub_contacts]


def _take_level(window: Window, taken: _Taken, walked: list[int], level: int, least: int, room: int) -> None:
    known = list(taken.hops)
    found = window.read("neighbourhood_level", walked, frontier=walked, taken=known, minEvents=least, limit=room + 1)
    if len(found) > room:
        size = window.read("neighbourhood_level_size", walked, frontier=walked, taken=known, minEvents=least)
        taken.left_out = size[0]["numbers"] - room
    for row in found[:room]:
        taken.hops[row["number"]], taken.contacts[row["number"]] = level, row["contacts"]


def _answer(window: Window, taken: _Taken, hops: int, least: int, limits: Limits) -> Neighbourhood:
    but_for_hubs = taken.levels_walked if taken.left_out else hops
    hubs = {n for n in taken.hops if taken.hops[n] > 0 and taken.contacts[n] > limits.hub_contacts}
    numbers = [
        {
            "number": number,
            "hops": at,
            "contacts": taken.contacts[number],
            "walked": number not in hubs and at < taken.levels_walked,
        }
        for number, at in taken.hops.items()
    ]
    contacts, left_out = _among(window, taken, least, limits)
    return Neighbourhood(
        numbers=pa.Table.from_pylist(numbers, schema=NEIGHBOURS),
        contacts=contacts,
        numbers_left_out=taken.left_out,
        contacts_left_out=left_out,
        hubs_not_walked=sum(taken.hops[number] < but_for_hubs for number in hubs),
    )


def _among(window: Window, taken: _Taken, least: int, limits: Limits) -> tuple[pa.Table, int]:
    few = [number for number in taken.hops if taken.contacts[number] <= limits.hub_contacts]
    hubs = [number for number in taken.hops if taken.contacts[number] > limits.hub_contacts]
    window.require_few(sum(taken.contacts[number] for number in few))
    rows = window.read(
        "neighbourhood_contacts",
        few,
        few=few,
        hubs=hubs,
        taken=list(taken.hops),
        minEvents=least,
        limit=limits.contacts_most,
    )
    table = [
        {**row, "talk_s": row["talkSeconds"], "first_at": row["firstAt"], "last_at": row["lastAt"]} for row in rows
    ]
    return pa.Table.from_pylist(table, schema=CONTACTS), rows[0]["all"] - len(rows) if rows else 0
