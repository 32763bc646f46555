"""Rows over HTTP: durable when answered, taken once, refused with numbers and reasons; and what follows from them."""

import io
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pytest

from graphsvc.api.app import make_room
from graphsvc.api.keeping_up import tick
from graphsvc.api.refusals import Refusal
from graphsvc.api.room import Room
from graphsvc.errors import Conflict, InputRefused
from graphsvc.feeding import BatchTaken
from graphsvc.ingest.feeds import FEEDS
from graphsvc.ingest.files import FeedFile
from graphsvc.ingest.together import Told
from graphsvc.settings import Settings
from graphsvc.store.lock import hold_for_writing
from graphsvc.wiring import open_service
from tests.api.clients import Client, caller
from tests.api.serving import served
from tests.story.feeds import ANN, DAY, DEN, T0, call
from tests.waiting import at_once


@pytest.fixture
def room(world: Path, tmp_path: Path) -> Iterator[Room]:
    with open_service(Settings(home=world, api_budget=10**9, lock_wait_seconds=0.1)) as service:
        yield make_room(service)


@pytest.fixture
def feeder(room: Room) -> Client:
    return caller(room, "feeder")


def send(
    client: Client, feed: str, rows: list[dict[str, Any]] | bytes, batch: str = "b1", **more: Any
) -> httpx.Response:
    body = rows if isinstance(rows, bytes) else "".join(json.dumps(row) + "\n" for row in rows).encode()
    headers = {"content-type": "application/x-ndjson", "feed-id": "carrier", "batch-id": batch, **more}
    return client.send("POST", f"/feeds/{feed}", content=body, headers=headers)


def calls(count: int, day: int = 3) -> list[dict[str, Any]]:
    return [call(DEN[0], f"+8613512340{k:03d}", T0 + day * DAY + k * 60_000, 30) for k in range(count)]


AT = "2026-03-05T10:00:00+08:00"
OF_EACH: dict[str, dict[str, Any]] = {
    "subscribers": {"number": "+8613512349001", "region": "440305", "language": "zh-CN"},
    "directory": {"number": "+86755123456", "role": "bank", "label": "a branch"},
    "links": {"number": "+8613512349001", "kind": "device", "entity": "862000000009001", "known_at": AT},
    "flags": {"number": "+8613512349002", "scam_type": "loan", "known_at": AT},
    "cases": {
        "case_id": "C-9001",
        "victim_number": "+8613512349001",
        "lost_at": AT,
        "scam_type": "loan",
        "known_at": AT,
    },
    "events": call("+8613512349002", "+8613512349001", T0 + 3 * DAY, 30),
    "outcomes": {"number": "+8613512349001", "at": AT, "outcome": "no_answer"},
}


def test_every_feed_of_the_contract_is_here() -> None:
    assert set(OF_EACH) == set(FEEDS)


@pytest.mark.parametrize("feed", OF_EACH)
def test_every_feed_comes_in_by_post(feeder: Client, feed: str) -> None:
    first, again = (send(feeder, feed, [OF_EACH[feed]]) for _ in range(2))
    assert first.status_code == 200, first.text
    assert (first.json()["feed"], first.json()["accepted"]) == (feed, 1)
    assert again.json() == first.json(), "the same batch is taken once"
    later = send(feeder, feed, [OF_EACH[feed]], batch="b2").json()
    assert (later["accepted"], later["duplicate"]) == (0, 1), "it is kept"


def test_a_batch_is_taken_once_and_answered_the_same(feeder: Client, room: Room) -> None:
    before = room.service.ledger.count()
    first = send(feeder, "events", calls(20))
    assert first.status_code == 200
    assert {key: first.json()[key] for key in ("read", "accepted", "duplicate", "rejected")} == {
        "read": 20,
        "accepted": 20,
        "duplicate": 0,
        "rejected": 0,
    }
    again = send(feeder, "events", calls(20))
    assert (again.status_code, again.json()) == (200, first.json())
    assert room.service.ledger.count() == before + 20
    other = send(feeder, "events", calls(20), batch="b2")
    assert other.json()["duplicate"] == 20
    assert send(feeder, "events", calls(21)).status_code == 409
    assert room.service.ledger.count() == before + 20


def test_batches_that_wait_are_loaded_together_and_each_is_answered_by_itself(room: Room) -> None:
    """At once: batches, one of them twice, one with other rows under the same id, one of another feed id, one empty."""
    loads, before = list[int](), room.service.ledger.count()

    def counted(files: Sequence[FeedFile], *, place: str, feed_id: str) -> list[Told | InputRefused]:
        loads.append(len(files))
        return room.service.loading.together(files, place=place, feed_id=feed_id)

    feeding = replace(room.service.feeding, events=counted)

    def come(batch_id: str, rows: list[dict[str, Any]], feed_id: str = "carrier") -> Callable[[], BatchTaken]:
        body = "".join(json.dumps(row) + "\n" for row in rows).encode()
        return partial(feeding.take, "events", body, arrow=False, feed_id=feed_id, batch_id=batch_id)

    bad = [*calls(2, day=5), {**calls(1)[0], "duration_s": "many"}]
    coming = [come("a", calls(20)), come("b", calls(20, day=4)), come("c", bad), come("none", [])]
    coming += [come("o", calls(3, day=6), "other"), come("a", calls(20)), come("b", calls(19, day=4))]
    a, b, c, none, other, again, conflict = at_once(feeding.waiting, coming)
    assert loads == [4, 1], "of one feed id together"
    assert [(one.read, one.accepted) for one in (a, b, c, other)] == [(20, 20), (20, 20), (3, 2), (3, 3)]
    assert [(one.row, one.field) for one in c.rejects] == [(3, "duration_s")]
    assert not a.rejects + b.rejects + other.rejects
    assert again == a
    assert isinstance(none, InputRefused)
    assert isinstance(conflict, Conflict)
    assert room.service.ledger.count() == before + 45
    assert [call() for call in coming[:3]] == [a, b, c], "sent again they are answered the same"
    assert loads == [4, 1]


def test_an_arrow_stream_is_a_batch_too(feeder: Client) -> None:
    table = pa.Table.from_pylist([{"number": DEN[2], "known_at": T0, "scam_type": "loan", "source": "police"}])
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    stream = {"content-type": "application/vnd.apache.arrow.stream"}
    assert send(feeder, "flags", sink.getvalue(), **stream).json()["accepted"] == 1
    broken = send(feeder, "flags", sink.getvalue()[:40], batch="b2", **stream)
    assert (broken.status_code, broken.json()["errors"][0]["extensions"]["code"]) == (422, "INPUT_REFUSED")


def test_refused_rows_are_told_by_number_and_reason_and_good_ones_are_durable(feeder: Client, room: Room) -> None:
    canary = "13987654321"
    rows = [*calls(2), {**calls(1)[0], "event_id": "bad", "duration_s": canary}, {"started_at": canary}]
    answer = send(feeder, "events", rows)
    assert answer.status_code == 422
    assert (answer.json()["accepted"], answer.json()["rejected"]) == (2, 2)
    assert [row["row"] for row in answer.json()["rejects"]] == [3, 4]
    assert all(row["reason"] for row in answer.json()["rejects"])
    assert canary not in answer.text
    assert send(feeder, "events", rows).json() == answer.json()


def test_who_is_no_feeder_and_what_is_no_batch_is_refused(room: Room, feeder: Client) -> None:
    assert send(caller(room, "admin"), "events", calls(1)).status_code == 403
    assert send(Client(room), "events", calls(1)).status_code == 401
    assert send(feeder, "secrets", calls(1)).status_code == 400
    assert send(feeder, "events", b"").status_code == 422
    assert send(feeder, "events", b"\xff\xfe nonsense").status_code == 422
    assert send(feeder, "events", [{"a": 1}]).status_code == 422
    assert send(feeder, "events", calls(1), **{"content-type": "text/csv"}).status_code == 415
    assert send(feeder, "events", calls(1), batch="").status_code == 400
    assert send(feeder, "events", calls(1), batch="13987654321").status_code == 400
    huge = feeder.send(
        "POST",
        "/feeds/events",
        content=b" " * (32 * 1024 * 1024 + 1),
        headers={"content-type": "application/x-ndjson", "feed-id": "a", "batch-id": "b"},
    )
    assert huge.status_code == 413
    assert feeder.send("GET", "/feeds/events").status_code == 405


def test_another_writer_means_come_again(feeder: Client, room: Room) -> None:
    with hold_for_writing(room.service.home, purpose="load", wait_seconds=1):
        busy = send(feeder, "events", calls(1))
    assert busy.status_code == 429
    assert int(busy.headers["retry-after"]) > 0
    assert send(feeder, "events", calls(1)).status_code == 200


def test_no_raw_row_is_on_disk(feeder: Client, tmp_path: Path) -> None:
    canary = "13987654321"
    assert send(feeder, "events", [call(f"+86{canary}", DEN[0], T0 + DAY, 5)]).status_code == 200
    content = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert canary.encode() not in content


def test_what_came_in_is_in_the_answers_after_the_next_tick(room: Room, feeder: Client) -> None:
    investigator = caller(room, "investigator")
    ask = '{ number(number: "+8613512340000") { kind contactsSummary { received { events } } } }'
    assert investigator.post(ask).json()["data"]["number"] is None
    send(feeder, "events", calls(5, day=3))
    tick(room)
    assert investigator.data(ask)["number"]["contactsSummary"]["received"]["events"] == 1
    analysis = investigator.data("{ service { analysis { id } } }")
    tick(room)
    assert investigator.data("{ service { analysis { id } } }") == analysis, "nothing new: no new analysis"


def test_a_reported_loss_ends_the_open_warnings_and_is_urgent(room: Room, feeder: Client) -> None:
    tick(room)
    now = room.service.time.now()
    case = {
        "case_id": "C-77",
        "victim_number": ANN,
        "lost_at": now,
        "known_at": now + 1,
        "scam_type": "customer_service",
    }
    assert send(feeder, "cases", [case]).status_code == 200
    tick(room)
    events = caller(room, "dispatcher").data("{ warningEvents(first: 1000) { edges { node { kind urgent } } } }")
    kinds = [edge["node"] for edge in events["warningEvents"]["edges"]]
    assert {"kind": "LOSS_REPORTED", "urgent": True} in kinds
    assert "CANCELLED" in {one["kind"] for one in kinds}


def test_a_running_service_follows_a_flag_within_seconds(world: Path, tmp_path: Path) -> None:
    with served(world) as running:
        before = running.post("{ service { analysis { id } } }").json()["data"]["service"]["analysis"]["id"]
        flag = 'mutation { flagNumbers(numbers: ["+8613700000001"], scamType: LOAN) { id } }'
        assert running.post(flag).json()["data"]["flagNumbers"]
        for _ in range(240):
            found = running.post("{ service { analysis { id } freshness { factsSince } } }").json()["data"]["service"]
            if found["analysis"]["id"] != before and not found["freshness"]["factsSince"]:
                return
            time.sleep(0.25)
        pytest.fail("no analysis followed the flag")


def test_more_than_can_be_kept_is_told_to_come_again_and_then_taken(feeder: Client, room: Room) -> None:
    with room.holding(room.limits.feed_bytes):
        refused = send(feeder, "events", calls(3))
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0
    assert send(feeder, "events", calls(3)).json()["accepted"] == 3
    with pytest.raises(Refusal), room.holding(room.limits.feed_bytes + 1):
        pass
    assert send(feeder, "events", calls(4), "b2").status_code == 200  # what was refused holds nothing
