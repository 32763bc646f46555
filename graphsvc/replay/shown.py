"""Ids of a timeline as they are written down: tokens, or numbers as they came."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from graphsvc.errors import InvalidNumber
from graphsvc.ingest.feeds import FEEDS, FieldType
from graphsvc.ingest.files import feed_files
from graphsvc.ingest.numbers import normalise_one
from graphsvc.ingest.read import batches, open_feed
from graphsvc.replay.timeline import Timeline
from graphsvc.reports.names import Names
from graphsvc.store.registry import KnownEntity, KnownNumber, Registry

_BATCH_ROWS: Final = 500_000


@dataclass(frozen=True)
class Renamed:
    """A registry seen through a timeline's ids."""

    registry: Registry
    timeline: Timeline

    def numbers(self, ids: Sequence[int]) -> list[KnownNumber]:
        """What may be shown of numbers, in the order given."""
        there = self.timeline.numbers.there[np.asarray(ids, dtype=np.int64)]
        return [replace(one, id=here) for one, here in zip(self.registry.numbers(there), ids, strict=True)]

    def shown(self, ids: Sequence[int]) -> tuple[list[str], list[str]]:
        """Tokens and masked numbers, in the order given."""
        return self.registry.shown(self.timeline.numbers.there[np.asarray(ids, dtype=np.int64)].tolist())

    def entities(self, ids: Sequence[int]) -> list[KnownEntity]:
        """What may be shown of entities, in the order given."""
        there = self.timeline.entities.there[np.asarray(ids, dtype=np.int64)]
        return [replace(one, id=here) for one, here in zip(self.registry.entities(there), ids, strict=True)]

    def reveal(self, ids: Sequence[int]) -> dict[int, str]:
        """Raw numbers by id, in canonical form."""
        there = self.timeline.numbers.there[np.asarray(ids, dtype=np.int64)]
        raw = self.registry.reveal(there)
        return {here: raw[int(one)] for here, one in zip(ids, there.tolist(), strict=True)}


@dataclass
class Shower:
    """Writes numbers and evidence down; keeps what it has looked up."""

    names: Names
    as_came: Callable[[str], str] | None
    """From a canonical form to the form of the feeds; None for tokens."""

    def __post_init__(self) -> None:
        """Nothing has been looked up."""
        self._known: dict[int, str] = {}

    def numbers(self, ids: Sequence[int]) -> list[str]:
        """As they stand in the files."""
        unknown = sorted({one for one in ids if one not in self._known})
        if unknown and self.as_came is None:
            self._known |= {one.id: one.token for one in self.names.registry.numbers(unknown)}
        elif unknown and self.as_came is not None:
            raw = self.names.registry.reveal(unknown)
            self._known |= {one: self.as_came(raw[one]) for one in unknown}
        return [self._known[one] for one in ids]

    def evidence(self, texts: list[str]) -> list[str]:
        """Evidence with ids resolved and sentences in both languages, as JSON."""
        return [orjson.dumps([_item(item) for item in row]).decode() for row in self.names.evidence(texts)]


def _item(item: Any) -> dict[str, Any]:
    return {
        "rule": item.rule,
        "contribution": item.contribution,
        "text": item.text,
        "text_zh": item.text_zh,
        "facts": item.facts,
    }


def forms_of(folder: Path, region: str) -> Callable[[str], str]:
    """From canonical forms to those of the feeds: the canonical one where it occurs, else the first that does."""
    came: dict[str, None] = {}
    for file in feed_files([folder], None):
        feed = FEEDS[file.feed]
        columns = [field.name for field in feed.fields if field.type is FieldType.NUMBER]
        for batch in batches(open_feed(file, feed), _BATCH_ROWS):
            for name in columns:
                if name in batch.columns:
                    distinct = pc.unique(batch.columns[name].cast(pa.string())).drop_null()
                    came |= dict.fromkeys(distinct.to_pylist())
    other: dict[str, str] = {}
    for text in came:
        try:
            canonical = text if text.startswith("+") and text[1:].isascii() else normalise_one(text, region)[0]
        except InvalidNumber:
            continue
        other.setdefault(canonical, text)
    return lambda canonical: canonical if canonical in came else other.get(canonical, canonical)
