"""Evaluations that are kept: read as they were written, one a name, and a broken file is said to be broken."""

from dataclasses import replace
from pathlib import Path

import pytest

from graphsvc.errors import StorageFailed, UsageError
from graphsvc.model.evaluations import KeptEvaluation, KeptFigure
from graphsvc.store import evaluations as store
from graphsvc.store.home import Home

MADE = KeptEvaluation(
    "worth-March", 2000, "worth", 1, 2, 30, 20, (KeptFigure("burden", 1.5, 1.0, 2.0, 7), KeptFigure("ece", *[None] * 4))
)


def test_they_are_read_as_they_were_kept_the_newest_first(tmp_path: Path) -> None:
    home = Home.open(tmp_path / "home")
    assert store.kept(home) == []
    other = replace(MADE, name="money", kept_at=3000, since=None)
    for one in (replace(MADE, kept_at=1), MADE, other):
        store.keep(home, one)
    assert store.kept(home) == [other, MADE]
    assert home.evaluations.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "x" * 61, "a b", "甲"])
def test_a_name_cannot_lead_elsewhere(tmp_path: Path, name: str) -> None:
    home = Home.open(tmp_path / "home")
    with pytest.raises(UsageError):
        store.keep(home, replace(MADE, name=name))
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"figures": [{"x": 1}]}'])
def test_a_broken_one_is_no_empty_answer(tmp_path: Path, content: str) -> None:
    home = Home.open(tmp_path / "home")
    store.keep(home, MADE)
    (home.evaluations / "money.json").write_text(content)
    with pytest.raises(StorageFailed, match="money"):
        store.kept(home)
