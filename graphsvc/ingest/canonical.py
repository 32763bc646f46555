"""Canonical forms of many distinct texts at once: what the registry gives ids to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graphsvc.errors import InvalidNumber
from graphsvc.ingest.numbering import INVALID, UNKNOWN, VALID, e164_of_digits, judge
from graphsvc.ingest.numbers import SERVICE_CODES, normalise_one
from graphsvc.ingest.text import Text
from graphsvc.model.words import NumberKind

_KIND_OF: Final = {
    VALID: NumberKind.MSISDN,
    INVALID: NumberKind.INVALID,
    UNKNOWN: NumberKind.INVALID,  # until phonenumbers has been asked
}


@dataclass(frozen=True)
class Canonical:
    """Canonical texts, and the kind of each where they are numbers; entities have no kinds here."""

    texts: list[str]
    kinds: list[NumberKind]

    def extend(self, others: "Canonical") -> None:
        """Add others after these."""
        self.texts.extend(others.texts)
        self.kinds.extend(others.kinds)

    def take(self, places: NDArray[np.int64]) -> "Canonical":
        """Those at these places, in this order."""
        chosen = places.tolist()
        kinds = [self.kinds[i] for i in chosen] if self.kinds else []
        return Canonical([self.texts[i] for i in chosen], kinds)

    def distinct(self) -> tuple["Canonical", NDArray[np.int64]]:
        """Each text once, in order of first appearance, and which of them each text is."""
        if len(set(self.texts)) == len(self.texts):
            return self, np.arange(len(self.texts))
        place_of = {text: place for place, text in enumerate(dict.fromkeys(self.texts))}
        which = np.fromiter((place_of[text] for text in self.texts), np.int64, len(self.texts))
        return self.take(np.unique(which, return_index=True)[1]), which


def canonical_numbers(text: Text, keys: NDArray[np.uint64], region: str) -> tuple[Canonical, NDArray[np.bool_]]:
    """The canonical form of each text with these lookup keys that can be a number, and which can."""
    verdicts = np.zeros(len(text), dtype=np.uint8)
    texts = text.array.to_pylist()
    plain = np.flatnonzero(_is_packed(keys, plus=1, digits_max=15))
    if len(plain):
        verdicts[plain] = judge(text.array.take(pa.array(plain)))
    for place, form in _read_at_once(text, np.flatnonzero(_is_packed(keys, plus=0, digits_max=13)), region):
        verdicts[place] = VALID
        texts[place] = form
    kinds = [_KIND_OF[verdict] for verdict in verdicts.tolist()]
    accepted = np.ones(len(texts), dtype=np.bool_)
    for place in np.flatnonzero(verdicts == UNKNOWN).tolist():
        try:
            texts[place], kinds[place] = normalise_one(texts[place], region)
        except InvalidNumber:
            accepted[place] = False
    canonical = Canonical(texts, kinds)
    return canonical if accepted.all() else canonical.take(np.flatnonzero(accepted)), accepted


def canonical_entities(text: Text) -> tuple[Canonical, NDArray[np.bool_]]:
    """Each text as it came, without spaces around it, and which are not blank."""
    texts = [value.strip() for value in text.array.to_pylist()]
    accepted = np.fromiter((bool(value) for value in texts), np.bool_, len(texts))
    return Canonical(texts if accepted.all() else [value for value in texts if value], []), accepted


def _read_at_once(text: Text, places: NDArray[np.int64], region: str) -> Iterator[tuple[int, str]]:
    """E.164 of those texts of digits alone that are certainly valid numbers of `region`, and their places."""
    if not len(places):
        return
    digits = text.array.take(pa.array(places))
    forms, certain = e164_of_digits(digits, region)
    if region in SERVICE_CODES:
        service = pc.match_substring_regex(digits, f"^(?:{SERVICE_CODES[region]})$")
        certain &= ~service.to_numpy(zero_copy_only=False)
    chosen = np.flatnonzero(certain)
    yield from zip(places[chosen].tolist(), forms.take(pa.array(chosen)).to_pylist(), strict=True)


def _is_packed(keys: NDArray[np.uint64], *, plus: int, digits_max: int) -> NDArray[np.bool_]:
    """Whether a text is 7 to `digits_max` digits with or without a plus, by the packing of `keys.lookup_keys`."""
    length = (keys >> np.uint64(1)) & np.uint64(31)
    packed = keys >> np.uint64(63) == 0
    with_plus = keys & np.uint64(1) == plus
    return np.asarray(packed & with_plus & (length >= 7) & (length <= digits_max))
