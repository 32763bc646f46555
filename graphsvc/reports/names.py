"""Ids turned into what people may see: masked numbers and tokens, or raw numbers after an audited reveal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Protocol
from zoneinfo import ZoneInfo

from graphsvc.model.evidence import from_json
from graphsvc.model.instants import local
from graphsvc.model.phrases import Names as Spoken
from graphsvc.model.phrases import sentences
from graphsvc.reports.naming import Named
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
        return dict(zip(wanted, map(ShownNumber, *self.columns(wanted)), strict=True))

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
        return self.with_evidence((), texts)[1]

    def with_evidence(
        self, ids: Iterable[int], texts: list[str]
    ) -> tuple[dict[int, ShownNumber], list[list[ShownEvidence]]]:
        """Token and masked (or raw) number of each id and of whatever the evidence names, and the evidence: together,
        for all of it is looked up at once."""
        rows = [self.freed.evidence(from_json(text)) for text in texts]
        named = Named(item.facts for row in rows for item in row)
        numbers = self.numbers(named.numbers.union(ids))
        entities = self.entities(named.entities)
        spoken = Spoken(
            number=lambda number: numbers[number].number,
            entity=entities.__getitem__,
            instant=cache(partial(local, zone=self.zone)),  # both languages say the same
        )
        said = [
            [ShownEvidence(item.rule, item.contribution, *sentences(item, spoken), item.facts) for item in row]
            for row in rows
        ]
        # The sentences are made of ids; now the facts, which are ours alone, say what may be shown.
        named.show({number: {"token": one.token, "number": one.number} for number, one in numbers.items()}, entities)
        return numbers, said
