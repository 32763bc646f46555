"""Sorted runs, judged by a dictionary."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphsvc.store.ordering import Int64
from graphsvc.store.runs import Run, merge

LOWEST, HIGHEST = -(2**63), 2**63 - 1


def _pairs(count: int, seed: int, low: int = LOWEST, high: int = HIGHEST) -> tuple[Int64, Int64]:
    random = np.random.default_rng(seed)
    keys = np.unique(random.integers(low, high, count, endpoint=True))
    return keys, random.integers(LOWEST, HIGHEST, len(keys))


@pytest.mark.parametrize("count", [0, 1, 4095, 4096, 4097, 50_000])
@pytest.mark.parametrize("asked", [0, 1, 50, 30_000])
def test_a_run_finds_exactly_its_own_keys(tmp_path: Path, count: int, asked: int) -> None:
    keys, contents = _pairs(count, seed=1)
    Run.write(tmp_path, "run", keys, contents)
    run = Run.open(tmp_path, "run", len(keys))
    assert run is not None
    reference = dict(zip(keys.tolist(), contents.tolist(), strict=True))
    mixed = np.concatenate([keys[:: max(1, len(keys) // max(1, asked))], _pairs(asked, seed=2)[0]])
    wanted = np.unique(np.concatenate([mixed, [LOWEST, HIGHEST]]))
    found, told = run.find(wanted)
    assert found.tolist() == [key in reference for key in wanted.tolist()]
    assert told.tolist() == [reference.get(key, 0) for key in wanted.tolist()]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(-20, 20)), min_size=1, max_size=5))
def test_merged_runs_hold_what_they_held_apart(
    tmp_path_factory: pytest.TempPathFactory, lists: list[list[int]]
) -> None:
    folder = tmp_path_factory.mktemp("runs")
    reference: dict[int, int] = {}
    runs = []
    for number, values in enumerate(lists):
        keys = np.array(sorted(set(values) - set(reference)), dtype=np.int64)
        reference.update((key, key * 3 + number) for key in keys.tolist())
        contents = np.array([reference[key] for key in keys.tolist()], dtype=np.int64)
        runs.append(Run.write(folder, f"run-{number}", keys, contents))
    merged = merge(folder, "merged", runs)
    keys, contents = merged.slice(0, merged.keys)
    assert dict(zip(keys.tolist(), contents.tolist(), strict=True)) == reference
    assert keys.tolist() == sorted(reference)


def test_a_merge_in_many_slices_keeps_every_key_in_order(tmp_path: Path) -> None:
    keys, contents = _pairs(2_500_000, seed=3)
    belongs = np.random.default_rng(4).integers(0, 3, len(keys))
    runs = [Run.write(tmp_path, f"run-{i}", keys[belongs == i], contents[belongs == i]) for i in range(3)]
    merged = merge(tmp_path, "merged", runs)
    found = merged.slice(0, merged.keys)
    assert np.array_equal(found[0], keys)
    assert np.array_equal(found[1], contents)
    assert np.array_equal(merged.fences, keys[::4096])


def test_a_run_that_was_cut_short_is_not_opened(tmp_path: Path) -> None:
    run = Run.write(tmp_path, "run", *_pairs(10_000, seed=1))
    with (tmp_path / "run.contents").open("r+b") as file:
        file.truncate(8 * run.keys - 1)
    assert Run.open(tmp_path, "run", run.keys) is None


def test_a_deleted_run_leaves_nothing(tmp_path: Path) -> None:
    Run.write(tmp_path, "run", *_pairs(10, seed=1)).delete()
    assert list(tmp_path.iterdir()) == []
