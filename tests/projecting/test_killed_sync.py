"""`kill -9` of the sync and of the server, again and again: afterwards the graph is what the data folder says."""

import multiprocessing
import random
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from graphsvc.local_neo4j.jars import Jars
from graphsvc.local_neo4j.server import LocalServer
from graphsvc.service import Service
from graphsvc.settings import Neo4jAddress
from graphsvc.wiring import open_service
from tests.projecting import killed
from tests.projecting.judge import assert_same
from tests.projecting.world import first_part, further_part
from tests.servers.neo4j import settings_for

pytestmark = pytest.mark.xdist_group("neo4j")

PROCESSES = multiprocessing.get_context("forkserver")  # a server that has imported everything starts each in a moment
PROCESSES.set_forkserver_preload(["tests.projecting.killed"])


@pytest.fixture
def service(tmp_path: Path, empty_neo4j: Neo4jAddress) -> Iterator[Service]:
    with open_service(settings_for(empty_neo4j, tmp_path / "home")) as opened:
        first_part(opened, tmp_path)
        yield opened


@dataclass
class Child:
    """A sync in a process of its own."""

    process: Any
    told: "Connection[str, str]"

    @classmethod
    def start(cls, service: Service, address: Neo4jAddress) -> "Child":
        ours, theirs = PROCESSES.Pipe(duplex=False)
        process = PROCESSES.Process(target=killed.sync, args=(service.home.path, address, theirs))
        process.start()
        theirs.close()
        return cls(process, ours)

    def words(self) -> Iterator[str]:
        """What it says, until it ends."""
        while True:
            try:
                yield self.told.recv()
            except EOFError:
                return

    def killed_after(self, steps: int, wait: float) -> bool:
        """Kill -9 in the step after so many, `wait` seconds later; False where it came to its end before."""
        for place, word in enumerate(self.words()):
            if word == "step" and place >= steps:
                time.sleep(wait)
                self.process.kill()
                break
        return self.ended() == -signal.SIGKILL

    def ended(self) -> int:
        self.process.join()
        self.told.close()
        code: int = self.process.exitcode
        assert code in (0, -signal.SIGKILL)
        return code


def grow(service: Service, folder: Path, part: int) -> None:
    further_part(service, folder, part, events=120)
    if part % 4 == 1:
        service.analyse(as_of=None)


def survive_client_kills(
    service: Service, folder: Path, address: Neo4jAddress, kills: int, chance: random.Random
) -> None:
    died, part = 0, 0
    while died < kills:
        part += 1
        if part % 2:
            grow(service, folder, part)
        died += Child.start(service, address).killed_after(chance.randrange(20), chance.random() * 0.03)
    assert Child.start(service, address).ended() == 0
    assert_same(address, service)


def survive_server_kills(
    service: Service,
    folder: Path,
    server: LocalServer,
    again: Callable[[LocalServer], None],
    kills: int,
    chance: random.Random,
) -> None:
    address = server.address()
    assert address is not None
    status = server.status()
    same_ports = replace(server, bolt_port=status.bolt_port, http_port=status.http_port)
    for part in range(1, kills + 1):
        grow(service, folder, 2 * part + 1)
        running = Child.start(service, address)
        steps = chance.randrange(3, 20)
        for word in running.words():
            steps -= word == "step"
            if not steps:
                server.stop(kill=True)
                again(same_ports)
        assert steps < 0, "the server was killed in the middle"
        assert running.ended() == 0, "the sync waits for the server and goes on"
        assert_same(address, service)


@pytest.fixture
def again(java: Path, neo4j_jars: Jars) -> Callable[[LocalServer], None]:
    def started(server: LocalServer) -> None:
        server.start(java, neo4j_jars, now=time.time_ns() // 1_000_000)

    return started


def test_twenty_kills_of_the_sync(service: Service, tmp_path: Path, empty_neo4j: Neo4jAddress) -> None:
    survive_client_kills(service, tmp_path, empty_neo4j, 20, random.Random(20))


def test_a_kill_of_the_server(
    service: Service, tmp_path: Path, neo4j_server: LocalServer, again: Callable[[LocalServer], None]
) -> None:
    survive_server_kills(service, tmp_path, neo4j_server, again, 1, random.Random(1))


@pytest.mark.soak
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("stretch", range(5))
def test_two_hundred_kills_of_the_sync(
    service: Service, tmp_path: Path, empty_neo4j: Neo4jAddress, stretch: int
) -> None:
    survive_client_kills(service, tmp_path, empty_neo4j, 40, random.Random(200 + stretch))


@pytest.mark.soak
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("stretch", range(5))
def test_ten_kills_of_the_server(
    service: Service, tmp_path: Path, neo4j_server: LocalServer, again: Callable[[LocalServer], None], stretch: int
) -> None:
    survive_server_kills(service, tmp_path, neo4j_server, again, 2, random.Random(10 + stretch))
