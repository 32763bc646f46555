"""Monitors: what they notice, and that they stay quiet where nothing happened or too little is known."""

import numpy as np

from graphsvc.learning import health

HOUR, DAY, NOW = 3_600_000, 86_400_000, 1_700_000_000_000


def test_a_population_that_moved_is_noticed_and_one_that_stayed_is_not(dice: np.random.Generator) -> None:
    edges = health.quantiles(dice.normal(0, 1, 3000))
    assert health.population(edges, dice.normal(0, 1, 3000)).state == "ok"
    moved = health.population(edges, dice.normal(1.5, 1, 3000))
    assert moved.state == "warn"
    assert "another population" in moved.found
    assert health.population(edges, dice.normal(0, 1, 10)).state == "unknown"
    assert health.population([], dice.normal(0, 1, 3000)).state == "unknown"


def test_reports_that_come_later_than_they_used_to_are_noticed() -> None:
    known = NOW - DAY * np.arange(30)
    usual, slow = np.full(30, 6 * HOUR), np.where(np.arange(30) < 10, 40 * HOUR, 6 * HOUR)
    known[:10] = NOW - HOUR * np.arange(10)
    assert health.label_delay(known - usual, known, now=NOW).state == "ok"
    assert health.label_delay(known - slow, known, now=NOW).state == "warn"
    assert health.label_delay(known[:5] - usual[:5], known[:5], now=NOW).state == "unknown"


def test_a_feed_that_fell_silent_is_noticed_by_its_own_pace() -> None:
    hourly, weekly = NOW - HOUR * np.arange(200)[::-1], NOW - 7 * DAY * np.arange(20)[::-1]
    told = {
        s.name: s.state for s in health.silence({"flags": hourly, "cases": weekly, "outcomes": weekly[:3]}, now=NOW)
    }
    assert told == {"feed flags": "ok", "feed cases": "ok", "feed outcomes": "unknown"}
    later = {s.name: s.state for s in health.silence({"flags": hourly, "cases": weekly}, now=NOW + 2 * DAY)}
    assert later == {"feed flags": "warn", "feed cases": "ok"}


def test_diallers_that_stay_just_below_the_same_number_are_noticed(dice: np.random.Generator) -> None:
    spread = dice.uniform(20, 200, 400)
    assert health.below_a_cap(spread).state == "ok"
    capped = np.where(spread > 50, 50 - dice.uniform(0, 1.5, 400), spread)
    told = health.below_a_cap(capped)
    assert told.state == "warn"
    assert "50 contacts" in told.found
    assert health.below_a_cap(spread[:20]).state == "unknown"
