"""A real Kafka broker for tests (KRaft, one node): one for the run; each test takes topics of its own.

Use:

    @pytest.mark.xdist_group("kafka")
    def test_it(kafka: KafkaServer) -> None:
        topic = kafka.new_topic(partitions=3)
        kafka.produce(topic, [b"{...}", ...])

- `kafka`: the running broker, started again if a test before left it down; `kafka.kill()` and `kafka.start()` for
  tests of absence. It listens on this machine alone, on ports of its own that stay the same.

The jars are fetched once into ~/.cache/graphsvc (or GRAPHSVC_KAFKA_CACHE) and shared by all checkouts.
"""

import hashlib
import itertools
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewPartitions, NewTopic

from tests.servers.missing import missing
from tests.servers.ports import kept_ports

POM = Path(__file__).with_name("pom.xml")
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
_HEAP = "256m"
_QUICK_START = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto")
_CLUSTER = "graphsvc-tests-0000000"[:22]
_START_S = 120.0


@dataclass
class KafkaServer:
    """A broker that runs, or can be started again."""

    folder: Path
    java: Path
    jars: Path
    ports: tuple[int, int]
    """For clients, and for the controller."""
    running: "subprocess.Popen[bytes] | None" = None
    names: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def servers(self) -> str:
        """What clients are told."""
        return f"127.0.0.1:{self.ports[0]}"

    def format(self) -> None:
        """Make its folder ready."""
        client, controller = self.ports
        (self.folder / "server.properties").write_text(
            "\n".join(
                [
                    "process.roles=broker,controller",
                    "node.id=1",
                    f"controller.quorum.voters=1@127.0.0.1:{controller}",
                    f"listeners=PLAINTEXT://127.0.0.1:{client},CONTROLLER://127.0.0.1:{controller}",
                    f"advertised.listeners=PLAINTEXT://127.0.0.1:{client}",
                    "controller.listener.names=CONTROLLER",
                    "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                    f"log.dirs={self.folder / 'logs'}",
                    "offsets.topic.replication.factor=1",
                    "offsets.topic.num.partitions=1",
                    "transaction.state.log.replication.factor=1",
                    "transaction.state.log.num.partitions=1",
                    "transaction.state.log.min.isr=1",
                    "auto.create.topics.enable=false",
                    "group.initial.rebalance.delay.ms=0",
                    "log.cleaner.enable=false",
                ]
            )
        )
        self._java("kafka.tools.StorageTool", "format", "-t", _CLUSTER, "-c", self._properties)

    def start(self) -> None:
        """Start it, unless it runs, and wait until it answers."""
        if self.running is not None and self.running.poll() is None:
            return
        command = [*self._command(), "kafka.Kafka", self._properties]
        with (self.folder / "said").open("ab") as said:
            self.running = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT)
        until = time.monotonic() + _START_S
        while time.monotonic() < until:
            if self.running.poll() is not None:
                break
            try:
                # A client of its own each time: one that was refused waits before it tries again.
                if AdminClient({"bootstrap.servers": self.servers, "log_level": 0}).list_topics(timeout=2).brokers:
                    return
            except Exception:  # whatever it says, it does not answer yet
                time.sleep(0.2)
        pytest.fail(f"the Kafka broker did not start: {(self.folder / 'said').read_text()[-2000:]}", pytrace=False)

    def kill(self) -> None:
        """End it as a crash would."""
        if self.running is not None:
            self.running.kill()
            self.running.wait()

    def new_topic(self, *, partitions: int = 1) -> str:
        """A topic of the test's own."""
        name = f"t{next(self.names)}-{os.getpid()}"
        admin = AdminClient({"bootstrap.servers": self.servers, "log_level": 0})
        for made in admin.create_topics([NewTopic(name, partitions, 1)]).values():
            made.result(60)
        return name

    def grow(self, topic: str, partitions: int) -> None:
        """Give a topic so many partitions."""
        admin = AdminClient({"bootstrap.servers": self.servers, "log_level": 0})
        for made in admin.create_partitions([NewPartitions(topic, partitions)]).values():
            made.result(60)

    def produce(self, topic: str, values: Sequence[bytes | None], *, partition: int | None = None) -> None:
        """Append messages, spread over the partitions in turn unless one is named; all are there on return."""
        producer = Producer({"bootstrap.servers": self.servers, "log_level": 0, "queue.buffering.max.messages": 10**6})
        count = len(producer.list_topics(topic, timeout=60).topics[topic].partitions)
        failed: list[object] = []

        def told(error: object, _: object) -> None:
            if error is not None:
                failed.append(error)

        for place, value in enumerate(values):
            where = place % count if partition is None else partition
            producer.produce(topic, value, partition=where, on_delivery=told)
        left = producer.flush(60)
        assert not left, f"{left} messages were not delivered"
        assert not failed, failed[0]

    @property
    def _properties(self) -> str:
        return str(self.folder / "server.properties")

    def _command(self) -> list[str]:
        return [str(self.java), f"-Xmx{_HEAP}", *_QUICK_START, "-cp", f"{self.jars}/*"]

    def _java(self, *arguments: str) -> None:
        done = subprocess.run([*self._command(), *arguments], capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, f"{arguments[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}"


def fetch_jars() -> Path:
    """The folder of the broker's jars, fetched by Maven on first use (44 MB)."""
    cache = Path(os.environ.get("GRAPHSVC_KAFKA_CACHE") or Path.home() / ".cache" / "graphsvc")
    place = cache / f"kafka-{hashlib.sha256(POM.read_bytes()).hexdigest()[:12]}"
    if place.is_dir():
        return place
    maven = shutil.which("mvn")
    if maven is None:
        missing("the Kafka broker is fetched by Maven, and there is no mvn here (apt-get install maven)")
    cache.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".kafka-", dir=cache))
    try:
        options = ("-B", "-ntp", "-Dmaven.artifact.threads=10", "-DincludeScope=runtime")
        command = [maven, *options, "-f", str(POM), _COPY, f"-DoutputDirectory={draft}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
        if done.returncode:
            missing("Maven could not fetch the Kafka broker")
        if not place.exists():  # else another process was first, with the same jars
            draft.rename(place)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return place


@pytest.fixture(scope="session")
def kafka_server(java: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaServer]:
    """The one broker of the run."""
    server = KafkaServer(tmp_path_factory.mktemp("kafka"), java, fetch_jars(), kept_ports())
    server.format()
    yield server
    server.kill()


@pytest.fixture
def kafka(kafka_server: KafkaServer) -> KafkaServer:
    """The broker, running."""
    kafka_server.start()
    return kafka_server
