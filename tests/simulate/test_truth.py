"""The truth agrees with the feeds and with itself."""

import polars as pl
import pytest

from graphsvc.model.words import MemberRole, NumberClass, Stage
from tests.simulate.conftest import Written


def pairs_of(events: pl.DataFrame) -> pl.DataFrame:
    """Events between a person and a gang, either way: number, gang, started_at, kind of the gang's number."""
    ways = [
        events.filter(pl.col(f"{one}_gang_id").is_not_null()).select(
            pl.col(f"{other}_number").alias("number"),
            pl.col(f"{one}_gang_id").alias("gang_id"),
            pl.col(f"{one}_number").alias("card"),
            "started_at",
            "duration_s",
        )
        for one, other in (("a", "b"), ("b", "a"))
    ]
    return pl.concat(ways)


@pytest.fixture(scope="module")
def pairs(events: pl.DataFrame) -> pl.DataFrame:
    return pairs_of(events)


@pytest.fixture(scope="module")
def victims(plain: Written) -> pl.DataFrame:
    return plain.truth("victims")


def test_numbers_are_listed_once_with_words_of_the_contract(plain: Written) -> None:
    numbers = plain.truth("numbers")
    assert numbers["number"].is_unique().all()
    assert set(numbers["class"]) == {str(word) for word in NumberClass}
    assert set(numbers["role"]) == {str(word) for word in MemberRole}
    guilty = numbers["class"].is_in(["fraud", "tool"])
    assert (numbers["gang_id"].is_not_null() == guilty).all()
    assert ((numbers["fraud_events"] > 0) == numbers["fraud_from"].is_not_null()).all()
    assert numbers.filter(~guilty)["fraud_events"].sum() == 0


def test_every_number_of_the_feeds_is_in_the_truth(plain: Written) -> None:
    known = set(plain.truth("numbers")["number"])
    events = plain.feed("events")
    assert set(events["a_number"]) | set(events["b_number"]) | set(plain.feed("subscribers")["number"]) <= known
    assert set(plain.feed("flags")["number"]) <= known
    for name in ("victims", "hard_negatives"):
        assert set(plain.truth(name)["number"]) <= known


def test_a_pair_of_person_and_gang_is_listed_once(victims: pl.DataFrame) -> None:
    assert victims.select("number", "gang_id").is_unique().all()
    assert set(victims["stage"]) == {str(stage) for stage in Stage if stage is not Stage.CONTACTED}


def test_stages_and_times_agree(victims: pl.DataFrame) -> None:
    assert ((victims["stage"] == "lost") == victims["lost_at"].is_not_null()).all()
    deep = victims["stage"].is_in(["committed", "lost"])
    assert (deep == victims["committed_at"].is_not_null()).all()
    lost = victims.filter(pl.col("stage") == "lost")
    assert (lost["first_contact_at"] < lost["committed_at"]).all()
    assert (lost["committed_at"] <= lost["lost_at"]).all()
    reported = victims.filter(pl.col("reported_at").is_not_null())
    assert (reported["reported_at"] > reported["lost_at"]).all()
    assert (victims["reported_at"].is_not_null() == victims["case_id"].is_not_null()).all()


def test_every_loss_is_preceded_by_contact_that_the_feeds_show(
    plain: Written, victims: pl.DataFrame, pairs: pl.DataFrame
) -> None:
    days = plain.world.days
    lost = victims.filter(pl.col("lost_at").is_not_null() & (pl.col("first_contact_at") >= days.start))
    met = lost.join(pairs, on=["number", "gang_id"]).filter(pl.col("started_at") < pl.col("lost_at"))
    assert lost.height > 30
    assert met.select("number", "gang_id").unique().height == lost.height


def test_first_contact_is_the_first_event_between_person_and_gang(
    plain: Written, victims: pl.DataFrame, pairs: pl.DataFrame
) -> None:
    # Cards that live an ordinary life beside meet people for other reasons; cards of gangs alone do not.
    plain_cards = plain.truth("numbers").filter(~pl.col("camouflaged") & (pl.col("class") == "fraud"))["number"]
    first = (
        pairs.filter(pl.col("card").is_in(plain_cards.to_list()))
        .group_by("number", "gang_id")
        .agg(pl.col("started_at").min())
    )
    seen = victims.filter(pl.col("first_contact_at") >= plain.world.days.start).join(first, on=["number", "gang_id"])
    assert seen.height > 500
    assert (seen["first_contact_at"] <= seen["started_at"]).all()


def test_those_who_listened_were_on_the_line_for_half_a_minute(victims: pl.DataFrame, pairs: pl.DataFrame) -> None:
    listening = victims.filter(pl.col("stage") == "listening").join(pairs, on=["number", "gang_id"])
    longest = listening.group_by("number", "gang_id").agg(pl.col("duration_s").max())
    assert longest["duration_s"].is_between(30, 180).mean() > 0.95  # type: ignore[operator]


def test_reported_cases_are_those_of_victims(plain: Written, victims: pl.DataFrame) -> None:
    cases = plain.feed("cases").join(victims, on="case_id", suffix="_truth")
    assert cases.height > 20
    assert (cases["victim_number"] == cases["number"]).all()
    assert (cases["lost_at"] == cases["lost_at_truth"]).all()
    assert (cases["scam_type"] == cases["scam_type_truth"]).all()
    assert (cases["known_at"] > cases["reported_at"]).all()


def test_every_kind_of_hard_negative_exists(plain: Written) -> None:
    kinds = {"courier", "telemarketer", "hotline", "spoofed_owner", "recycled", "small_business"}
    assert set(plain.truth("hard_negatives")["kind"]) == kinds


def test_a_recycled_number_has_one_row_and_a_new_owner_after_the_gang(plain: Written) -> None:
    recycled = plain.truth("numbers").filter(pl.col("recycled_at").is_not_null())
    owners = plain.feed("subscribers").join(recycled, on="number").group_by("number").len()
    used = recycled.filter(pl.col("fraud_until").is_not_null())
    assert recycled.height > 5
    assert (owners["len"] == 2).all()
    assert (used["fraud_until"] < used["recycled_at"]).all()


def test_devices_of_the_truth_are_those_of_the_feed(plain: Written) -> None:
    shown = plain.feed("events").drop_nulls("a_imei").select("a_number", "a_imei").unique()
    told = plain.truth("numbers").filter(pl.col("recycled_at").is_null()).select("number", "devices")
    joined = shown.join(told, left_on="a_number", right_on="number")
    assert joined.height > 15_000
    assert joined.select(pl.col("devices").list.contains(pl.col("a_imei")).all()).item()
