"""`graphsvc serve` as a process of its own, with a real broker and a watched folder: it takes in what is put there."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from graphsvc.settings import Settings
from graphsvc.wiring import open_service
from tests.api.serving import Served, served
from tests.servers.kafka import KafkaServer
from tests.story.feeds import ANN, DAY, DEN, T0, call, write_world

pytestmark = pytest.mark.xdist_group("kafka")


def until(found: Callable[[], bool], server: Served) -> None:
    """Wait as long as a very busy machine may need."""
    for _ in range(1_200):
        if found():
            return
        time.sleep(0.1)
    pytest.fail("".join(server.lines)[-3000:])


def test_what_topics_and_a_folder_hold_is_in_the_answers_and_an_absent_broker_holds_nothing_up(
    kafka: KafkaServer, tmp_path: Path
) -> None:
    write_world(tmp_path / "feeds")
    with open_service(Settings(home=tmp_path / "home")) as service:
        service.load([tmp_path / "feeds"], kind=None, feed_id="default")
        service.analyse(as_of=None)
        before = service.ledger.count()
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    topic = kafka.new_topic(partitions=2)
    kafka.produce(topic, [_packed(k) for k in range(30)])
    environment = {
        "GRAPHSVC_KAFKA_SERVERS": kafka.servers,
        "GRAPHSVC_KAFKA_TOPICS": f"events={topic}",
        "GRAPHSVC_WATCH_FOLDER": str(inbox),
    }
    with served(tmp_path / "home", **environment) as server:

        def counted(name: str) -> float:
            lines = httpx.get(f"{server.url}/metrics", timeout=60).text.splitlines()
            return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))

        accepted = 'graphsvc_feed_rows_total{became="accepted",feed="events"}'
        until(lambda: counted(accepted) == 30, server)
        kafka.kill()
        until(lambda: counted('graphsvc_source_up{source="kafka"}') == 0, server)
        _put(inbox, "events/a.ndjson", b"\n".join(_packed(k) for k in range(30, 35)))
        until(lambda: counted(accepted) == 35, server)
        until(lambda: counted("graphsvc_events_since_analysis") == 0, server)
        assert counted('graphsvc_source_up{source="folder"}') == 1
        assert server.post("{ service { version } }").status_code == 200
        kafka.start()
        kafka.produce(topic, [_packed(k) for k in range(35, 40)])
        until(lambda: counted(accepted) == 40, server)
    assert (inbox / "taken" / "events" / "a.ndjson").exists()
    said = "".join(server.lines)
    assert "SOURCE_FAILED" in said
    assert not any(number in said for number in (ANN, *DEN))
    with open_service(Settings(home=tmp_path / "home")) as service:
        assert service.ledger.count() == before + 40


def _packed(k: int) -> bytes:
    return json.dumps(call(DEN[k % 3], ANN, T0 + 4 * DAY + k * 60_000, 30)).encode()


def _put(inbox: Path, name: str, content: bytes) -> None:
    """Write a file as somebody did who finished long ago."""
    draft = inbox / f".{Path(name).name}"
    draft.write_bytes(content)
    os.utime(draft, (0, 0))
    (inbox / name).parent.mkdir(exist_ok=True)
    draft.rename(inbox / name)
