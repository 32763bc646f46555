"""Ties, services and hubs, as the feeds show them, against the tables of the reference."""

import numpy as np
import polars as pl
import pytest

from tests.simulate.conftest import Written


@pytest.fixture(scope="module")
def calls(events: pl.DataFrame) -> pl.DataFrame:
    hour = (pl.col("started_at") + 8 * 3_600_000) // 3_600_000 % 24
    return events.filter(pl.col("channel") == "call").with_columns(hour=hour)


@pytest.fixture(scope="module")
def among_people(calls: pl.DataFrame) -> pl.DataFrame:
    return calls.filter((pl.col("a_kind") == "ordinary") & (pl.col("b_kind") == "ordinary") & pl.col("a_subscriber"))


def test_five_ties_hold_about_half_of_the_calls(among_people: pl.DataFrame) -> None:
    ties = among_people.group_by("a_number", "b_number").len().sort("len", descending=True)
    its = ties.group_by("a_number").agg(top=pl.col("len").head(5).sum(), all=pl.col("len").sum())
    busy = its.filter(pl.col("all") >= 40)
    assert 0.4 < busy.select(pl.col("top").sum() / pl.col("all").sum()).item() < 0.65


def test_strong_ties_are_mostly_mutual(among_people: pl.DataFrame) -> None:
    ties = among_people.filter(pl.col("b_subscriber")).group_by("a_number", "b_number").len()
    strong = ties.filter(pl.col("len") >= 5)
    back = ties.rename({"a_number": "b_number", "b_number": "a_number", "len": "back"})
    mutual = strong.join(back, on=["a_number", "b_number"], how="left")["back"].is_not_null().mean()
    assert 0.5 < mutual < 0.75  # type: ignore[operator]


def test_people_talk_as_long_as_in_sichuan(among_people: pl.DataFrame) -> None:
    talked = among_people.filter(pl.col("duration_s") > 0)["duration_s"]
    assert talked.median() == pytest.approx(37, abs=6)  # §3: median of the medians
    assert talked.mean() == pytest.approx(77, abs=18)


def test_people_sleep_and_call_at_ten_and_five(among_people: pl.DataFrame) -> None:
    count = np.bincount(among_people["hour"].to_numpy(), minlength=24) / among_people.height
    assert count[:6].sum() < 0.03
    assert set(np.argsort(count)[-3:].tolist()) <= {10, 11, 17, 18}
    assert count[[10, 11, 17, 18]].min() > 1.1 * count[13:16].max()


def test_couriers_have_the_marginals_of_the_reference(calls: pl.DataFrame, plain: Written) -> None:
    out = calls.filter(pl.col("a_kind") == "courier")
    talked = out.filter(pl.col("duration_s") > 0)["duration_s"]
    day = (pl.col("started_at") - plain.world.days.start) // 86_400_000
    a_day = out.group_by("a_number", day).agg(calls=pl.len(), people=pl.col("b_number").n_unique())
    back = calls.filter(pl.col("b_kind") == "courier").height / out.height
    assert 60 <= a_day["calls"].median() <= 150  # type: ignore[operator]
    assert 40 <= a_day["people"].median() <= 120  # type: ignore[operator]
    assert talked.quantile(0.25) >= 10  # type: ignore[operator]
    assert talked.quantile(0.75) <= 40  # type: ignore[operator]
    assert 0.10 < back < 0.25
    cells = out.group_by("a_number").agg(pl.col("a_cell").n_unique(), pl.col("a_imei").drop_nulls().n_unique())
    assert cells["a_cell"].median() >= 10  # type: ignore[operator]
    assert cells["a_imei"].max() <= 2  # type: ignore[operator]


def test_telemarketers_have_the_marginals_of_the_reference(calls: pl.DataFrame, plain: Written) -> None:
    out = calls.filter(pl.col("a_kind") == "telemarketer")
    day = (pl.col("started_at") - plain.world.days.start) // 86_400_000
    a_day = out.group_by("a_number", day).len().filter(pl.col("len") >= 30)  # days at work
    talked = out.filter(pl.col("duration_s") > 0)["duration_s"]
    assert 80 <= a_day["len"].median() <= 300  # type: ignore[operator]
    assert 15 <= talked.median() <= 45  # type: ignore[operator]
    into = calls.filter(pl.col("b_kind") == "telemarketer")
    back = into.join(out, left_on=["a_number", "b_number"], right_on=["b_number", "a_number"], how="semi")
    assert 0.003 < back.height / out.height < 0.02


def test_telemarketers_share_people_more_than_gangs_cards_do(calls: pl.DataFrame) -> None:
    """The hard negative: who looks at shared recipients alone finds call centres first."""

    def shared(kind: str) -> float:
        reach = calls.filter(pl.col("a_kind") == kind).select("a_number", "b_number").unique()
        return float(reach.group_by("b_number").len().filter(pl.col("len") > 1)["len"].sum() / reach.height)

    assert shared("telemarketer") > shared("caller")


def test_some_call_centres_go_out_through_one_device(plain: Written) -> None:
    numbers = plain.truth("numbers").filter(pl.col("kind") == "telemarketer").explode("devices")
    assert (numbers.group_by("devices").len()["len"] > 2).sum() >= 1


def test_witnesses_are_rung_by_people_who_met_no_gang(events: pl.DataFrame, plain: Written) -> None:
    met = set(events.filter(pl.col("a_gang_id").is_not_null())["b_number"])
    banks = plain.feed("directory").filter(pl.col("role").is_in(["bank", "police", "directory_enquiries"]))
    rung = events.filter(pl.col("b_number").is_in(banks["number"].to_list()) & (pl.col("channel") == "call"))
    assert (~rung["a_number"].is_in(list(met))).sum() > 500
    after_call_centres = events.filter(pl.col("a_kind") == "telemarketer").join(
        rung.select(b_number="a_number", rung_at="started_at"), on="b_number"
    )
    soon = (pl.col("rung_at") - pl.col("started_at")).is_between(0, 2 * 3_600_000)
    assert after_call_centres.filter(soon & (pl.col("duration_s") > 60)).height > 20


def test_codes_arrive_in_ordinary_life(events: pl.DataFrame, plain: Written) -> None:
    banks = plain.feed("directory").filter(pl.col("role") == "bank")["number"]
    notices = events.filter((pl.col("channel") == "sms") & pl.col("a_number").is_in(banks.to_list()))
    assert 3 < notices.height / 20_000 < 8
    assert notices["a_imei"].is_null().all()
    assert notices["a_cell"].is_null().all()


def test_others_customers_show_no_device_and_no_cell(events: pl.DataFrame) -> None:
    others = events.filter(~pl.col("a_subscriber"))
    own = events.filter(pl.col("a_subscriber"))
    assert others.select(pl.col("a_imei").is_null().all() & pl.col("a_cell").is_null().all()).item()
    assert own["a_imei"].is_null().mean() < 0.01  # type: ignore[operator]
    assert events.select((pl.col("a_subscriber") | pl.col("b_subscriber")).all()).item()


def test_a_recycled_number_is_rung_by_strangers(events: pl.DataFrame, plain: Written) -> None:
    recycled = plain.truth("hard_negatives").filter(pl.col("kind") == "recycled")["number"]
    into = events.filter(pl.col("b_number").is_in(recycled.to_list()) & (pl.col("channel") == "call"))
    once = into.group_by("a_number", "b_number").len().filter(pl.col("len") == 1)
    assert once.height > 3 * len(recycled)
