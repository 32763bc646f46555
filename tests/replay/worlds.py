"""Tiny worlds with their truth, and replays made by hand: random enough to meet every case of the definitions."""

import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from tests.replay.slow import DAY, HOUR, Row

T0 = 1_772_416_800_000


@dataclass
class World:
    """A truth, its feeds and a replay, as rows; numbers raw."""

    victims: list[Row]
    numbers: list[Row]
    hard: list[Row]
    events: list[Row]
    flags: list[Row]
    warnings: list[Row]
    networks: list[Row]
    cuts: list[Row]
    since: int = T0
    until: int = T0 + 20 * DAY

    @property
    def fraud(self) -> list[Row]:
        """The gangs' numbers."""
        return [row for row in self.numbers if row["class"] in ("fraud", "tool")]


def person(k: int) -> str:
    """A subscriber's number."""
    return f"+861371234{k:04d}"


def dialler(k: int) -> str:
    """A gang's number."""
    return f"+861391234{k:04d}"


def made(seed: int) -> World:
    """Three gangs of four numbers, thirty people, forty warnings."""
    rng = random.Random(seed)
    people, diallers = [person(k) for k in range(30)], [dialler(k) for k in range(12)]
    numbers: list[Row] = [
        {
            "number": number,
            "class": "tool" if k % 4 == 3 else "fraud",
            "gang_id": k // 4,
            "fraud_from": T0 + rng.randrange(5) * DAY,
            "fraud_until": T0 + (10 + rng.randrange(10)) * DAY,
            "recycled_at": None,
        }
        for k, number in enumerate(diallers)
    ]
    numbers += [{"number": number, "class": "ordinary"} for number in people]
    victims = []
    for number in rng.sample(people, 18):
        first = T0 + rng.randrange(15 * 24) * HOUR
        committed = first + rng.randrange(1, 48) * HOUR if rng.random() < 0.6 else None
        lost = None
        if committed is not None and rng.random() < 0.6:
            lost = committed + rng.choice([5 * 60_000, HOUR, DAY, 9 * DAY])
        stage = "lost" if lost else "committed" if committed else "listening"
        row = {"number": number, "gang_id": rng.randrange(3), "first_contact_at": first, "committed_at": committed}
        victims.append({**row, "lost_at": lost, "stage": stage, "scam_type": rng.choice(["loan", "brushing"])})
    events = []
    for k in range(120):
        a, b = rng.choice(diallers), rng.choice(people)
        if rng.random() < 0.3:
            a, b = b, a
        seconds = rng.choice([0, 10, 29, 30, 400])
        events.append(
            {
                "event_id": str(k),
                "started_at": T0 + rng.randrange(20 * 24) * HOUR,
                "a_number": a,
                "b_number": b,
                "channel": rng.choice(["call", "call", "sms"]),
                "duration_s": seconds,
                "answered": rng.random() < 0.8,
            }
        )
    warnings = [_warning(rng, k, people) for k in range(40)]
    cuts, networks = [], []
    for day in range(1, 20, 6):
        for k, number in enumerate([*diallers, *people[:6]]):
            row = {"as_of": T0 + day * DAY, "number": number}
            if rng.random() < 0.8:
                cuts.append({**row, "fraud_probability": round(rng.random(), 1), "class": "fraud"})
            if rng.random() < 0.7:
                networks.append({**row, "network_id": str(k // 5), "role": "caller", "score": 0.5})
    flags = [{"number": diallers[k], "known_at": T0 + 4 * DAY, "scam_type": "loan"} for k in (0, 5)]
    hard = [{"number": number, "kind": "courier"} for number in people[:6]]
    return World(victims, numbers, hard, events, flags, warnings, networks, cuts)


def _warning(rng: random.Random, k: int, people: list[str]) -> Row:
    return {
        "warning_id": f"W{k}",
        "warned_at": T0 + rng.randrange(20 * 24) * HOUR,
        "number": rng.choice(people),
        "channel": rng.choice(["sms", "call", "visit"]),
        "grade": rng.choice(["high", "medium", "low"]),
        "stage": "engaged",
        "scam_type": rng.choice(["loan", "brushing"]),
        "probability": rng.random() * 0.6,
        "in_contact_probability": rng.random(),
        "deadline_at": None,
        "network_id": None,
        "evidence": "[]",
    }


def write(world: World, folder: Path) -> tuple[Path, Path]:
    """The world on disk: its truth (with the feeds beside it) and its replay."""
    truth, replay, feeds = folder / "truth", folder / "replay", folder / "feeds"
    for place in (truth, replay, feeds):
        place.mkdir(parents=True)
    _table(truth / "victims.parquet", world.victims)
    _table(truth / "numbers.parquet", world.numbers)
    _table(truth / "hard_negatives.parquet", world.hard)
    _table(replay / "warnings.parquet", world.warnings)
    _table(replay / "networks.parquet", world.networks)
    _table(replay / "numbers.parquet", world.cuts)
    summary: dict[str, Any] = {"settings": {"since": world.since, "until": world.until, "raw_numbers": True}}
    (replay / "summary.json").write_text(json.dumps(summary))
    for name, rows in (("events", world.events), ("flags", world.flags)):
        (feeds / f"{name}.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return truth, replay


def _table(path: Path, rows: list[Row]) -> None:
    pl.DataFrame(rows, infer_schema_length=None).write_parquet(path)
