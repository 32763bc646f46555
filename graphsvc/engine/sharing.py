"""Who shares a device, holder, account, social account or page with whom, and what that says of each.

A device that a number used for a part of its events counts by that part. Ordinary numbers on the same entity
discount it (relay shops, refurbished phones); several diallers on one device are a den even before any flag.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graphsvc.engine import parameters
from graphsvc.engine.flags import Flags
from graphsvc.engine.overlap import Uses, best_partner, companions
from graphsvc.engine.population import Bool, Float64, Population
from graphsvc.engine.traits import DeviceUse
from graphsvc.graph.snapshot import Int8, Int32, Int64
from graphsvc.model.facts import Facts
from graphsvc.model.tables import ALWAYS_KNOWN
from graphsvc.model.words import EntityKind

KINDS = (
    EntityKind.DEVICE,
    EntityKind.HOLDER,
    EntityKind.ACCOUNT,
    EntityKind.SOCIAL_ACCOUNT,
    EntityKind.URL,
)
_CODE = {kind: code for code, kind in enumerate(KINDS)}
_CODE_OF_WORD = {kind.value: _CODE.get(kind, -1) for kind in EntityKind}
_NOTHING = 1e-9
"""What is left of a sum that rounding alone made: nobody."""


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
        return slice(self._bounds[slot], self._bounds[slot + 1])

    @cached_property
    def _bounds(self) -> list[int]:
        bounds: list[int] = np.searchsorted(self.slot, np.arange(len(self.entities) + 1)).tolist()
        return bounds


@dataclass(frozen=True)
class Sharing:
    """What sharing says of each number, by kind: log-odds, and the row of the incidence that says it (-1: none)."""

    says: dict[EntityKind, Float64]
    row: dict[EntityKind, Int32]


def incidence(facts: Facts, population: Population, used: DeviceUse, activated_at: Int64) -> Incidence:
    """Who used what: devices from events, and the links in force or lately ended, through holders too.

    `activated_at`: [N] epoch ms of the present SIM's activation, -1 unknown: a link from before is an earlier owner's.
    """
    links = _in_memory(facts)
    direct = links.filter(pc.is_valid(links.column("number")))
    held = links.filter(pc.is_valid(links.column("holder")))
    number = population.index_of(_ids(direct, "number"))
    own = ~(_begun(direct) + parameters.RECYCLED_AFTER_MS <= activated_at[number])
    direct, number = direct.filter(pa.array(own)), number[own]
    kind = _codes(direct)
    entity = _ids(direct, "entity")
    through = _through_holders(number, entity, kind, held)
    device_events = np.bincount(used.number, weights=used.events, minlength=len(population))
    numbers = np.concatenate([number, through[0], used.number])
    entities = np.concatenate([entity, through[1], used.device])
    kinds = np.concatenate([kind, through[2], np.full(len(used.number), _CODE[EntityKind.DEVICE], np.int8)])
    weights = np.concatenate([np.ones(len(number) + len(through[0])), used.events / device_events[used.number]])
    return _distinct(numbers, entities, kinds, weights)


def shared(rows: Incidence, flags: Flags, probability: Float64, ordinary: Bool) -> Sharing:
    """Log-odds for each number from the surest suspect or flag that it shares entities with (`shared_*`)."""
    says, row = {}, {}
    for kind, (strength, at) in _by_surest_other(rows, flags, probability, ordinary).items():
        says[kind], row[kind] = parameters.SHARED_MOST[kind] * strength, at
    return Sharing(says, row)


def surest(rows: Incidence, flags: Flags, sure: Float64, ordinary: Bool) -> dict[EntityKind, Float64]:
    """For each number, by kind, how sure the surest other number or flag on its entities is, as far as ties carry."""
    return {kind: strength for kind, (strength, _) in _by_surest_other(rows, flags, sure, ordinary).items()}


def _by_surest_other(
    rows: Incidence, flags: Flags, sure: Float64, ordinary: Bool
) -> dict[EntityKind, tuple[Float64, Int32]]:
    """By kind: the surest other number × how far both profiles coincide, or the flags on the number's entities.

    The surest, not all together: numbers on one entity owe their suspicion to each other. With it, for each number,
    the row of the incidence that most of it lies in.
    """
    kept = discount(rows, ordinary)
    result = {}
    for code, kind in enumerate(KINDS):
        here = np.flatnonzero(rows.kind == code)
        uses = _uses(rows, here, kept)
        strength, at = best_partner(uses, sure, parameters.SHARER_SUSPECT_FROM)
        flagged, flag_at = _flagged(uses, rows, flags, len(sure))
        by_flag = flagged >= strength
        best = np.where(by_flag, flag_at, at)
        row = np.where(best >= 0, here[best] if len(here) else -1, -1).astype(np.int32)
        result[kind] = (np.where(by_flag, flagged, strength), row)
    return result


def _uses(rows: Incidence, here: Int64, kept: Float64) -> Uses:
    """The rows of one kind."""
    device = bool(len(here)) and rows.kind[here[0]] == _CODE[EntityKind.DEVICE]
    return Uses(rows.number[here], rows.slot[here], rows.weight[here], kept[here], device)


def _flagged(uses: Uses, rows: Incidence, flags: Flags, count: int) -> tuple[Float64, Int64]:
    """For each number how much of its profile lies on flagged entities, and the row that most of it lies in."""
    result, best = np.zeros(count), np.full(count, -1, dtype=np.int64)
    sure = np.array([flags.of_entity.get(int(x), 0.0) for x in rows.entities]) if flags.of_entity else np.zeros(0)
    if not len(sure):
        return result, best
    value = uses.part * uses.kept * sure[uses.slot]
    at = np.flatnonzero(value > 0)
    at = at[np.lexsort((-at, value[at]))]  # the strongest comes last and stays
    best[uses.number[at]] = at
    if uses.adds_up:
        np.add.at(result, uses.number[at], value[at])
    else:
        np.maximum.at(result, uses.number[at], value[at])
    return np.minimum(result, 1.0), best


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


def dens(rows: Incidence, dialler: Float64, fresh: Float64) -> tuple[Float64, Int32]:
    """Log-odds for each number from how many other diallers its devices serve, and the row that says most of it.

    `dialler`: by how much each number counts as one; `fresh`: how new each number is. Cards that rotate over several
    devices meet each other on every one of them: what counts is the mean over the number's own use, not the single
    device.
    """
    count = len(dialler)
    here = np.flatnonzero(rows.kind == _CODE[EntityKind.DEVICE])
    met = companions(_uses(rows, here, np.ones(len(rows.number))), dialler)
    at = np.flatnonzero(met > _NOTHING)
    number, part = rows.number[here[at]], rows.weight[here[at]]
    shared_part = np.bincount(number, weights=part, minlength=count)
    total = np.bincount(number, weights=met[at], minlength=count)
    mean = np.divide(total, shared_part, out=np.zeros(count), where=shared_part > 0)
    enough = mean >= parameters.DEN_FROM - _NOTHING
    says = fresh * shared_part * np.minimum(parameters.DEN_PER_DOUBLING * np.log2(1 + mean), parameters.DEN_MOST)
    enough &= says > 0
    row = np.full(count, -1, np.int32)
    order = at[np.lexsort((-at, met[at]))]  # the strongest comes last and stays
    row[rows.number[here[order]]] = here[order]
    return np.where(enough, says, 0.0), np.where(enough, row, -1).astype(np.int32)


def _sum_by(values: Float64, rows: Incidence) -> Float64:
    return np.bincount(rows.slot, weights=values, minlength=len(rows.entities)).astype(np.float64)


def _in_memory(facts: Facts) -> pa.Table:
    """Links that have begun and did not end long ago."""
    begun = pc.fill_null(pc.less_equal(facts.links.column("valid_from"), facts.as_of), True)
    ended = pc.fill_null(pc.less_equal(facts.links.column("valid_to"), facts.as_of - parameters.LINK_MEMORY_MS), False)
    return facts.links.filter(pc.and_(begun, pc.invert(ended)))


def _begun(links: pa.Table) -> Float64:
    """When each link began, epoch ms: as it says, else when it was known; infinite where nobody can tell."""
    known = links.column("known_at").to_numpy().astype(np.float64)
    begun = pc.cast(links.column("valid_from"), pa.float64()).to_numpy()
    return np.where(np.isnan(begun), np.where(known > ALWAYS_KNOWN, known, np.inf), begun)


def _codes(links: pa.Table) -> Int8:
    """The kind of each link as a position in KINDS, -1 for one that ties nobody."""
    words = links.column("kind").combine_chunks().dictionary_encode()
    known = np.array([_CODE_OF_WORD[word] for word in words.dictionary.to_pylist()], dtype=np.int8)
    return known[words.indices.to_numpy()] if len(words) else np.empty(0, np.int8)


def shared_only(rows: Incidence, flags: Flags) -> Incidence:
    """The rows of entities that two numbers use, or that are flagged: what one number alone uses ties nobody."""
    users = np.bincount(rows.slot, minlength=len(rows.entities))
    wanted = (users >= 2) | np.isin(rows.entities, list(flags.of_entity))
    here = np.flatnonzero(wanted[rows.slot])
    slot = np.cumsum(wanted) - 1
    return Incidence(
        number=rows.number[here],
        entity=rows.entity[here],
        kind=rows.kind[here],
        weight=rows.weight[here],
        slot=slot[rows.slot[here]].astype(np.int32),
        entities=rows.entities[wanted],
    )


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
    codes = _codes(held)
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
