"""Devices, holders and accounts are as suspect as who uses them alone, and less where ordinary people do too."""

from math import exp
from typing import Any

import pytest

from graphsvc.model.evidence import from_json
from tests.engine.plain import DAY, HOUR, MINUTE, START, PlainWorld


def _entity(world: PlainWorld, entity: int) -> dict[str, Any]:
    (row,) = [row for row in world.analysed().entity_suspicions.to_pylist() if row["entity"] == entity]
    return dict(row)


def _dialling(world: PlainWorld, number: int, device: int) -> None:
    """Three days of strangers, one call each."""
    for k in range(90):
        at = START + (k // 30) * DAY + 9 * HOUR + (k % 30) * 10 * MINUTE
        world.call(number, 10_000 + number * 1000 + k, at, 15, device=device)


def _friends(world: PlainWorld, number: int, device: int) -> None:
    """Twenty days of the same few people, both ways."""
    for day in range(20):
        for friend in range(4):
            at = START + day * DAY + (8 + friend) * HOUR
            world.call(number, 900_000 + number * 10 + friend, at, 100, device=device)
            world.call(900_000 + number * 10 + friend, number, at + 30 * MINUTE, 100)


def test_a_device_that_only_fraud_numbers_use_is_as_suspect_as_they_are() -> None:
    world = PlainWorld(as_of=START + 20 * DAY)
    for number in (1, 2):
        _dialling(world, number, device=5000)
    world.flags.append((1, "police", 0.95))
    p = world.probabilities()
    expected = 1 - (1 - p[1]) * (1 - p[2])
    assert _entity(world, 5000)["fraud_probability"] == pytest.approx(min(expected, 0.999), abs=1e-6)


def test_ordinary_users_make_it_less_suspect_and_evidence_adds_up() -> None:
    world = PlainWorld(as_of=START + 20 * DAY)
    _dialling(world, 1, device=5000)
    world.flags.append((1, "police", 0.95))
    alone = _entity(world, 5000)["fraud_probability"]
    _friends(world, 2, device=5000)
    row = _entity(world, 5000)
    assert row["fraud_probability"] < alone
    log_odds = sum(item.contribution for item in from_json(str(row["evidence"])))
    assert 1 / (1 + exp(-log_odds)) == pytest.approx(row["fraud_probability"], abs=1e-5)


def test_a_telephone_of_ordinary_people_is_not_suspect() -> None:
    world = PlainWorld(as_of=START + 20 * DAY)
    for number in (1, 2, 3):
        _friends(world, number, device=5000)
    assert [row for row in world.analysed().entity_suspicions.to_pylist() if row["entity"] == 5000] == []
