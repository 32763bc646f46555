"""Gangs at work, against the tables of the reference."""

import numpy as np
import polars as pl
import pytest

from graphsvc.simulate.dialling import CALL_FUNNEL, COMMITTED, CONTACTED, ENGAGED, LISTENING, LOST, MISSED
from graphsvc.simulate.gangs import LOSS_SHARES, SCAMS, Role
from tests.simulate.conftest import Written


@pytest.fixture(scope="module")
def calls(events: pl.DataFrame) -> pl.DataFrame:
    hour = (pl.col("started_at") + 8 * 3_600_000) // 3_600_000 % 24
    return events.filter(pl.col("channel") == "call").with_columns(hour=hour)


@pytest.fixture(scope="module")
def dialled(calls: pl.DataFrame) -> pl.DataFrame:
    """Calls from cards that do nothing else."""
    return calls.filter((pl.col("a_kind") == "caller") & ~pl.col("a_camouflaged"))


def test_gangs_are_few_alive_at_different_times_and_cost_fifty_to_a_hundred_losses(plain: Written) -> None:
    gangs, victims = plain.truth("gangs"), plain.truth("victims")
    days = plain.world.days
    alive = [
        gangs.filter((pl.col("born_at") <= at) & (pl.col("dead_at") > at)).height
        for at in range(days.start, days.end, 86_400_000)
    ]
    assert 10 <= gangs.height <= 20
    assert min(alive) >= 4
    assert max(alive) <= 14
    assert 40 <= victims.filter(pl.col("lost_at") < days.end).height <= 150


def test_fraud_numbers_are_one_or_two_per_cent(plain: Written) -> None:
    numbers = plain.truth("numbers")
    assert 0.005 < (numbers["fraud_events"] > 0).mean() < 0.02  # type: ignore[operator]


def test_every_scam_has_its_share_of_gangs(plain: Written) -> None:
    scams = plain.truth("gangs")["scam_type"].to_list()
    for scam, share in LOSS_SHARES.items():
        assert abs(scams.count(scam) - share * len(scams)) <= 1


def test_dens_have_the_sizes_of_the_reference(plain: Written) -> None:
    plan, sims = plain.world.cast.gangs.plan, plain.world.cast.gangs.sims
    assert plan.callers.min() >= 20
    assert np.median(plan.callers) <= 40
    lives = plan.life_days[[SCAMS[s] != "investment" for s in plan.scam]]
    assert lives.min() >= 5
    assert lives.max() <= 20
    one = (sims.device >= 0) & (sims.device_count == 1) & np.isin(sims.role, [Role.CALLER, Role.BLASTER])
    devices = [len(np.unique(sims.device[one & (sims.gang == gang)])) for gang in range(len(plan))]
    assert max(devices) <= 4
    assert 1 <= np.mean([d for d in devices if d]) <= 4
    swapped = sims.device_count[(sims.role == Role.CALLER) & (sims.device >= 0)] >= 5
    assert 0.12 < swapped.mean() < 0.3


def test_callers_reach_people_once_and_hardly_anybody_rings_back(dialled: pl.DataFrame, calls: pl.DataFrame) -> None:
    busy = dialled.group_by("a_number").agg(pl.len(), pl.col("b_number").n_unique().alias("people"))
    busy = busy.filter(pl.col("people") >= 30)
    into = calls.filter(pl.col("b_number").is_in(busy["a_number"].to_list())).height
    assert (busy["len"] / busy["people"]).median() == pytest.approx(1.24, abs=0.12)  # §3
    assert into / busy["len"].sum() < 0.04


def test_callers_keep_under_the_cap(dialled: pl.DataFrame, plain: Written) -> None:
    day = (pl.col("started_at") - plain.world.days.start) // 86_400_000
    people = dialled.group_by("a_number", day).agg(pl.col("b_number").n_unique())["b_number"]
    assert people.max() <= 125  # type: ignore[operator]
    assert 25 <= people.quantile(0.75) <= 120  # type: ignore[operator]


def test_gangs_hardly_work_at_night(dialled: pl.DataFrame) -> None:
    night = dialled.filter((pl.col("hour") >= 20) | (pl.col("hour") < 8)).height / dialled.height
    peak = dialled.filter(pl.col("hour").is_in([10, 11, 14, 15, 16])).height / dialled.height
    assert night < 0.02
    assert peak > 0.6


def test_another_card_of_the_den_tries_again(plain: Written, calls: pl.DataFrame) -> None:
    reach = calls.filter(pl.col("a_kind").is_in(["caller", "tool"]) & ~pl.col("a_camouflaged"))
    per = reach.group_by("a_gang_id", "b_number").agg(pl.col("a_number").n_unique())
    share = per.group_by("a_gang_id").agg(pl.len(), again=(pl.col("a_number") > 1).mean())
    dens = share.filter(pl.col("len") > 800)["again"]
    assert len(dens) >= 4
    assert 0.15 < dens.median() < 0.35  # type: ignore[operator]
    assert dens.min() > 0.05  # type: ignore[operator]
    assert dens.max() < 0.4  # type: ignore[operator]


def test_answered_calls_follow_the_funnel(plain: Written) -> None:
    tried = plain.world.crimes.tried
    stage = tried.stage[~tried.written]
    answered = stage[stage != MISSED]
    share = {one: float((answered == one).mean()) for one in (CONTACTED, LISTENING, ENGAGED, COMMITTED, LOST)}
    assert 0.35 < len(answered) / len(stage) < 0.57
    assert 0.87 < share[CONTACTED] < 0.93
    assert 0.05 < share[LISTENING] < 0.085
    assert 0.02 < share[ENGAGED] < 0.04
    assert 0.004 < share[COMMITTED] < 0.0095
    assert 0.0015 < share[LOST] < 0.0042
    assert sum(CALL_FUNNEL) == pytest.approx(0.11)


def test_people_hang_up_within_half_a_minute(dialled: pl.DataFrame) -> None:
    talked = dialled.filter(pl.col("duration_s") > 0)["duration_s"]
    assert 15 <= talked.median() <= 25  # type: ignore[operator]
    assert 0.85 < (talked < 30).mean() < 0.95  # type: ignore[operator]


def test_nobody_is_approached_by_a_gang_that_has_won_them(plain: Written) -> None:
    tried, persons = plain.world.crimes.tried, len(plain.world.cast.people)
    pair = tried.gang.astype(np.int64) * persons + tried.person
    won = {int(p): int(at) for p, at in zip(pair[tried.stage >= 2], tried.at[tried.stage >= 2], strict=True)}
    assert len(won) == (tried.stage >= 2).sum()
    assert all(at <= won.get(int(p), at) for p, at in zip(pair, tried.at, strict=True))


def test_messages_of_a_loan_gang_come_up_to_a_day_before_its_call(plain: Written, events: pl.DataFrame) -> None:
    loans = plain.truth("gangs").filter(pl.col("scam_type").is_in(["loan", "credit_record"]))["gang_id"].to_list()
    gang = events.filter(pl.col("a_gang_id").is_in(loans))
    sms = gang.filter(pl.col("a_kind") == "blaster").select("b_number", "a_gang_id", "event_id", sent="started_at")
    sms = sms.filter(pl.col("sent") < plain.world.days.end - 2 * 86_400_000)
    call = gang.filter(pl.col("a_kind") != "blaster", pl.col("channel") == "call").join(
        sms, on=["b_number", "a_gang_id"]
    )
    wait = (pl.col("started_at") - pl.col("sent")) / 3_600_000
    followed = call.filter(wait.is_between(0, 36))["event_id_right"].n_unique()
    assert sms.height > 500
    assert followed / sms.height > 0.9


def test_borrowed_numbers_have_an_ordinary_past_and_a_burst(plain: Written, events: pl.DataFrame) -> None:
    tools = plain.truth("numbers").filter((pl.col("class") == "tool") & (pl.col("fraud_events") > 20))
    span_days = (tools["fraud_until"] - tools["fraud_from"]) / 86_400_000
    life = events.filter((pl.col("a_kind") == "tool") & (pl.col("b_kind") == "ordinary"))
    assert tools.height > 10
    assert span_days.median() < 4  # type: ignore[operator]
    assert set(tools["number"]) & set(life["a_number"])


def test_camouflaged_cards_have_friends_who_call_them(plain: Written, calls: pl.DataFrame) -> None:
    numbers = plain.truth("numbers").filter(pl.col("camouflaged") & (pl.col("fraud_events") > 5))["number"]
    into = calls.filter(pl.col("b_camouflaged")).group_by("b_number").len()
    assert len(numbers) > 10
    assert len(set(numbers) & set(into["b_number"])) > 0.7 * len(numbers)


def test_a_third_of_gangs_numbers_show_no_cell(events: pl.DataFrame) -> None:
    cards = events.filter(pl.col("a_gang_id").is_not_null() & (pl.col("a_kind") != "tool"))
    seen = cards.group_by("a_number").agg(pl.col("a_cell").is_null().all())["a_cell"]
    assert 0.15 < seen.mean() < 0.45  # type: ignore[operator]
