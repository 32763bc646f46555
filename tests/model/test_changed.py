"""A value with some fields changed."""

from dataclasses import FrozenInstanceError, dataclass, replace

import pytest

from graphsvc.model.changed import changed


@dataclass(frozen=True)
class _Row:
    name: str
    count: int
    note: str | None = None


def test_it_is_what_replace_makes_and_leaves_the_value_as_it_was() -> None:
    row = _Row("a", 1, "kept")
    after = changed(row, count=2, name="b")
    assert after == replace(row, count=2, name="b") == _Row("b", 2, "kept")
    assert row == _Row("a", 1, "kept")
    assert hash(after) == hash(_Row("b", 2, "kept"))
    with pytest.raises(FrozenInstanceError):
        after.count = 3  # type: ignore[misc]


def test_a_field_that_it_does_not_have_is_refused() -> None:
    with pytest.raises(TypeError, match="no such field: counts"):
        changed(_Row("a", 1), counts=2)
