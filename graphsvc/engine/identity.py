"""Networks keep their ids from one analysis to the next, and say where they came from."""

from dataclasses import dataclass

import numpy as np

from graphsvc.engine.networks import Networks
from graphsvc.engine.suspicion import World
from graphsvc.model.findings import KnownNetworks

SHARED_LEAST = 2
"""Members that two networks must share to be of one descent."""


@dataclass(frozen=True)
class Identity:
    """Ids of networks by their number in the analysis, and each one's descent."""

    ids: list[int]
    lineage: list[list[dict[str, object]]]
    """For each network: {"network_id", "shared", "kind"} of earlier networks, kind `same`, `split` or `merged`."""


def identify(found: Networks, world: World, known: KnownNetworks) -> Identity:
    """Give each network the id of the known network it overlaps most, each id once.

    Pairs are taken by greatest Jaccard overlap of members (numbers and entities), then smallest id, then first
    network. What is left gets new ids in order. The rest of a known network's members elsewhere is a `split`; a known
    network that nobody continues is `merged` into those that have its members.
    """
    now = _members(found, world)
    before = _known_members(known)
    shared = _shared(now, before)
    ids: dict[int, int] = {}
    taken: set[int] = set()
    for network, old in sorted(
        shared,
        key=lambda pair: (
            -shared[pair] / (len(now[pair[0]]) + len(before[pair[1]]) - shared[pair]),
            pair[1],
            pair[0],
        ),
    ):
        if network not in ids and old not in taken:
            ids[network] = old
            taken.add(old)
    free = max([known.next_id, *(old + 1 for old in before)])
    for network in range(found.count):
        if network not in ids:
            ids[network] = free
            free += 1
    lineage = [
        [
            {"network_id": old, "shared": count, "kind": _kind(ids[network], old, taken)}
            for (one, old), count in sorted(shared.items())
            if one == network
        ]
        for network in range(found.count)
    ]
    return Identity([ids[network] for network in range(found.count)], lineage)


def _kind(own_id: int, old: int, continued: set[int]) -> str:
    if own_id == old:
        return "same"
    return "split" if old in continued else "merged"


def _members(found: Networks, world: World) -> list[set[tuple[str, int]]]:
    """Members of each network, numbers and entities by id."""
    result: list[set[tuple[str, int]]] = [set() for _ in range(found.count)]
    for index in np.flatnonzero(found.of_number >= 0).tolist():
        result[found.of_number[index]].add(("number", int(world.population.ids[index])))
    for slot in np.flatnonzero(found.of_slot >= 0).tolist():
        result[found.of_slot[slot]].add(("entity", int(world.incidence.entities[slot])))
    return result


def _known_members(known: KnownNetworks) -> dict[int, set[tuple[str, int]]]:
    result: dict[int, set[tuple[str, int]]] = {}
    for row in known.members.select(["network_id", "number", "entity"]).to_pylist():
        member = ("number", row["number"]) if row["number"] is not None else ("entity", row["entity"])
        result.setdefault(row["network_id"], set()).add(member)
    return result


def _shared(now: list[set[tuple[str, int]]], before: dict[int, set[tuple[str, int]]]) -> dict[tuple[int, int], int]:
    """Members in common of each (network, known network) that share at least SHARED_LEAST."""
    homes: dict[tuple[str, int], list[int]] = {}
    for old, members in before.items():
        for member in members:
            homes.setdefault(member, []).append(old)
    counts: dict[tuple[int, int], int] = {}
    for network, members in enumerate(now):
        for member in members:
            for old in homes.get(member, ()):
                counts[network, old] = counts.get((network, old), 0) + 1
    return {pair: count for pair, count in counts.items() if count >= SHARED_LEAST}
