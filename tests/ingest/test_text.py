"""The kernels on text columns, against plain Python."""

import re

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from graphsvc.ingest.text import Text, order_ties, text_faults, whole_seconds

texts = st.lists(st.text(st.sampled_from("ab1é\x01\x7f"), max_size=6), max_size=40)


@given(texts, st.integers(0, 5))
def test_a_slice_of_a_column_is_seen_from_its_own_beginning(values: list[str], skip: int) -> None:
    text = Text.of(pa.array(values, pa.string()).slice(skip))
    seen = [
        text.data[start:end].tobytes().decode()
        for start, end in zip(text.offsets[:-1].tolist(), text.offsets[1:].tolist(), strict=True)
    ]
    assert seen == values[skip:]
    assert text.empty().tolist() == [value == "" for value in values[skip:]]


def test_a_null_is_an_empty_text() -> None:
    text = Text.of(pa.array(["a", None, "b"]))
    assert text.array.to_pylist() == ["a", "", "b"]
    assert Text.missing(2).empty().tolist() == [True, True]


@given(texts, st.data())
def test_ties_are_ordered_by_text_then_by_row(values: list[str], data: st.DataObject) -> None:
    known_at = data.draw(st.lists(st.integers(0, 3), min_size=len(values), max_size=len(values)))
    rows = np.array(known_at, dtype=np.int64)
    order = np.argsort(rows, kind="stable")
    text = Text.of(pa.array(values, pa.string()))
    order_ties(order, rows, text.offsets, text.data)
    expected = sorted(range(len(values)), key=lambda row: (known_at[row], values[row].encode(), row))
    assert order.tolist() == expected


@given(texts)
def test_faults_are_those_of_length_and_control_characters(values: list[str]) -> None:
    text = Text.of(pa.array(values, pa.string()))
    expected = [1 if len(value.encode()) > 4 else 2 if re.search(r"[\x00-\x1f\x7f]", value) else 0 for value in values]
    assert text_faults(text.offsets, text.data, 4).tolist() == expected


@given(st.lists(st.from_regex(r"-?[0-9]{0,16}(\.[0-9]{0,2})?|[a-z]", fullmatch=True), max_size=30))
def test_whole_seconds_are_integers_with_at_most_zeros_behind_the_point(values: list[str]) -> None:
    text = Text.of(pa.array(values, pa.string()))
    figures, faults = whole_seconds(text.offsets, text.data)
    for value, figure, fault in zip(values, figures.tolist(), faults.tolist(), strict=True):
        good = value == "" or re.fullmatch(r"-?[0-9]{1,15}(\.0*)?", value) is not None
        assert (fault == 0) == good
        if good and value:
            assert figure == int(float(value))


def test_spaces_around_whole_seconds_do_not_matter() -> None:
    text = Text.of(pa.array([" 7 ", "  -3", "12.0 ", " ", "1 2", " -"]))
    figures, faults = whole_seconds(text.offsets, text.data)
    assert figures[:3].tolist() == [7, -3, 12]
    assert faults.tolist() == [0, 0, 0, 1, 1, 1]


def test_nulls_over_bytes_that_are_still_there_are_empty_texts() -> None:
    kept = pa.array(["a", "hidden", "b"])
    _, offsets, data = kept.buffers()
    array = pa.StringArray.from_buffers(3, offsets, data, pa.py_buffer(b"\x05"), 1, 0)
    text = Text.of(array)
    assert text.array.to_pylist() == ["a", "", "b"]
    assert text.empty().tolist() == [False, True, False]
