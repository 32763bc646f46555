"""Which numbers a device, holder or account has, and which of them a number shares with others, as of an instant."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphsvc.graph.snapshot import Snapshot
from graphsvc.model.facts import Facts
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.registry import Registry
from graphsvc.store.results import AnalysisRecord


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
