"""Kafka, with a real broker: every event once, whatever dies; a bad row alone is refused; absence is said."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition
from deltalake import DeltaTable

from graphsvc.checks import examine
from graphsvc.errors import SourceFailed
from graphsvc.ingest.messages import Messages
from graphsvc.live import kafka as kafka_module
from graphsvc.live.kafka import Kafka
from graphsvc.live.source import Taken
from graphsvc.live.topics import topics_of
from graphsvc.service import Service
from graphsvc.settings import Settings
from graphsvc.store.positions import Step
from graphsvc.wiring import kafka_of, open_service
from tests.servers.kafka import KafkaServer
from tests.story.feeds import DEN, MINUTE, T0, call

pytestmark = pytest.mark.xdist_group("kafka")

Reading = Callable[..., tuple[Service, Kafka]]


@pytest.fixture
def reading(kafka: KafkaServer, tmp_path: Path) -> Iterator[Reading]:
    """A service on a fresh folder and its source, reading `feed=topic,…`."""
    opened = []

    def read(topics: str, **more: Any) -> tuple[Service, Kafka]:
        settings = Settings(home=tmp_path / "home", kafka_servers=kafka.servers, kafka_topics=topics)
        context = open_service(settings)
        service = context.__enter__()
        topics_read = topics_of(settings)
        assert topics_read is not None
        source = Kafka(topics_read, service.loading, **more)
        opened.append((context, source))
        return service, source

    yield read
    for context, source in opened:
        source.close()
        context.__exit__(None, None, None)


def rows(count: int, first: int = 0) -> list[dict[str, Any]]:
    """Distinct events; every third has no id of its own."""
    made = [call(DEN[k % 3], f"+86135{k:08d}", T0 + k * MINUTE, k % 90) for k in range(first, first + count)]
    return [{key: value for key, value in row.items() if k % 3 or key != "event_id"} for k, row in enumerate(made)]


def packed(events: list[dict[str, Any]]) -> list[bytes]:
    return [json.dumps(event).encode() for event in events]


def drain(source: Kafka, messages: int = 0) -> list[Taken]:
    """Step until so many rows were seen (the broker may need a moment before it gives any), and once more."""
    found: list[Taken] = []
    for _ in range(1_000):
        if sum(one.accepted + one.duplicate + one.rejected for one in found) >= messages:
            break
        found += source.step(lambda: False)
    return found + source.step(lambda: False)


def accepted(taken: list[Taken]) -> int:
    return sum(one.accepted for one in taken)


def started(service: Service) -> list[int]:
    """When each event of the ledger began."""
    return sorted(at for batch in service.ledger.events() for at in batch.column("started_at").to_pylist())


def wanted(events: list[dict[str, Any]]) -> list[int]:
    return sorted(event["started_at"] for event in events)


def test_events_of_all_partitions_come_once_and_new_ones_follow(kafka: KafkaServer, reading: Reading) -> None:
    topic = kafka.new_topic(partitions=3)
    events = rows(400)
    kafka.produce(topic, packed(events[:300]))
    service, source = reading(f"events={topic}")
    assert accepted(drain(source, 300)) == 300
    kafka.produce(topic, packed(events[300:]))
    taken = drain(source, 100)
    assert accepted(taken) == 100
    assert not any(one.duplicate or one.rejected for one in taken)
    assert started(service) == wanted(events)


def test_a_reader_that_is_killed_again_and_again_takes_each_event_once(
    kafka: KafkaServer, reading: Reading, tmp_path: Path
) -> None:
    topic = kafka.new_topic(partitions=2)
    events = rows(6_000)
    kafka.produce(topic, packed(events))
    command = [sys.executable, "-m", "tests.live.reader", str(tmp_path / "home"), kafka.servers, topic]
    said: list[tuple[int, int]] = []
    for steps in (1, 3, 2):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            for _, line in zip(range(steps), child.stdout, strict=False):
                said.append((int(line.split()[0]), int(line.split()[1])))
            child.send_signal(signal.SIGKILL)  # in the middle of the next batch, wherever that is
        assert child.returncode == -signal.SIGKILL, "it ended before it was killed: nothing was tested"
    service, source = reading(f"events={topic}")
    before = service.ledger.count()
    assert sum(one for one, _ in said) <= before < len(events)
    rest = drain(source, len(events) - before)
    assert before + accepted(rest) == len(events)
    assert not any(twice for _, twice in said)  # no event was even read again
    assert not any(one.duplicate for one in rest)
    assert started(service) == wanted(events)


def test_a_bad_row_is_refused_with_its_offset_and_the_rest_is_kept(kafka: KafkaServer, reading: Reading) -> None:
    topic = kafka.new_topic()
    good = packed(rows(6))
    lacking = {key: value for key, value in rows(1, 50)[0].items() if key != "b_number"}
    values = [
        *[good[0], b"no JSON at all", b"\xff\xfe", None, b"  ", json.dumps(lacking).encode(), b'{"x": 1}', b"[1]"],
        b"\n".join([good[1], b"{", good[2], b""]),
        *good[3:],
    ]
    kafka.produce(topic, values, partition=0)
    service, source = reading(f"events={topic}")
    taken = drain(source, 12)
    assert (accepted(taken), sum(one.rejected for one in taken)) == (6, 6)
    written = "".join(path.read_text() for path in service.home.rejects.iterdir())
    assert not any(number[3:] in written for number in DEN)
    told = [json.loads(line) for line in written.splitlines()]
    assert [(row["file"], row["line"]) for row in told] == [(f"{topic}/0", offset) for offset in (1, 2, 5, 6, 7, 8)]
    assert service.loading.positions([source._source((topic, 0))]) == {source._source((topic, 0)): len(values)}


def test_a_topic_of_nothing_but_bad_rows_does_not_stop_it(kafka: KafkaServer, reading: Reading) -> None:
    topic = kafka.new_topic()
    kafka.produce(topic, [b"?"] * 5 + [None] * 2)
    _, source = reading(f"events={topic}")
    assert sum(one.rejected for one in drain(source, 5)) == 5
    kafka.produce(topic, packed(rows(2)))
    assert accepted(drain(source, 2)) == 2


def test_each_topic_has_its_feed(kafka: KafkaServer, reading: Reading) -> None:
    calls, flags = kafka.new_topic(), kafka.new_topic(partitions=2)
    kafka.produce(calls, packed(rows(10)))
    flag = {"number": DEN[0], "known_at": T0, "scam_type": "loan", "source": "police"}
    kafka.produce(flags, [json.dumps(flag).encode()] * 2)
    service, source = reading(f"events={calls},flags={flags}")
    taken = drain(source, 12)
    assert {one.feed for one in taken} == {"events", "flags"}
    assert accepted(taken) == 11
    assert sum(one.duplicate for one in taken) == 1
    assert service.ledger.count() == 10


def test_what_comes_while_the_broker_is_away_is_taken_when_it_is_back(kafka: KafkaServer, reading: Reading) -> None:
    topic = kafka.new_topic()
    kafka.produce(topic, packed(rows(20)))
    service, source = reading(f"events={topic}")
    assert accepted(drain(source, 20)) == 20
    kafka.kill()
    with pytest.raises(SourceFailed, match="Kafka"):
        drain(source, 1)
    found = {check.name: check for check in examine(service.settings)}
    assert found["Kafka"].status == "fail"
    assert found["ledger"].status == "ok"  # all else goes on
    kafka.start()
    kafka.produce(topic, packed(rows(20, 20)))
    assert accepted(drain(source, 20)) == 20
    assert service.ledger.count() == 40


def test_doctor_says_how_far_behind_it_is(kafka: KafkaServer, reading: Reading) -> None:
    topic = kafka.new_topic(partitions=2)
    kafka.produce(topic, packed(rows(10)))
    service, source = reading(f"events={topic}")

    def said() -> tuple[str, str]:
        check = next(one for one in examine(service.settings) if one.name == "Kafka")
        return check.status, check.found

    assert said() == ("warn", "2 partitions, 10 messages behind")
    drain(source, 10)
    assert said() == ("ok", "2 partitions, 0 messages behind")


def test_the_brokers_own_offsets_are_informed_and_not_believed(kafka: KafkaServer, reading: Reading) -> None:
    topic = kafka.new_topic()
    kafka.produce(topic, packed(rows(10)))
    _, source = reading(f"events={topic}")
    drain(source, 10)
    source.close()  # sends what is under way
    group = Consumer({"bootstrap.servers": kafka.servers, "group.id": "graphsvc", "log_level": 0})
    assert group.committed([TopicPartition(topic, 0)], timeout=60)[0].offset == 10
    group.commit(offsets=[TopicPartition(topic, 0, 3)], asynchronous=False)
    group.close()
    assert drain(source) == []


def test_two_readers_of_one_folder_double_nothing(kafka: KafkaServer, reading: Reading) -> None:
    topic = kafka.new_topic()
    kafka.produce(topic, packed(rows(900)))
    service, one = reading(f"events={topic}", batch_messages=100)
    _, other = reading(f"events={topic}", batch_messages=100)
    taken: list[Taken] = []
    for _ in range(1_000):
        if accepted(taken) == 900:
            break
        taken += [*one.step(lambda: False), *other.step(lambda: False)]
    assert not drain(one)
    assert not drain(other)
    assert (accepted(taken), sum(each.duplicate for each in taken)) == (900, 0)
    assert service.ledger.count() == 900


def test_new_partitions_are_found(kafka: KafkaServer, reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    topic = kafka.new_topic()
    kafka.produce(topic, packed(rows(5)))
    _, source = reading(f"events={topic}")
    assert accepted(drain(source, 5)) == 5
    kafka.grow(topic, 2)
    kafka.produce(topic, packed(rows(5, 5)), partition=1)
    monkeypatch.setattr(kafka_module, "_LOOK_AGAIN_S", 0.0)
    assert accepted(drain(source, 5)) == 5


def test_a_position_that_the_broker_has_not_is_said_and_reading_goes_on(
    kafka: KafkaServer, reading: Reading, caplog: pytest.LogCaptureFixture
) -> None:
    topic = kafka.new_topic()
    kafka.produce(topic, packed(rows(10)))
    service, source = reading(f"events={topic}")
    drain(source, 10)
    name = source._source((topic, 0))
    ahead = Messages("", "events", [], [], Step(name, 10, 10_000))  # as if the topic had been made anew since
    service.loading.messages(ahead, feed_id="kafka")
    source.close()
    check = next(one for one in examine(service.settings) if one.name == "Kafka")
    assert (check.status, "made anew" in check.found) == ("warn", True)
    kafka.produce(topic, packed(rows(5, 10)))
    assert accepted(drain(source, 5)) == 5
    assert "kafka_gap" in caplog.text
    assert service.ledger.count() == 15


def test_a_bulk_batch_has_its_position_in_the_tables_own_commit(
    kafka: KafkaServer, reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = kafka.new_topic()
    kafka.produce(topic, packed(rows(500)))
    service, source = reading(f"events={topic}")
    monkeypatch.setattr(service.ledger, "_head_events", 100)
    assert accepted(drain(source, 500)) == 500
    found = DeltaTable(str(service.home.ledger)).transaction_version(source._source((topic, 0)))
    assert found == 500


def test_a_missing_topic_is_said(kafka: KafkaServer, reading: Reading) -> None:
    _, source = reading("events=there-is-none")
    with pytest.raises(SourceFailed, match="no topic there-is-none"):
        source.step(lambda: False)


def test_a_broker_is_read_only_where_one_is_set(tmp_path: Path) -> None:
    with open_service(Settings(home=tmp_path / "home")) as service:
        assert kafka_of(service) is None
        some = replace(
            service, settings=replace(service.settings, kafka_servers="localhost:1", kafka_topics="events=a")
        )
        assert kafka_of(some) is not None
