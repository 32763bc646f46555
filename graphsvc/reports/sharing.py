"""Which numbers a device, holder or account has, and which of them a number shares with others, as of an instant."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphsvc.graph.snapshot import Snapshot
from graphsvc.model.facts import Facts
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.registry import Registry
from graphsvc.store.results import AnalysisRecord

NUMBERS_MOST: Final = 1000
"""Numbers of an entity whose other belongings are looked at."""


@dataclass(frozen=True)
class Basis:
    """What a report is made from: one analysis, its snapshot, and the facts known then."""

    catalogue: Catalogue
    registry: Registry
    record: AnalysisRecord
    snapshot: Snapshot
    facts: Facts
    """Known at the analysis."""
    flags: pa.Table
    """FLAGS in force now: some may have come since."""


def entities_of(basis: Basis, number: int) -> list[int]:
    """Devices it was used in, and what it is linked to at that time; ascending."""
    linked = _valid(basis).filter(pc.field("number") == number)["entity"].to_pylist()
    return sorted({*linked, *_devices_of(basis.snapshot, number)})


def numbers_of(basis: Basis, entity: int) -> list[int]:
    """Numbers linked to an entity, directly or through a holder, or used in it as a device; ascending."""
    links = _valid(basis)
    mine = links.filter(pc.field("entity") == entity)
    holders = mine["holder"].drop_null()
    through = links.filter(pc.is_in(pc.field("entity"), holders))["number"]
    linked = [*mine["number"].drop_null().to_pylist(), *through.drop_null().to_pylist()]
    return sorted({*linked, *_users_of(basis.snapshot, entity)})


def belongings_of(basis: Basis, entity: int) -> list[int]:
    """What else goes with an entity: the devices, accounts and so on of its numbers, and of their holders."""
    links = _valid(basis)
    holders = links.filter(pc.field("entity") == entity)["holder"].drop_null().to_pylist()
    numbers = numbers_of(basis, entity)[:NUMBERS_MOST]
    linked = links.filter(pc.is_in(links["number"], pa.array(numbers, pa.int32())))["entity"].to_pylist()
    owners = pa.array([entity, *holders, *linked], pa.int32())
    owned = links.filter(pc.is_in(links["holder"], owners))["entity"].to_pylist()
    used = (device for number in numbers for device in _devices_of(basis.snapshot, number))
    return sorted({*linked, *owned, *used} - {entity})


def users_of_each(basis: Basis, entities: Sequence[int]) -> dict[int, list[int]]:
    """The numbers of each of these entities, ascending, as `numbers_of` says of one; every table is read once."""
    links, wanted = _valid(basis), pa.array(sorted(set(entities)), pa.int32())
    rows = links.filter(pc.is_in(links["entity"], wanted)).select(["entity", "number", "holder"]).to_pylist()
    holders = pa.array(sorted({row["holder"] for row in rows} - {None}), pa.int32())
    of_holder: defaultdict[int, set[int]] = defaultdict(set)
    for row in links.filter(pc.is_in(links["entity"], holders)).to_pylist():
        of_holder[row["entity"]].add(row["number"])
    users: dict[int, set[int]] = {entity: set() for entity in wanted.to_pylist()}
    for row in rows:
        users[row["entity"]] |= of_holder[row["holder"]] if row["number"] is None else {row["number"]}
    snapshot = basis.snapshot
    events = np.flatnonzero(np.isin(snapshot.event_device, wanted.to_numpy()))
    contacts = np.searchsorted(snapshot.event_start, events, side="right") - 1
    # One figure a pair: a number with a million contacts has a million pairs, and whole figures sort at once.
    pairs = np.unique(snapshot.event_device[events].astype(np.int64) << 32 | snapshot.contact_from[contacts])
    for device, user in zip((pairs >> 32).tolist(), (pairs & 0xFFFF_FFFF).tolist(), strict=True):
        users[device].add(int(snapshot.numbers[user]))
    return {entity: sorted(found - {None}) for entity, found in users.items()}


def had_by_each(basis: Basis, numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Each of these numbers with each entity that `entities_of` says of it, ascending; every table is read once."""
    links = _valid(basis)
    linked = links.filter(pc.is_in(links["number"], pa.array(numbers, pa.int32())))
    pairs = set(zip(linked["number"].to_pylist(), linked["entity"].to_pylist(), strict=True))
    used = ((number, device) for number in numbers for device in _devices_of(basis.snapshot, number))
    return sorted({*pairs, *used})


def _valid(basis: Basis) -> pa.Table:
    """Links in force: begun, and not ended."""
    links, as_of = basis.facts.links, basis.facts.as_of
    begun = pc.fill_null(pc.less_equal(links["valid_from"], as_of), True)
    lasting = pc.fill_null(pc.greater(links["valid_to"], as_of), True)
    return links.filter(pc.and_(begun, lasting))


def _devices_of(snapshot: Snapshot, number: int) -> list[int]:
    i = int(snapshot.dense([number])[0])
    if i < 0:
        return []
    first, last = snapshot.event_start[snapshot.out_start[[i, i + 1]]]
    devices = np.unique(snapshot.event_device[first:last])
    return [int(device) for device in devices if device >= 0]


def _users_of(snapshot: Snapshot, device: int) -> list[int]:
    events = np.flatnonzero(snapshot.event_device == device)
    contacts = np.searchsorted(snapshot.event_start, events, side="right") - 1
    users = snapshot.numbers[np.unique(snapshot.contact_from[contacts])]
    return [int(user) for user in users]
