"""How many short messages a text takes, against the published sizes and a packing done character by character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphsvc.wording.parts import sms_parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),  # each takes two places
        ("€" * 81, 2),
        ("a" + "€" * 80, 2),
        ("诈" * 70, 1),
        ("诈" * 71, 2),
        ("诈" * 134, 2),
        ("诈" * 135, 3),
        ("a" * 70 + "“", 2),  # one character outside the alphabet widens all
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("诈" * 66 + "😀" + "诈" * 66, 3),  # a pair is not cut: 66, pair and 65, the last one
    ],
)
def test_known_sizes(text: str, parts: int) -> None:
    assert sms_parts(text) == parts


@given(st.text(alphabet="诈骗😀a", min_size=71, max_size=400))
def test_wide_parts_hold_67_units_and_cut_no_pair(text: str) -> None:
    encoded = [len(character.encode("utf-16-be")) // 2 for character in text + "诈"]
    parts, room = 0, 0
    for units in encoded:
        if room < units:
            parts, room = parts + 1, 67
        room -= units
    assert sms_parts(text + "诈") == parts
