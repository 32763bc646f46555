"""Variants change how fraud works or is reported, not what the feeds look like."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from graphsvc.simulate.gangs import Role
from graphsvc.simulate.hours import DAY
from graphsvc.simulate.making import World, make_world
from graphsvc.simulate.variant import VARIANTS
from graphsvc.simulate.world import write_world
from tests.simulate.conftest import START


@pytest.fixture(scope="module")
def worlds() -> dict[str, World]:
    return {name: make_world(subscribers=6000, days=8, seed=2, variant=name, start=START) for name in VARIANTS}


def test_the_variants_of_the_contract_exist() -> None:
    assert list(VARIANTS) == ["plain", "camouflage", "rotation", "sparse", "storm"]


def test_camouflage_hides_more_cards_behind_an_ordinary_life(worlds: dict[str, World]) -> None:
    def share(name: str) -> float:
        sims = worlds[name].cast.gangs.sims
        return float(sims.camouflaged[sims.role == Role.CALLER].mean())

    assert share("plain") == pytest.approx(0.14, abs=0.09)
    assert share("camouflage") == pytest.approx(0.6, abs=0.12)


def test_rotation_uses_no_caller_longer_than_two_days(worlds: dict[str, World]) -> None:
    world = worlds["rotation"]
    tried, sims = world.crimes.tried, world.cast.gangs.sims
    caller = sims.role[tried.sim] == Role.CALLER
    day = world.days.day_of(tried.at)[caller]
    first, last = np.full(len(sims), 10**6), np.full(len(sims), -(10**6))
    np.minimum.at(first, tried.sim[caller], day)
    np.maximum.at(last, tried.sim[caller], day)
    used = last > -(10**6)
    assert (last - first)[used].max() == 1
    assert (worlds["plain"].cast.gangs.sims.last_day - worlds["plain"].cast.gangs.sims.first_day).max() > 4


def test_sparse_flags_are_fewer(worlds: dict[str, World], tmp_path: Path) -> None:
    count = {name: write_world(tmp_path / name, worlds[name])["flags"] for name in ("plain", "sparse")}
    assert count["sparse"] < 0.7 * count["plain"]


def test_storms_show_innocent_owners_who_get_called_back(worlds: dict[str, World]) -> None:
    world = worlds["storm"]
    storm = world.crimes.storm
    assert len(storm.owner) > 3 * max(1, len(worlds["plain"].crimes.storm.owner))
    shown = storm.events.take(~storm.events.traced)
    back = storm.events.take(storm.events.traced)
    assert set(shown.a.tolist()) == set(storm.owner.tolist())
    assert set(back.b.tolist()) <= set(storm.owner.tolist())
    assert 0 < len(back) < 0.1 * len(shown)
    assert not set(storm.owner.tolist()) & set(world.cast.gangs.sims.node.tolist())


def test_spoofed_calls_show_no_device(worlds: dict[str, World], tmp_path: Path) -> None:
    write_world(tmp_path, worlds["storm"])
    numbers = pl.read_parquet(tmp_path / "truth" / "numbers.parquet")
    owners = numbers.filter(pl.col("class") == "spoofed")["number"]
    calls = pl.read_parquet(tmp_path / "feeds" / "events.parquet").filter(pl.col("a_number").is_in(owners.to_list()))
    assert calls["a_imei"].is_null().mean() > 0.5  # type: ignore[operator]
    assert calls["a_imei"].is_not_null().any()


def test_every_variant_has_the_same_people(worlds: dict[str, World]) -> None:
    for world in worlds.values():
        assert int(world.cast.people.own.sum()) == pytest.approx(6000, rel=0.06)
        assert world.days.end - world.days.start == 8 * DAY
