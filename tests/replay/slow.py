"""The measures of feeds.md once more, slowly: one loop a definition, no frame, no array, no code of graphsvc."""

from collections.abc import Iterable
from itertools import combinations
from typing import Any

HOUR = 3_600_000
DAY = 24 * HOUR
Row = dict[str, Any]


def in_contact(person: str, at: int, events: Iterable[Row], fraud: Iterable[Row]) -> bool:
    """Talks 30 s with a fraud number, or calls or writes to one, from 7 days before to 24 h after."""
    for event in events:
        for number in fraud:
            if person in [row["number"] for row in fraud]:
                continue
            if not number["fraud_from"] <= event["started_at"] <= number["fraud_until"]:
                continue
            if not at - 7 * DAY <= event["started_at"] <= at + DAY:
                continue
            talked = event["channel"] == "call" and event["answered"] and event["duration_s"] >= 30
            if event["a_number"] == number["number"] and event["b_number"] == person and talked:
                return True
            if event["a_number"] == person and event["b_number"] == number["number"]:
                return True
    return False


def right_about_loss(person: str, at: int, victims: Iterable[Row]) -> bool:
    """Loses within 7 days after, or is in it and will lose."""
    for row in victims:
        if row["number"] == person and row["lost_at"] is not None and row["lost_at"] > at:
            if row["lost_at"] <= at + 7 * DAY:
                return True
            if row["first_contact_at"] <= at:
                return True
    return False


def deep(person: str, at: int, victims: Iterable[Row]) -> bool:
    """That, or committed within a week on either side, and broke off."""
    if right_about_loss(person, at, victims):
        return True
    return any(
        row["number"] == person
        and row["lost_at"] is None
        and row["committed_at"] is not None
        and at - 7 * DAY <= row["committed_at"] <= at + 7 * DAY
        for row in victims
    )


def warned_in_time(row: Row, warnings: Iterable[Row], channels: Iterable[str]) -> list[int]:
    """When warnings reached the person in time, ascending."""
    return sorted(
        warning["warned_at"]
        for warning in warnings
        if warning["number"] == row["number"]
        and warning["channel"] in channels
        and warning["warned_at"] <= row["lost_at"] - 10 * 60_000
        and warning["warned_at"] >= row["first_contact_at"] - DAY
    )


def calibration_error(said: list[float], came: list[bool]) -> float:
    """Ten equal groups in order of what was said."""
    pairs = sorted(zip(said, came, strict=True), key=lambda pair: pair[0])
    total = 0.0
    for k in range(10):
        group = [pair for i, pair in enumerate(pairs) if i * 10 // len(pairs) == k]
        if group:
            mean = sum(p for p, _ in group) / len(group)
            share = sum(c for _, c in group) / len(group)
            total += len(group) * abs(mean - share)
    return total / len(pairs)


def average_precision(scores: dict[str, float], guilty: set[str]) -> float:
    """Mean over fraud numbers of the precision at the threshold that finds them; 0 for those never found."""
    total = 0.0
    for number in guilty:
        if number in scores:
            above = [other for other, score in scores.items() if score >= scores[number]]
            total += sum(other in guilty for other in above) / len(above)
    return total / len(guilty)


def adjusted_rand_index(one: dict[str, Any], other: dict[str, Any]) -> float:
    """By looking at every pair."""
    names = sorted(one)
    pairs = list(combinations(names, 2))
    both = sum(one[a] == one[b] and other[a] == other[b] for a, b in pairs)
    first = sum(one[a] == one[b] for a, b in pairs)
    second = sum(other[a] == other[b] for a, b in pairs)
    expected = first * second / len(pairs)
    most = (first + second) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)
