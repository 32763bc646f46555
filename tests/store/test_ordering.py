"""Sorting keys and finding them, against NumPy."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graphsvc.store.ordering import ascending, positions

keys = st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3), max_size=60)


@given(keys)
def test_keys_are_sorted_and_equal_ones_keep_their_places(values: list[int]) -> None:
    array = np.array(values, dtype=np.int64)
    assert ascending(array).tolist() == np.argsort(array, kind="stable").tolist()


@given(keys, keys)
def test_wanted_keys_are_found_where_they_are(there: list[int], wanted: list[int]) -> None:
    there = sorted(set(there))
    wanted = sorted(wanted)
    found = positions(np.array(there, dtype=np.int64), np.array(wanted, dtype=np.int64))
    assert found.tolist() == [there.index(key) if key in there else -1 for key in wanted]
