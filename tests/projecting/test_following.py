"""While the service runs, Neo4j follows by itself."""

import asyncio
import time
from pathlib import Path

import neo4j
import pytest

from graphsvc.api.app import make_room
from graphsvc.api.keeping_up import keep_up
from graphsvc.settings import Neo4jAddress
from graphsvc.store import results
from graphsvc.store.amended import is_amended
from graphsvc.wiring import open_service
from tests.projecting.judge import assert_same
from tests.projecting.world import first_part, further_part
from tests.servers.neo4j import settings_for

pytestmark = pytest.mark.xdist_group("neo4j")


def loaded_to(address: Neo4jAddress) -> int:
    with neo4j.GraphDatabase.driver(address.bolt, auth=(address.user, address.password)) as driver:
        found = driver.execute_query("MATCH (s:Service) RETURN s.loadedTo AS at").records
    return int(found[0]["at"]) if found else 0


def test_an_accepted_event_comes_into_neo4j_while_the_service_runs(tmp_path: Path, empty_neo4j: Neo4jAddress) -> None:
    with open_service(settings_for(empty_neo4j, tmp_path / "home")) as service:
        first_part(service, tmp_path)

        async def live() -> None:
            room = make_room(service, lives=True)
            running = asyncio.create_task(keep_up(room))
            for part in (1, 2):
                await asyncio.to_thread(further_part, service, tmp_path, part, 50)
                until = time.monotonic() + 120
                while await asyncio.to_thread(loaded_to, empty_neo4j) < service.ledger.position():
                    assert time.monotonic() < until
                    assert not running.done(), "it gave up keeping up"
                    await asyncio.sleep(0.2)
            room.closing.set()
            await running

        asyncio.run(live())
        service.projecting.sync()
        assert_same(empty_neo4j, service)


def test_glances_amend_what_the_service_answers_and_the_graph_shows_the_full_analysis(
    tmp_path: Path, empty_neo4j: Neo4jAddress
) -> None:
    with open_service(settings_for(empty_neo4j, tmp_path / "home")) as service:
        first_part(service, tmp_path)
        full = service.analyse(as_of=None)
        further_part(service, tmp_path, 1, 50)
        assert service.glance() is not None
        current = results.current(service.catalogue)
        assert current is not None
        assert is_amended(current.analysis_id)
        done = service.projecting.sync()
        assert (done.analysis_id, done.position) == (full.analysis_id, service.ledger.position())
        assert_same(empty_neo4j, service)
