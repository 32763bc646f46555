"""Many numbers normalised at once are what each is by itself."""

import random

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphsvc.errors import InvalidNumber
from graphsvc.ingest.canonical import Canonical, canonical_entities, canonical_numbers
from graphsvc.ingest.keys import HashKey, lookup_keys
from graphsvc.ingest.numbers import normalise_one
from graphsvc.ingest.text import Text
from graphsvc.model.words import NumberKind

KEY = HashKey.of(bytes(range(16)))


def at_once(numbers: list[str], region: str) -> list[tuple[str, NumberKind] | None]:
    text = Text.of(pa.array(numbers, pa.string()))
    canonical, accepted = canonical_numbers(text, lookup_keys(KEY, text), region)
    pairs = iter(zip(canonical.texts, canonical.kinds, strict=True))
    return [next(pairs) if good else None for good in accepted]


def one_by_one(numbers: list[str], region: str) -> list[tuple[str, NumberKind] | None]:
    results: list[tuple[str, NumberKind] | None] = []
    for number in numbers:
        try:
            results.append(normalise_one(number, region))
        except InvalidNumber:
            results.append(None)
    return results


@pytest.mark.parametrize("region", ["CN", "US", "GB", "FR", "SG", "JP"])
def test_thousands_of_numbers_are_each_what_it_is_by_itself(region: str) -> None:
    chance = random.Random(11)
    numbers = [
        chance.choice(["", "", "+", "+86", "86", "0086", "0", "1", "+1", "8613", "13", "95", "106"])
        + str(chance.randrange(10 ** chance.randrange(1, 13)))
        for _ in range(2500)
    ]
    assert at_once(numbers, region) == one_by_one(numbers, region)


@given(st.lists(st.text(max_size=14) | st.from_regex(r"[+0-9 -]{1,16}", fullmatch=True), max_size=30))
def test_any_texts_are_each_what_it_is_by_itself(numbers: list[str]) -> None:
    given_ones = [number for number in numbers if number]
    assert at_once(given_ones, "CN") == one_by_one(given_ones, "CN")


def test_entities_lose_the_spaces_around_them_and_blank_ones_are_none() -> None:
    canonical, accepted = canonical_entities(Text.of(pa.array([" a b ", " ", "c"])))
    assert canonical.texts == ["a b", "c"]
    assert accepted.tolist() == [True, False, True]


def test_distinct_texts_keep_the_order_of_their_first_appearance() -> None:
    kinds = [NumberKind.MSISDN, NumberKind.SHORT_CODE, NumberKind.MSISDN, NumberKind.INVALID]
    distinct, which = Canonical(["b", "a", "b", "c"], kinds).distinct()
    assert distinct.texts == ["b", "a", "c"]
    assert distinct.kinds == [NumberKind.MSISDN, NumberKind.SHORT_CODE, NumberKind.INVALID]
    assert which.tolist() == [0, 1, 0, 2]
