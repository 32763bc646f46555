"""Ids by a hash table, against a dictionary."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from graphsvc.ingest.ids import MISSING, REFUSED, entity_ids, number_ids
from graphsvc.ingest.keys import HashKey
from graphsvc.ingest.text import Text
from graphsvc.model.words import EntityKind
from tests.ingest.fakes import MemoryRegistry

KEY = HashKey.of(bytes(range(16)))


@given(st.lists(st.lists(st.sampled_from(["", "a", "b", " a", "1", "+1", "01", "x" * 40]), max_size=20), max_size=5))
def test_ids_are_those_of_a_dictionary_batch_after_batch(batches: list[list[str]]) -> None:
    registry = MemoryRegistry()
    ids = entity_ids(registry, EntityKind.ACCOUNT, KEY)
    known: dict[str, int] = {}
    for batch in batches:
        codes = ids.look_up(Text.of(pa.array(batch, pa.string())))
        (settled,) = ids.settle([codes])
        expected = [known.setdefault(value.strip(), len(known)) if value else MISSING for value in batch]
        assert settled.tolist() == expected


def test_many_new_numbers_make_the_table_grow() -> None:
    registry = MemoryRegistry()
    ids = number_ids(registry, "CN", KEY)
    numbers = [f"+86138{i:08d}" for i in range(20_000)]
    for start in range(0, 20_000, 5000):
        text = Text.of(pa.array(numbers[start : start + 5000]))
        (settled,) = ids.settle([ids.look_up(text)])
        assert settled.tolist() == list(range(start, start + 5000))
    codes = ids.look_up(Text.of(pa.array(numbers[::-1])))
    assert codes.tolist() == list(range(20_000))[::-1]


def test_what_no_settled_row_has_is_forgotten_and_found_new_again() -> None:
    registry = MemoryRegistry()
    ids = number_ids(registry, "CN", KEY)
    text = Text.of(pa.array(["+8613800138000", "???", "110"]))
    codes = ids.look_up(text)
    assert codes.tolist()[1] == REFUSED
    (settled,) = ids.settle([codes[2:]])
    assert settled.tolist() == [0]
    assert list(registry.number_of) == ["110"]
    (settled,) = ids.settle([ids.look_up(text)])
    assert settled.tolist() == [1, REFUSED, 0]


def test_forms_of_one_number_have_one_id_in_order_of_first_appearance() -> None:
    registry = MemoryRegistry()
    ids = number_ids(registry, "CN", KEY)
    one = ids.look_up(Text.of(pa.array(["138 0013 8000", "110"])))
    other = ids.look_up(Text.of(pa.array(["+8613900139000", "13800138000"])))
    settled = ids.settle([one, other])
    assert [column.tolist() for column in settled] == [[0, 2], [1, 0]]
    assert np.array(list(registry.number_of)).tolist() == ["+8613800138000", "+8613900139000", "110"]
