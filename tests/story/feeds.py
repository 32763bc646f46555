"""A small world written by hand, for journeys: a den of three SIMs in one device, people it rang, and a bank."""

import json
from pathlib import Path
from typing import Any

T0 = 1_772_416_800_000
"""2026-03-02 10:00 in Shanghai."""
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

DEN = ["+8613912340001", "+8613912340002", "+8613912340003"]
ANN, BOB, CYD, DEE = "+8613712340011", "+8613712340012", "+8613712340013", "+8613712340014"
FOURTH = "+8613912340004"
"""A SIM that the den takes into use later."""
EVE = "+8613712340015"
"""Whom it talks into calling back."""
DEVICE = "861234567890123"
HOLDER = "holder-7"
BANK = "95588"


def call(a: str, b: str, at: int, seconds: int, **more: Any) -> dict[str, Any]:
    """One answered call."""
    return {
        "event_id": f"{a[-4:]}-{b[-4:]}-{at}",
        "started_at": at,
        "a_number": a,
        "b_number": b,
        "channel": "call",
        "duration_s": seconds,
        "answered": seconds > 0,
        **more,
    }


def den_events() -> list[dict[str, Any]]:
    """Three diallers with one device ring through a list; Ann talks long, asks her bank and calls back."""
    events = []
    for place, dialler in enumerate(DEN):
        for k in range(40):
            person = f"+86136{place % 2}{k:07d}"
            at = T0 + place * DAY - 3 * HOUR + k * 6 * MINUTE
            events.append(call(dialler, person, at, 12 if k % 3 else 0, a_imei=DEVICE))
        events.append(call(dialler, ANN, T0 + 2 * DAY + (place - 2) * HOUR, 300 * (place + 1), a_imei=DEVICE))
    events.append(call(ANN, BANK, T0 + 2 * DAY + 30 * MINUTE, 95))
    events.append(call(ANN, DEN[2], T0 + 2 * DAY + 40 * MINUTE, 1500))
    events.append(call(DEN[0], BOB, T0 + HOUR, 45, a_imei=DEVICE))
    return events


def ordinary_events() -> list[dict[str, Any]]:
    """Ann, Bob, Cyd and Dee among themselves, both ways, for a week."""
    people = [ANN, BOB, CYD, DEE]
    return [
        call(
            people[i],
            people[j],
            T0 - 5 * DAY + day * DAY + (4 * i + j) * 20 * MINUTE,
            60 + 10 * i,
            a_imei=f"own-{i}",
        )
        for day in range(6)
        for i in range(4)
        for j in range(4)
        if i != j and (day + i + j) % 2
    ]


def write_world(folder: Path) -> Path:
    """A feed folder of NDJSON files with every feed but outcomes."""
    folder.mkdir(parents=True, exist_ok=True)
    flag = {
        "number": DEN[0],
        "known_at": T0 + 2 * DAY,
        "scam_type": "customer_service",
        "source": "police",
        "case_id": "C-1",
    }
    feeds: dict[str, list[dict[str, Any]]] = {
        "events": ordinary_events() + den_events(),
        "flags": [flag],
        "links": [{"number": number, "kind": "holder", "entity": HOLDER, "known_at": T0} for number in DEN]
        + [{"number": ANN, "kind": "holder", "entity": "holder-ann", "known_at": T0 - DAY}],
        "subscribers": [
            {"number": ANN, "region": "440305", "activated_at": T0 - 900 * DAY},
            {"number": DEN[0], "region": "440305", "activated_at": T0 - 2 * DAY},
        ],
        "directory": [{"number": BANK, "role": "bank", "label": "a bank"}],
        "cases": [
            {
                "case_id": "C-1",
                "victim_number": CYD,
                "lost_at": T0 - DAY,
                "known_at": T0,
                "scam_type": "customer_service",
                "amount": 50000,
            }
        ],
    }
    for name, rows in feeds.items():
        (folder / f"{name}.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def write_growth(folder: Path) -> Path:
    """The events of a later load: the den uses a fourth SIM in its device, and Eve calls back."""
    at = T0 + 2 * DAY + 2 * HOUR
    rung = [f"+861362{k:07d}" for k in range(40)]
    events = [
        *(call(FOURTH, one, at + k * MINUTE, 12 if k % 3 else 0, a_imei=DEVICE) for k, one in enumerate(rung)),
        call(FOURTH, DEN[0], at + 3 * HOUR, 40, a_imei=DEVICE),
        call(DEN[1], EVE, at + 4 * HOUR, 900, a_imei=DEVICE),
        call(EVE, DEN[2], at + 5 * HOUR, 1500),
    ]
    path = folder / "events.ndjson"
    path.write_text("".join(json.dumps(row) + "\n" for row in events))
    return path
