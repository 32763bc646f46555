"""Which numbers a device, holder or account has, and which of them a number shares with others, as of an instant."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pyarrow as pa

from graphsvc.graph.snapshot import Snapshot
from graphsvc.store import facts_about
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.facts_about import Link
from graphsvc.store.registry import Registry
from graphsvc.store.results import AnalysisRecord

NUMBERS_MOST: Final = 1000
"""Numbers of an entity whose other belongings are looked at."""


@dataclass(frozen=True)
class Basis:
    """What a report is made from: one analysis, its snapshot, and where the facts known then are read."""

    catalogue: Catalogue
    registry: Registry
    record: AnalysisRecord
    snapshot: Snapshot
    flags_at: int
    """Epoch ms: flags in force then are shown, for some may have come since the analysis."""

    def flags_on(self, column: Literal["number", "entity"], wanted: Sequence[int]) -> pa.Table:
        """FLAGS in force now on these numbers or entities."""
        return facts_about.flags_on(self.catalogue, column, wanted, self.flags_at)

    def links_of(self, column: Literal["number", "entity", "holder"], wanted: Sequence[int]) -> list[Link]:
        """The links in force at the analysis of these numbers, entities or holders."""
        return facts_about.links_of(self.catalogue, column, wanted, self.record.as_of)


def entities_of_each(basis: Basis, numbers: Sequence[int]) -> dict[int, list[int]]:
    """By number the devices it was used in, and what it is linked to at that time; ascending."""
    found: dict[int, list[int]] = {number: [] for number in numbers}
    for number, entity in had_by_each(basis, numbers):
        found[number].append(entity)
    return found


def numbers_of(basis: Basis, entity: int) -> list[int]:
    """Numbers linked to an entity, directly or through a holder, or used in it as a device; ascending."""
    return users_of_each(basis, [entity])[entity]


def belongings_of(basis: Basis, entity: int) -> list[int]:
    """What else goes with an entity: the devices, accounts and so on of its numbers, and of their holders."""
    mine = basis.links_of("entity", [entity])
    holders = {link.holder for link in mine if link.holder is not None}
    numbers = numbers_of(basis, entity)[:NUMBERS_MOST]
    linked = {link.entity for link in basis.links_of("number", numbers)}
    owned = {link.entity for link in basis.links_of("holder", sorted({entity, *holders, *linked}))}
    used = {device for number in numbers for device in _devices_of(basis.snapshot, number)}
    return sorted((linked | owned | used) - {entity})


def users_of_each(basis: Basis, entities: Sequence[int]) -> dict[int, list[int]]:
    """The numbers of each of these entities, linked to it directly or through a holder, or used in it as a device;
    ascending. As many questions to the catalogue as for one."""
    wanted = sorted(set(entities))
    links = basis.links_of("entity", wanted)
    of_holder: defaultdict[int | None, set[int]] = defaultdict(set)
    for link in basis.links_of("entity", sorted({link.holder for link in links if link.holder is not None})):
        if link.number is not None:
            of_holder[link.entity].add(link.number)
    users: dict[int, set[int]] = {entity: set() for entity in wanted}
    for link in links:
        users[link.entity] |= {link.number} if link.number is not None else of_holder[link.holder]
    for device, number in _used_by(basis.snapshot, wanted):
        users[device].add(number)
    return {entity: sorted(found) for entity, found in users.items()}


def had_by_each(basis: Basis, numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Each of these numbers with each device it was used in and each entity it is linked to at that time, ascending."""
    linked = ((link.number, link.entity) for link in basis.links_of("number", sorted(set(numbers))))
    used = ((number, device) for number in numbers for device in _devices_of(basis.snapshot, number))
    return sorted({*((number, entity) for number, entity in linked if number is not None), *used})


def _devices_of(snapshot: Snapshot, number: int) -> list[int]:
    i = int(snapshot.dense([number])[0])
    if i < 0:
        return []
    first, last = snapshot.event_start[snapshot.out_start[[i, i + 1]]]
    devices = np.unique(snapshot.event_device[first:last])
    return [int(device) for device in devices if device >= 0]


def _used_by(snapshot: Snapshot, devices: Sequence[int]) -> list[tuple[int, int]]:
    """Each of these devices with each number that it was used with."""
    events = np.flatnonzero(np.isin(snapshot.event_device, np.array(devices, dtype=np.int32)))
    contacts = np.searchsorted(snapshot.event_start, events, side="right") - 1
    # One figure a pair: a number with a million contacts has a million pairs, and whole figures sort at once.
    pairs = np.unique(snapshot.event_device[events].astype(np.int64) << 32 | snapshot.contact_from[contacts])
    return list(zip((pairs >> 32).tolist(), snapshot.numbers[pairs & 0xFFFF_FFFF].tolist(), strict=True))
