"""A data folder that grows by parts: events of a busy small town with devices, and facts that come, change and go."""

import json
import random
from pathlib import Path
from typing import Any

from graphsvc.model.words import FlagSource, ScamType
from graphsvc.service import Service
from graphsvc.stating import Stated
from tests.story.feeds import DAY, DEN, HOUR, MINUTE, T0, write_world

PEOPLE = [f"+8613755{n:06d}" for n in range(60)]


def first_part(service: Service, folder: Path) -> None:
    """The den, its victims and ordinary people."""
    service.load([write_world(folder / "part-0")], kind=None, feed_id="default")


def further_part(service: Service, folder: Path, part: int, events: int = 400) -> None:
    """More events, some to oneself, some late by days; new links, subscribers and now and then a flag or a case."""
    place = folder / f"part-{part}"
    place.mkdir()
    chance = random.Random(part)
    feeds = {
        "events": [_event(chance, part, k) for k in range(events)],
        "links": [
            {"number": chance.choice(PEOPLE), "kind": kind, "entity": f"{kind}-{chance.randrange(20)}", "known_at": T0}
            for kind in ("device", "account", "holder", "url")
        ]
        + [{"holder": f"holder-{part}", "kind": "account", "entity": f"card-{part}", "known_at": T0 + part * HOUR}],
        "subscribers": [
            {"number": chance.choice(PEOPLE), "region": f"4403{part % 100:02d}", "known_at": T0 + part * DAY}
        ],
        "directory": [{"number": f"+86755800{part:05d}", "role": "courier_company"}],
    }
    for name, rows in feeds.items():
        (place / f"{name}.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))
    service.load([place], kind=None, feed_id="default")
    if part % 2:
        flag(service, chance.choice(PEOPLE), f"C-{part}")
    if part % 3 == 2:
        service.stating.unflag(DEN[0], kind=None, errand=service.errand)
        flag(service, DEN[0], None)


def one_event(service: Service, folder: Path, number: str) -> None:
    """A call to a number, and nothing else."""
    place = folder / f"call-{number}"
    place.mkdir()
    event = {"event_id": f"one-{number}", "started_at": T0 + DAY, "a_number": PEOPLE[0], "b_number": number}
    (place / "events.ndjson").write_text(json.dumps(event | {"channel": "call", "duration_s": 9}) + "\n")
    service.load([place], kind=None, feed_id="default")


def flag(service: Service, number: str, case_id: str | None) -> None:
    """Somebody flags a number."""
    stated = Stated(ScamType.LOAN, FlagSource.POLICE, case_id, 0.9)
    service.stating.flag(number, stated, kind=None, errand=service.errand)


def _event(chance: random.Random, part: int, k: int) -> dict[str, Any]:
    a = chance.choice(PEOPLE)
    b = a if k % 97 == 0 else chance.choice([*PEOPLE, *DEN])
    started = T0 + part * DAY - chance.randrange(3 * DAY) + k * MINUTE // 10
    row: dict[str, Any] = {"event_id": f"w-{part}-{k}", "started_at": started, "a_number": a, "b_number": b}
    if chance.random() < 0.3:
        return {**row, "channel": "sms"}
    row |= {"channel": "call", "duration_s": chance.choice([0, 0, 20, 300])}
    if chance.random() < 0.7:
        row["answered"] = chance.random() < 0.6
    if chance.random() < 0.5:
        row["a_imei"] = f"imei-{chance.randrange(25)}"
    return row
