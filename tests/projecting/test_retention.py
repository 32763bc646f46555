"""Retention reaches the graph: what the data folder does not keep any more is in no node and no relationship."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import neo4j
import pytest

from graphsvc.local_neo4j.jars import Jars
from graphsvc.local_neo4j.server import LocalServer
from graphsvc.privacy.retention import RetentionReport
from graphsvc.projecting import old_events, steps_of_retention
from graphsvc.projecting.desk import Projecting
from graphsvc.service import Service
from graphsvc.settings import Neo4jAddress
from graphsvc.store.lock import hold_for_writing
from graphsvc.wiring import open_service
from tests.projecting.judge import assert_same
from tests.projecting.test_killed_sync import Child
from tests.projecting.world import first_part, further_part
from tests.servers.neo4j import settings_for

pytestmark = [pytest.mark.xdist_group("neo4j"), pytest.mark.timeout(600)]  # ten busy processes share the machine

PARTS = 6
_KEPT_DAYS = 4


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many transactions even for a small world."""
    monkeypatch.setattr(steps_of_retention, "_AGED_AT_A_TIME", 40)
    monkeypatch.setattr(old_events, "_EVENTS_AT_A_TIME", 30)
    monkeypatch.setattr(old_events, "_NUMBERS_AT_A_TIME", 20)
    monkeypatch.setattr(steps_of_retention, "_GONE_AT_A_TIME", 15)
    monkeypatch.setattr(steps_of_retention, "_LOOKED_AT", 20)


@pytest.fixture
def service(tmp_path: Path, empty_neo4j: Neo4jAddress) -> Iterator[Service]:
    """Nine days of events, of which the newest four will be kept."""
    settings = settings_for(empty_neo4j, tmp_path / "home")
    settings = replace(settings, keep_events_days=_KEPT_DAYS, keep_facts_days=_KEPT_DAYS, keep_warnings_days=_KEPT_DAYS)
    with open_service(settings) as opened:
        first_part(opened, tmp_path)
        for part in range(1, PARTS):
            further_part(opened, tmp_path, part, events=250)
        opened.analyse(as_of=None)
        yield opened


def counts(address: Neo4jAddress, before: int) -> dict[str, int]:
    """How much in the graph is from before an instant."""
    told = {}
    with neo4j.GraphDatabase.driver(address.bolt, auth=(address.user, address.password)) as driver:
        for kind, time in (("CONTACTED", "firstAt"), ("USED_DEVICE", "firstAt"), ("CALLED", "at"), ("TEXTED", "at")):
            question = f"MATCH ()-[r:{kind}]->() WHERE r.{time}.epochMillis < $before RETURN count(r) AS old"
            told[kind] = driver.execute_query(question, before=before).records[0]["old"]
    return told


def test_what_is_not_kept_leaves_the_graph(service: Service, tmp_path: Path, empty_neo4j: Neo4jAddress) -> None:
    service.projecting.sync()
    assert_same(empty_neo4j, service)
    numbers = service.registry.counts()[0]
    report = service.retain()
    assert report.numbers > 0, "somebody is only named by what is too old"
    assert numbers > report.numbers, "and somebody is not"
    assert report.entities > 0
    old = counts(empty_neo4j, report.events_from)
    assert all(old.values()), old
    service.projecting.sync()
    assert counts(empty_neo4j, report.events_from) == dict.fromkeys(old, 0)
    assert_same(empty_neo4j, service)
    assert service.projecting.sync().steps == 0
    further_part(service, tmp_path, PARTS, events=250)
    service.analyse(as_of=None)
    service.retain()
    further_part(service, tmp_path, PARTS + 1, events=250)
    service.projecting.sync()
    assert_same(empty_neo4j, service)


def test_events_go_when_the_horizon_has_moved_and_numbers_when_retention_has_finished(
    service: Service, empty_neo4j: Neo4jAddress
) -> None:
    service.projecting.sync()
    with hold_for_writing(service.home, purpose="test", wait_seconds=1.0):
        begun = service.retaining.begin(service.errand)
        graph = service._graph(service.current())
        assert type(graph).__name__ == "MemoryGraph", "Neo4j does not answer with what is not kept any more"
        service.projecting.sync()
        assert counts(empty_neo4j, begun.events_from) == dict.fromkeys(
            ("CONTACTED", "USED_DEVICE", "CALLED", "TEXTED"), 0
        )
        service.analyse(as_of=None)
        service.retaining.forget(begun, events_left=True)
    service.projecting.sync()
    assert_same(empty_neo4j, service)


def test_a_contact_begun_anew_beside_an_old_one_stays_one(
    service: Service, tmp_path: Path, empty_neo4j: Neo4jAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The horizon moves while a sync brings many new events in: what was folded before it no longer is known then."""
    monkeypatch.setattr("graphsvc.projecting.steps_of_events._READ_FOR_EACH", 10_000)
    monkeypatch.setattr("graphsvc.projecting.steps_of_events.EVENTS_AT_A_TIME", 60)
    service.projecting.sync()
    further_part(service, tmp_path, PARTS, events=250)
    moved: list[RetentionReport] = []

    def retain(stage: str, done: int, total: int | None) -> None:
        if stage == "numbers to Neo4j" and not moved:
            moved.append(service.retain())

    service.projecting.sync(retain)
    assert moved, "there were new numbers"
    service.projecting.sync()
    assert_same(empty_neo4j, service)


def test_kills_in_the_middle_of_it_do_no_harm(service: Service, tmp_path: Path, empty_neo4j: Neo4jAddress) -> None:
    survive_kills(service, tmp_path, empty_neo4j, kills=8)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_hundred_kills_in_the_middle_of_it_do_no_harm(
    service: Service, tmp_path: Path, empty_neo4j: Neo4jAddress
) -> None:
    survive_kills(service, tmp_path, empty_neo4j, kills=100)


def survive_kills(service: Service, folder: Path, address: Neo4jAddress, kills: int) -> None:
    """Each sync is killed a few steps further on; a new day and its retention come in whenever one got through."""
    service.projecting.sync()
    died, part = 0, PARTS
    while died < kills:
        further_part(service, folder, part, events=250)
        service.analyse(as_of=None)
        service.retain()
        for steps in range(1, 8):
            died += Child.start(service, address).killed_after(steps, 0.005 * (died % 3))
        part += 1
    assert Child.start(service, address).ended() == 0
    assert_same(address, service)


@pytest.fixture
def projecting(
    service: Service, neo4j_server: LocalServer, java: Path, neo4j_jars: Jars, empty_neo4j: Neo4jAddress
) -> Projecting:
    """The service's desk, with the run's server as the local one."""
    local = {"local": neo4j_server, "address": neo4j_server.address, "elsewhere": False}
    servers = replace(service.projecting.servers, runtime=lambda progress: (java, neo4j_jars), **local)  # type: ignore[arg-type]
    return replace(service.projecting, servers=servers)


def test_a_bulk_load_brings_only_what_is_kept(
    service: Service, projecting: Projecting, restart_neo4j: Callable[[], Neo4jAddress]
) -> None:
    report = service.retain()
    projecting.load()
    address = restart_neo4j()
    assert not any(counts(address, report.events_from).values())
    assert_same(address, service)
    projecting.sync()  # goes on from what the importer wrote
    assert_same(address, service)
    assert projecting.sync().steps == 0


@pytest.mark.soak
def test_a_bulk_load_begins_anew_where_retention_came_in_between(
    service: Service, projecting: Projecting, restart_neo4j: Callable[[], Neo4jAddress], monkeypatch: pytest.MonkeyPatch
) -> None:
    from graphsvc.projecting.loading import Image

    write = Image.write
    written: list[Path] = []

    def late(image: Image, folder: Path) -> object:
        if not written:
            service.retain()
        written.append(folder)
        return write(image, folder)

    monkeypatch.setattr(Image, "write", late)
    projecting.load()
    assert len(written) == 2
    assert_same(restart_neo4j(), service)
