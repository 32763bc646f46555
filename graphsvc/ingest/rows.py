"""A batch of a feed checked: values by column, codes of numbers and entities, each row's first fault."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphsvc.ingest.columns import Checked, check
from graphsvc.ingest.faults import Fault, Faults
from graphsvc.ingest.feeds import LINK_KINDS, Feed, FieldType
from graphsvc.ingest.ids import MISSING, REFUSED, entity_ids, number_ids
from graphsvc.ingest.keys import HashKey
from graphsvc.ingest.read import Batch
from graphsvc.ingest.stores import Registry
from graphsvc.ingest.text import Text
from graphsvc.model.words import EntityKind

_KINDS = tuple(EntityKind)
_KIND_OF_WORD = np.array([_KINDS.index(EntityKind(word)) for word in LINK_KINDS], dtype=np.int64)


class Intake:
    """What a load keeps from batch to batch: its `now`, its feed id, and every id that it has met."""

    def __init__(self, registry: Registry, *, region: str, feed_id: str, now: int) -> None:
        """`now` in epoch ms decides which instants are plausible; `region` what national numbers mean."""
        self.now = now
        self.feed_id = feed_id
        self.key = HashKey.of(registry.keys.event)
        self.numbers = number_ids(registry, region, self.key)
        self.entities = {kind: entity_ids(registry, kind, self.key) for kind in EntityKind}


@dataclass
class EntityCodes:
    """Codes of an entity column, and the kind of each (by its place in EntityKind): one for all, or row by row."""

    codes: NDArray[np.int32]
    kinds: NDArray[np.int64] | int

    def take(self, rows: NDArray[np.int64]) -> "EntityCodes":
        """The rows named, in the order named."""
        return EntityCodes(self.codes[rows], self.kinds if isinstance(self.kinds, int) else self.kinds[rows])

    def rows_of(self, kind: int) -> NDArray[np.bool_] | bool:
        """Which rows are of this kind: True for all, False for none, or row by row."""
        return self.kinds == kind


@dataclass
class Rows:
    """A checked batch. Codes are turned into ids by `settle_numbers` and `settle_entities`."""

    feed: Feed
    faults: Faults
    values: dict[str, Checked] = field(default_factory=dict)
    numbers: dict[str, NDArray[np.int32]] = field(default_factory=dict)
    entities: dict[str, EntityCodes] = field(default_factory=dict)


def check_rows(batch: Batch, feed: Feed, intake: Intake) -> Rows:
    """Every column of the feed checked, those that the file lacks as missing values."""
    count = len(batch.lines)
    rows = Rows(feed, Faults(count))
    for place, column in enumerate(feed.fields):
        checked = check(batch.columns.get(column.name, pa.nulls(count)), column, intake.now)
        rows.values[column.name] = checked
        rows.faults.note(place, checked.faults)
        if column.type is FieldType.NUMBER:
            codes = intake.numbers.look_up(checked.text)
            rows.numbers[column.name] = codes
            rows.faults.note(place, _faults(codes == REFUSED, Fault.NOT_NUMBER))
        elif column.type is FieldType.ENTITY:
            kinds = _kinds(rows, column.kind)
            codes = _entity_codes(checked.text, kinds, intake)
            rows.entities[column.name] = EntityCodes(codes, kinds)
            rows.faults.note(place, _faults(codes == REFUSED, Fault.MISSING))
    _check_alternatives(rows)
    return rows


def settle_numbers(rows: Rows, intake: Intake, order: NDArray[np.int64]) -> dict[str, NDArray[np.int32]]:
    """Ids of the number columns for the rows of `order`, new ones registered in that order."""
    names = list(rows.numbers)
    settled = intake.numbers.settle([rows.numbers[name][order] for name in names])
    return dict(zip(names, settled, strict=True))


def settle_entities(rows: Rows, intake: Intake, order: NDArray[np.int64]) -> dict[str, NDArray[np.int32]]:
    """Ids of the entity columns for the rows of `order`, new ones registered in that order, kind by kind.

    So which ids entities get depends on where a batch ends, unlike the ids of numbers.
    """
    taken = {name: entity.take(order) for name, entity in rows.entities.items()}
    settled = {name: np.full(len(order), MISSING, dtype=np.int32) for name in taken}
    for place, kind in enumerate(_KINDS):
        of_kind = {name: entity.rows_of(place) for name, entity in taken.items()}
        names = [name for name, here in of_kind.items() if here is not False]
        columns = [np.where(of_kind[name], taken[name].codes, np.int32(MISSING)) for name in names]
        for name, ids in zip(names, intake.entities[kind].settle(columns) if names else [], strict=True):
            settled[name] = np.where(of_kind[name], ids, settled[name])
    return settled


def _faults(where: NDArray[np.bool_], fault: Fault) -> NDArray[np.uint8]:
    return np.where(where, fault, Fault.NONE).astype(np.uint8)


def _kinds(rows: Rows, kind: EntityKind | None) -> NDArray[np.int64] | int:
    """The kind of each row's entity: the column's own, or what the row's `kind` says; -1 for none."""
    if kind is not None:
        return _KINDS.index(kind)
    named = rows.values["kind"]
    return np.where(named.missing | (named.integers < 0), -1, _KIND_OF_WORD[named.integers])


def _entity_codes(text: Text, kinds: NDArray[np.int64] | int, intake: Intake) -> NDArray[np.int32]:
    if isinstance(kinds, int):
        return intake.entities[_KINDS[kinds]].look_up(text)
    codes = np.full(len(text), MISSING, dtype=np.int32)
    for place in np.unique(kinds[(kinds >= 0) & ~text.empty()]).tolist():
        here = np.flatnonzero((kinds == place) & ~text.empty())
        codes[here] = intake.entities[_KINDS[place]].look_up(text.take(here))
    return codes


def _check_alternatives(rows: Rows) -> None:
    """A row of flags has a number or a kind and an entity; a row of links a number or a holder."""
    if not rows.feed.one_of:
        return
    names = rows.feed.names()
    (one,), other = rows.feed.one_of
    both_or_neither = rows.values[one].missing == rows.values[other[-1]].missing
    rows.faults.note(names.index(one), _faults(both_or_neither, Fault.NOT_ONE_OF))
    if len(other) == 2:
        kind, entity = other
        without_kind = rows.values[kind].missing & ~rows.values[entity].missing
        rows.faults.note(names.index(kind), _faults(without_kind, Fault.MISSING))
