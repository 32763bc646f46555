"""What who watches the queue sees: dead letters that a supervisor brings back, capacity used and left, metrics."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graphsvc.api.app import make_room
from graphsvc.api.room import Room
from graphsvc.model.warnings import Moment
from graphsvc.service_time import ServiceTime
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.api.clients import Client, caller
from tests.api.test_dispatching import ACK, claim

MINUTE = 60_000
FAIL = 'mutation F($t: [String!]!) { failWarnings(leaseTokens: $t, reason: "gone", retryAfterSeconds: 0) { accepted } }'
GIVE_BACK = "mutation G($t: [String!]!) { releaseLeases(leaseTokens: $t) { accepted } }"
STATE = """{ dispatch { queues { channel grade depth leased dead oldestAgeSeconds }
  capacities { channel region perDay perHour usedHour usedDay leftHour leftDay }
  dead { id reference attempt state } } }"""


@pytest.fixture
def room(busy_world: Path) -> Iterator[Room]:
    """The service on a copy of the world, with capacity to spare."""
    with open_service(Settings(home=busy_world, api_budget=10**9)) as service:
        room = make_room(service)
        caller(room, "supervisor").data(
            "mutation { setCapacity(channel: SMS, perHour: 500, perDay: 1000) { pausedAt } }"
        )
        yield room


def sms(found: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one for one in found["dispatch"][kind] if one["channel"] == "SMS"]


def dead_letter(room: Room) -> dict[str, Any]:
    """A warning that was tried five times in vain."""
    dispatcher = caller(room, "dispatcher")
    (first,) = mine = claim(dispatcher, key="0", limit=1)
    for attempt in range(1, 6):
        (one,) = mine
        assert one["attempt"] == attempt
        assert dispatcher.data(FAIL, {"t": [one["leaseToken"]]})["failWarnings"]["accepted"]
        claimed = claim(dispatcher, key=f"{attempt}", limit=100)
        mine = [each for each in claimed if each["id"] == first["id"]]
        dispatcher.data(GIVE_BACK, {"t": [each["leaseToken"] for each in claimed if each["id"] != first["id"]]})
    assert mine == []
    return first


def test_a_supervisor_sees_dead_letters_and_brings_them_back(room: Room) -> None:
    chief = caller(room, "supervisor")
    assert chief.data(STATE)["dispatch"]["dead"] == []
    dead = dead_letter(room)
    found = chief.data(STATE)
    assert found["dispatch"]["dead"] == [
        {"id": dead["id"], "reference": dead["reference"], "attempt": 5, "state": "DEAD"}
    ]
    assert sum(one["dead"] for one in sms(found, "queues")) == 1
    requeue = "mutation Q($ids: [ID!]!) { requeueWarnings(ids: $ids) }"
    assert caller(room, "supervisor", "11").code(requeue, {"ids": [dead["id"]]}) == "NOT_FOUND"
    assert chief.data(requeue, {"ids": [dead["id"]]})["requeueWarnings"] == [dead["id"]]
    assert chief.data(STATE)["dispatch"]["dead"] == []
    again = claim(caller(room, "dispatcher"), key="again", limit=100)
    assert [one["attempt"] for one in again if one["id"] == dead["id"]] == [1]


def test_a_supervisor_sees_capacity_used_and_left_and_how_old_the_queue_is(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    chief, dispatcher = caller(room, "supervisor"), caller(room, "dispatcher")
    before = chief.data(STATE)
    depth = sum(one["depth"] for one in sms(before, "queues"))
    claimed = claim(dispatcher, limit=3)
    after = chief.data(STATE)
    assert sum(one["depth"] for one in sms(after, "queues")) == depth - 3
    assert sum(one["leased"] for one in sms(after, "queues")) == 3
    (everywhere,) = [one for one in sms(after, "capacities") if one["region"] == ""]
    assert everywhere == {
        "channel": "SMS",
        "region": "",
        "perHour": 500,
        "perDay": 1000,
        "usedHour": 3,
        "usedDay": 3,
        "leftHour": 497,
        "leftDay": 997,
    }
    dispatcher.data(ACK, {"tokens": [one["leaseToken"] for one in claimed]})
    oldest = max(one["oldestAgeSeconds"] for one in sms(after, "queues") if one["depth"])
    plain = ServiceTime.moment
    monkeypatch.setattr(ServiceTime, "moment", lambda self: later(plain(self)))
    aged = chief.data(STATE)
    assert max(one["oldestAgeSeconds"] for one in sms(aged, "queues") if one["depth"]) == oldest + 600


def later(now: Moment) -> Moment:
    """Ten minutes after that."""
    return Moment(now.service + 10 * MINUTE, now.wall + 10 * MINUTE)


def sample(text: str, name: str) -> dict[str, float]:
    """The values of a metric, by its labels."""
    lines = [line.removeprefix(name) for line in text.splitlines() if line.startswith(f"{name}{{")]
    return {labels: float(value) for labels, value in (line.rsplit(" ", 1) for line in lines)}


def test_metrics_tell_depth_age_leases_and_dead_letters_by_channel_and_grade(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead_letter(room)
    claim(caller(room, "dispatcher"), key="held", limit=2)
    queues = caller(room, "supervisor").data(STATE)["dispatch"]["queues"]
    plain = ServiceTime.moment
    monkeypatch.setattr(ServiceTime, "moment", lambda self: later(plain(self)))
    text = Client(room).send("GET", "/metrics").text
    for figure in ("depth", "leased", "dead"):
        sums: dict[str, float] = {}
        for one in queues:
            labels = f'{{channel="{one["channel"].lower()}",grade="{one["grade"].lower()}"}}'
            sums[labels] = sums.get(labels, 0) + one[figure]
        assert sample(text, f"graphsvc_dispatch_{figure}") == sums
        assert sum(sums.values()) > 0, figure
    assert max(sample(text, "graphsvc_dispatch_oldest_age_seconds").values()) >= 600
    became = sample(text, "graphsvc_dispatch_leases_total")
    assert became['{became="failed"}'] == 5
    assert became['{became="claimed"}'] > 5 + 2
    assert "graphsvc_dispatch_paused 0.0" in text
    caller(room, "supervisor").data('mutation { pauseDispatch(reason: "wrong texts") { pausedAt } }')
    assert "graphsvc_dispatch_paused 1.0" in Client(room).send("GET", "/metrics").text
    assert "+86" not in text
