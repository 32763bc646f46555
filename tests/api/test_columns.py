"""A column is the list that it stands for, written or walked."""

from datetime import UTC, datetime, timedelta

import numpy as np
import orjson
from hypothesis import given
from hypothesis import strategies as st

from graphsvc.api.columns import WRITES, Column, as_they_are, instants
from graphsvc.model.instants import iso, iso_json

WHOLE = st.lists(st.integers(-(2**62), 2**62), max_size=20)
INSTANTS = st.lists(st.integers(-2_208_988_800_000, 4_102_444_800_000), max_size=20)
"""From 1900 to 2100: a column holds what a feed may say."""


@given(WHOLE)
def test_whole_numbers_are_written_as_a_list_of_them_is(numbers: list[int]) -> None:
    column = Column(np.array(numbers, dtype=np.int64))
    assert orjson.dumps(as_they_are(column), option=WRITES) == orjson.dumps(numbers)
    assert (list(column), len(column)) == (numbers, len(numbers))
    assert all(type(one) is int for one in column)


@given(INSTANTS)
def test_instants_are_written_as_each_of_them_is(at: list[int]) -> None:
    column = Column(np.array(at, dtype=np.int64))
    assert orjson.dumps(instants(column)) == orjson.dumps([iso(one) for one in at])
    assert iso_json(column.array[::-1]) == orjson.dumps([iso(one) for one in reversed(at)])


@given(st.integers(-62_135_596_800_000, 253_402_300_799_999))
def test_an_instant_of_any_year_is_written_as_the_standard_library_writes_it(at: int) -> None:
    judge = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)
    assert iso(at) == judge.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_a_plain_list_is_left_to_be_written_one_by_one() -> None:
    assert instants([1, 2]) is None
    assert as_they_are((1, 2)) == [1, 2]
