"""Who shares a device, holder, account, social account or page with whom, and what that says of each.

A device that a number used for a part of its events counts by that part. Ordinary numbers on the same entity
discount it (relay shops, refurbished phones); several diallers on one device are a den even before any flag.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graphsvc.engine import parameters
from graphsvc.engine.flags import Flags
from graphsvc.engine.population import Bool, Float64, Population
from graphsvc.engine.traits import DeviceUse
from graphsvc.graph.snapshot import Int8, Int32, Int64
from graphsvc.model.facts import Facts
from graphsvc.model.words import EntityKind

KINDS = (
    EntityKind.DEVICE,
    EntityKind.HOLDER,
    EntityKind.ACCOUNT,
    EntityKind.SOCIAL_ACCOUNT,
    EntityKind.URL,
)
_CODE = {kind: code for code, kind in enumerate(KINDS)}


@dataclass(frozen=True)
class Incidence:
    """One row a (number, entity), in order of (entity, number)."""

    number: Int32
    """Index in the population."""
    entity: Int32
    """Entity id."""
    kind: Int8
    """Position in KINDS."""
    weight: Float64
    """Part of the number's device events that came from this device; 1 for a link."""
    slot: Int32
    """Entities numbered from 0 in order of id."""
    entities: Int32
    """Entity id of each slot."""

    def rows_of_slot(self, slot: int) -> slice:
        """The rows of one entity."""
        low, high = np.searchsorted(self.slot, [slot, slot + 1])
        return slice(int(low), int(high))


@dataclass(frozen=True)
class Sharing:
    """What sharing says of each number, by kind: log-odds, and the row of the incidence that says it (-1: none)."""

    says: dict[EntityKind, Float64]
    row: dict[EntityKind, Int32]


def incidence(facts: Facts, population: Population, used: DeviceUse) -> Incidence:
    """Who used what: devices from events, and the links in force or lately ended, through holders too."""
    links = _in_memory(facts)
    direct = links.filter(pc.is_valid(links.column("number")))
    held = links.filter(pc.is_valid(links.column("holder")))
    number = population.index_of(_ids(direct, "number"))
    kind = np.array([_CODE.get(EntityKind(k), -1) for k in direct.column("kind").to_pylist()], dtype=np.int8)
    entity = _ids(direct, "entity")
    through = _through_holders(number, entity, kind, held)
    device_events = np.bincount(used.number, weights=used.events, minlength=len(population))
    numbers = np.concatenate([number, through[0], used.number])
    entities = np.concatenate([entity, through[1], used.device])
    kinds = np.concatenate([kind, through[2], np.full(len(used.number), _CODE[EntityKind.DEVICE], np.int8)])
    weights = np.concatenate([np.ones(len(number) + len(through[0])), used.events / device_events[used.number]])
    return _distinct(numbers, entities, kinds, weights)


def shared(rows: Incidence, flags: Flags, probability: Float64, ordinary: Bool) -> Sharing:
    """Log-odds for each number from the surest suspect or flag on its entities (definitions: `shared_*`)."""
    count = len(probability)
    strength = _by_surest_other(rows, flags, probability, ordinary)
    says, row = {}, {}
    for code, kind in enumerate(KINDS):
        at = np.flatnonzero((rows.kind == code) & (strength > 0))
        best = at[np.lexsort((rows.entity[at], -strength[at], rows.number[at]))]
        first = np.ones(len(best), dtype=bool)
        first[1:] = rows.number[best][1:] != rows.number[best][:-1]
        best = best[first]
        says[kind], row[kind] = np.zeros(count), np.full(count, -1, np.int32)
        says[kind][rows.number[best]] = parameters.SHARED_MOST[kind] * strength[best]
        row[kind][rows.number[best]] = best
    return Sharing(says, row)


def surest(rows: Incidence, flags: Flags, sure: Float64, ordinary: Bool) -> dict[EntityKind, Float64]:
    """For each number, by kind, how sure the surest other number or flag on its entities is, as far as ties carry."""
    strength = _by_surest_other(rows, flags, sure, ordinary)
    result = {}
    for code, kind in enumerate(KINDS):
        result[kind] = np.zeros(len(sure))
        here = rows.kind == code
        np.maximum.at(result[kind], rows.number[here], strength[here])
    return result


def _by_surest_other(rows: Incidence, flags: Flags, sure: Float64, ordinary: Bool) -> Float64:
    """By row: own part × discount × the surest other number on the entity, by its part, or flag on the entity.

    The surest, not all together: numbers on one entity owe their suspicion to each other.
    """
    value = rows.weight * sure[rows.number]
    order = np.lexsort((rows.number, -value, rows.slot))
    start = np.searchsorted(rows.slot[order], np.arange(len(rows.entities)))
    best, second = value[order[start]], np.zeros(len(rows.entities))
    several = np.diff(np.append(start, len(order))) > 1
    second[several] = value[order[start[several] + 1]]
    is_best = np.zeros(len(value), dtype=bool)
    is_best[order[start]] = True
    flagged = np.array([flags.of_entity.get(int(x), 0.0) for x in rows.entities])
    other = np.maximum(np.where(is_best, second[rows.slot], best[rows.slot]), flagged[rows.slot])
    return np.asarray(rows.weight * discount(rows, ordinary) * other)


def nothing(count: int) -> Sharing:
    """Nobody shares anything."""
    return Sharing({kind: np.zeros(count) for kind in KINDS}, {kind: np.full(count, -1, np.int32) for kind in KINDS})


def discount(rows: Incidence, ordinary: Bool) -> Float64:
    """By row: 1 / (1 + log2(1 + other ordinary numbers) + log2(numbers / PERSON_NUMBERS)), the last for holders.

    Ordinary numbers on a device make it a shop's or a family's; a holder or account with more numbers than a person
    may have is a company's.
    """
    plain = rows.weight * ordinary[rows.number]
    crowd = np.log2(1 + np.maximum(_sum_by(plain, rows)[rows.slot] - plain, 0))
    users = np.bincount(rows.slot, minlength=len(rows.entities))[rows.slot]
    personal = np.isin(rows.kind, [_CODE[EntityKind.HOLDER], _CODE[EntityKind.ACCOUNT]])
    company = np.where(personal, np.log2(np.maximum(users / parameters.PERSON_NUMBERS, 1)), 0.0)
    return np.asarray(1 / (1 + crowd + company))


def dens(rows: Incidence, dialler: Bool) -> tuple[Float64, Int32]:
    """Log-odds for each number from how many other diallers its device serves, and the row that says it."""
    count = len(dialler)
    dialling = rows.weight * dialler[rows.number]
    others = np.maximum(_sum_by(dialling, rows)[rows.slot] - dialling, 0)
    strength = np.minimum(parameters.DEN_PER_DOUBLING * np.log2(1 + others), parameters.DEN_MOST) * rows.weight
    at = np.flatnonzero((rows.kind == _CODE[EntityKind.DEVICE]) & (others >= parameters.DEN_FROM))
    at = at[np.lexsort((-rows.entity[at], strength[at]))]  # the strongest comes last and stays
    says, row = np.zeros(count), np.full(count, -1, np.int32)
    says[rows.number[at]] = strength[at]
    row[rows.number[at]] = at
    return says, row


def _sum_by(values: Float64, rows: Incidence) -> Float64:
    return np.bincount(rows.slot, weights=values, minlength=len(rows.entities)).astype(np.float64)


def _in_memory(facts: Facts) -> pa.Table:
    """Links that have begun and did not end long ago."""
    begun = pc.fill_null(pc.less_equal(facts.links.column("valid_from"), facts.as_of), True)
    ended = pc.fill_null(pc.less_equal(facts.links.column("valid_to"), facts.as_of - parameters.LINK_MEMORY_MS), False)
    return facts.links.filter(pc.and_(begun, pc.invert(ended)))


def _ids(table: pa.Table, column: str) -> Int32:
    return np.asarray(table.column(column).to_numpy(), dtype=np.int32)


def _through_holders(number: Int32, entity: Int32, kind: Int8, held: pa.Table) -> tuple[Int32, Int32, Int8]:
    """What a holder has belongs to each of the holder's numbers."""
    is_holder = kind == _CODE[EntityKind.HOLDER]
    order = np.argsort(entity[is_holder], kind="stable")
    holder, holding = entity[is_holder][order], number[is_holder][order]
    wanted = _ids(held, "holder")
    low = np.searchsorted(holder, wanted, side="left")
    times = np.searchsorted(holder, wanted, side="right") - low
    at = np.repeat(low, times) + _position_in_run(times)
    codes = np.array([_CODE.get(EntityKind(k), -1) for k in held.column("kind").to_pylist()], dtype=np.int8)
    return holding[at], np.repeat(_ids(held, "entity"), times), np.repeat(codes, times)


def _position_in_run(times: Int64) -> Int64:
    """0 … times-1 for each run, one after the other."""
    total = int(times.sum())
    return np.arange(total, dtype=np.int64) - np.repeat(np.cumsum(times) - times, times)


def _distinct(number: Int32, entity: Int32, kind: npt.NDArray[np.int8], weight: Float64) -> Incidence:
    """Rows with a kind that ties numbers, each pair once with its greatest weight."""
    known = kind >= 0
    number, entity, kind, weight = number[known], entity[known], kind[known], weight[known]
    order = np.lexsort((-weight, number, entity))
    number, entity, kind, weight = number[order], entity[order], kind[order], weight[order]
    first = np.ones(len(number), dtype=bool)
    first[1:] = (number[1:] != number[:-1]) | (entity[1:] != entity[:-1])
    entities, slot = np.unique(entity[first], return_inverse=True)
    return Incidence(
        number=number[first].astype(np.int32),
        entity=entity[first].astype(np.int32),
        kind=kind[first],
        weight=weight[first],
        slot=slot.astype(np.int32),
        entities=entities.astype(np.int32),
    )
