"""A batch of a feed checked: values by column, codes of numbers and entities, each row's first fault."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graphsvc.ingest.columns import Checked, check
from graphsvc.ingest.faults import Fault, Faults
from graphsvc.ingest.feeds import LINK_KINDS, Feed, Field, FieldType
from graphsvc.ingest.ids import MISSING, REFUSED, Ids, Met
from graphsvc.ingest.read import Batch
from graphsvc.ingest.text import Text
from graphsvc.model.words import EntityKind

_KINDS = tuple(EntityKind)
_AGEING = ("events", "flags", "cases", "outcomes")
_KIND_OF_WORD = np.array([_KINDS.index(EntityKind(word)) for word in LINK_KINDS], dtype=np.int64)


class Intake:
    """What a load keeps from batch to batch: its `now`, its feed id, and every id that it has met."""

    def __init__(self, met: Met, *, feed_id: str, now: int, events_from: int = 0, facts_from: int = 0) -> None:
        """`now` in epoch ms decides which instants are plausible; `met` are the ids that earlier loads met.

        Events that began before `events_from`, and facts known before `facts_from`, are refused as expired.
        """
        self.now = now
        self.events_from = events_from
        self.facts_from = facts_from
        self.feed_id = feed_id
        self.key, self.numbers, self.entities = met.key, met.numbers, met.entities


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
        given = batch.columns.get(column.name, pa.nulls(count))
        if column.type is FieldType.NUMBER:
            checked, codes = _identifiers(given, column, intake.numbers, intake.now)
            rows.numbers[column.name] = codes
        elif column.type is FieldType.ENTITY and column.kind is not None:
            checked, codes = _identifiers(given, column, intake.entities[column.kind], intake.now)
            rows.entities[column.name] = EntityCodes(codes, _KINDS.index(column.kind))
        elif column.type is FieldType.ENTITY:
            checked = check(given, column, intake.now)
            kinds = _kinds(rows)
            codes = _codes_by_kind(checked.text, kinds, intake)
            checked.faults[(codes == REFUSED) & (checked.faults == 0)] = Fault.MISSING
            rows.entities[column.name] = EntityCodes(codes, kinds)
        else:
            checked = check(given, column, intake.now)
        rows.values[column.name] = checked
        rows.faults.note(place, checked.faults)
    _check_alternatives(rows)
    _check_expired(rows, intake)
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


def _identifiers(given: pa.Array, column: Field, ids: Ids, now: int) -> tuple[Checked, NDArray[np.int32]]:
    """A column of identifiers of one kind checked, and their codes. Of a dictionary each text is looked at once."""
    if pa.types.is_dictionary(given.type):
        words, places = _in_use(given)
        checked, codes = _identifiers(words, column, ids, now)
        return Checked(codes[places], checked.missing[places], checked.faults[places]), codes[places]
    checked = check(given, column, now)
    codes = ids.look_up(checked.text)
    wrong = Fault.NOT_NUMBER if column.type is FieldType.NUMBER else Fault.MISSING
    checked.faults[(codes == REFUSED) & (checked.faults == 0)] = wrong
    return checked, codes


def _in_use(given: pa.DictionaryArray) -> tuple[pa.Array, NDArray[np.int64]]:
    """Those texts of a dictionary that rows have, a null behind them, and where each row's text is among them."""
    texts = pa.concat_arrays([given.dictionary, pa.nulls(1, given.dictionary.type)])
    places = pc.fill_null(given.indices, len(given.dictionary)).to_numpy()
    used = np.zeros(len(texts), dtype=np.bool_)
    used[places] = True
    return texts.take(pa.array(np.flatnonzero(used))), (np.cumsum(used) - 1)[places]


def _kinds(rows: Rows) -> NDArray[np.int64]:
    """The kind of each row's entity, by what the row's `kind` says; -1 for none."""
    named = rows.values["kind"]
    return np.where(named.missing | (named.integers < 0), -1, _KIND_OF_WORD[named.integers])


def _codes_by_kind(text: Text, kinds: NDArray[np.int64], intake: Intake) -> NDArray[np.int32]:
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


def _check_expired(rows: Rows, intake: Intake) -> None:
    """What retention has deleted does not come back: an event by when it began, what happened by when it was known.

    How a number is (subscribers, links, directory) holds however old it is.
    """
    events = rows.feed.name == "events"
    name, kept_from = ("started_at", intake.events_from) if events else ("known_at", intake.facts_from)
    if not kept_from or rows.feed.name not in _AGEING:
        return
    said = rows.values[name]
    old = ~said.missing & (said.integers < kept_from)
    if rows.feed.name == "outcomes":  # known, where the feed does not say, when it came about
        old |= said.missing & (rows.values["at"].integers < kept_from)
    rows.faults.note(rows.feed.names().index(name), _faults(old, Fault.EXPIRED))
