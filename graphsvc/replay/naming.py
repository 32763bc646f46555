"""Numbers of truth, feeds and replay under one index: what is the same number is so in whatever form it came."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from graphsvc.ingest.ids import number_ids
from graphsvc.ingest.keys import HashKey
from graphsvc.ingest.text import Text
from graphsvc.model.words import EntityKind, NumberKind

Int32 = npt.NDArray[np.int32]

NOBODY = -1
"""The index of an empty cell, and of what cannot be a number."""


@dataclass(frozen=True)
class _LookupKey:
    """Tells texts apart within one process; nothing made with it is kept."""

    event: bytes = bytes(range(32))


@dataclass
class Naming:
    """Indices by canonical form, in order of first appearance."""

    region: str
    """What national forms mean (ISO 3166 code)."""
    texts: list[str] = field(default_factory=list)
    keys: _LookupKey = _LookupKey()

    def __post_init__(self) -> None:
        """Start with nobody."""
        self._index: dict[str, int] = {}
        self._ids = number_ids(self, self.region, HashKey.of(self.keys.event))

    def of(self, column: pl.Series) -> Int32:
        """Indices of numbers as they came."""
        codes = self._ids.look_up(Text.of(column.cast(pl.String).to_arrow().cast(pa.string())))
        settled = self._ids.settle([codes])[0]
        return np.where(settled < 0, NOBODY, settled).astype(np.int32)

    def of_tokens(self, column: pl.Series, tokens: Callable[[Sequence[str]], list[str]]) -> Int32:
        """Indices of tokens; a token of a number that nothing else named gets an index of its own."""
        known = {token: index for index, token in enumerate(tokens(self.texts))}
        result = np.full(len(column), NOBODY, dtype=np.int32)
        for row, token in enumerate(column.to_list()):
            if token is not None:
                index = known.get(token)
                if index is None:
                    index = known[token] = self._add(token)
                result[row] = index
        return result

    def matcher(self, names: set[str], tokens: Callable[[Sequence[str]], list[str]] | None) -> "Matcher":
        """Follows which indices have one of these names: tokens where `tokens` makes them, else canonical forms."""
        return Matcher(self, names, tokens)

    def register_numbers(self, canonical: Sequence[str], kinds: Sequence[NumberKind]) -> Int32:
        """Indices of distinct canonical forms (ingest.stores.Registry)."""
        return np.array([self._index[text] if text in self._index else self._add(text) for text in canonical], np.int32)

    def register_entities(self, kind: EntityKind, values: Sequence[str]) -> Int32:
        """Entities are not looked at here; each reading of one is a new one."""
        return np.arange(len(values), dtype=np.int32)

    def _add(self, text: str) -> int:
        self._index[text] = len(self.texts)
        self.texts.append(text)
        return len(self.texts) - 1


@dataclass
class Matcher:
    """Which indices are wanted, as numbers come in."""

    naming: Naming
    names: set[str]
    tokens: Callable[[Sequence[str]], list[str]] | None

    def __post_init__(self) -> None:
        """Nobody has been looked at."""
        self._wanted = np.zeros(0, dtype=bool)

    def wanted(self) -> npt.NDArray[np.bool_]:
        """[indices so far] whether each has a wanted name."""
        new = self.naming.texts[len(self._wanted) :]
        if new:
            named = new if self.tokens is None else self.tokens(new)
            self._wanted = np.append(self._wanted, [name in self.names for name in named])
        return self._wanted
