"""Each operation is one line of the log: who by the token's id, which verbs, how long, what came of it; no number."""

import logging
from pathlib import Path
from typing import Any

import orjson
import pytest

from graphsvc.api.logs import JsonLines
from graphsvc.api.room import Room
from tests.api.clients import Client, caller
from tests.story.feeds import DEN


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    found = [record for record in caplog.records if record.name == "graphsvc.verbs"]
    return [orjson.loads(JsonLines().format(record)) for record in found]


def test_each_operation_is_one_line(room: Room, caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    caplog.set_level(logging.INFO)
    someone = caller(room, "hotline")
    name = room.service.access.recognise(str(someone.token))
    assert name is not None
    someone.post("{ service { version } dailyBulletin { date } }")
    someone.post('{ paths(from: "a", to: "b") { paths { hops } } }')
    caller(room, "investigator").post(f'{{ number(number: "{DEN[0]}") {{ class }} victims(after: "x") {{ asOf }} }}')
    Client(room).post("{ service { version } }")
    first, second, third, stranger = lines(caplog)
    assert first["event"] == "verb_answered"
    assert first["verbs"] == ["dailyBulletin", "service"]
    assert first["outcome"] == "OK"
    assert first["ms"] > 0
    assert first["caller"] == second["caller"] != third["caller"]
    assert first["request"] != second["request"]
    assert second["outcome"] in ("FORBIDDEN", "GRAPHQL_VALIDATION_FAILED")
    assert (third["verbs"], third["outcome"]) == (["number", "victims"], "BAD_USER_INPUT")
    assert (stranger["caller"], stranger["verbs"], stranger["outcome"]) == ("stranger", [], "UNAUTHENTICATED")
    said = orjson.dumps([first, second, third, stranger]).decode()
    assert DEN[0][-8:] not in said
    assert str(someone.token) not in said


def test_leases_are_counted_by_what_became_of_them(room: Room) -> None:
    caller(room, "dispatcher").data('mutation { releaseLeases(leaseTokens: ["x", "y"]) { accepted } }')
    text = Client(room).send("GET", "/metrics").text
    assert 'graphsvc_dispatch_leases_total{became="refused"} 2.0' in text
