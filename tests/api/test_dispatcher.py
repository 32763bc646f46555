"""The reference dispatcher against a real server: hands on, acknowledges, survives being killed."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from graphsvc.model.callers import Role
from graphsvc.model.warnings import WarningChannel
from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.api.conftest import PEOPLE
from tests.api.serving import Served, served
from tests.api.test_dispatching import CLAIM
from tests.story.feeds import ANN


class Gateway:
    """A webhook that keeps what it gets, and can be slow or refuse."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.status = 204
        self.hold: Event | None = None
        self.came = Event()
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                gateway.got.append(body)
                gateway.came.set()
                if gateway.hold is not None:
                    gateway.hold.wait(60)
                self.send_response(gateway.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/warn"
        Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    made = Gateway()
    yield made
    if made.hold is not None:
        made.hold.set()
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def server(busy_world: Path, tmp_path: Path) -> Iterator[Served]:
    with open_service(Settings(home=busy_world)) as service:
        now = service.time.moment()
        service.dispatching.set_capacity(
            WarningChannel.SMS, region=None, per_hour=None, per_day=1000, from_at=None, until_at=None, now=now
        )
        made = service.access.create(role=Role.DISPATCHER, region="", expires_at=None, purpose=None)
    with served(busy_world) as running:
        running.token = made.token
        yield running


def dispatcher(server: Served, *options: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "graphsvc", "dispatch", "--url", server.url, *options]
    environment = {**os.environ, "GRAPHSVC_ACCESS_TOKEN": server.token}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def finished(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def test_a_dry_run_shows_texts_without_numbers_and_changes_nothing(server: Served) -> None:
    status, out, err = finished(dispatcher(server, "--dry-run", "--limit", "100"))
    assert status == 0, err
    shown = [json.loads(line) for line in out.splitlines()]
    assert len(shown) > 4
    assert all("96110" in one["zh"] for one in shown)
    assert not [number for number in (ANN, *PEOPLE) if number[3:] in out + err]
    assert finished(dispatcher(server, "--dry-run", "--limit", "100"))[1] == out


def test_warnings_go_out_as_cloud_events_once(server: Served, gateway: Gateway) -> None:
    status, _, err = finished(dispatcher(server, "--once", "--send", gateway.url))
    assert status == 0, err
    assert {event["data"]["number"] for event in gateway.got} >= {ANN}
    assert len({event["id"] for event in gateway.got}) == len(gateway.got) > 4
    event = gateway.got[0]
    assert (event["specversion"], event["type"]) == ("1.0", "graphsvc.warning.ready.v1")
    assert "leaseToken" not in event["data"]
    count = len(gateway.got)
    assert finished(dispatcher(server, "--once", "--send", gateway.url))[0] == 0
    assert len(gateway.got) == count
    assert ANN not in err


def test_it_works_where_nothing_but_shipped_operations_is_answered(busy_world: Path) -> None:
    with open_service(Settings(home=busy_world)) as service:
        made = service.access.create(role=Role.DISPATCHER, region="", expires_at=None, purpose=None)
    with served(busy_world, GRAPHSVC_DOCUMENTS="trusted") as running:
        running.token = made.token
        for options in (["--dry-run"], ["--once"]):
            status, out, err = finished(dispatcher(running, *options))
            assert status == 0, err
            assert "96110" in out


def test_a_killed_dispatcher_loses_nothing_and_repeats_with_the_same_id(server: Served, gateway: Gateway) -> None:
    gateway.hold = Event()
    killed = dispatcher(server, "--send", gateway.url, "--lease", "2", "--limit", "3")
    assert gateway.came.wait(60)
    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=60)
    gateway.hold.set()
    gateway.hold = None
    half_sent = gateway.got[0]
    heir = dispatcher(server, "--send", gateway.url, "--lease", "30")
    for _ in range(600):
        if [event["id"] for event in gateway.got].count(half_sent["id"]) > 1:
            break
        gateway.came.clear()
        gateway.came.wait(1)
    heir.send_signal(signal.SIGINT)
    assert heir.wait(60) == 130
    heir.communicate()
    again = [event for event in gateway.got if event["id"] == half_sent["id"]]
    assert len(again) == 2
    assert again[0]["data"]["number"] == again[1]["data"]["number"]
    assert again[1]["data"]["attempt"] == again[0]["data"]["attempt"] + 1


def test_what_the_gateway_refuses_comes_again_later(server: Served, gateway: Gateway) -> None:
    gateway.status = 503
    status, _, err = finished(dispatcher(server, "--once", "--send", gateway.url, "--limit", "100"))
    assert status == 0, err
    assert "the webhook answered 503" in err
    events = served_events(server)
    assert "FAILED" in events
    assert "HANDED_OVER" not in events


def served_events(server: Served) -> set[str]:
    answer = server.post("{ warningEvents(first: 1000) { edges { node { kind } } } }").json()
    return {edge["node"]["kind"] for edge in answer["data"]["warningEvents"]["edges"]}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--url", "ftp://x"], "--url"),
        (["--send", "http://elsewhere.example/x"], "https"),
        (["--send", "http://127.0.0.1.elsewhere.example/x"], "https"),
        (["--send", "http://localhost@elsewhere.example/x"], "https"),
        (["--send", "https://"], "https"),
        (["--url", "http://127.0.0.1:9", "--once"], "see that it runs, and that --url is its address"),
    ],
)
def test_what_cannot_work_is_said(options: list[str], said: str) -> None:
    command = [sys.executable, "-m", "graphsvc", "dispatch", *options]
    environment = {**os.environ, "GRAPHSVC_ACCESS_TOKEN": "gsvc_x"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
    assert done.returncode in (1, 2)
    assert said in done.stderr


def test_a_token_that_the_service_does_not_know_is_said_to_be_that(server: Served) -> None:
    command = [sys.executable, "-m", "graphsvc", "dispatch", "--url", server.url, "--once"]
    environment = {**os.environ, "GRAPHSVC_ACCESS_TOKEN": "gsvc_x"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
    assert done.returncode == 1
    assert "does not know this token" in done.stderr
    assert "graphsvc token create --role dispatcher" in done.stderr


def test_a_dispatcher_that_is_stopped_gives_back_what_it_did_not_hand_on_and_ends_well(
    server: Served, gateway: Gateway
) -> None:
    due = finished(dispatcher(server, "--dry-run", "--limit", "100"))[1].splitlines()
    gateway.hold = Event()
    stopped = dispatcher(server, "--send", gateway.url, "--lease", "600", "--limit", "3")
    assert gateway.came.wait(60)
    stopped.send_signal(signal.SIGTERM)
    assert finished(stopped)[0] == 0, "to be stopped is no failure"
    left = server.post(CLAIM, variables={"key": "next", "limit": 100}).json()["data"]["claimWarnings"]
    assert len(left) == len(due) - 1, "of the one it was sending nobody knows: its lease runs out"
    assert gateway.got[0]["id"] not in [one["dedupeKey"] for one in left]
    assert {one["attempt"] for one in left} == {1}, "what is given back counts no attempt"
