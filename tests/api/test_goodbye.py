"""SIGTERM while dispatchers claim: every answer arrives whole, and no lease is in the hands of nobody."""

import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

from graphsvc.model.callers import Role
from graphsvc.model.warnings import WarningChannel
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.api.serving import Served, served
from tests.api.test_dispatching import CLAIM

CLAIMS = 6


def test_claims_under_way_are_answered_when_the_service_stops(busy_world: Path, tmp_path: Path) -> None:
    with open_service(Settings(home=busy_world)) as service:
        token = service.access.create(role=Role.DISPATCHER, region="", expires_at=None, purpose=None).token
        now = service.time.moment()
        bounds: dict[str, Any] = {"region": None, "per_hour": None, "from_at": None, "until_at": None, "now": now}
        service.dispatching.set_capacity(WarningChannel.SMS, per_day=1000, **bounds)

    def claim(running: Served, key: str, channel: str) -> list[dict[str, Any]]:
        asked = {"key": key, "limit": 1, "wait": 20, "channel": channel, "lease": 600}
        try:
            answer = Served(running.url, token, running.process, []).post(CLAIM, variables=asked)
        except httpx.ConnectError:  # it came after the end: nothing was asked, so nothing is leased
            return []
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["data"]["claimWarnings"]
        return found

    with served(busy_world) as running, ThreadPoolExecutor(2 * CLAIMS) as pool:
        waiting = [pool.submit(claim, running, f"w{k}", "VOICE") for k in range(CLAIMS)]  # nothing will be due there
        claiming = [pool.submit(claim, running, f"k{k}", "SMS") for k in range(CLAIMS)]
        claiming[0].result(60)
        running.process.send_signal(signal.SIGTERM)
        given = [one["leaseToken"] for each in claiming for one in each.result(60)]
        assert [each.result(60) for each in waiting] == [[]] * CLAIMS, "a long poll ends at once, with what there is"
        assert running.process.wait(60) == 0, "to be stopped is no failure"
    with open_service(Settings(home=busy_world)) as service:
        state = service.dispatching.state(now=service.time.moment())
        assert sum(queue.leased for queue in state.queues) == len(given), "who was leased a warning knows it"
        released = service.dispatching.release(given, now=service.time.moment())
        assert set(released.accepted) == set(given)
