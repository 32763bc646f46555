"""Ids turned into what people may see: masked numbers and tokens, or raw numbers after an audited reveal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Protocol
from zoneinfo import ZoneInfo

from graphsvc.model.evidence import Evidence, from_json
from graphsvc.model.phrases import Names as Spoken
from graphsvc.model.phrases import sentences
from graphsvc.reports.naming import ids_within, resolve_ids
from graphsvc.reports.released import NOBODY, Freed
from graphsvc.reports.values import ShownEvidence, ShownNumber
from graphsvc.store.registry import KnownEntity, KnownNumber


class Known(Protocol):
    """What may be shown of ids; `store.registry.Registry` says more of each."""

    def numbers(self, ids: Sequence[int]) -> Sequence[KnownNumber]:
        """In the order given."""

    def shown(self, ids: Sequence[int]) -> tuple[list[str], list[str]]:
        """Tokens and masked numbers, in the order given."""

    def entities(self, ids: Sequence[int]) -> Sequence[KnownEntity]:
        """In the order given."""

    def reveal(self, ids: Sequence[int]) -> dict[int, str]:
        """Raw numbers; whoever asks has written the purpose down before."""


@dataclass(frozen=True)
class Names:
    """How the numbers of one answer are shown. `raw` only after the audit log has been written."""

    registry: Known
    zone: ZoneInfo
    """The operator's: times in sentences are local."""
    raw: bool = False
    freed: Freed = NOBODY
    """Numbers that were released: no evidence names them."""

    def numbers(self, ids: Iterable[int]) -> dict[int, ShownNumber]:
        """Token and masked (or raw) number of each id."""
        wanted = sorted(set(ids))
        known = self.registry.numbers(wanted)
        raw = self.registry.reveal(wanted) if self.raw else {}
        return {one.id: ShownNumber(one.token, raw.get(one.id, one.masked)) for one in known}

    def columns(self, ids: Sequence[int]) -> tuple[list[str], list[str]]:
        """The same for different numbers as two columns in their order."""
        tokens, masked = self.registry.shown(ids)
        if not self.raw:
            return tokens, masked
        raw = self.registry.reveal(ids)
        return tokens, [raw.get(number, one) for number, one in zip(ids, masked, strict=True)]

    def entities(self, ids: Iterable[int]) -> dict[int, str]:
        """Token of each entity id."""
        return {one.id: one.token for one in self.registry.entities(sorted(set(ids)))}

    def evidence(self, texts: list[str]) -> list[list[ShownEvidence]]:
        """The evidence of several rows, in both languages, with ids resolved."""
        rows = [self.freed.evidence(from_json(text)) for text in texts]
        named, entity_ids = ids_within(item.facts for row in rows for item in row)
        numbers = self.numbers(named)
        entities = self.entities(entity_ids)
        spoken = Spoken(
            number=lambda number: numbers[number].number,
            entity=entities.__getitem__,
            instant=cache(self._local),  # both languages say the same
        )
        resolved = {number: {"token": one.token, "number": one.number} for number, one in numbers.items()}

        def shown(item: Evidence) -> ShownEvidence:
            english, chinese = sentences(item, spoken)
            return ShownEvidence(
                item.rule, item.contribution, english, chinese, resolve_ids(item.facts, resolved, entities)
            )

        return [[shown(item) for item in row] for row in rows]

    def _local(self, instant: int) -> str:
        return datetime.fromtimestamp(instant / 1000, self.zone).isoformat(" ", "minutes")[:16]
