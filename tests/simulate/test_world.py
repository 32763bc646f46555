"""Worlds repeat, are refused where impossible, and fit the contract."""

import hashlib
import stat
import time
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from graphsvc.errors import StorageFailed, UsageError
from graphsvc.model.progress import silent
from graphsvc.model.words import DirectoryRole, EntityKind, FlagSource, ScamType
from graphsvc.simulate.variant import VARIANTS
from graphsvc.simulate.world import simulate
from tests.simulate.conftest import START, Written

CONTRACT: dict[str, tuple[set[str], set[str]]] = {
    "events": (
        {"started_at", "a_number", "b_number", "channel"},
        {"event_id", "duration_s", "answered", "a_imei", "a_cell", "known_at"},
    ),
    "flags": (
        {"number", "known_at", "scam_type"},
        {"source", "case_id", "confidence", "valid_from", "revoked_at"},
    ),
    "cases": ({"case_id", "victim_number", "lost_at", "known_at", "scam_type"}, {"amount"}),
    "links": (
        {"number", "kind", "entity", "known_at"},
        {"holder", "valid_from", "valid_to", "institution", "card_type"},
    ),
    "subscribers": ({"number"}, {"region", "activated_at", "language", "assisted", "known_at"}),
    "directory": ({"number", "role"}, {"label", "known_at"}),
}


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.parquet"))
    }


def small(out: Path, *, seed: int = 3, variant: str = "plain") -> dict[str, int]:
    return simulate(out, subscribers=1500, days=4, seed=seed, variant=variant, start=START, progress=silent)


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    assert small(tmp_path / "one") == small(tmp_path / "two")
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_another_seed_gives_another_world(tmp_path: Path) -> None:
    small(tmp_path / "one", seed=3)
    small(tmp_path / "two", seed=4)
    one, two = digests(tmp_path / "one"), digests(tmp_path / "two")
    assert not [name for name in one if one[name] == two[name]]


def test_another_start_moves_the_world_and_nothing_starts_before_it(tmp_path: Path) -> None:
    simulate(tmp_path, subscribers=600, days=2, seed=1, variant="plain", start=date(2020, 2, 29))
    started = pl.read_parquet(tmp_path / "feeds" / "events.parquet")["started_at"]
    midnight = 1_582_905_600_000  # 2020-02-29T00:00:00+08:00
    assert started.is_between(midnight, midnight + 2 * 86_400_000, closed="left").all()


@pytest.mark.parametrize(
    ("subscribers", "days", "seed", "variant", "says"),
    [
        (499, 4, 1, "plain", "at least 500"),
        (1000, 0, 1, "plain", "one day"),
        (1000, 4, -1, "plain", "negative"),
        (1000, 4, 1, "sunny", "choose one of plain, camouflage, rotation, sparse, storm"),
    ],
)
def test_impossible_worlds_are_refused(
    tmp_path: Path, subscribers: int, days: int, seed: int, variant: str, says: str
) -> None:
    with pytest.raises(UsageError, match=says):
        simulate(tmp_path / "w", subscribers=subscribers, days=days, seed=seed, variant=variant, start=START)
    assert not (tmp_path / "w").exists()


def test_a_place_that_cannot_be_written_is_a_storage_failure(tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("not a folder")
    occupied.chmod(stat.S_IRUSR)
    with pytest.raises(StorageFailed, match="could not be written"):
        small(occupied)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(("subscribers", "days", "seed"), [(500, 1, 0), (501, 45, 11), (1200, 9, 12)])
def test_worlds_of_odd_sizes_can_be_made(tmp_path: Path, variant: str, subscribers: int, days: int, seed: int) -> None:
    counts = simulate(tmp_path, subscribers=subscribers, days=days, seed=seed, variant=variant, start=START)
    a_month = counts["events"] / subscribers / days * 30
    assert 120 < a_month < 400
    assert counts["truth_gangs"] >= 4


def test_nobody_got_a_number_before_there_were_mobile_phones(plain: Written) -> None:
    oldest = plain.world.days.end - plain.feed("subscribers")["activated_at"].min()  # type: ignore[operator]
    assert oldest < 26 * 365 * 86_400_000


def test_counts_are_those_of_the_files(plain: Written) -> None:
    feeds = {name: plain.feed(name).height for name in CONTRACT}
    truths = {f"truth_{name}": plain.truth(name).height for name in ("numbers", "gangs", "victims", "hard_negatives")}
    assert plain.counts == feeds | truths


@pytest.mark.parametrize("name", CONTRACT)
def test_feeds_have_the_columns_of_the_contract(plain: Written, name: str) -> None:
    required, optional = CONTRACT[name]
    feed = plain.feed(name)
    assert required <= set(feed.columns) <= required | optional
    assert feed.height > 0
    if name != "links":
        assert feed.select(sorted(required)).null_count().sum_horizontal().item() == 0


def test_facts_use_the_words_of_the_contract(plain: Written) -> None:
    flags, links = plain.feed("flags"), plain.feed("links")
    assert set(flags["scam_type"]) | set(plain.feed("cases")["scam_type"]) <= set(ScamType)
    assert set(flags["source"]) <= set(FlagSource)
    assert flags["confidence"].is_between(0, 1, closed="right").all()
    assert set(links["kind"]) == {str(kind) for kind in EntityKind if kind is not EntityKind.CELL}
    assert (links["number"].is_null() != links["holder"].is_null()).all()
    assert set(plain.feed("directory")["role"]) <= set(DirectoryRole)
    assert plain.feed("subscribers")["region"].str.contains(r"^\d{6}$").all()
    assert plain.feed("cases")["case_id"].is_unique().all()


def test_events_are_sound(plain: Written) -> None:
    events = plain.feed("events")
    calls = events.filter(pl.col("channel") == "call")
    ended = events["started_at"] + events["duration_s"].fill_null(0).cast(pl.Int64) * 1000
    assert set(events["channel"]) == {"call", "sms"}
    assert (events["known_at"] >= ended).all()
    assert (events["started_at"] % 1000 == 0).all()
    assert ((calls["duration_s"] > 0) == calls["answered"]).all()
    assert (
        events.filter(pl.col("channel") == "sms").select("duration_s", "answered").null_count().row(0)
        == (events.height - calls.height,) * 2
    )
    assert (events["a_number"] != events["b_number"]).all()
    assert events["known_at"].is_sorted()


def test_some_events_arrive_twice_with_the_same_content_and_some_hours_late(plain: Written) -> None:
    events = plain.feed("events")
    ids = events["event_id"].n_unique()
    assert 0.002 < 1 - ids / events.height < 0.004
    assert events.drop("known_at").unique().height == ids
    late = events["known_at"] - events["started_at"] - events["duration_s"].fill_null(0).cast(pl.Int64) * 1000
    assert 0.005 < (late > 3_600_000).mean() < 0.03  # type: ignore[operator]


def test_nothing_is_known_after_the_last_day(plain: Written) -> None:
    end = plain.world.days.end
    for name in ("events", "flags", "cases", "links"):
        assert (plain.feed(name)["known_at"] < end).all(), name


def test_a_subscriber_has_about_two_hundred_events_a_month(plain: Written) -> None:
    assert 160 < plain.counts["events"] / 20_000 / 14 * 30 < 240


def test_a_million_events_take_less_than_ten_seconds(tmp_path: Path) -> None:
    began = time.process_time()
    counts = simulate(tmp_path, subscribers=20_000, days=7, seed=1, variant="plain", start=START)
    assert counts["events"] > 800_000
    assert (time.process_time() - began) / counts["events"] * 1e6 < 10
