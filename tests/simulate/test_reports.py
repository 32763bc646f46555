"""Cases, flags and links: late, incomplete, sometimes wrong."""

from dataclasses import fields, replace

import numpy as np
import polars as pl
import pytest

from graphsvc.simulate.hours import HOUR, MINUTE
from graphsvc.simulate.making import World
from graphsvc.simulate.reports import Cases, losses_reported
from graphsvc.simulate.stories import Ends, Stories
from graphsvc.simulate.variant import VARIANTS
from tests.simulate.conftest import Written


def many_times(world: World, times: int) -> World:
    """The same world with every story told so many times, to have enough losses for quantiles."""
    stories, told = world.crimes.stories, world.crimes.told
    more = Stories(*(np.tile(getattr(stories, f.name), times) for f in fields(Stories)))
    ends = Ends(*(np.tile(getattr(told.ends, f.name), times) for f in fields(Ends)))
    return replace(world, crimes=replace(world.crimes, stories=more, told=replace(told, ends=ends)))


@pytest.fixture(scope="module")
def cases(plain: Written) -> tuple[World, Cases]:
    world = many_times(plain.world, 80)
    return world, losses_reported(world)


def test_losses_are_reported_after_the_delays_of_xiamen(cases: tuple[World, Cases]) -> None:
    world, made = cases
    hours = (made.reported_at - world.crimes.told.ends.lost_at[made.story]) / HOUR
    assert len(hours) > 2000
    assert (hours <= 1).mean() == pytest.approx(0.177, abs=0.03)
    assert ((hours > 1) & (hours <= 12)).mean() == pytest.approx(0.485, abs=0.03)
    assert ((hours > 12) & (hours <= 24)).mean() == pytest.approx(0.103, abs=0.03)
    assert (hours > 24).mean() == pytest.approx(0.234, abs=0.03)


def test_reports_take_half_an_hour_to_the_operator_and_some_a_day(cases: tuple[World, Cases]) -> None:
    _, made = cases
    minutes = (made.known_at - made.reported_at) / MINUTE
    assert np.median(minutes) == pytest.approx(30, abs=5)
    assert 0.03 < (minutes > 360).mean() < 0.1


def test_a_quarter_of_losses_is_never_reported(cases: tuple[World, Cases]) -> None:
    world, made = cases
    lost = (world.crimes.told.ends.lost_at < 2**61).sum()
    assert len(made.story) / lost == pytest.approx(0.75, abs=0.03)


def test_sparse_reports_are_fewer_and_slower(plain: Written) -> None:
    world = replace(many_times(plain.world, 80), variant=VARIANTS["sparse"])
    made = losses_reported(world)
    minutes = (made.known_at - made.reported_at) / MINUTE
    assert np.median(minutes) > 400
    lost = (world.crimes.told.ends.lost_at < 2**61).sum()
    assert len(made.story) / lost == pytest.approx(0.3, abs=0.03)


@pytest.fixture(scope="module")
def flags(plain: Written) -> pl.DataFrame:
    numbers = plain.truth("numbers").select("number", "class", "kind", "gang_id", "recycled_at")
    return plain.feed("flags").join(numbers, on="number", how="left")


def test_most_fraud_numbers_are_never_flagged(plain: Written, flags: pl.DataFrame) -> None:
    active = plain.truth("numbers").filter((pl.col("class") == "fraud") & (pl.col("fraud_events") > 0))
    share = active["number"].is_in(flags["number"].to_list()).mean()
    assert 0.1 < share < 0.6  # type: ignore[operator]


def test_some_flags_are_wrong_and_some_of_these_are_revoked(flags: pl.DataFrame) -> None:
    innocent = flags.filter(~pl.col("class").is_in(["fraud", "tool"]))
    guilty = flags.filter(pl.col("class").is_in(["fraud", "tool"]))
    assert 0.03 < innocent.height / flags.height < 0.4
    assert innocent["revoked_at"].is_not_null().any()
    assert guilty["revoked_at"].is_null().all()


def test_a_revocation_repeats_the_flag_it_revokes(flags: pl.DataFrame) -> None:
    key = ["number", "source", "case_id", "scam_type", "valid_from"]
    gone = flags.filter(pl.col("revoked_at").is_not_null())
    first = flags.filter(pl.col("revoked_at").is_null()).select([*key, pl.col("known_at").alias("before")])
    matched = gone.join(first, on=key, how="left", nulls_equal=True)
    assert matched["before"].is_not_null().all()
    assert (matched["before"] < matched["known_at"]).all()
    assert (matched["revoked_at"] <= matched["known_at"]).all()


def test_flags_of_a_case_come_with_the_case(plain: Written, flags: pl.DataFrame) -> None:
    joined = flags.filter(pl.col("case_id").is_not_null() & pl.col("revoked_at").is_null()).join(
        plain.feed("cases"), on="case_id", suffix="_case"
    )
    assert joined.height > 30
    assert (joined["known_at"] == joined["known_at_case"]).all()
    assert (joined["scam_type"] == joined["scam_type_case"]).all()
    assert (joined["source"] == "police").all()


def test_cards_of_a_gang_share_holders_and_so_do_companies(plain: Written) -> None:
    held = plain.feed("links").filter(pl.col("kind") == "holder")
    kinds = held.drop("kind").join(plain.truth("numbers").select("number", "kind", "class"), on="number")
    sizes = kinds.group_by("entity").agg(pl.len(), pl.col("class").first(), pl.col("kind").first())
    assert sizes.filter(pl.col("class") == "fraud")["len"].mean() > 2  # type: ignore[operator]
    assert sizes.filter(pl.col("kind") == "telemarketer")["len"].max() > 3  # type: ignore[operator]
    assert 0.01 < (sizes.filter(pl.col("kind") == "ordinary")["len"] == 2).mean() < 0.08  # type: ignore[operator]


def test_mule_accounts_come_to_light_after_the_flag(plain: Written) -> None:
    links, flags = plain.feed("links"), plain.feed("flags").group_by("number").agg(pl.col("known_at").min())
    numbers = plain.truth("numbers").filter(pl.col("class") == "fraud").select("number", "gang_id")
    mules = links.filter(pl.col("kind").is_in(["account", "social_account"])).join(numbers, on="number")
    several = mules.group_by("entity").agg(pl.col("number").n_unique(), pl.col("gang_id").n_unique().alias("gangs"))
    shared = mules.filter(pl.col("entity").is_in(several.filter(pl.col("number") > 1)["entity"].to_list()))
    during = shared.filter(pl.col("known_at") >= plain.world.days.start)
    timed = during.join(flags, on="number", suffix="_flag")
    assert timed.height > 5
    assert (timed["known_at"] >= timed["known_at_flag"]).mean() > 0.8  # type: ignore[operator]


def test_an_account_keeps_its_bank_and_card(plain: Written) -> None:
    accounts = plain.feed("links").filter(pl.col("kind") == "account")
    banks = accounts.group_by("entity").agg(pl.col("institution").n_unique(), pl.col("card_type").n_unique())
    assert (banks["institution"] == 1).all()
    assert (banks["card_type"] == 1).all()
